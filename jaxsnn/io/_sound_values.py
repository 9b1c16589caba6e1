"""Whether the values of a file can be: delays for which it holds a past, steps that have been, numbers that are finite.

What a file says is compared with what else it says, and with the memory there is, before anything is made of it.
"""

from collections.abc import Mapping

import numpy as np

from ..simulation import too_long_past
from ..step import Clock, Owner, state_fields
from ._document import Document, Parts
from ._projections import STEPS, SWITCH, longest_delay, rings_ahead
from ._select import Selection
from ._snapshot import Snapshot

PASTS = tuple(f.file for f in state_fields(Owner.POPULATION) if f.clock is Clock.PAST)
LEAST = {f"{SWITCH}period": 1, f"{SWITCH}creating": 0, f"{SWITCH}pruning": 0}


def longest_delays(selection: Selection, now: Snapshot) -> dict[str, int]:
    """Return for how many steps each projection must see ahead or back, by its name in the network.

    Raises:
        FileFormatError: a delay for which the file holds no past, or memory has no room.
    """
    document, found = selection.document, dict[str, int]()
    for theirs, ours in selection.projections.items():
        parts = document.parts("projections", theirs)
        found[ours] = longest_delay(parts)
        _check_room(document, ours, found[ours], now)
        _check_past(document, theirs, parts)
    return found


def _check_past(document: Document, name: str, parts: Parts) -> None:
    """Raise if spikes of a projection take longer than any past or future of the file reaches."""
    pre = document.parts("populations", document.header["projections"][name]["pre"])
    pasts = [x for key, x in pre.items() if key.startswith(PASTS)]
    rows = [len(x) for x in (*pasts, *rings_ahead(parts)) if x.ndim]
    longest = int(parts[STEPS].max(initial=1)) if STEPS in parts and parts[STEPS].dtype.kind == "i" else 1
    if rows and longest > max(rows) + 1:
        message = f"projection `{name}` has a delay of {longest} steps, but nothing in the file reaches so far"
        raise document.error(f"{message}: the file is damaged")


def _check_room(document: Document, name: str, steps: int, now: Snapshot) -> None:
    """Raise if what a delay keeps does not fit in memory."""
    plan = now.compiled.plans[name]
    lacking = too_long_past(plan, steps - plan.longest)
    if lacking is not None:
        message = f"projection `{name}` has a delay of {steps} steps, which would take {lacking[0]:.3g} GiB"
        raise document.error(f"{message}: the file is damaged, or of another network")


def check_values(document: Document, what: str, owner: Owner, parts: Parts) -> None:
    """Raise if something of a population or projection happened after the file was written, or a period is none.

    Raises:
        FileFormatError: names the array.
    """
    now = document.header["step"]
    parts = {name: x for name, x in parts.items() if x.dtype.kind in "iu"}  # of others another check says what they are
    for name in (f.file for f in state_fields(owner) if f.clock is Clock.STEP):
        if name in parts and parts[name].max(initial=now) > now:
            message = f"`{name}` of {what} has the step {parts[name].max()}, but the file is of step {now}"
            raise document.error(f"{message}: it is damaged")
    for name, least in LEAST.items():
        if name in parts and parts[name].min(initial=least) < least:
            raise document.error(f"`{name}` of {what} is {parts[name].min()}, at least {least} is expected")


def not_finite(selection: Selection) -> list[str]:
    """Return what of a selection holds NaN or infinite values: `v` of population `P` (3 of 20)."""
    document, found = selection.document, list[str]()
    chosen: Mapping[str, Mapping[str, str]] = {
        "populations": selection.populations,
        "projections": selection.projections,
    }
    for section, names in chosen.items():
        for name in names:
            attributes = document.header[section][name]["attributes"]
            parts = {key: x for key, x in document.parts(section, name).items() if key in attributes}
            found += [f"`{key}` of {section[:-1]} `{name}` ({n} of {x.size})" for key, x, n in _counted(parts)]
    return found


def _counted(parts: Parts) -> list[tuple[str, np.ndarray, int]]:
    """Return the arrays that hold numbers which are not finite, each with how many there are."""
    floats = [(key, x) for key, x in parts.items() if x.dtype.kind == "f"]
    counts = [(key, x, int(np.count_nonzero(~np.isfinite(x)))) for key, x in floats]
    return [(key, x, n) for key, x, n in counts if n]
