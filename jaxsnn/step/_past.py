"""The past of a population that delayed projections read: rings of its last spikes and values, row `step % length`."""

from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..equations import Remote
from ..network import PopulationSpec
from ..plan import Requirements
from ..propagation import Spikes, n_words
from ._population_state import population_state, with_population_state
from ._state import NetworkParams, NetworkState
from ._state_access import neuron_value


def with_silent_past(
    population: PopulationSpec, needs: Requirements, params: NetworkParams, state: NetworkState, dtype
) -> NetworkState:
    """Return the state with a past in which a population was silent and had its present values."""
    size, length, own = population.size, needs.train, population_state(state, population.name)
    offset = jnp.ones((length, size), dtype) if population.neuron.is_precise else None
    silent = Spikes(jnp.zeros((length, n_words(size)), jnp.uint32), jnp.full((length, size), -1.0, dtype), offset)
    history = {
        name: jnp.broadcast_to(_of_neurons(population, kept.value, params, state, dtype), (kept.steps, size))
        for name, kept in needs.histories.items()
    }
    own = replace(own, train=silent if length else None, history=history or None)
    return with_population_state(state, population.name, own)


def with_present_kept(
    population: PopulationSpec, needs: Requirements, params: NetworkParams, state: NetworkState, dtype
) -> NetworkState:
    """Return the state in which the spikes and values of this step have entered the past, over the oldest ones."""
    own = population_state(state, population.name)
    if own.train is not None:
        train = jax.tree.map(lambda past, x: _with_row(past, x, state.step), own.train, own.spikes)
        own = replace(own, train=train)
    if own.history is not None:
        read = {name: needs.histories[name].value for name in own.history}
        now = {name: _of_neurons(population, node, params, state, dtype) for name, node in read.items()}
        own = replace(own, history={name: _with_row(past, now[name], state.step) for name, past in own.history.items()})
    return with_population_state(state, population.name, own)


def _with_row(past: Array, now: Array, step: Array) -> Array:
    return lax.dynamic_update_index_in_dim(past, now, step % past.shape[0], 0)


def _of_neurons(population: PopulationSpec, node: Remote, params: NetworkParams, state: NetworkState, dtype) -> Array:
    """Return a value of every neuron, (size,)."""
    return jnp.broadcast_to(neuron_value(population, node, params, state, dtype), (population.size,)).astype(dtype)
