"""One step of a population whose spikes stand at the moment at which their condition is met.

A step is a sequence of parts, whose lengths each neuron has for itself:

1. what is left of its refractory period, in which conductances alone go on;
2. the time to its spike, or to the end of the step;
3. after the reset: the refractory period again, as far as it lies within the step, and what is left.

A part is a shorter step of the numerical method. Inputs arrive at the beginning of the step. A condition that is met
once more in the rest of the step is met at the beginning of the next one.

Most neurons have one part, the whole step, as on the grid. So on a CPU all neurons are advanced as on the grid, and
only those with several parts, which are few, once more in parts. Derivatives come from all neurons in parts.
"""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.custom_batching import sequential_vmap

from ..equations import Scope, run_updates
from ..network import PopulationSpec
from ..propagation import in_chunks, materialise, pack, with_derivative_of
from ._crossing import crossing
from ._population_state import PopulationState, Surroundings
from ._step_parts import Neurons, Parts, Values, neurons_of, without_step


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Fired:
    """What a step has made of neurons.

    Args:
        values: of what their equations and the reset change.
        flags: (n,) booleans, who spiked.
        distance: (n,), to the threshold at the end of the step if nobody had spiked.
        offset: (n,), the part of the step that had passed at the spike; 1 without one.
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
    neurons = neurons_of(spec.neuron.analysed, scope, before.refractory)
    written = spec.neuron.analysed.written
    changed = [name for name, x in before.variables.items() if x.ndim and name in written]

    def in_parts(neurons: Neurons, opaque: Array | None) -> Fired:
        return _only(_in_parts(spec, neurons, spec.size, dt), changed)

    if around.opaque is None:  # a step on an accelerator has no loop whose end depends on data
        return in_parts(neurons, None)

    def where_needed(neurons: Neurons, opaque: Array) -> Fired:
        return _in_parts_where_needed(spec, neurons, changed, dt, opaque)

    return with_derivative_of(in_parts, sequential_vmap(where_needed))(neurons, around.opaque)


def _only(fired: Fired, names: list[str]) -> Fired:
    return replace(fired, values={name: fired.values[name] for name in names})


def _in_parts_where_needed(
    spec: PopulationSpec, neurons: Neurons, changed: list[str], dt: float, opaque: Array
) -> Fired:
    """Return the neurons one step later: all in one part, and again those that spike, or wake within the step."""
    once, wakes = _in_one_part(spec, neurons, dt, opaque)
    found = materialise((once.flags | wakes).astype(jnp.uint8), opaque) > 0

    def visit(fired: Fired, ranks: Array) -> Fired:
        some = _only(_in_parts(spec, neurons.some(ranks), ranks.shape[0], dt), changed)
        return jax.tree.map(lambda x, y: x.at[ranks].set(y, mode="drop", unique_indices=True), fired, some)

    return in_chunks(pack(found), spec.size, visit, _only(once, changed))


def _in_one_part(spec: PopulationSpec, neurons: Neurons, dt: float, opaque: Array) -> tuple[Fired, Array]:
    """Return the neurons one step later, before resets, and which of them are refractory for a part of the step."""
    model, held = spec.neuron.analysed, neurons.refractory
    parts = Parts(model, neurons, spec.size, dt)
    active = None if held is None else held == 0.0
    scope = replace(parts.at(neurons.values), once=lambda numbers: materialise(numbers, opaque))
    run_updates(model.updates, scope, dt, active)
    values = without_step(scope.values)
    flags, away = parts.is_met(values), parts.distance(values)
    offset = jnp.ones(spec.size, away.dtype)
    if held is None or active is None:
        return Fired(values, flags, away, offset, None), jnp.zeros_like(flags)
    fired = Fired(values, flags & active, jnp.where(active, away, -jnp.inf), offset, jnp.maximum(held - 1.0, 0.0))
    return fired, (held > 0.0) & (held < 1.0)


def _in_parts(spec: PopulationSpec, neurons: Neurons, size: int, dt: float) -> Fired:
    """Return some neurons, or all, one step later."""
    parts, before = Parts(spec.neuron.analysed, neurons, size, dt), neurons.refractory
    held = None if before is None else jnp.minimum(before, 1.0)
    start = neurons.values if held is None else parts.wait(neurons.values, held)
    left = 1.0 - (jnp.zeros(size, parts.distance(start).dtype) if held is None else held)

    def moved(share: Array) -> Values:
        return parts.move(start, share * left, None if held is None else left > 0.0)

    end = moved(jnp.ones_like(left))
    flags = parts.is_met(end) & (left > 0.0)
    share = crossing(lambda share: parts.distance(moved(share)), flags)
    if spec.neuron.gradients == "surrogate":
        share = lax.stop_gradient(share)
    after, refractory = _reset_and_rest(parts, moved(share), flags, left * (1.0 - share), held)
    values = {name: _chosen(flags, after[name], x) for name, x in end.items()}
    away = jnp.where(left > 0.0, parts.distance(end), -jnp.inf)
    return Fired(values, flags, away, 1.0 - left * (1.0 - share), refractory)


def _reset_and_rest(
    parts: Parts, at: Values, flags: Array, rest: Array, held: Array | None
) -> tuple[Values, Array | None]:
    """Return the values at the end of the step of neurons that spiked, and what is left of refractory periods."""
    model, after = parts.model, parts.reset(at, flags)
    if model.refractory is None or held is None:
        return parts.move_on(after, rest), None
    duration = jnp.maximum(after[model.refractory] / parts.dt, 0.0)
    waits = jnp.minimum(duration, rest)
    values = parts.move_on(parts.wait(after, waits), rest - waits)
    left = jnp.where(flags, duration - waits, parts.neurons.refractory - held)  # type: ignore[operator]
    return values, left


def _chosen(flags: Array, new: Array, old: Array) -> Array:
    """Return the new value where a neuron spiked; single values are those of the population."""
    return jnp.where(flags, new, old) if jnp.ndim(old) == 1 and new is not old else old
