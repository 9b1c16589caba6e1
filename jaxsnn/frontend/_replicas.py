"""`parallel_run`: a method runs as ordinary Python once per replica; their `simulate` calls are one batched call."""

import inspect
import operator
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import rng
from ..errors import ArgumentError, ReplicaError, did_you_mean
from ..simulation import Devices, layout, runner_of, shared_values
from ._callbacks import Callbacks
from ._network import Network, rebound
from ._progress import say
from ._recording import Recording
from ._rendezvous import rendezvous
from ._replica_values import ReplicaValues, ReplicaWindow

Method = Callable[..., Any]


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


def run_replicas(
    network: Network, calls: Sequence[Callable[[Network], Any]], seeds: np.ndarray, options: Options
) -> list[Any]:
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
    start, simulation = time.perf_counter(), network.simulation
    processes = options.max_processes if options.max_processes > 0 else None
    where = layout(simulation, len(calls), options.batch_size, options.sequential, processes, options.devices)
    with _progress(len(calls), options.progress_bar) as watch:
        own = rng.raw_of_seeds([network.seed or 0] * len(calls))
        drawn_from = seeds if options.redraw else own
        given = shared_values(simulation, own[0], options.redraw)
        values = ReplicaValues(runner_of(simulation), seeds, where, given, drawn_from, watch)
        replicas = [replica(network, ReplicaWindow(values, i)) for i in range(len(calls))]
        bound = [lambda i=i: calls[i](replicas[i]) for i in range(len(calls))]
        with _occupied(network):
            results, errors = rendezvous(bound, values.advance)
    if options.measure_time:
        how = "sequentially" if options.sequential else "in parallel"
        say(f"Running {len(calls)} networks {how} took: {time.perf_counter() - start} ")
    if errors:
        first = min(errors)
        raise ReplicaError(first, len(calls), errors[first], results) from errors[first]
    return results


def replica(network: Network, window: ReplicaWindow) -> Network:
    """Return a copy of a network, of its own class, whose values are those of one replica."""
    new = copy(network)
    for name, value in vars(network).items():
        object.__setattr__(new, name, rebound(value, new))
    new._values, new._assignments, new._replicas_running = window, 0, False
    new._recordings = {name: Recording(r.spec, r.model, r.is_on, r.created) for name, r in network._recordings.items()}
    new._callbacks = Callbacks()
    new.schedules = dict(network.declared_schedules)
    return new


@contextmanager
def _occupied(network: Network):
    """Refuse changes of a network while its replicas run: they would be meant for a replica."""
    network._replicas_running = True
    try:
        yield
    finally:
        network._replicas_running = False


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


# The two surfaces: ANNarchy 5's `net.parallel_run` and ANNarchy 4.8's `parallel_run`.


def run_for_network(
    network: Network, method: Method, number: int, *, seeds: Sequence[int] | str | None = None, **keywords: Any
) -> list[Any]:
    """Run `method(net, **arguments)` on replicas of a network; see `Network.parallel_run`."""
    options, arguments = _sorted(keywords)
    _check_number(number)
    _check_call(method, ("net",), arguments, number, named=True)
    calls = [
        lambda net, i=i: method(net, **{name: values[i] for name, values in arguments.items()}) for i in range(number)
    ]
    network.compile()
    return run_replicas(network, calls, raw_seeds(network, number, seeds), options)


def run_indexed(
    network: Network, method: Method, number: int, *, same_seed: bool = False, **keywords: Any
) -> list[Any]:
    """Run `method(idx, net, *arguments)` on replicas of a network, as ANNarchy 4.8 does."""
    options, arguments = _sorted(keywords)
    _check_number(number)
    _check_call(method, ("idx", "net"), arguments, number, named=False)
    calls = [lambda net, i=i: method(i, net, *(v[i] for v in arguments.values())) for i in range(number)]
    network.compile()
    return run_replicas(network, calls, raw_seeds(network, number, "same" if same_seed else None), options)


def run_networks(networks: Sequence[Network], method: Method, measure_time: bool, arguments: dict[str, Any]) -> list:
    """Run `method(idx, net, *arguments)` on given networks, one after the other: they may be of different make."""
    _check_call(method, ("idx", "net"), arguments, len(networks), named=False)
    start, results = time.perf_counter(), []
    for i, network in enumerate(networks):
        try:
            results.append(method(i, network, *(values[i] for values in arguments.values())))
        except Exception as error:
            raise ReplicaError(i, len(networks), error, results) from error
    if measure_time:
        say(f"Running {len(networks)} networks sequentially took: {time.perf_counter() - start} ")
    return results


def raw_seeds(network: Network, number: int, seeds: Sequence[int] | str | None) -> np.ndarray:
    """Return the raw seeds of replicas: folded from the network's, given, `"same"`, or `"sequential"`."""
    base = network.seed or 0
    if seeds is None:
        return rng.raw_of_replicas(base, number)
    if isinstance(seeds, str) and seeds in ("same", "sequential"):
        return rng.raw_of_seeds([base + i * (seeds == "sequential") for i in range(number)])
    try:
        listed = [operator.index(s) for s in seeds]  # type: ignore[arg-type]
    except TypeError:
        raise ArgumentError(f"`seeds` is a list of integers, 'same' or 'sequential', not {seeds!r}") from None
    if len(listed) != number:
        raise ArgumentError(f"`seeds` has {len(listed)} entries for {number} replicas")
    return rng.raw_of_seeds(listed)


def _sorted(keywords: dict[str, Any]) -> tuple[Options, dict[str, Any]]:
    """Return the options, and the keywords that go to the method."""
    known = set(Options.__dataclass_fields__)
    options = Options(**{k: v for k, v in keywords.items() if k in known})
    return options, {k: v for k, v in keywords.items() if k not in known}


def _check_number(number: Any) -> None:
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
        raise ArgumentError(f"`number` is a number of replicas, at least 1, not {number!r}")


def _check_arguments(arguments: dict[str, Any], number: int) -> None:
    for name, values in arguments.items():
        if isinstance(values, str) or not hasattr(values, "__len__") or len(values) != number:
            message = f"`{name}` needs one value per replica: a list or array of length {number}, not {values!r}"
            raise ArgumentError(message)


def _check_call(method: Method, leading: tuple[str, ...], arguments: dict[str, Any], number: int, named: bool) -> None:
    """Check that the method can be called with these arguments, by name or in order, each with `number` values."""
    signature = inspect.signature(method)
    try:
        signature.bind(*leading, **arguments) if named else signature.bind(*leading, *arguments)
    except TypeError as error:
        options = ("seeds", *Options.__dataclass_fields__)
        near = [did_you_mean(name, options) for name in arguments if "Did you mean" in did_you_mean(name, options)]
        call = ", ".join([*leading, *arguments])
        raise ArgumentError(f"`method` cannot be called as method({call}): {error}.{''.join(near)}") from None
    _check_arguments(arguments, number)
