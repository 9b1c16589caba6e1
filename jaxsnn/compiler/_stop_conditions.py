"""Whether populations have reached what a run waits for."""

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from ..equations import Scope, conductance, evaluate, truth_of
from ..network import PopulationSpec
from ..step import LONG_AGO, Attributes, Emitted, NetworkParams, NetworkState, last_spike_times, present, reduction_name
from ._compile_network import CompiledNetwork


class Goal(NamedTuple):
    """What a run waits for.

    Args:
        populations: names of those whose stop conditions count; without any condition, a run never stops early.
        every: whether all of them must meet theirs, not just any.
    """

    populations: tuple[str, ...]
    every: bool


def build_reached(compiled: CompiledNetwork, goal: Goal) -> Callable[[NetworkParams, NetworkState, Emitted], Array]:
    """Return `reached(params, state, emitted)`, a () boolean that looks at the state after a step and at its inputs."""
    populations = [compiled.spec.population(name) for name in goal.populations]

    def reached(params: NetworkParams, state: NetworkState, emitted: Emitted) -> Array:
        there = replace(state, populations={**state.populations, **_with_inputs(populations, state, emitted)})
        met = [_met(p, params, there, compiled) for p in populations]
        return reduce(jnp.logical_and if goal.every else jnp.logical_or, met) if met else jnp.bool_(False)

    return reached


def _with_inputs(populations: list[PopulationSpec], state: NetworkState, emitted: Emitted) -> Attributes:
    """Return the variables of populations with the inputs of the step that has ended, which the state has no more."""

    def inputs(p: PopulationSpec) -> dict[str, Array]:
        arrived = {conductance(target): x for target, x in emitted.conductances[p.name].items()}
        return {name: arrived[name] for name in p.neuron.analysed.instantaneous}

    return {p.name: {**state.populations[p.name], **inputs(p)} for p in populations}


def _met(population: PopulationSpec, params: NetworkParams, state: NetworkState, compiled: CompiledNetwork) -> Array:
    stop = population.stop
    if stop is None:
        return jnp.bool_(False)
    flags = _spiked(population, state) if stop.condition is None else _holds(population, params, state, compiled)
    flags = jnp.broadcast_to(flags, (population.size,))
    return flags.all() if stop.every else flags.any()


def _spiked(population: PopulationSpec, state: NetworkState) -> Array:
    return state.spikes[population.name].flags


def _holds(population: PopulationSpec, params: NetworkParams, state: NetworkState, compiled: CompiledNetwork) -> Array:
    """Return the condition per neuron; `t` is the time of the step that has just ended."""
    name, dt, dtype = population.name, compiled.spec.dt, compiled.dtype
    values = {**params.populations[name], **state.constants.populations[name], **state.populations[name]}
    ended, last = state.step - 1, jnp.asarray(state.last_spike.get(name, LONG_AGO), jnp.int32)
    values |= present(ended, dt, dtype) | last_spike_times("t_last", last, ended, dt, dtype)
    model = population.neuron.analysed
    reductions = {r: state.reductions[name][reduction_name(r)] for r in model.reductions}
    scope = Scope(values, state.sums.get(name, {}), reductions, params.constants)
    return truth_of(evaluate(population.stop.condition, scope))  # type: ignore[union-attr]
