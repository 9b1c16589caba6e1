"""A step in which derivatives stay with the neuron, and the synapse, to which they belong.

Forward nothing changes, not a bit. Of the paths by which a derivative travels through a step these are cut: from a
neuron to others, by spikes, rates, reductions and past values; and from a neuron to the variables of its synapses. What
is left is what a neuron, or a synapse, could know (G. Bellec et al., Nature Communications 11, 2020,
doi:10.1038/s41467-020-17236-y).
"""

from collections.abc import Callable
from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array, lax

from ._state import NetworkParams, NetworkState

Phase = Callable[..., NetworkState]  # phase(params, state, ...) -> state

OF_NEURONS = ("populations", "spikes", "axon_spikes", "trains", "histories", "reductions", "baselines")


@jax.custom_jvp
def _with_slope_of(x: Array, y: Array) -> Array:
    """Return x; its derivative is the sum of those of x and y."""
    return x


@_with_slope_of.defjvp
def _jvp(primals: tuple[Array, Array], tangents: tuple[Array, Array]) -> tuple[Array, Array]:
    return primals[0], tangents[0] + tangents[1]


def among_synapses(phase: Phase) -> Phase:
    """Return a phase of synapses to which what neurons have, and what distinguishes them, counts as constant."""

    def run(params: NetworkParams, state: NetworkState, *rest) -> NetworkState:
        seen = replace(state, **{part: lax.stop_gradient(getattr(state, part)) for part in OF_NEURONS})
        known = replace(params, populations=lax.stop_gradient(params.populations))
        return _rejoined(state, phase(known, seen, *rest))

    return run


def without_reductions(advance: Callable) -> Callable:
    """Return a step whose neurons take `mean(x)` and its kin, to which all neurons contribute, for constants."""

    def run(params: NetworkParams, state: NetworkState, *rest):
        return advance(params, replace(state, reductions=lax.stop_gradient(state.reductions)), *rest)

    return run


def _rejoined(before: NetworkState, after: NetworkState) -> NetworkState:
    """Return the state after a phase, which has changed of neurons their inputs alone, with their derivatives."""
    populations = {
        name: {n: _with_slope(x, before.populations[name][n]) for n, x in own.items()}
        for name, own in after.populations.items()
    }
    untouched = ("spikes", "axon_spikes", "trains", "histories", "reductions")
    return replace(after, populations=populations, **{part: getattr(before, part) for part in untouched})


def _with_slope(x: Array, y: Array) -> Array:
    return _with_slope_of(x, y) if jnp.issubdtype(x.dtype, jnp.floating) else x
