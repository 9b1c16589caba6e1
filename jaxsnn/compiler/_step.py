"""The order of a time step. It stands here and nowhere else.

    1. transmission   spikes of the previous step go through the weights into `g_<target>`, rates into `sum(<target>)`
    2. inputs         what arrived is reported, before the update: monitors of `g_<target>` record it
    3. random numbers drawn where the update first needs them, one stream per population and step
    4. update         population by population: shared variables, per-neuron variables, spikes, resets
    5. reductions     `mean(x)` and its kin from the new values, for the next step
    6. time           step + 1

A population that is not enabled receives nothing and stands still. `advance` is pure: parameters and state in, the
next state and what was emitted out.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace

import jax
import jax.numpy as jnp
from jax import Array

from ..equations import conductance
from ..network import NetworkSpec, PopulationSpec, ProjectionSpec
from ..propagation import Kernel, RateKernel
from ..rng import Generator, fold_name
from ._population import Locals, Surroundings, build_update
from ._state import Attributes, Emitted, NetworkParams, NetworkState

Advance = Callable[[NetworkParams, NetworkState, Array], tuple[NetworkState, Emitted]]
Kernels = Mapping[str, Kernel | RateKernel]


def build_advance(spec: NetworkSpec, kernels: Kernels, generator: Generator, dtype) -> Advance:
    """Return `advance(params, state, opaque) -> (state, emitted)`.

    Args:
        spec: the network.
        kernels: by name of projection.
        generator: of the random numbers in equations.
        dtype: of floating-point values.

    `opaque` is an integer of the calling loop that is never negative; see `materialise`.
    """
    enabled = [p for p in spec.populations if p.enabled]
    updates = {p.name: build_update(p, spec.dt, dtype) for p in enabled}

    def advance(params: NetworkParams, state: NetworkState, opaque: Array) -> tuple[NetworkState, Emitted]:
        with jax.named_scope("transmission"):
            state, sums = _transmit(spec, kernels, params, state, dtype)
        emitted = Emitted(_inputs(spec, state, sums))
        with jax.named_scope("update"):
            key = jax.random.fold_in(generator.wrap(state.key), state.step)
            for population in enabled:
                around = _surroundings(population, params, state, sums[population.name], key, opaque)
                state = _update(population.name, updates[population.name], params, state, around)
        return replace(state, step=state.step + 1), emitted

    return advance


def _transmit(
    spec: NetworkSpec, kernels: Kernels, params: NetworkParams, state: NetworkState, dtype
) -> tuple[NetworkState, Attributes]:
    """Add what every projection carries to the input of its target, in the order of creation.

    Returns the state with new conductances, and the sums of rate-coded inputs.
    """
    populations = {name: dict(values) for name, values in state.populations.items()}
    sums = {p.name: {t: jnp.zeros(p.size, dtype) for t in sum_targets(spec, p)} for p in spec.populations}
    for projection in spec.projections:
        weights, kernel = params.projections[projection.name]["w"], kernels[projection.name]
        pre, post = spec.population(projection.pre), spec.population(projection.post)
        if not post.enabled:
            continue
        with jax.named_scope(projection.name):
            if pre.neuron.is_spiking:
                into, target = populations[post.name], conductance(projection.target)
                into[target] = kernel(weights, state.spikes[pre.name], into[target])  # type: ignore[arg-type]
            else:
                into, target = sums[post.name], projection.target
                into[target] = kernel(weights, _rates(pre, params, state), into[target])  # type: ignore[arg-type]
    return replace(state, populations=populations), sums


def sum_targets(spec: NetworkSpec, population: PopulationSpec) -> tuple[str, ...]:
    """Return the targets of the rate-coded inputs of a population: those it names, and those it sums over."""
    model = population.neuron.analysed
    afferent = [q.target for q in spec.afferent(population.name) if carries_rates(spec, q)] if model.sums_all else []
    return tuple(dict.fromkeys((*model.sums, *afferent)))


def fed_targets(spec: NetworkSpec, population: PopulationSpec) -> tuple[str, ...]:
    """Return those of the rate-coded inputs of a population that a projection feeds; the others are 0."""
    fed = {q.target for q in spec.afferent(population.name) if carries_rates(spec, q)}
    return tuple(t for t in sum_targets(spec, population) if t in fed)


def carries_rates(spec: NetworkSpec, projection: ProjectionSpec) -> bool:
    """Tell whether a projection carries rates, not spikes."""
    return not spec.population(projection.pre).neuron.is_spiking


def _rates(population: PopulationSpec, params: NetworkParams, state: NetworkState) -> Array:
    """Return the rates of a population at the end of the previous step, (size,); `r` may be a parameter."""
    for place in (state.populations, params.populations, state.constants.populations):
        if "r" in place[population.name]:
            return jnp.broadcast_to(place[population.name]["r"], (population.size,))
    raise KeyError(population.name)


def _inputs(spec: NetworkSpec, state: NetworkState, sums: Attributes) -> Attributes:
    def of(p: PopulationSpec) -> dict[str, Array]:
        conductances = {conductance(t): state.populations[p.name][conductance(t)] for t in p.neuron.analysed.targets}
        spiking = {f"sum({t})": conductances[conductance(t)] for t in p.neuron.analysed.targets}
        return conductances | spiking | {f"sum({t})": value for t, value in sums[p.name].items()}

    return {p.name: of(p) for p in spec.populations}


def _surroundings(
    population: PopulationSpec, params: NetworkParams, state: NetworkState, sums, key: Array, opaque: Array
) -> Surroundings:
    name = population.name
    names = () if population.source is None else tuple(population.source.arrays)
    tables = {**params.populations[name], **state.constants.populations[name]}
    return Surroundings(
        constants=params.constants,
        tables={n: tables[n] for n in names},
        sums=sums,
        step=state.step,
        key=fold_name(key, name),
        opaque=opaque,
    )


def _update(name: str, update, params: NetworkParams, state: NetworkState, around: Surroundings) -> NetworkState:
    constants = {**params.populations[name], **state.constants.populations[name]}
    with jax.named_scope(name):
        return with_locals(state, name, update(constants, locals_of(state, name), around))


# Where the parts of a population stand in the state.
PLACES = {
    "variables": "populations",
    "spikes": "spikes",
    "axon_spikes": "axon_spikes",
    "refractory": "refractory",
    "last_spike": "last_spike",
    "window": "windows",
    "sums": "sums",
    "origin": "origins",
    "reductions": "reductions",
}


def locals_of(state: NetworkState, name: str) -> Locals:
    """Return the part of the state that belongs to a population."""
    return Locals(**{part: getattr(state, place).get(name) for part, place in PLACES.items()})


def with_locals(state: NetworkState, name: str, part: Locals) -> NetworkState:
    """Return the state with the part of a population put in its place."""
    new = {PLACES[f.name]: getattr(part, f.name) for f in fields(part)}
    return replace(state, **{k: {**getattr(state, k), name: x} for k, x in new.items() if x is not None})
