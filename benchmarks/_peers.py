"""The peers of a network script, each in a process of its own, where an environment variable names their Python."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from _machine import Watch
from _measure import Task
from _process import BRIAN2, SERVE, Peer, package_version


@contextmanager
def peers(
    kind: str, duration: float, dt: float, precisions: tuple[str, ...], watch: Watch, folder: str
) -> Iterator[dict[str, Peer]]:
    """Yield the peers that there are, by name, on one thread each.

    Args:
        kind: `coba` or `stdp`.
        duration: of a task, ms.
        dt: step, ms.
        precisions: `float`, `double` or both.
        watch: is told of their processor time.
        folder: where they may write.
    """
    found: dict[str, Peer] = {}
    annarchy, brian2 = os.environ.get("ANNARCHY_PYTHON"), os.environ.get("BRIAN2_PYTHON")
    missing = [name for name, python in (("ANNARCHY_PYTHON", annarchy), ("BRIAN2_PYTHON", brian2)) if not python]
    if missing:
        print(f"{' and '.join(missing)} not set: left out")
    for precision in precisions:
        if annarchy:
            setup = json.dumps({"precision": precision, "num_threads": 1})
            arguments = ["ANNarchy", f"_script_{kind}", str(duration), str(dt), setup]
            name = f"ANNarchy {package_version(annarchy, 'ANNarchy')}, {precision}"
            found[name] = Peer(annarchy, SERVE, arguments, folder)
        if brian2:
            name = f"Brian2 {package_version(brian2, 'brian2')} standalone, {precision}"
            found[name] = Peer(brian2, BRIAN2, [kind, precision, str(duration)], folder)
    watch.peer_seconds = lambda: sum(peer.cpu for peer in found.values())
    yield found
    for peer in found.values():
        peer.close()


def tasks(found: dict[str, Peer]) -> dict[str, Task]:
    """Return what is timed of each peer."""
    return {name: partial(peer.ask, "simulate") for name, peer in found.items()}
