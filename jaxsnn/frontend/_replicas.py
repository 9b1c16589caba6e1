"""Replicas of a network: calls run as ordinary Python, one per replica; their `simulate` calls are one batched call."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from .. import rng
from ..errors import ReplicaError
from ..recording import Recording
from ..simulation import Devices, Simulation, layout, runner_of, shared_values
from ..step import Given
from ._arrays import Arrays
from ._core import Core, HasCore
from ._handle import rebound
from ._progress import say
from ._rendezvous import rendezvous
from ._replica_arrays import ReplicaArrays
from ._replica_batch import ReplicaBatch

Call = Callable[[Any], Any]
Watch = Callable[[int], None]


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


@dataclass(frozen=True)
class Start:
    """With what the replicas of a batch begin.

    Args:
        simulation: the compiled network.
        seeds: (R, 2) uint32, raw seeds of the replicas.
        shared: values that all begin with.
        own: values that each declares for itself, with a leading axis of replicas.
        drawn_from: (R, 2) uint32, raw seeds of what is drawn: those of the replicas, or the network's, shared.
    """

    simulation: Simulation
    seeds: np.ndarray
    shared: Given
    own: Given
    drawn_from: np.ndarray


@dataclass
class Outcome:
    """What the calls of replicas have returned, and the exceptions that they have raised, by index."""

    results: list[Any]
    errors: dict[int, Exception] = field(default_factory=dict)


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
    with reported(number, options) as (outcome, watch):
        own = rng.raw_of_seeds([core.seed or 0] * number)
        shared = shared_values(core.simulation, own[0], options.redraw)
        start = Start(core.simulation, seeds, shared, {}, seeds if options.redraw else own)
        outcome.results, outcome.errors = run_together([network] * number, calls, start, options, watch)
    return outcome.results


@contextmanager
def reported(number: int, options: Options) -> Iterator[tuple[Outcome, Watch]]:
    """Give what the calls of replicas fill in, and the watcher of a progress bar; say how long it took, raise errors.

    Raises:
        ReplicaError: a call raised; names the first index, holds the results of the others.
    """
    begin, outcome = time.perf_counter(), Outcome([None] * number)
    with _progress(number, options.progress_bar) as watch:
        yield outcome, watch
    if options.measure_time:
        how = "sequentially" if options.sequential else "in parallel"
        say(f"Running {number} networks {how} took: {time.perf_counter() - begin} ")
    if outcome.errors:
        first = min(outcome.errors)
        error = outcome.errors[first]
        raise ReplicaError(first, number, error, outcome.results) from error


def run_together(
    networks: Sequence[HasCore], calls: Sequence[Call], start: Start, options: Options, watch: Watch
) -> tuple[list[Any], dict[int, Exception]]:
    """Run one call per network as a batch of replicas of them, whose steps are made together.

    Args:
        networks: of which these are replicas: one and the same, or several that are alike.
        calls: for each, a function of its replica.
        start: with what they begin.
        options: how.
        watch: called with the number of replicas done.

    Returns:
        `(results, errors)`: what each returned, None where it raised; exceptions by index.
    """
    processes = options.max_processes if options.max_processes > 0 else None
    layout_of = (options.batch_size, options.sequential, processes, options.devices)
    where = layout(start.simulation, len(calls), *layout_of)
    runner = runner_of(start.simulation)
    batch = ReplicaBatch(runner, start.seeds, where, start.shared, start.own, start.drawn_from, watch)
    replicas = [replica_of(n, ReplicaArrays(batch, i, n._core.draft.schedules)) for i, n in enumerate(networks)]
    bound = [lambda i=i: calls[i](replicas[i]) for i in range(len(calls))]
    with occupied([network._core for network in networks]):
        return rendezvous(bound, batch.advance)


def replica_of(network: Any, arrays: Arrays) -> Any:
    """Return an object of the class of a network whose values are those of one replica."""
    return with_core(network, replica_core(network._core, arrays))


def with_core(network: Any, core: Core) -> Any:
    """Return an object of the class of a network with another core.

    A class of one's own, `class Mine(Network)`, keeps handles in attributes, such as `self.P`. In its replicas they
    must stand for the parts of the replica, so each attribute that is a handle, or holds some, is made anew.
    """
    other = object.__new__(type(network))
    for name, value in vars(network).items():
        object.__setattr__(other, name, core if name == "_core" else rebound(value, core))
    return other


def replica_core(core: Core, arrays: Arrays) -> Core:
    """Return the core of a replica: the description of its network, recordings and callbacks of its own."""
    recordings = {name: Recording(r.created, r.is_on) for name, r in core.recordings.items()}
    return Core(
        core.draft,
        core.options,
        core.seed,
        original=core.original or core,
        _simulation=arrays.simulation,
        recordings=recordings,
        _arrays=arrays,
    )


@contextmanager
def occupied(cores: Sequence[Core]) -> Iterator[None]:
    """Refuse changes of networks while their replicas run: they would be meant for a replica."""
    try:
        for core in cores:
            core.has_replicas = True
        yield
    finally:
        for core in cores:
            core.has_replicas = False


@contextmanager
def _progress(number: int, show: bool) -> Iterator[Watch]:
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
