"""Delays of projections: one number, or one for each synapse; they can change at any time."""

from math import inf
from typing import Any

import numpy as np

from .. import arguments
from ..connectivity import DELAY
from ..distributions import Distribution
from ..errors import ArgumentError, StateError
from ..step import LAST_STEP
from . import _attributes as attributes
from . import _synapse_attributes as synapse_attributes
from ._changes import change_longest_delay
from ._core import Core


def change_delays(core: Core, name: str, value: Any) -> None:
    """Set the delays of a projection: one number of ms, or for synapses with delays of their own lists."""
    if not core.is_compiled:
        _declare_delays(core, name, value)
        return
    core.check_free()
    if core.projection(name).fractional_delays:
        table, old = core.synapses(name), synapse_attributes.stored(core, name, DELAY) * core.dt
        given = np.full(table.size, value) if np.ndim(value) == 0 else table.joined(value, f"`delay` of `{name}`")
        core.arrays.write(("projections", name, DELAY), table.written(old, given.astype(float)))
        return
    steps = _delay_steps(core, name, value)
    change_longest_delay(core, {name: int(steps.max())})
    core.arrays.write(("projections", name, DELAY), steps.astype(core.compiled.plans[name].delay_dtype))


def _declare_delays(core: Core, name: str, value: Any) -> None:
    if isinstance(value, list | tuple | np.ndarray):
        raise StateError(f"give the delays of projection `{name}` to its connector")
    if not isinstance(value, Distribution):
        value = arguments.real(value, "delay", "ms", least=0.0)
    connector = core.projection(name).connector
    core.draft = core.draft.with_changed_projection(name, connector=connector.with_delays(value))


def _delay_steps(core: Core, name: str, value: Any) -> np.ndarray:
    """Return delays in steps, as they are stored."""
    old = synapse_attributes.stored(core, name, DELAY)
    if old.ndim == 0:
        if np.ndim(value) or isinstance(value, Distribution):
            raise ArgumentError(f"projection `{name}` has one delay for all synapses: assign one number of ms")
        return in_steps(np.asarray(arguments.real(value, "delay", "ms", least=0.0)), core.dt)
    table = core.synapses(name)
    if isinstance(value, Distribution):
        if value.upper_bound == inf:
            raise ArgumentError(f"a delay has an upper bound: give {value!r} `max=`")
        value = attributes.draw(core, value, (table.size,))
        return table.written(old, in_steps(value.astype(float), core.dt)).astype(np.int32)
    one = np.ndim(value) == 0
    given = (
        np.full(table.size, arguments.real(value, "delay", "ms", least=0.0))
        if one
        else table.joined(value, f"`delay` of `{name}`")
    )
    return table.written(old, in_steps(given, core.dt)).astype(np.int32)


def in_steps(delays: np.ndarray, dt: float) -> np.ndarray:
    """Return delays in ms as steps, at least 1."""
    if not (np.isfinite(delays).all() and (delays >= 0).all()):
        raise ArgumentError(f"a delay is a finite number of ms, at least 0, not {delays.tolist()}")
    steps = np.maximum(1, np.rint(delays / dt))
    if steps.max(initial=1) > LAST_STEP:
        raise ArgumentError(f"a delay of {delays.max():g} ms is longer than a network can run: {LAST_STEP * dt:g} ms")
    return steps.astype(np.int32)
