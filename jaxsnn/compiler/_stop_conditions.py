"""Whether populations have reached what a run waits for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import jax.numpy as jnp
from jax import Array

from ..equations import Scope, evaluate, truth_of
from ..network import PopulationSpec
from ..step import LONG_AGO, NetworkParams, NetworkState, reduction_name
from ._compile_network import CompiledNetwork


@dataclass(frozen=True)
class Goal:
    """What a run waits for.

    Args:
        populations: names of those whose stop conditions count; without any condition, a run never stops early.
        every: whether all of them must meet theirs, not just any.
    """

    populations: tuple[str, ...]
    every: bool


def build_reached(compiled: CompiledNetwork, goal: Goal) -> Callable[[NetworkParams, NetworkState], Array]:
    """Return `reached(params, state)`, a () boolean that looks at the state after a step."""
    populations = [compiled.spec.population(name) for name in goal.populations]

    def reached(params: NetworkParams, state: NetworkState) -> Array:
        met = [_met(p, params, state, compiled) for p in populations]
        return reduce(jnp.logical_and if goal.every else jnp.logical_or, met) if met else jnp.bool_(False)

    return reached


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
    values |= {"t": (state.step - 1).astype(dtype) * dt, "dt": dt}
    values["t_last"] = jnp.asarray(state.last_spike.get(name, LONG_AGO), dtype) * dt
    model = population.neuron.analysed
    reductions = {r: state.reductions[name][reduction_name(r)] for r in model.reductions}
    scope = Scope(values, state.sums.get(name, {}), reductions, params.constants)
    return truth_of(evaluate(population.stop.condition, scope))  # type: ignore[union-attr]
