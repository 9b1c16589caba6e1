"""A projection in a file: who is connected to whom, as ranks, and what is stored for each synapse."""

from dataclasses import fields
from typing import Any

import numpy as np

from ..connectivity import DELAY, SynapseTable
from ..equations import Locality
from ..plan import ProjectionPlan
from ..step import Switches, find
from ._array_checks import ANY, Shape, attribute_kind, attribute_shapes, must_fit
from ._document import Document, Parts
from ._snapshot import Snapshot
from ._state_parts import projection_field_shapes, projection_fields, rings_ahead

PRE, POST, PRE_SIDE, POST_SIDE = "pre-ranks", "post-ranks", "pre-side", "post-side"
STEPS, SWITCH, EVERYWHERE = "delay-steps", "switch-", "everywhere-"
SWITCHES = tuple(f.name for f in fields(Switches))


def projection_header(now: Snapshot, name: str) -> dict[str, Any]:
    """Return what the header of a file says of a projection."""
    plan, model = now.compiled.plans[name], now.spec.projection(name).synapse
    return {
        "pre": plan.spec.pre,
        "post": plan.spec.post,
        "model": model.name,
        "attributes": {a.name: attribute_kind(a) for a in model.analysed.attributes},
        "own_delays": plan.has_own_delays,
        "rows_by": None if plan.form.is_dense else plan.form.by.value,
        "width": 0 if plan.form.is_dense else now.synapses(name).shape[1],
    }


def projection_parts(now: Snapshot, name: str) -> Parts:
    """Return everything of a projection that changes, in the order of synapses by post rank, then by pre rank."""
    plan, found, state = now.compiled.plans[name], now.synapses(name), now.state
    ends = plan.spec.ends
    parts = {PRE_SIDE: ends.pre.array, POST_SIDE: ends.post.array}
    parts |= {PRE: found.pre.astype(np.int32), POST: found.post.astype(np.int32)}
    for attribute in plan.model.attributes:
        value = np.asarray(find(now.params, state, ("projections", name, attribute.name)))
        parts[attribute.name] = _of_synapses(found, value) if attribute.locality is Locality.LOCAL else value
    steps = _of_synapses(found, np.asarray(find(now.params, state, ("projections", name, DELAY))))
    parts[STEPS] = steps.astype(np.int32) if steps.dtype.kind == "u" else steps
    parts |= projection_fields(now, name) | _everywhere(now, plan)
    switches = state.constants.switches[name]
    return parts | {f"{SWITCH}{s}": np.asarray(getattr(switches, s)) for s in SWITCHES}


def _everywhere(now: Snapshot, plan: ProjectionPlan) -> Parts:
    """Return parameters and delays of all pairs where a rule creates synapses, which begin with these."""
    if plan.model.creating is None:
        return {}
    names = [a.name for a in plan.model.attributes if a.is_parameter and a.locality is Locality.LOCAL]
    names += [DELAY] if plan.has_own_delays else []
    stored = {n: np.asarray(find(now.params, now.state, ("projections", plan.name, n))) for n in names}
    return {f"{EVERYWHERE}{n}": np.array(np.broadcast_to(x, plan.form.shape)) for n, x in stored.items()}


def _of_synapses(found: SynapseTable, value: np.ndarray) -> np.ndarray:
    """Return values (synapses,) of what is stored at the places, or ()."""
    return value if value.ndim == 0 else value.reshape(-1)[found.place]


def longest_delay(parts: Parts) -> int:
    """Return how many steps a projection of a file must see ahead, or back; 1 where the file does not say it right."""
    delays, ahead = parts.get(STEPS), rings_ahead(parts)
    if delays is None or delays.dtype != np.int32 or any(rows.ndim != 2 for rows in ahead):
        return 1
    coming = [np.flatnonzero(rows.any(axis=1)).max(initial=0) + 1 for rows in ahead]
    return int(max(delays.max(initial=1), *coming, 1))


def check_projection(document: Document, plan: ProjectionPlan, parts: Parts, mine: Parts) -> None:
    """Raise if a projection of a file does not fit one of the network, whose parts are `mine`.

    Raises:
        FileFormatError: other neurons on one of the sides, synapses that cannot be, or arrays of another type or shape.
    """
    what = f"projection `{plan.name}`"
    missing = [p for p in (PRE_SIDE, POST_SIDE, PRE, POST, STEPS) if p not in parts]
    if missing:
        raise document.error(f"`{missing[0]}` of {what} is missing: the file is damaged")
    must_fit(document, what, parts, mine, _shapes(plan, parts[PRE].size))
    for side, ranks, ours in ((PRE_SIDE, PRE, plan.spec.ends.pre), (POST_SIDE, POST, plan.spec.ends.post)):
        if not np.array_equal(parts[side], ours.array):
            message = f"{what} has other neurons on its {side.partition('-')[0]}-synaptic side than in the network"
            raise document.error(f"{message}: connect the same populations or views")
        if not np.isin(parts[ranks], ours.array).all():
            raise document.error(f"{what} has a synapse whose neuron is not on its side: the file is damaged")
    pairs = parts[POST].astype(np.int64) * plan.pre.size + parts[PRE]
    if (np.diff(pairs) <= 0).any():
        raise document.error(f"the synapses of {what} are not in order, or one stands twice: the file is damaged")
    if (parts[STEPS] < 1).any():
        raise document.error(f"{what} has a delay of less than one step: the file is damaged")


def _shapes(plan: ProjectionPlan, n: int) -> dict[str, list[Shape]]:
    """Return the shapes that parts of a projection with n synapses can have."""
    n_post = plan.spec.ends.post.size
    shapes: dict[str, list[Shape]] = {a.name: attribute_shapes(a, n, n_post) for a in plan.model.attributes}
    shapes |= {PRE_SIDE: [(ANY,)], POST_SIDE: [(ANY,)], PRE: [(n,)], POST: [(n,)]}
    shapes[STEPS] = [(n,)] if plan.has_own_delays else [()]
    return shapes | projection_field_shapes(plan, n)
