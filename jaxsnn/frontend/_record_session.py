"""One call that records to folders: new ones, such as end at the present time, or those of an interrupted call."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .. import arguments, io
from ..errors import ArgumentError, StoreError
from ..results import Committed, RecordFolder, check_same, differences
from ._core import Core
from ._files import check_has_files, load_state
from ._record_description import columns_of, description, value_digests
from ._record_parts import RecordParts
from ._record_stream import RecordStream

Resume = bool | str
RESUME = (False, True, "ignore-version")


@contextmanager
def recorded_to(
    core: Core, to: io.Filename | None, n: int, resume: Resume = False
) -> Iterator[tuple[RecordParts, int]]:
    """Give what advances a network into folders, and how many of n steps are done: the network stands behind them.

    What was advanced is committed at the end; after an exception, what was committed until then stays.

    Args:
        core: of the network.
        to: the folder of the monitors that have none of their own; None to let them hold what they record.
        n: steps of the call.
        resume: whether to go on with a call that was interrupted; see `simulate`.

    Raises:
        StoreError: a folder holds other records, or ends at another time; another process writes to it.
    """
    check_has_files(core, "simulate(to=...)")
    if resume not in RESUME:
        raise ArgumentError(f"`resume` is one of {', '.join(map(repr, RESUME))}, not {resume!r}")
    with ExitStack() as stack:
        folders = [
            _folder(core, path, monitors, resume == RESUME[-1]) for path, monitors in _destinations(core, to).items()
        ]
        for folder in folders:
            stack.enter_context(folder.claimed())
        done = _done(core, folders, n, bool(resume))
        streams = [RecordStream(core, folder) for folder in folders]
        for stream in streams:
            stack.callback(stream.close)
        yield RecordParts(core, streams), done
        for stream in streams:
            stream.finish()


def _destinations(core: Core, to: io.Filename | None) -> dict[Path, list[str]]:
    """Return the monitors of each folder.

    Raises:
        ArgumentError: there is nothing for the folder.
    """
    found: dict[Path, list[str]] = {}
    common = None if to is None else arguments.path(to, "to")
    for monitor in core.draft.monitors:
        if (path := core.folders.get(monitor, common)) is not None:
            found.setdefault(path, []).append(monitor)
    if common is not None and common not in found:
        what = "all of them have folders of their own" if found else "this network has none: add a monitor"
        raise ArgumentError(f"`to` is a folder for what monitors record, and {what}")
    return found


def _folder(core: Core, path: Path, monitors: list[str], ignore_version: bool) -> RecordFolder:
    """Return the folder of some monitors, which is made if there is none."""
    columns = columns_of(core, monitors)
    about = description(core, columns)
    if not path.exists():
        RecordFolder.create(path, about, columns, Committed(core.step, core.step, value_digests(core)))
    folder = RecordFolder(path)
    check_same(path, folder.about, about, ignore_version)
    return folder


def _done(core: Core, folders: list[RecordFolder], n: int, resume: bool) -> int:
    """Return how many of n steps all folders have, after the network was brought behind them."""
    now, least = core.step, min(folders, key=lambda folder: folder.committed.step)
    for folder in folders:
        if folder.committed.step != now:
            _check_goes_on(core, folder, n, resume)
    there = least.committed.step
    state = None if there == now else least.path / str(least.committed.state)
    for folder in folders:  # a process that died may have committed to some of them only
        if folder.committed.step > there:
            folder.cut(there, state, None if state is None else least.committed.fingerprint)
    if state is not None:
        load_state(core, state)
    else:
        for folder in folders:
            folder.begin(value_digests(core))
    return there - now


def _check_goes_on(core: Core, folder: RecordFolder, n: int, resume: bool) -> None:
    """Raise unless a call of n steps is the one that was interrupted."""
    there, now, dt = folder.committed, core.step, core.dt
    ends = f"`{folder.path}` holds records up to t = {there.step * dt:g} ms"
    if not resume:
        advice = "`resume=True` goes on with a call that was interrupted; otherwise take another folder"
        raise StoreError(f"{ends}, and the network stands at {now * dt:g} ms: {advice}")
    rest = f"load `{folder.path / str(there.state)}` and simulate what is left"
    if there.began != now:
        began = f"the call that was interrupted began at {there.began * dt:g} ms"
        raise StoreError(f"{ends}; {began}, and the network stands at {now * dt:g} ms: {rest}")
    if there.step > now + n:
        raise StoreError(f"{ends}, and this call ends at {(now + n) * dt:g} ms: {rest}")
    if differ := differences(there.values, value_digests(core)):
        listed = ", ".join(differ)
        raise StoreError(f"{ends} of a network that began with other values. What differs: {listed}")
