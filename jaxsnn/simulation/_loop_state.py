"""What a loop over time carries from step to step: no constants, and forward no distances."""

from collections.abc import Callable
from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array

from ..compiler import CompiledNetwork
from ..propagation import Spikes
from ..step import Constants, Emitted, NetworkParams, NetworkState

Forward = Callable[[NetworkState, Array], tuple[NetworkState, Emitted]]


def forward(compiled: CompiledNetwork, params: NetworkParams, start: NetworkState) -> Forward:
    """Return `advance(carried, opaque) -> (state, emitted)`, one step with the constants of the first state."""
    constants = start.constants
    return lambda carried, opaque: compiled.advance(params, replace(carried, constants=constants), opaque)


def without_constants(state: NetworkState) -> NetworkState:
    """Return the state without what no step changes: carried, it would be copied, and saved for gradients."""
    return replace(state, constants=Constants())


def without_distances(state: NetworkState) -> NetworkState:
    """Return the state without constants, and without the distances of spikes, which only gradients read."""

    def silenced(x):
        return replace(x, distance=jnp.zeros_like(x.distance)) if isinstance(x, Spikes) else x

    return jax.tree.map(silenced, without_constants(state), is_leaf=lambda x: isinstance(x, Spikes))
