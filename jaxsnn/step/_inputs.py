"""The inputs of neurons during a step: conductances, which go on from step to step, and sums, which begin at 0.

A conductance `g_exc` is a variable of its population; a sum stands in `state.sums`, by target. While projections
transmit, both are read and written there and nowhere else, so that a synapse finds what has arrived so far.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import jax.numpy as jnp
from jax import Array

from ..equations import conductance
from ..network import NetworkSpec, PopulationSpec
from ..plan import ProjectionPlan, sum_targets
from ._state import Attributes, Emitted, NetworkParams, NetworkState

# transmit(params, state, opaque) -> state: the network as the step before has left it, with all inputs that have
# arrived so far; then with those of one more projection.
Transmit = Callable[[NetworkParams, NetworkState, Array], NetworkState]


def inputs_of(plan: ProjectionPlan, state: NetworkState) -> dict[str, Array]:
    """Return the inputs that a projection feeds, (post population,) each, by target."""
    name = plan.post.name
    if plan.feeds_sums:
        return {target: state.sums[name][target] for target in plan.targets}
    return {target: state.populations[name][conductance(target)] for target in plan.targets}


def with_inputs(plan: ProjectionPlan, state: NetworkState, new: dict[str, Array]) -> NetworkState:
    """Return the state with other values of the inputs that a projection feeds."""
    name = plan.post.name
    if plan.feeds_sums:
        return replace(state, sums={**state.sums, name: {**state.sums[name], **new}})
    return _with_conductances(state, name, new)


def with_added(plan: ProjectionPlan, state: NetworkState, arrived: Array) -> NetworkState:
    """Return the state with the same number, (post population,), added to all inputs that a projection feeds."""
    return with_inputs(plan, state, {target: x + arrived for target, x in inputs_of(plan, state).items()})


def _with_conductances(state: NetworkState, name: str, new: dict[str, Array]) -> NetworkState:
    own = state.populations[name] | {conductance(target): x for target, x in new.items()}
    return replace(state, populations={**state.populations, name: own})


def before_transmission(
    spec: NetworkSpec, populations: Sequence[PopulationSpec], state: NetworkState, fed: Attributes, dtype
) -> NetworkState:
    """Return the state to which projections add, with what comes from elsewhere; sums begin at 0.

    Args:
        spec: the network.
        populations: those that are advanced.
        state: that the step before has left.
        fed: what comes from outside of this part of the network, by population and target.
        dtype: of floating-point values.
    """
    sums = {p.name: {t: jnp.zeros(p.size, dtype) for t in sum_targets(spec, p)} for p in populations}
    for name, arrived in fed.items():
        sums[name] |= {t: x for t, x in arrived.items() if t in sums[name]}
        own, rest = state.populations[name], {t: x for t, x in arrived.items() if t not in sums[name]}
        state = _with_conductances(state, name, {t: own[conductance(t)] + x for t, x in rest.items()})
    return replace(state, sums={**state.sums, **sums})


def arrived_inputs(populations: Sequence[PopulationSpec], state: NetworkState) -> Emitted:
    """Return what has arrived at each population when all projections have transmitted."""

    def conductances(p: PopulationSpec) -> dict[str, Array]:
        return {t: state.populations[p.name][conductance(t)] for t in p.neuron.analysed.targets}

    return Emitted({p.name: conductances(p) for p in populations}, {p.name: state.sums[p.name] for p in populations})


def after_transmission(enabled: Sequence[PopulationSpec], before: NetworkState, state: NetworkState) -> NetworkState:
    """Return the state with those sums alone that it keeps from step to step.

    Args:
        enabled: populations that receive something; the sums of others stay what they were.
        before: state at the beginning of the step.
        state: when all projections have transmitted.
    """
    names = {p.name for p in enabled}
    sums = {
        name: {t: state.sums[name][t] for t in kept} if name in names else kept for name, kept in before.sums.items()
    }
    return replace(state, sums=sums)
