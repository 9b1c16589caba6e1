"""One step of a population whose spikes stand at the moment at which their condition is met.

A step is a sequence of parts, whose lengths each neuron has for itself:

1. what is left of its refractory period, in which conductances alone go on;
2. the time to its spike, or to the end of the step;
3. after the reset: the refractory period again, as far as it lies within the step, and what is left.

A part is a shorter step of the numerical method. Inputs arrive at the beginning of the step. A condition that is met
once more in the rest of the step is met at the beginning of the next one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from ..equations import Assignment, Name, Scope, branch, evaluate, run_event, run_updates, truth_of, walk
from ..equations import distance as distance_of
from ..network import PopulationSpec
from ._crossing import crossing
from ._population_state import PopulationState, Surroundings

Values = dict[str, Any]


@dataclass(frozen=True)
class Fired:
    """What a step has made of the neurons.

    Args:
        values: what names mean afterwards.
        flags: (n,) booleans, who spiked.
        distance: (n,), to the threshold at the end of the step if nobody had spiked.
        offset: (n,), the part of the step that had passed at the spike.
        refractory: (n,), what is left of the refractory period, in steps; None without one.
    """

    values: Values
    flags: Array
    distance: Array
    offset: Array
    refractory: Array | None


def advance_to_spikes(
    spec: PopulationSpec, scope: Scope, before: PopulationState, around: Surroundings, dt: float
) -> Fired:
    """Return the neurons one step later; the shared variables of the population have been updated."""
    parts, model = _Parts(spec, scope, dt), spec.neuron.analysed
    held = None if before.refractory is None else jnp.minimum(before.refractory, 1.0)
    left = jnp.ones(spec.size, before.spikes.distance.dtype) if held is None else 1.0 - held  # type: ignore[union-attr]
    start = dict(scope.values) if held is None else parts.wait(scope.values, held)

    def moved(share: Array) -> Values:
        return parts.move(start, share * left)

    end = moved(jnp.ones_like(left))
    met = jnp.broadcast_to(truth_of(evaluate(model.spike, parts.at(end))), (spec.size,))  # type: ignore[arg-type]
    away = jnp.broadcast_to(distance_of(model.spike, parts.at(end)), (spec.size,))  # type: ignore[arg-type]
    flags = met & (left > 0.0)
    share = crossing(lambda share: parts.distance(moved(share)), flags)
    if spec.neuron.gradients == "surrogate":
        share = lax.stop_gradient(share)
    after, refractory = _reset_and_rest(parts, moved(share), flags, left * (1.0 - share), held, before)
    values = {name: _chosen(flags, after[name], x) for name, x in end.items()}
    return Fired(values, flags, jnp.where(left > 0.0, away, -jnp.inf), 1.0 - left * (1.0 - share), refractory)


def _reset_and_rest(
    parts: "_Parts", at: Values, flags: Array, rest: Array, held: Array | None, before: PopulationState
) -> tuple[Values, Array | None]:
    """Return the values at the end of the step of neurons that spiked, and what is left of refractory periods."""
    model = parts.spec.neuron.analysed
    scope = parts.at(at)
    for statement in model.reset:
        run_event(statement, scope, flags)
    after = parts.without_jumps(scope.values)
    if model.refractory is None or held is None:
        return parts.move(after, rest), None
    duration = jnp.maximum(scope.values[model.refractory] / parts.dt, 0.0)
    waits = jnp.minimum(duration, rest)
    values = parts.move(parts.wait(after, waits), rest - waits)
    return values, jnp.where(flags, duration - waits, before.refractory - held)  # type: ignore[operator]


@dataclass(frozen=True)
class _Parts:
    """The equations of a population, executed for a part of a step."""

    spec: PopulationSpec
    scope: Scope
    dt: float

    def at(self, values: Mapping[str, Any]) -> Scope:
        """Return the scope with other values."""
        return replace(self.scope, values=dict(values))

    def move(self, values: Mapping[str, Any], share: Array) -> Values:
        """Return the values a share of the step later."""
        return self._run(values, share, None)

    def wait(self, values: Mapping[str, Any], share: Array) -> Values:
        """Return the values of refractory neurons a share of the step later."""
        return self._run(values, share, jnp.zeros(self.spec.size, bool))

    def _run(self, values: Mapping[str, Any], share: Array, active: Array | None) -> Values:
        scope, length = self.at({**values, "dt": share * self.dt}), share * self.dt
        run_updates(self.spec.neuron.analysed.updates, scope, length, active, span=self.dt)
        return {**scope.values, "dt": self.dt}

    def distance(self, values: Mapping[str, Any]) -> Array:
        """Return the distance to the threshold, (n,)."""
        model, scope = self.spec.neuron.analysed, self.at(values)
        return jnp.broadcast_to(distance_of(model.spike, branch(model.spike, scope, None)), (self.spec.size,))  # type: ignore[arg-type]

    def without_jumps(self, values: Mapping[str, Any]) -> Values:
        """Return the values without inputs that assignments add at once: they have been added."""
        model = self.spec.neuron.analysed
        assignments = [u for u in model.updates if isinstance(u, Assignment)]
        read = {node.name for u in assignments for node in walk(u.expression) if isinstance(node, Name)}
        jumps = [name for name in model.instantaneous if name in read]
        return {**values, **{name: jnp.zeros_like(jnp.asarray(values[name])) for name in jumps}}


def _chosen(flags: Array, new: Any, old: Any) -> Any:
    """Return the new value where a neuron spiked; single values are those of the population."""
    return jnp.where(flags, new, old) if jnp.ndim(old) == 1 and new is not old else old
