"""Spikes of one population: conditions and resets, refractory periods, axonal spikes, the mean firing rate."""

from math import floor

import jax.numpy as jnp
from jax import Array, lax

from ..equations import Scope, branch, evaluate, run_event, truth_of
from ..equations import distance as distance_of
from ..network import PopulationSpec
from ..propagation import Spikes, materialise, n_words, read_before_write, unpack, where_spiked
from ._population_state import PopulationState, Surroundings
from ._precise_update import advance_to_spikes
from ._serial import AT_ONCE
from ._state import Window

MOST_STEPS = 2**30


def empty_window(window: float, dt: float, size: int) -> Window:
    """Return a window of so many ms without spikes."""
    return Window(jnp.zeros((window_steps(window, dt), n_words(size)), jnp.uint32), jnp.zeros(size, jnp.int32))


def window_steps(window: float, dt: float) -> int:
    """Return the length of a window in steps, at least 1."""
    return max(1, floor(window / dt * (1.0 + 1e-6)))


def fire(spec: PopulationSpec, scope: Scope, before: PopulationState, active, around: Surroundings, dt: float):
    """Test the condition, run the reset, start the refractory period; return (spikes, refractory, last_spike)."""
    model = spec.neuron.analysed
    if model.spike is None or before.spikes is None:
        return None, None, before.last_spike
    flags, spikes = _events(model.spike, spec, scope, active, before.spikes, around)
    flags = _reset(model.reset, spec, scope, flags, spikes, around.serial)
    refractory = None if model.refractory is None else _refractory(scope.values[model.refractory], before, flags, dt)
    last_spike = None if before.last_spike is None else jnp.where(flags, around.step, before.last_spike)
    return spikes, refractory, last_spike


def fire_precisely(spec: PopulationSpec, scope: Scope, before: PopulationState, around: Surroundings, dt: float):
    """Advance by a step with spikes at their moments; return (spikes, refractory, last_spike)."""
    found = advance_to_spikes(spec, scope, before, around, dt)
    scope.values.update(found.values)
    away = found.distance.astype(before.spikes.distance.dtype)  # type: ignore[union-attr]
    if spec.neuron.gradients != "surrogate":
        still = lax.stop_gradient(away)
        away = still if spec.neuron.gradients == "exact" else jnp.where(found.flags, still, away)
    flags = materialise(found.flags.astype(jnp.uint8), around.opaque) > 0
    last_spike = None if before.last_spike is None else jnp.where(flags, around.step, before.last_spike)
    return before.spikes.next(flags, away, found.offset), found.refractory, last_spike  # type: ignore[union-attr]


def fire_along_axon(
    spec: PopulationSpec, scope: Scope, before: PopulationState, active, around: Surroundings
) -> Spikes | None:
    """Test the axonal condition where, after the reset, the spike condition does not hold; run its statements."""
    model = spec.neuron.analysed
    if model.axon_spike is None or model.spike is None or before.axon_spikes is None:
        return None
    below = ~jnp.broadcast_to(truth_of(evaluate(model.spike, scope)), (spec.size,))
    allowed = below if active is None else below & active
    flags, spikes = _events(model.axon_spike, spec, scope, allowed, before.axon_spikes, around)
    _reset(model.axon_reset, spec, scope, flags, spikes, around.serial)
    return spikes


def _reset(statements, spec: PopulationSpec, scope: Scope, flags: Array, spikes: Spikes, serial: Array | None) -> Array:
    """Run statements where a spike happened; their derivative by the spike is zero unless the neuron asks for it.

    Returns the flags, which in a step of one thread are not known before the first statements are done.
    """
    pick = None
    if spec.neuron.differentiable_reset:
        values = spec.neuron.surrogate_function.spike(flags, spikes.distance)
        pick = lambda new, old: where_spiked(flags, values, new, jnp.broadcast_to(old, flags.shape))  # noqa: E731
    for begin in range(0, len(statements), AT_ONCE):
        group = statements[begin : begin + AT_ONCE]
        for statement in group:
            run_event(statement, scope, flags, pick)
        flags = _after(flags, {s.name for s in group}, scope, serial)
    return flags


def _after(flags: Array, names: set[str], scope: Scope, serial: Array | None) -> Array:
    """Return flags that are not known before some values are; None leaves the order to XLA."""
    if serial is None:
        return flags
    values = {name: scope.values[name] for name in sorted(names)}
    known, values = materialise((flags.astype(jnp.uint8), values), serial)
    scope.values |= values
    return known > 0


def _events(condition, spec: PopulationSpec, scope: Scope, allowed, before: Spikes, around: Surroundings):
    """Return (flags, spikes) of a condition, among the neurons that are allowed to spike."""
    flags = jnp.broadcast_to(truth_of(evaluate(condition, scope)), (spec.size,))
    distances = distance_of(condition, branch(condition, scope, allowed))
    away = jnp.broadcast_to(distances, (spec.size,)).astype(before.distance.dtype)
    if allowed is not None:
        # A refractory neuron cannot spike however close it is: no gradient flows through its condition.
        flags, away = flags & allowed, jnp.where(allowed, away, -jnp.inf)
    flags = materialise(flags.astype(jnp.uint8), around.opaque) > 0
    return flags, before.next(flags, away)


def _refractory(duration: Array, before: PopulationState, flags: Array, dt: float) -> Array:
    """Return the steps left: `int(duration / dt)` after a spike, else one less."""
    # A whole number of steps must survive the division in single precision.
    steps = jnp.clip(jnp.floor(duration / dt * (1.0 + 1e-6)), 0, MOST_STEPS).astype(jnp.int32)
    return jnp.where(flags, steps, jnp.maximum(before.refractory - 1, 0))  # type: ignore[operator]


def counted(spec: PopulationSpec, window: Window | None, spikes: Spikes | None, around: Surroundings) -> Window | None:
    """Return the window moved by one step: the spikes of this step are in it, those of the oldest one are not."""
    if window is None or spikes is None:
        return None
    row = around.step % window.words.shape[0]
    oldest = lax.dynamic_index_in_dim(window.words, row, keepdims=False)
    expired, words = read_before_write(oldest, spikes.words, around.opaque)
    counts = window.counts + spikes.flags.astype(jnp.int32) - unpack(expired, spec.size).astype(jnp.int32)
    return Window(lax.dynamic_update_index_in_dim(window.words, words, row, 0), counts)


def mean_rate(spec: PopulationSpec, window: Window, dtype) -> Array:
    """Return the mean firing rate of every neuron in the window, (size,) Hz."""
    return window.counts.astype(dtype) * (1000.0 / spec.neuron.analysed.rate_window)  # type: ignore[operator]
