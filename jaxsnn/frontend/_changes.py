"""Changes of the description of a network, which its arrays survive: of populations, inputs, delays, connectors."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..connectivity import Connector
from ..editing import silent, without_window
from ..errors import ArgumentError, StateError
from ..inputs import Schedule
from ..network import Virtual
from ..plan import ProjectionPlan
from ..simulation import too_long_past
from ._core import Core


def change_population(core: Core, name: str, **changes: Any) -> None:
    """Replace parts of the description of a population that do not change the meaning of its arrays."""
    core.check_alone()
    old = core.population(name)
    if all(getattr(old, part) == new for part, new in changes.items()):
        return
    with core.all_or_nothing():
        if core.own_arrays is not None and "neuron" in changes:  # another window of the mean firing rate begins empty
            core.own_arrays.moment = without_window(core.own_arrays.moment, name)
        core.change(core.draft.with_population(replace(old, **changes)))


def set_enabled(core: Core, name: str, enabled: bool) -> None:
    """Let a population take part in the steps to come, or stand still."""
    core.check_alone()
    disabled = core.draft.disabled - {name} if enabled else core.draft.disabled | {name}
    core.change(replace(core.draft, disabled=disabled))
    if core.own_arrays is not None and not enabled:
        core.own_arrays.moment = silent(core.own_arrays.moment, name)


def change_schedule(core: Core, population: str, values: dict[str, Any]) -> None:
    """Replace parts of what drives an input population, such as its `rates`."""
    core.check_free()
    old = core.schedule(population)
    if old is None:
        raise StateError(f"population `{population}` follows no table")
    set_schedule(core, population, old.changed(**values))


def set_schedule(core: Core, population: str, new: Schedule) -> None:
    """Let something else drive an input population."""
    source = new.source(core.dt)
    if not core.is_compiled:
        changed = core.draft.with_population(replace(core.population(population), source=source))
        core.draft = changed.with_schedule(population, new)
        return
    provenance, dtype = core.arrays.provenance, core.compiled.dtype
    core.arrays.provenance = replace(provenance, schedules={**provenance.schedules, population: new})
    for name, array in source.arrays.items():
        stored = dtype if np.issubdtype(array.dtype, np.floating) else np.int32
        core.arrays.write(("populations", population, name), np.asarray(array, stored))


def change_longest_delay(core: Core, steps: dict[str, int]) -> None:
    """Keep the past of at least so many steps for projections, by name."""
    plans = core.compiled.plans
    short = {name: n for name, n in steps.items() if n > plans[name].longest}
    if not short:
        return
    core.check_alone()
    draft = core.draft
    for name, n in short.items():
        _check_room(plans[name], n, core.dt)
        draft = draft.with_changed_projection(name, longest_delay=float(n * core.dt))
    core.change(draft)


def _check_room(plan: ProjectionPlan, n: int, dt: float) -> None:
    """Raise if the past of n steps of both sides of a projection does not fit in memory."""
    lacking = too_long_past(plan, n)
    if lacking is not None:
        message = f"a delay of {n * dt:g} ms of projection `{plan.name}` would take {lacking[0]:.3g} GiB"
        raise ArgumentError(f"{message}, and only {lacking[1]:.3g} GiB of memory are available")


def give_connector(core: Core, name: str, connector: Connector | Virtual, has_one_weight: bool = False) -> None:
    """Connect a projection."""
    core.check_open("a connector")
    core.projection(name)
    core.draft = core.draft.with_changed_projection(name, connector=connector, has_one_weight=has_one_weight)
