"""What a neuron hears of the error from elsewhere, and the eligibility that it keeps until then."""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..plan import ProjectionPlan
from ..step import NetworkParams, NetworkState, storage_of, synapse_value
from ._columns import Columns, rows_of
from ._signals import Broadcast
from ._synapses import advanced


@dataclass(frozen=True, eq=False)
class FromReadout:
    """Feedback from a readout: eligibility is filtered as the readout filters spikes.

    All neurons of the readout are alike, so the filter is that of its first one.

    Args:
        plan: the projection to the readout.
        weights: (neurons, readout neurons), or None for those of the projection.
        reached: which variables of a neuron of the readout a spike acts on.
    """

    plan: ProjectionPlan
    weights: Any
    reached: tuple[int, ...]

    def begin(self, eligibility: Array) -> tuple[Array, Array]:
        """Return (filtered, last eligibility)."""
        return jnp.zeros((len(self.reached), *eligibility.shape), eligibility.dtype), eligibility

    def back(self, params: NetworkParams, state: NetworkState, slopes: Array) -> Array:
        """Return slopes of the loss by outputs of the readout, (outputs, readout), as each neuron hears them."""
        if self.weights is not None:
            return slopes @ jnp.asarray(self.weights, slopes.dtype).T
        weights = synapse_value(self.plan, "w", params, state)
        matrix = self.plan.form.to_matrix(storage_of(self.plan, state), weights) if weights.ndim else weights
        full = jnp.broadcast_to(matrix, (self.plan.pre.size, self.plan.post.size))
        return slopes @ jnp.where(jnp.isfinite(full), full, 0.0).T

    def filtered(self, kept: tuple[Array, Array], columns: Columns) -> Array:
        """Return what eligibility has become at each variable of the readout, (variables, *shape of the eligibility).

        Args:
            kept: filtered and last eligibility before the step.
            columns: the Jacobian of the readout.
        """
        return advanced(lambda x: x, self._of_first(columns), *kept)[0]

    def pulled(self, slopes: Array, columns: Columns) -> Array:
        """Return slopes by outputs of the readout, (outputs, neurons), as slopes by filtered and last eligibility."""
        of_first = self._of_first(columns)
        rows = slopes[rows_of(self.reached, columns.variables.shape[1], len(slopes))]
        return jnp.sum(rows[:, None] * of_first[..., None], 0)

    def _of_first(self, columns: Columns) -> Array:
        """Return the Jacobian of the first neuron of the readout, (outputs, variables + 1)."""
        return columns.among(self.reached).rows(self.plan.targets)[..., 0]


def feedback_of(plan: ProjectionPlan, signal: Broadcast, reached: tuple[int, ...]) -> FromReadout:
    """Return how a population hears of the error.

    Args:
        plan: the projection to the readout.
        signal: what is asked for.
        reached: which variables of a neuron of the readout a spike acts on.
    """
    return FromReadout(plan, None if isinstance(signal.weights, str) else np.asarray(signal.weights), reached)
