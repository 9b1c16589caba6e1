"""The surfaces of `parallel_run`: that of a network, as in ANNarchy 5, and the module-level one of ANNarchy 4.8."""

import inspect
import operator
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from .. import arguments as arguments_of_calls
from .. import rng
from ..errors import ArgumentError, did_you_mean
from ._construct import builds_itself, for_constructor, rebuilt
from ._core import Core
from ._kept_runs import Runs, described, described_networks, keeping_and_rest, kept_or_run
from ._network_runs import run_in_place, run_networks
from ._replicas import Call, Compilable, Options, run_replicas

Method = Callable[..., Any]
Seeds = Sequence[int] | str | None


def parallel_run(network: Compilable, method: Method, number: int, **options: Any) -> Any:
    """Run a method on many replicas of this network at once.

    Replicas start from the network as declared. Methods run one at a time, in order, up to their next `simulate`;
    when all have arrived, one batched call advances them all. A network whose class does not call the constructor of
    `Network` is built anew for each replica, by its own constructor with another `seed`, as in ANNarchy 5.

    Args:
        method: ordinary Python, `method(net, **arguments)`; called once per replica.
        number: of replicas.
        **options: `seeds`: integers, `"sequential"` or `"same"`; None folds the network's seed with the index.
            `sequential`: one replica at a time on one thread, with the same numbers. `redraw=False`: all share the
            network's own weights and initial draws. `batch_size`: how many one call takes. `max_processes`: at most
            so many threads. `devices`: a mesh or a list of devices that share out the replicas, of this process or
            of all (see `docs/scaling.md`). `measure_time`, `progress_bar`: print how long it took, show a bar.
            `to`: a folder that keeps what the methods return (extra `results`), and with it `shard`, `part` and
            `resume`, all as for `sweep`; see `docs/results.md`.
            Every other keyword is a list with one value per replica, or one value for all. It goes to the method, or
            to the constructor of a class of your own, which then builds each replica anew.

    Returns:
        What the method returned, in the order of replicas. With `to`, the `SweepResults` of the folder, whose
        `values()` is that list.

    Raises:
        ReplicaError: a method raised; names its index and holds the results of the others; with `to`, of those of its
            part, while the folder keeps the rest.
        ArgumentError: a wrong number, seed, option or signature. With `to`, what a method returned, or its arguments,
            are no numbers, texts, None, arrays, or lists, tuples and dictionaries of them.
        StoreError: the folder holds results of another network, method, seed or version, or for other arguments.
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
    kept, options = keeping_and_rest(options)
    how, arguments = _sorted(options)
    _check_number(number)
    given = {name: _one_each(name, values, number) for name, values in arguments.items()}
    built = for_constructor(network, given, method)
    if built or (how.redraw and builds_itself(network)):
        changes = [{name: given[name][i] for name in built} for i in range(number)]
        left = {name: values for name, values in given.items() if name not in built}
        calls, own_seeds = _named_calls(method, left, number), integer_seeds(network._core, number, seeds)

        def run_built(some: Sequence[int]) -> list[Any]:
            networks = [rebuilt(network, own_seeds[i], changes[i]) for i in some]
            return run_networks(networks, [calls[i] for i in some], how)

        about = partial(described, network, method, np.asarray(own_seeds), how, given)
        return kept_or_run(Runs(number, run_built, about, given), kept, how)
    calls = _named_calls(method, given, number)
    network.compile()
    raw = raw_seeds(network._core, number, seeds)
    return kept_or_run(_replicas(network, method, calls, raw, how, given), kept, how)


def _replicas(
    network: Compilable,
    method: Method,
    calls: Sequence[Call],
    seeds: np.ndarray,
    options: Options,
    arguments: dict[str, Any],
) -> Runs:
    """Return calls on replicas of a network, of which any can run without the others."""

    def run(some: Sequence[int]) -> list[Any]:
        return run_replicas(network, [calls[i] for i in some], seeds[list(some)], options)

    return Runs(len(calls), run, partial(described, network, method, seeds, options, arguments), arguments)


def run_indexed(network: Compilable, method: Method, number: int, *, same_seed: bool = False, **keywords: Any) -> Any:
    """Run `method(idx, net, *arguments)` on replicas of a network, as ANNarchy 4.8 does."""
    kept, keywords = keeping_and_rest(keywords)
    options, arguments = _sorted(keywords)
    _check_number(number)
    calls = _indexed_calls(method, arguments, number)
    network.compile()
    seeds = raw_seeds(network._core, number, "same" if same_seed else None)
    return kept_or_run(_replicas(network, method, calls, seeds, options, arguments), kept, options)


def run_indexed_networks(networks: Sequence[Compilable], method: Method, **keywords: Any) -> Any:
    """Run `method(idx, net, *arguments)` on given networks, as ANNarchy 4.8 does: in sequence on themselves."""
    kept, keywords = keeping_and_rest(keywords)
    options, arguments = _sorted(keywords)
    if not isinstance(networks, list | tuple) or not all(hasattr(network, "_core") for network in networks):
        raise ArgumentError(f"`networks` is a list of networks, not {networks!r}")
    run_some = run_in_place if options.sequential else run_networks
    calls = _indexed_calls(method, arguments, len(networks))

    def run(some: Sequence[int]) -> list[Any]:
        return run_some([networks[i] for i in some], [calls[i] for i in some], options)

    about = partial(described_networks, networks, method, options, arguments)
    return kept_or_run(Runs(len(networks), run, about, arguments), kept, options)


def _named_calls(method: Method, arguments: dict[str, Any], number: int) -> list[Call]:
    """Return a call `method(net, **arguments)` for each replica."""
    _check_call(method, ("net",), arguments, number, named=True)
    return [
        lambda net, i=i: method(net, **{name: values[i] for name, values in arguments.items()}) for i in range(number)
    ]


def _indexed_calls(method: Method, arguments: dict[str, Any], number: int) -> list[Call]:
    """Return a call `method(idx, net, *arguments)` for each replica."""
    _check_call(method, ("idx", "net"), arguments, number, named=False)
    return [lambda net, i=i: method(i, net, *(v[i] for v in arguments.values())) for i in range(number)]


def _one_each(name: str, values: Any, number: int) -> Any:
    """Return one value per replica: a list or an array as it is, anything else the same for all."""
    return values if hasattr(values, "__len__") and not isinstance(values, str) else [values] * number


def raw_seeds(core: Core, number: int, seeds: Seeds) -> np.ndarray:
    """Return the raw seeds of replicas: folded from the network's, given, `"same"`, or `"sequential"`."""
    if seeds is None:
        return rng.raw_of_replicas(core.seed or 0, number)
    return rng.raw_of_seeds(integer_seeds(core, number, seeds))


def integer_seeds(core: Core, number: int, seeds: Seeds) -> list[int]:
    """Return the seeds of networks that are built anew: drawn from the network's, given, `"same"`, `"sequential"`."""
    base = core.seed or 0
    if seeds is None:
        return [int(word) for word in rng.raw_of_replicas(base, number)[:, 0]]
    if isinstance(seeds, str) and seeds in ("same", "sequential"):
        return [base + i * (seeds == "sequential") for i in range(number)]
    try:
        listed = [operator.index(s) for s in seeds]  # type: ignore[arg-type]
    except TypeError:
        raise ArgumentError(f"`seeds` is a list of integers, 'same' or 'sequential', not {seeds!r}") from None
    if len(listed) != number:
        raise ArgumentError(f"`seeds` has {len(listed)} entries for {number} replicas")
    return listed


def _sorted(keywords: dict[str, Any]) -> tuple[Options, dict[str, Any]]:
    """Return the options, and the keywords that go to the method."""
    known = set(Options.__dataclass_fields__)
    options = Options(**{k: v for k, v in keywords.items() if k in known})
    return options, {k: v for k, v in keywords.items() if k not in known}


def _check_number(number: Any) -> None:
    arguments_of_calls.whole(number, "number", least=1)


def _check_arguments(arguments: dict[str, Any], number: int) -> None:
    for name, values in arguments.items():
        if isinstance(values, str) or not hasattr(values, "__len__") or len(values) != number:
            message = f"`{name}` needs one value per replica: a list or array of length {number}, not {values!r}"
            raise ArgumentError(message)


def _check_call(method: Method, leading: tuple[str, ...], arguments: dict[str, Any], number: int, named: bool) -> None:
    """Check that the method can be called with these arguments, by name or in order, each with `number` values."""
    arguments_of_calls.function(method, "method")
    signature = inspect.signature(method)
    try:
        signature.bind(*leading, **arguments) if named else signature.bind(*leading, *arguments)
    except TypeError as error:
        options = ("seeds", *Options.__dataclass_fields__)
        near = [did_you_mean(name, options) for name in arguments if "Did you mean" in did_you_mean(name, options)]
        call = ", ".join([*leading, *arguments])
        raise ArgumentError(f"`method` cannot be called as method({call}): {error}.{''.join(near)}") from None
    _check_arguments(arguments, number)
