"""The imperative surface of ANNarchy 4.8: module-level functions on one default network.

`_default` is the only value at module level that changes. Everything here is a line or two that calls `Network`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from .. import analysis
from ..errors import ArgumentError, UnsupportedError, did_you_mean
from ..models import Neuron
from ._monitor import Monitor as MonitorHandle
from ._network import Network, Ranked
from ._neurons import Population as PopulationHandle
from ._progress import say
from ._projection import Projection as ProjectionHandle
from ._replicas import run_indexed, run_networks

PRECISIONS = {"double": True, "float": False, "single": False}


@dataclass
class _Default:
    """The default network, made when it is first needed, and what it is made with."""

    dt: float = 1.0
    seed: int | None = None
    network: Network | None = None


_default = _Default()


def default_network() -> Network:
    """Return the network that module-level functions act on."""
    if _default.network is None:
        _default.network = Network(dt=_default.dt, seed=_default.seed)
    return _default.network


def clear() -> None:
    """Forget the default network; settings stay."""
    _default.network = None


def setup(dt: float | None = None, seed: int | None = None, precision: str | None = None, **others: Any) -> None:
    """Set what the default network is made with; call it before the first population.

    Args:
        dt: step, ms.
        seed: of everything random; also seeds NumPy's legacy generator, as ANNarchy does.
        precision: `"float"` (32 bits, the default) or `"double"`; sets JAX's own switch, for the whole process.
        **others: ANNarchy's settings for compilers and threads, which have no meaning here.
    """
    unknown = set(others) - _WITHOUT_MEANING
    if unknown:
        name = unknown.pop()
        raise ArgumentError(
            f"unknown setting `{name}`.{did_you_mean(name, ('dt', 'seed', 'precision', *_WITHOUT_MEANING))}"
        )
    if others.get("method", "explicit") != "explicit":
        raise UnsupportedError(f"the method `{others['method']}` is not available in this version; available: explicit")
    if _default.network is not None and _default.network.populations():
        raise ArgumentError("setup() comes before the first population: call `clear()` first")
    if precision is not None and precision not in PRECISIONS:
        raise ArgumentError(f"`precision` is 'float' or 'double', not {precision!r}")
    checked = Network(dt=_default.dt if dt is None else dt, seed=_default.seed if seed is None else seed)
    if precision is not None:
        jax.config.update("jax_enable_x64", PRECISIONS[precision])
    if seed is not None:
        np.random.seed(int(seed) % 2**32)  # the generator that ANNarchy's scripts draw from
    _default.dt, _default.seed = checked.dt, checked.seed
    clear()


_WITHOUT_MEANING = {
    *("method", "num_threads", "visible_cores", "paradigm", "verbose", "suppress_warnings", "show_time"),
    *("only_int_idx_type", "sparse_matrix_format", "sparse_matrix_storage_order", "profiling", "profile_out", "debug"),
    *("structural_plasticity", "disable_shared_library_time_offset"),
}


def Population(
    geometry: int | tuple[int, ...], neuron: Neuron | Callable[[], Neuron], name: str | None = None
) -> PopulationHandle:
    """Add a population to the default network; see `Network.create`."""
    return default_network().create(geometry, neuron, name)


def Projection(
    pre: Ranked, post: Ranked, target: str, synapse: Any = None, name: str | None = None
) -> ProjectionHandle:
    """Add a projection to the default network; see `Network.connect`. Call one of its connectors next."""
    if synapse is not None:
        raise UnsupportedError("this version has the default synapse only: a spike adds `w` to `g_target`")
    return default_network().connect(pre, post, target, name)


def Monitor(
    obj: Ranked, variables: str | Sequence[str], period: float | None = None, start: bool = True
) -> MonitorHandle:
    """Record variables of the default network; see `Network.monitor`."""
    if period not in (None, default_network().dt) or not start:
        raise UnsupportedError("this version records every step from the start: leave `period` and `start` out")
    return default_network().monitor(obj, variables)


def compile(silent: bool = False, **others: Any) -> None:
    """Compile the default network. ANNarchy's arguments for its C++ compiler are accepted and ignored."""
    unknown = set(others) - _COMPILER_ARGUMENTS
    if unknown:
        raise ArgumentError(f"compile() has no argument `{unknown.pop()}`")
    if not silent:
        say("Compiling ... ", end="")
    default_network().compile()
    if not silent:
        say(" OK ")


_COMPILER_ARGUMENTS = {
    *("directory", "clean", "populations", "projections", "compiler", "compiler_flags", "add_sources", "extra_libs"),
    *("cuda_config", "annarchy_json", "debug_build", "profile_enabled", "net_id"),
}


def simulate(
    duration: float, measure_time: bool = False, progress_bar: bool = False, check_finite: bool = False
) -> None:
    """Advance the default network; see `Network.simulate`."""
    default_network().simulate(duration, measure_time, progress_bar, check_finite)


def step() -> None:
    """Advance the default network by one step."""
    default_network().step()


def get_time() -> float:
    """Return the time of the default network, ms."""
    return default_network().get_time()


def get_current_step() -> int:
    """Return the number of steps that the default network has done."""
    return default_network().get_current_step()


def dt() -> float:
    """Return the step of the default network, ms."""
    return default_network().dt


def raster_plot(spikes: analysis.SpikeDict) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of a raster plot of a spike dictionary; times in ms by the default network's dt."""
    return analysis.raster_plot(spikes, dt())


def parallel_run(  # noqa: PLR0913 - ANNarchy's signature
    method: Callable[..., Any],
    networks: Sequence[Network] | None = None,
    number: int = 0,
    max_processes: int = -1,
    measure_time: bool = False,
    sequential: bool = False,
    same_seed: bool = False,
    annarchy_json: str = "",
    visible_cores: Sequence[int] = (),
    **args: Any,
) -> list[Any]:
    """Run a method on many replicas of the default network, as ANNarchy 4.8 does, but as one batched computation.

    Args:
        method: `method(idx, net, *extra)`, ordinary Python; `net.get(obj)` gives the replica's own objects.
        networks: run on these networks in the place of replicas.
        number: of replicas.
        max_processes: at most so many threads; -1 takes one per core.
        measure_time: print how long it took.
        sequential: one replica at a time on one thread; the numbers are the same.
        same_seed: give all replicas the seed of the network.
        annarchy_json, visible_cores: accepted and ignored.
        **args: `batch_size`, `redraw` and `progress_bar` (see `Network.parallel_run`); every other keyword is a list
            with one value per replica and becomes an extra argument of the method, in order.

    Returns:
        What the method returned, in the order of replicas.
    """
    if networks is not None:
        return run_networks(networks, method, measure_time, args)
    return run_indexed(
        default_network(), method, number, max_processes=max_processes, measure_time=measure_time,
        sequential=sequential, same_seed=same_seed, **args,
    )  # fmt: skip
