"""The peers of a network script, each in a process of its own, where an environment variable names their Python."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from _machine import Watch
from _measure import Task
from _process import BRIAN2, SERVE, Peer, package_version


@dataclass(frozen=True)
class Workload:
    """What peers are asked to do.

    Args:
        kind: `coba`, `cuba`, `stdp`, `reservoir` or `closed_loop`: the script `_script_<kind>.py`.
        size: of the network, as the script takes it.
        duration: of a task, ms; 0 where the script makes the simulation.
        dt: step, ms.
    """

    kind: str
    size: int
    duration: float
    dt: float

    def annarchy(self, python: str, precision: str, folder: str, threads: int = 1) -> Peer:
        """Return ANNarchy in a process of its own."""
        setup = json.dumps({"precision": precision, "num_threads": threads})
        arguments = ["ANNarchy", f"_script_{self.kind}", self.size, self.duration, self.dt, setup]
        return Peer(python, SERVE, [str(x) for x in arguments], folder)

    def brian2(self, python: str, precision: str, folder: str) -> Peer:
        """Return Brian2's standalone program, with a process that runs it."""
        return Peer(python, BRIAN2, [self.kind, str(self.size), precision, str(self.duration)], folder)


def python_of(variable: str) -> str | None:
    """Return the Python that an environment variable names; say so where it does not."""
    python = os.environ.get(variable)
    if not python:
        print(f"{variable} is not set: left out")
    return python


@contextmanager
def peers(
    work: Workload, precisions: Sequence[str], watch: Watch, folder: str, annarchy: bool = True
) -> Iterator[dict[str, Peer]]:
    """Yield the peers that there are, by name, on one thread each.

    Args:
        work: what they do.
        precisions: `float`, `double` or both; none for no peers.
        watch: is told of their processor time.
        folder: where they may write.
        annarchy: whether ANNarchy is asked, too.
    """
    found: dict[str, Peer] = {}
    pythons = {name: python_of(f"{name.upper()}_PYTHON") for name in ("ANNarchy", "Brian2")} if precisions else {}
    for precision in precisions:
        if annarchy and (python := pythons["ANNarchy"]):
            name = f"ANNarchy {package_version(python, 'ANNarchy')}, {precision}"
            found[name] = work.annarchy(python, precision, folder)
        if python := pythons["Brian2"]:
            name = f"Brian2 {package_version(python, 'brian2')} standalone, {precision}"
            found[name] = work.brian2(python, precision, folder)
    with watched(found, watch):
        yield found


@contextmanager
def watched(found: dict[str, Peer], watch: Watch) -> Iterator[None]:
    """Count the processor time of peers as ours, and close them at the end."""
    watch.peer_seconds = lambda: sum(peer.cpu for peer in found.values())
    try:
        yield
    finally:
        watch.peer_seconds = lambda: 0.0
        for peer in found.values():
            peer.close()


def tasks(found: dict[str, Peer]) -> dict[str, Task]:
    """Return what is timed of each peer."""
    return {name: partial(peer.ask, "simulate") for name, peer in found.items()}


def told(found: dict[str, Peer]) -> dict[str, float]:
    """Return what each peer told beside its last time."""
    return {name: peer.told["simulate"] for name, peer in found.items()}
