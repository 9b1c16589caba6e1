"""One step of one population, taken apart: what its equations read at the beginning of its update."""

from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array

from ..equations import Scope, conductance
from ..step import NetworkParams, NetworkState, locals_of, scope_of, surroundings
from ._compile_network import Compiled


def replay(compiled: Compiled, params: NetworkParams, state: NetworkState, name: str) -> tuple[Scope, Array | None]:
    """Return the names of a population at the beginning of its update in the step after a state, inputs included.

    Args:
        compiled: the network.
        params, state: arrays; not for use inside `jit`.
        name: of the population.

    Returns:
        `(scope, active)`: what `run_updates` takes.
    """
    population, opaque = compiled.spec.population(name), jnp.int32(0)
    emitted = jax.jit(compiled.advance)(params, state, opaque)[1]
    arrived = {conductance(target): x for target, x in emitted.conductances[name].items()}
    received = replace(state, populations={**state.populations, name: {**state.populations[name], **arrived}})
    key = jax.random.fold_in(compiled.generator.wrap(state.key), state.step)
    around = surroundings(population, params, state, emitted.sums[name], key, opaque)
    before = locals_of(received, name)
    constants = {**params.populations[name], **state.constants.populations[name]}
    active = None if before.refractory is None else before.refractory == 0
    return scope_of(population, constants, before, around, compiled.spec.dt, compiled.dtype), active
