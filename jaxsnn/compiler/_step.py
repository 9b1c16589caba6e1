"""The order of a time step. It stands here and nowhere else.

    1. transmission   spikes of the previous step go through the weights into `g_<target>`
    2. inputs         what arrived is reported, before the update: monitors of `g_<target>` record it
    3. random numbers drawn where the update first needs them, one stream per population and step
    4. update         population by population: shared variables, per-neuron variables, spikes, resets
    5. reductions     `mean(x)` and its kin from the new values, for the next step
    6. time           step + 1

`advance` is pure: parameters and state in, the next state and what was emitted out.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array

from ..equations import conductance
from ..network import NetworkSpec, PopulationSpec
from ..propagation import Kernel
from ..rng import Generator, fold_name
from ._population import Locals, build_update
from ._state import Attributes, Emitted, NetworkParams, NetworkState

Advance = Callable[[NetworkParams, NetworkState, Array], tuple[NetworkState, Emitted]]


def build_advance(spec: NetworkSpec, kernels: Mapping[str, Kernel], generator: Generator, dtype) -> Advance:
    """Return `advance(params, state, opaque) -> (state, emitted)`.

    Args:
        spec: the network.
        kernels: by name of projection.
        generator: of the random numbers in equations.
        dtype: of floating-point values.

    `opaque` is an integer of the calling loop that is never negative; see `materialise`.
    """
    updates = {p.name: build_update(p, spec.dt, dtype) for p in spec.populations}

    def advance(params: NetworkParams, state: NetworkState, opaque: Array) -> tuple[NetworkState, Emitted]:
        with jax.named_scope("transmission"):
            state = _transmit(spec, kernels, params, state)
        emitted = Emitted(_inputs(spec, state))
        with jax.named_scope("update"):
            key = jax.random.fold_in(generator.wrap(state.key), state.step)
            for population in spec.populations:
                state = _update(population, updates[population.name], params, state, key, opaque)
        return replace(state, step=state.step + 1), emitted

    return advance


def _transmit(
    spec: NetworkSpec, kernels: Mapping[str, Kernel], params: NetworkParams, state: NetworkState
) -> NetworkState:
    """Add the input of every projection to the conductance of its target, in the order of creation."""
    populations = {name: dict(values) for name, values in state.populations.items()}
    for projection in spec.projections:
        post, target = populations[projection.post], conductance(projection.target)
        weights = params.projections[projection.name]["w"]
        with jax.named_scope(projection.name):
            post[target] = kernels[projection.name](weights, state.spikes[projection.pre], post[target])
    return replace(state, populations=populations)


def _inputs(spec: NetworkSpec, state: NetworkState) -> Attributes:
    return {
        p.name: {conductance(t): state.populations[p.name][conductance(t)] for t in p.neuron.analysed.targets}
        for p in spec.populations
        if p.neuron.is_spiking
    }


def _update(population: PopulationSpec, update, params, state: NetworkState, key: Array, opaque: Array) -> NetworkState:
    name = population.name
    constants = {**params.populations[name], **state.constants.populations[name]}
    inputs = {target: jnp.zeros(()) for target in population.neuron.analysed.targets}
    with jax.named_scope(name):
        after = update(constants, locals_of(state, name), inputs, state.step, fold_name(key, name), opaque)
    return with_locals(state, name, after)


def locals_of(state: NetworkState, name: str) -> Locals:
    """Return the part of the state that belongs to a population."""
    return Locals(
        variables=state.populations[name],
        spikes=state.spikes.get(name),
        refractory=state.refractory.get(name),
        last_spike=state.last_spike.get(name),
        reductions=state.reductions[name],
    )


def with_locals(state: NetworkState, name: str, part: Locals) -> NetworkState:
    """Return the state with the part of a population put in its place."""

    def put(old: dict, value) -> dict:
        return old if value is None else {**old, name: value}

    return replace(
        state,
        populations=put(state.populations, part.variables),
        spikes=put(state.spikes, part.spikes),
        refractory=put(state.refractory, part.refractory),
        last_spike=put(state.last_spike, part.last_spike),
        reductions=put(state.reductions, part.reductions),
    )
