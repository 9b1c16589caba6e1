"""Which equation made a number, or a derivative, that is not finite."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp

from ...compiler import replay
from ...equations import Assignment, Scope, evaluate, run_event, run_updates, sum_name, truth_of
from ...models import Neuron
from ...simulation import Simulation
from ...step import NetworkParams, NetworkState

Run = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True)
class Culprit:
    """An equation that is not finite.

    Args:
        variable: that it computes.
        text: of the equation; "" where what arrived was not finite already.
        reads: the names by which its derivative is not finite; empty where its value is not.
    """

    variable: str
    text: str
    reads: tuple[str, ...] = ()


def state_before(sim: Simulation, params: NetworkParams, state: NetworkState, step: int) -> NetworkState:
    """Return the state before a step of a run, 0 for the first."""
    advance = lambda i, state: sim.compiled.advance(params, state, i)[0]  # noqa: E731
    return jax.jit(lambda state, n: jax.lax.fori_loop(0, n, advance, state))(state, jnp.int32(step))


def find_value(sim: Simulation, params: NetworkParams, before: NetworkState, name: str) -> Culprit | None:
    """Return the first equation of a population whose value is not finite in the step after a state."""
    scope, active = replay(sim.compiled, params, before, name)
    arrived = {**scope.values, **{sum_name(t): x for t, x in scope.inputs.items()}}
    for variable, x in arrived.items():
        if not _finite(x):
            return Culprit(variable, "")
    for text, update, run in _updates(sim.spec.population(name).neuron, scope, active, sim.dt):
        scope.values = run(scope.values, scope.inputs)
        for variable, expression in _written(update):
            if not _finite(scope.values[variable]):
                return Culprit(variable, _line(text, expression))
    return None


def find_derivative(sim: Simulation, params: NetworkParams, before: NetworkState, name: str) -> Culprit | None:
    """Return the first equation of a population whose derivative is not finite in the step after a state."""
    scope, active = replay(sim.compiled, params, before, name)
    for text, update, run in _updates(sim.spec.population(name).neuron, scope, active, sim.dt):
        for variable, expression in _written(update):
            reads = _not_finite_by(run, scope, variable)
            if reads:
                return Culprit(variable, _line(text, expression), reads)
        scope.values = run(scope.values, scope.inputs)
    return None


def _updates(neuron: Neuron, scope: Scope, active: Any, dt: float) -> Iterator[tuple[str, Any, Run]]:
    """Yield the text that holds an update, the update, and the function from values and inputs to the values after.

    The caller writes the values after each update to the scope before it asks for the next.
    """
    model = neuron.analysed
    for update, where in [*((u, None) for u in model.shared_updates), *((u, active) for u in model.updates)]:
        step = lambda there, update=update, where=where: run_updates((update,), there, dt, where)  # noqa: E731
        yield neuron.equations, update, _function(step, scope)
    if model.spike is None:
        return
    spiked = jnp.asarray(truth_of(evaluate(model.spike, scope)))
    flags = spiked if active is None else spiked & active
    for update in model.reset:
        step = lambda there, update=update: run_event(update, there, flags)  # noqa: E731
        yield neuron.reset or "", update, _function(step, scope)


def _function(step: Callable[[Scope], None], scope: Scope) -> Run:
    """Return a step that writes to a scope as a function of values and inputs."""

    def run(values: dict[str, Any], inputs: Any) -> dict[str, Any]:
        there = replace(scope, values=dict(values), inputs=inputs)
        step(there)
        return there.values

    return run


def _written(update: Any) -> list[tuple[str, Any]]:
    """Return the variables that an update computes, each with an expression that stands in its text."""
    if isinstance(update, Assignment):
        return [(update.name, update.expression)]
    return [(ode.name, ode.right) for ode in update.odes]


def _not_finite_by(run: Run, scope: Scope, variable: str) -> tuple[str, ...]:
    """Return the names by which the derivative of what an update computes is not finite, where its value is."""
    real = {n: jnp.asarray(x) for n, x in scope.values.items() if _is_real(x)}
    other = {n: x for n, x in scope.values.items() if n not in real}
    value, pullback = jax.vjp(lambda real, sums: run(real | other, sums)[variable], real, dict(scope.inputs))
    if not _is_real(value) or not _finite(value):
        return ()
    by_values, by_sums = pullback(jnp.ones_like(value))
    found = [n for n, x in by_values.items() if not _finite(x)]
    return (*found, *(sum_name(t) for t, x in by_sums.items() if not _finite(x)))


def _is_real(x: Any) -> bool:
    return hasattr(x, "dtype") and jnp.issubdtype(x.dtype, jnp.floating)


def _finite(x: Any) -> bool:
    return bool(jnp.isfinite(x).all()) if _is_real(x) else True


def _line(text: str, expression: Any) -> str:
    """Return the definition in a text that holds an expression."""
    lines = text.splitlines()
    at = expression.at
    if not 0 < at.line <= len(lines):
        return ""
    line = lines[at.line - 1]
    begin, end = line.rfind(";", 0, at.column - 1) + 1, line.find(";", at.column - 1)
    return line[begin : len(line) if end < 0 else end].strip()
