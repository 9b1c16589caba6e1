"""The inputs of populations in a step: conductances `g_<target>`, which go on, and sums, which begin at 0."""

from collections.abc import Sequence
from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array

from ..equations import conductance
from ..network import NetworkSpec, PopulationSpec
from ._arrival import Transmit
from ._state import Attributes, NetworkParams, NetworkState


def transmit(
    transmissions: Sequence[tuple[str, Transmit]],
    params: NetworkParams,
    state: NetworkState,
    inputs: Attributes,
    opaque: Array,
) -> tuple[NetworkState, Attributes]:
    """Return the state with new conductances, and all inputs by population: `g_<target>` and `sum(<target>)`."""
    for name, arrive in transmissions:
        with jax.named_scope(name):
            state, inputs = arrive(params, state, inputs, opaque)
    received = {
        name: {**state.populations[name], **{n: x for n, x in mine.items() if n.startswith("g_")}}
        for name, mine in inputs.items()
    }
    return replace(state, populations={**state.populations, **received}), inputs


def with_fed(inputs: Attributes, fed: Attributes | None) -> Attributes:
    """Return the inputs with what comes from elsewhere added."""
    if fed is None:
        return inputs
    return {p: {n: x + fed[p][n] if n in fed.get(p, {}) else x for n, x in mine.items()} for p, mine in inputs.items()}


def empty_inputs(spec: NetworkSpec, population: PopulationSpec, state: NetworkState, dtype) -> dict[str, Array]:
    """Return what a population has before anything arrives: conductances go on, sums begin at 0."""
    names = [conductance(t) for t in population.neuron.analysed.targets]
    conductances = {name: state.populations[population.name][name] for name in names}
    return conductances | {f"sum({t})": jnp.zeros(population.size, dtype) for t in sum_targets(spec, population)}


def sum_targets(spec: NetworkSpec, population: PopulationSpec) -> tuple[str, ...]:
    """Return the targets of the rate-coded inputs of a population: those it names, and those it sums over."""
    model = population.neuron.analysed
    afferent = [t for q in spec.afferent(population.name) if feeds_sums(spec, q) for t in q.targets]
    return tuple(dict.fromkeys((*model.sums, *(afferent if model.sums_all else ()))))


def fed_targets(spec: NetworkSpec, population: PopulationSpec) -> tuple[str, ...]:
    """Return those of the rate-coded inputs of a population that a projection feeds; the others are 0."""
    fed = {t for q in spec.afferent(population.name) if feeds_sums(spec, q) for t in q.targets}
    return tuple(t for t in sum_targets(spec, population) if t in fed)


def feeds_sums(spec: NetworkSpec, projection) -> bool:
    """Tell whether a projection ends in `sum(target)`, not in a conductance."""
    return spec.population(projection.pre).neuron.is_spiking is projection.kind.is_hybrid


def reported(populations: Sequence[PopulationSpec], inputs: Attributes) -> Attributes:
    """Return the inputs under all their names: a conductance is a sum too."""

    def of(p: PopulationSpec) -> dict[str, Array]:
        mine = inputs[p.name]
        return mine | {f"sum({t})": mine[conductance(t)] for t in p.neuron.analysed.targets}

    return {p.name: of(p) for p in populations}
