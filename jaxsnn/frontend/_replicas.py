"""Replicas of a network: calls run as ordinary Python, one per replica; their `simulate` calls are one batched call."""

import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from .. import rng
from ..errors import ReplicaError
from ..recording import Recording
from ..simulation import Devices, Simulation, layout, runner_of, shared_values
from ._core import Core, HasCore
from ._handle import Handle
from ._progress import say
from ._rendezvous import rendezvous
from ._replica_arrays import ReplicaArrays
from ._replica_batch import ReplicaBatch

Call = Callable[[Any], Any]


@dataclass(frozen=True)
class Options:
    """How replicas are run.

    Args:
        measure_time: print how long it took.
        sequential: one replica at a time on one thread; the same numbers as otherwise.
        batch_size: how many to advance together, or to take in one call; see `layout`. None takes as many as memory
            allows.
        redraw: draw weights and other random values anew for every replica; False shares the network's own.
        progress_bar: show one per meeting.
        max_processes: at most so many threads; below 1 takes one per core.
        devices: which share out the replicas; see `layout`. None takes all of this process.
    """

    measure_time: bool = False
    sequential: bool = False
    batch_size: int | None = None
    redraw: bool = True
    progress_bar: bool = False
    max_processes: int = -1
    devices: Devices | None = None


class Compilable(HasCore, Protocol):
    """What has replicas: a network that can be compiled."""

    def compile(self) -> Simulation:
        """Compile the description, once."""
        ...


def run_replicas(network: Compilable, calls: Sequence[Call], seeds: np.ndarray, options: Options) -> list[Any]:
    """Run one call per replica of a network.

    The replicas start from the network as it was declared, not from its present state. Calls run one at a time, in
    order, up to their next `simulate`; when all have arrived, one batched call advances them all.

    Args:
        network: compiled.
        calls: for each replica, a function of its network.
        seeds: (R, 2) uint32.
        options: how.

    Returns:
        The results in order.

    Raises:
        ReplicaError: a call raised; names the first index, holds the results of the others.
    """
    core, number = network._core, len(calls)
    start, simulation = time.perf_counter(), core.simulation
    processes = options.max_processes if options.max_processes > 0 else None
    where = layout(simulation, number, options.batch_size, options.sequential, processes, options.devices)
    with _progress(number, options.progress_bar) as watch:
        own = rng.raw_of_seeds([core.seed or 0] * number)
        given = shared_values(simulation, own[0], options.redraw)
        batch = ReplicaBatch(runner_of(simulation), seeds, where, given, seeds if options.redraw else own, watch)
        replicas = [replica_of(network, ReplicaArrays(batch, i, core.draft.schedules)) for i in range(number)]
        bound = [lambda i=i: calls[i](replicas[i]) for i in range(number)]
        with _occupied(core):
            results, errors = rendezvous(bound, batch.advance)
    if options.measure_time:
        how = "sequentially" if options.sequential else "in parallel"
        say(f"Running {number} networks {how} took: {time.perf_counter() - start} ")
    if errors:
        first = min(errors)
        raise ReplicaError(first, number, errors[first], results) from errors[first]
    return results


def replica_of(network: Any, arrays: ReplicaArrays) -> Any:
    """Return an object of the class of a network whose values are those of one replica.

    A class of one's own, `class Mine(Network)`, keeps handles in attributes, such as `self.P`. In its replicas they
    must stand for the parts of the replica, so each attribute that is a handle, or holds some, is made anew.
    """
    core = replica_core(network._core, arrays)
    replica = object.__new__(type(network))
    for name, value in vars(network).items():
        object.__setattr__(replica, name, core if name == "_core" else rebound(value, core))
    return replica


def replica_core(core: Core, arrays: ReplicaArrays) -> Core:
    """Return the core of a replica: the description of its network, recordings and callbacks of its own."""
    recordings = {name: Recording(r.created, r.is_on) for name, r in core.recordings.items()}
    return Core(
        core.draft,
        core.options,
        core.seed,
        original=core.original or core,
        _simulation=core.simulation,
        recordings=recordings,
        _arrays=arrays,
    )


def rebound(value: Any, core: Core) -> Any:
    """Return a handle for the same part of another network of the same make, containers element by element."""
    match value:
        case Handle():
            return value._on(core)
        case list() | tuple() if type(value) in (list, tuple):
            return type(value)(rebound(v, core) for v in value)
        case dict() if type(value) is dict:
            return {k: rebound(v, core) for k, v in value.items()}
    return value


@contextmanager
def _occupied(core: Core):
    """Refuse changes of a network while its replicas run: they would be meant for a replica."""
    core.has_replicas = True
    try:
        yield
    finally:
        core.has_replicas = False


@contextmanager
def _progress(number: int, show: bool):
    if not show:
        yield lambda done: None
        return
    from tqdm.auto import tqdm

    with tqdm(total=number, desc="replicas") as bar:

        def watch(done: int) -> None:
            if bar.n >= number:
                bar.reset()
            bar.update(done)

        yield watch
