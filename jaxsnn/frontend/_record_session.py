"""One call that records to a folder: a new one, one that ends at the present time, or one of an interrupted call."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike

from .. import arguments
from ..errors import ArgumentError, StoreError
from ..results import Committed, RecordFolder, differences
from ..simulation import check_same
from ._core import Core
from ._files import check_has_files, load_state
from ._record_description import columns_of, description, value_digests
from ._record_stream import RecordStream

Resume = bool | str
RESUME = (False, True, "ignore-version")


@contextmanager
def recorded_to(
    core: Core, to: str | PathLike[str], n: int, resume: Resume = False
) -> Iterator[tuple[RecordStream, int]]:
    """Give the way to a folder, and how many of n steps are done there already: the network stands behind them.

    What was advanced is committed at the end; after an exception, what was committed until then stays.

    Args:
        core: of the network.
        to: the folder.
        n: steps of the call.
        resume: whether to go on with a call that was interrupted; see `simulate`.

    Raises:
        StoreError: the folder holds other records, or ends at another time; another process writes to it.
    """
    check_has_files(core, "simulate(to=...)")
    if resume not in RESUME:
        raise ArgumentError(f"`resume` is one of {', '.join(map(repr, RESUME))}, not {resume!r}")
    path, columns = arguments.path(to, "to"), columns_of(core)
    about = description(core, columns)
    if not path.exists():
        RecordFolder.create(path, about, columns, Committed(core.step, core.step, value_digests(core)))
    folder = RecordFolder(path)
    check_same(path, folder.about, about, resume == RESUME[-1])
    with folder.claimed():
        done = _done(core, folder, n, bool(resume))
        stream = RecordStream(core, folder)
        try:
            yield stream, done
            stream.finish()
        except BaseException:
            stream.abandon()
            raise


def _done(core: Core, folder: RecordFolder, n: int, resume: bool) -> int:
    """Return how many of n steps a folder has, after the network was brought behind them."""
    there, now = folder.committed, core.step
    if there.step == now:
        folder.begin(value_digests(core))
        return 0
    _check_goes_on(core, folder, n, resume)
    load_state(core, folder.path / str(there.state))
    return there.step - now


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
