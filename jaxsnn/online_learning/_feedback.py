"""What a neuron hears of the error from elsewhere, and the eligibility that it keeps until then."""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..compiler import CompiledNetwork
from ..plan import ProjectionPlan
from ..step import NetworkParams, NetworkState, storage_of, synapse_value
from ._columns import Columns
from ._signals import Reward, Signal, way_to_readout


@dataclass(frozen=True, eq=False)
class FromReadout:
    """Feedback from a readout: eligibility is filtered as the readout filters spikes.

    All neurons of the readout are alike, so the filter is that of its first one.

    Args:
        plan: the projection to the readout.
        weights: (neurons, readout neurons), or None for those of the projection.
    """

    plan: ProjectionPlan
    weights: Any

    def begin(self, eligibility: Array, variables: int) -> tuple[Array, Array]:
        """Return (filtered, last eligibility); `variables` are those of a neuron of the readout."""
        return jnp.zeros((variables, *eligibility.shape), eligibility.dtype), eligibility

    def back(self, params: NetworkParams, state: NetworkState, slopes: Array) -> Array:
        """Return slopes of the loss by outputs of the readout, (outputs, readout), as each neuron hears them."""
        if self.weights is not None:
            return slopes @ jnp.asarray(self.weights, slopes.dtype).T
        weights = synapse_value(self.plan, "w", params, state)
        matrix = self.plan.form.to_matrix(storage_of(self.plan, state), weights) if weights.ndim else weights
        full = jnp.broadcast_to(matrix, (self.plan.pre.size, self.plan.post.size))
        return slopes @ jnp.where(jnp.isfinite(full), full, 0.0).T

    def filtered(self, kept: tuple[Array, Array], columns: Columns) -> Array:
        """Return what a spike has become at each output of the readout, (outputs, *shape of the eligibility)."""
        filtered, last = kept
        by_input = sum(columns.targets[t][:, 0] for t in self.plan.targets)
        return jnp.tensordot(columns.variables[..., 0], filtered, 1) + jnp.multiply.outer(by_input, last)


def feedback_of(compiled: CompiledNetwork, population: str, signal: Signal) -> "FromReadout | Reward":
    """Return how a population hears of the error."""
    if isinstance(signal, Reward):
        return signal
    weights = None if isinstance(signal.weights, str) else np.asarray(signal.weights)
    return FromReadout(way_to_readout(compiled, population, signal.readout), weights)
