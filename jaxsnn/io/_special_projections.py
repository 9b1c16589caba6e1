"""A projection without synapses of its own in a file: filters, delay, what is on its way, switches."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..connectivity import DELAY
from ..step import find, put
from ._array_checks import must_fit, one_sided
from ._document import Document, Parts
from ._projections import STEPS, SWITCH, SWITCHES
from ._snapshot import Snapshot
from ._state_parts import projection_field_shapes, projection_fields, with_projection_fields


def virtual_header(now: Snapshot, name: str) -> dict[str, Any]:
    """Return what the header of a file says of a projection that has no synapses of its own."""
    plan = now.compiled.plans[name]
    return {
        "pre": plan.spec.pre,
        "post": plan.spec.post,
        "model": plan.spec.kind.value,
        "attributes": {},
        "own_delays": plan.has_own_delays,
        "rows_by": None,
        "width": 0,
    }


def virtual_parts(now: Snapshot, name: str) -> Parts:
    """Return everything of such a projection that changes."""
    plan, state = now.compiled.plans[name], now.state
    parts = {a: find(now.params, state, ("projections", name, a)) for a in plan.spec.attributes}
    delay = state.constants.projections.get(name, {}).get(DELAY)
    parts |= {} if delay is None else {STEPS: delay}
    parts |= projection_fields(now, name)
    switches = state.constants.switches[name]
    parts |= {f"{SWITCH}{s}": getattr(switches, s) for s in SWITCHES}
    return {part: np.asarray(x) for part, x in parts.items()}


def with_virtual(now: Snapshot, name: str, document: Document, parts: Parts) -> tuple[Snapshot, list[str]]:
    """Return a network with such a projection as a file has it, and what was skipped.

    Raises:
        FileFormatError: an array of another type or shape.
    """
    plan, what, mine = now.compiled.plans[name], f"projection `{name}`", virtual_parts(now, name)
    must_fit(document, what, parts, mine, projection_field_shapes(plan, 0))
    params, state = now.params, now.state
    names = {**{a: a for a in plan.spec.attributes}, **{f"{SWITCH}{s}": s for s in SWITCHES}, STEPS: DELAY}
    for part, value in parts.items():
        if part in mine and part in names:
            kind = "switches" if part.startswith(SWITCH) else "projections"
            params, state = put(params, state, (kind, name, names[part]), value)
    state = with_projection_fields(now, state, name, parts, now.step - document.header["step"])
    return replace(now, params=params, state=state), one_sided(what, parts, mine)
