"""The surfaces of `parallel_run`: that of a network, as in ANNarchy 5, and the module-level one of ANNarchy 4.8."""

import inspect
import operator
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import rng
from ..errors import ArgumentError, ReplicaError, did_you_mean
from ._core import Core
from ._progress import say
from ._replicas import Compilable, Options, run_replicas

Method = Callable[..., Any]


def parallel_run(network: Compilable, method: Method, number: int, **options: Any) -> list[Any]:
    """Run a method on many replicas of this network at once.

    Replicas start from the network as declared. Methods run one at a time, in order, up to their next `simulate`;
    when all have arrived, one batched call advances them all.

    Args:
        method: ordinary Python, `method(net, **arguments)`; called once per replica.
        number: of replicas.
        **options: `seeds`: integers, `"sequential"` or `"same"`; None folds the network's seed with the index.
            `sequential`: one replica at a time on one thread, with the same numbers. `redraw=False`: all share the
            network's own weights and initial draws. `batch_size`: how many one call takes. `max_processes`: at most
            so many threads. `devices`: a mesh or a list of devices that share out the replicas, of this process or
            of all (see `docs/scaling.md`). `measure_time`, `progress_bar`: print how long it took, show a bar.
            Every other keyword is a list with one value per replica, passed to the method.

    Returns:
        What the method returned, in the order of replicas.

    Raises:
        ReplicaError: a method raised; names its index and holds the results of the others.
        ArgumentError: a wrong number, seed, option or signature.
        StateError: processes that share devices ask for different numbers.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(seed=1)
        >>> P = net.create(3, snn.Izhikevich(i_offset=10.0), name="P")
        >>> M = net.monitor(P, "spike")
        >>> def run(net, duration):
        ...     net.simulate(duration)
        ...     return net.get(M).mean_fr() > 0
        >>> net.parallel_run(run, number=2, duration=[1.0, 50.0])
        [False, True]
    """
    seeds = options.pop("seeds", None)
    how, arguments = _sorted(options)
    _check_number(number)
    _check_call(method, ("net",), arguments, number, named=True)
    calls = [
        lambda net, i=i: method(net, **{name: values[i] for name, values in arguments.items()}) for i in range(number)
    ]
    network.compile()
    return run_replicas(network, calls, raw_seeds(network._core, number, seeds), how)


def run_indexed(
    network: Compilable, method: Method, number: int, *, same_seed: bool = False, **keywords: Any
) -> list[Any]:
    """Run `method(idx, net, *arguments)` on replicas of a network, as ANNarchy 4.8 does."""
    options, arguments = _sorted(keywords)
    _check_number(number)
    _check_call(method, ("idx", "net"), arguments, number, named=False)
    calls = [lambda net, i=i: method(i, net, *(v[i] for v in arguments.values())) for i in range(number)]
    network.compile()
    return run_replicas(network, calls, raw_seeds(network._core, number, "same" if same_seed else None), options)


def run_networks(networks: Sequence[Any], method: Method, measure_time: bool, arguments: dict[str, Any]) -> list:
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


def raw_seeds(core: Core, number: int, seeds: Sequence[int] | str | None) -> np.ndarray:
    """Return the raw seeds of replicas: folded from the network's, given, `"same"`, or `"sequential"`."""
    base = core.seed or 0
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
