"""The inputs of populations in a step: conductances `g_<target>`, which go on, and sums, which begin at 0."""

from collections.abc import Sequence
from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array

from ..equations import conductance
from ..network import NetworkSpec, PopulationSpec
from ..plan import sum_targets
from ._spike_transmission import Transmit
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


def reported(populations: Sequence[PopulationSpec], inputs: Attributes) -> Attributes:
    """Return the inputs under all their names: a conductance is a sum too."""

    def of(p: PopulationSpec) -> dict[str, Array]:
        mine = inputs[p.name]
        return mine | {f"sum({t})": mine[conductance(t)] for t in p.neuron.analysed.targets}

    return {p.name: of(p) for p in populations}
