"""`parallel_run` with a folder: what methods return is kept there, and what is there is not run again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from ..errors import ArgumentError, ReplicaError
from ..network import description_digest
from ..results import RESUME, Keeping, digest, filled, function_digest, keeping, packed, versions
from ..simulation import check_alone
from ._construct import seed_of
from ._network_runs import stands_at_beginning
from ._replicas import Compilable, Options

OPTIONS = ("to", "shard", "part", "resume")  # without `to`, the others are arguments of the method like any other


@dataclass(frozen=True)
class Runs:
    """Calls of a method, of which any can run without the others; see `Work`.

    Args:
        number: of calls.
        some: run those of some indices; return what they returned, in this order.
        about: tells all that decides the results.
        arguments: of the calls, a value for each, by name.
    """

    number: int
    some: Callable[[Sequence[int]], list[Any]]
    about: Callable[[], dict[str, Any]]
    arguments: Mapping[str, Sequence[Any]]

    @property
    def points(self) -> dict[str, np.ndarray]:
        """The arguments that are numbers, by name."""
        arrays = {name: _numbers(values) for name, values in self.arguments.items()}
        return {name: x for name, x in arrays.items() if x is not None}

    @property
    def kept(self) -> dict[str, Any]:
        """Nothing: what methods return may differ in shape."""
        return {}

    def run(self, runs: np.ndarray) -> list[Any]:
        """Run some calls; an error names the run among all of them."""
        indices = [int(run) for run in runs]
        try:
            return self.some(indices)
        except ReplicaError as error:
            cause = error.__cause__ or error
            raise ReplicaError(indices[error.index], self.number, cause, error.results) from error.__cause__


def keeping_and_rest(options: Mapping[str, Any]) -> tuple[Keeping | None, dict[str, Any]]:
    """Return where results are kept, and the other options."""
    if options.get("to") is None:
        return None, {name: x for name, x in options.items() if name != "to"}
    left = {name: x for name, x in options.items() if name not in OPTIONS}
    resume = options.get("resume", RESUME[0])
    return keeping(options["to"], options.get("shard"), options.get("part"), resume), left


def kept_or_run(runs: Runs, kept: Keeping | None, options: Options) -> Any:
    """Run all calls, or with a folder those whose results it lacks."""
    if kept is None:
        return runs.some(range(runs.number))
    check_alone(options.devices)
    return filled(runs, kept, options.progress_bar)


def described(
    network: Any, method: Callable, seeds: np.ndarray, options: Options, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """Return all that decides what methods return of replicas of a network."""
    core = network._core
    return {
        "network": f"{type(network).__qualname__} {description_digest(core.draft.spec())}",
        "constructor": "" if network._construction is None else function_digest(type(network).__init__),
        "seeds": digest({"seeds": seeds}),
        "redraw": bool(options.redraw),
        "precision": str(jnp.result_type(float)),
    } | _of_calls(method, arguments)


def described_networks(
    networks: Sequence[Compilable], method: Callable, options: Options, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """Return all that decides what a method returns of several networks.

    Raises:
        ArgumentError: networks that would change, or have changed.
    """
    if options.sequential:
        raise ArgumentError("`sequential` leaves networks where their calls ended, which a folder cannot: leave it out")
    late = [i for i, network in enumerate(networks) if not stands_at_beginning(network._core)]
    if late:
        raise ArgumentError(
            f"network {late[0]} was simulated or changed: with `to`, each begins where it was compiled, so that "
            "another process comes to the same results. Simulate in the method"
        )
    cores = [network._core for network in networks]
    values = {f"{i} {'.'.join(path)}": np.asarray(x) for i, core in enumerate(cores) for path, x in _assigned(core)}
    return {
        "network": digest({str(i): _bytes(description_digest(core.draft.spec())) for i, core in enumerate(cores)}),
        "assigned": digest(values),
        "seeds": digest({"seeds": np.array([seed_of(core) for core in cores], np.uint64)}),
    } | _of_calls(method, arguments)


def _assigned(core: Any) -> list[tuple[Any, Any]]:
    own = core.own_arrays
    return [] if own is None else [(path, own.read(path)) for path in own.written or ()]


def _of_calls(method: Callable, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "work": "parallel_run",
        "method": function_digest(method),
        "arguments": {name: _digest_of(name, values) for name, values in arguments.items()},
        "grid": {},
        "kept": {},
    } | versions()


def _digest_of(name: str, values: Sequence[Any]) -> str:
    listed = list(values)
    return digest(packed(listed, [f"the argument `{name}` of run {i}" for i in range(len(listed))]))


def _bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), np.uint8)


def _numbers(values: Sequence[Any]) -> np.ndarray | None:
    """Return values as one array, None where they are no numbers of one shape."""
    try:
        array = np.asarray(values)
    except ValueError:
        return None
    return array if array.dtype.kind in "biuf" else None
