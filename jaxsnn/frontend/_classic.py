"""The imperative surface of ANNarchy 4.8: module-level functions on the default network.

Everything here is a line or two that calls `Network`.
"""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from .. import analysis, arguments, io
from ..errors import ArgumentError, Remark
from . import _statistics as statistics
from ._constants import Constant
from ._default import default_network, found
from ._monitor import Monitor
from ._network import Network
from ._parallel_run import run_indexed, run_indexed_networks
from ._population import Population
from ._progress import say

# Description


def get_constant(name: str) -> Constant:
    """Return a constant of the default network."""
    return default_network().get_constant(name)


def add_function(function: str) -> None:
    """Add a function to the default network; see `Network.add_function`."""
    default_network().add_function(function)


def functions(name: str, network: Network | None = None) -> Callable[..., np.ndarray]:
    """Return a function of the default network, or of another, for Python; see `Network.function`."""
    return (default_network() if network is None else network).function(name)


# Running


def compile(  # noqa: PLR0913 - ANNarchy's signature
    directory: str = "annarchy",
    clean: bool = False,
    populations: Any = None,
    projections: Any = None,
    compiler: str = "default",
    compiler_flags: str = "default",
    add_sources: str = "",
    extra_libs: str = "",
    cuda_config: Any = MappingProxyType({"device": 0}),
    annarchy_json: str = "",
    silent: bool = False,
    debug_build: bool = False,
    profile_enabled: bool = False,
    net_id: int = 0,
) -> None:
    """Compile the default network.

    Args:
        populations, projections: ANNarchy compiles these only; here always all are compiled, with a warning.
        silent: print nothing.
        net_id: 0.
        directory, clean, compiler, compiler_flags, add_sources, extra_libs: of ANNarchy's C++ compiler, accepted and
            ignored: nothing is written.
        cuda_config, annarchy_json, debug_build, profile_enabled: likewise.
    """
    if populations is not None or projections is not None:
        message = "compile() compiles all populations and projections: those that are not to take part, do not declare"
        default_network(net_id)._core.judge(Remark(ArgumentError, (message,)))
    if not silent:
        say("Compiling ... ", end="")
    default_network(net_id).compile()
    if not silent:
        say(" OK ")


def simulate(
    duration: float,
    measure_time: bool = False,
    progress_bar: bool = False,
    callbacks: bool = True,
    net_id: int = 0,
    check_finite: bool = False,
    *,
    to: io.Filename | None = None,
    resume: bool | str = False,
) -> None:
    """Advance the default network; see `Network.simulate`."""
    options = measure_time, progress_bar, callbacks, check_finite
    default_network(net_id).simulate(duration, *options, to=to, resume=resume)


def simulate_until(
    max_duration: float,
    population: Population | Sequence[Population],
    operator: str = "and",
    measure_time: bool = False,
    net_id: int = 0,
) -> float:
    """Advance the default network until populations meet their conditions; see `Network.simulate_until`."""
    return default_network(net_id).simulate_until(max_duration, population, operator, measure_time)


def step(net_id: int = 0) -> None:
    """Advance the default network by one step."""
    default_network(net_id).step()


def reset(
    populations: bool = True,
    projections: bool = False,
    synapses: bool = False,
    monitors: bool = True,
    net_id: int = 0,
) -> None:
    """Set the default network back; see `Network.reset`."""
    default_network(net_id).reset(populations, projections, synapses, monitors)


def every(
    period: float = 1.0, offset: float = 0.0, wait: float = 0.0, net_id: int = 0, network: Network | None = None
) -> Callable:
    """Register a function of the default network's time, or of that of `network`; see `Network.every`."""
    return (default_network(net_id) if network is None else network).every(period, offset, wait)


def enable_callbacks(net_id: int = 0) -> None:
    """Let `simulate` call the registered functions."""
    default_network(net_id).enable_callbacks()


def disable_callbacks(net_id: int = 0) -> None:
    """Let `simulate` call no function."""
    default_network(net_id).disable_callbacks()


def clear_all_callbacks(net_id: int = 0) -> None:
    """Forget all registered functions of the default network."""
    default_network(net_id).clear_all_callbacks()


def callbacks_enabled(net_id: int = 0) -> bool:
    """Return whether `simulate` calls the registered functions."""
    return default_network(net_id).callbacks_enabled()


def get_time(net_id: int = 0) -> float:
    """Return the time of the default network, ms."""
    return default_network(net_id).get_time()


def set_time(t: float, net_id: int = 0) -> None:
    """Set the time of the default network, ms."""
    default_network(net_id).set_time(t)


def get_current_step(net_id: int = 0) -> int:
    """Return the number of steps that the default network has done."""
    return default_network(net_id).get_current_step()


def set_current_step(t: int, net_id: int = 0) -> None:
    """Set the number of steps that the default network has done."""
    default_network(net_id).set_current_step(t)


def dt() -> float:
    """Return the step of the default network, ms."""
    return default_network().dt


def set_seed(seed: int, use_seed_seq: bool = True, net_id: int = 0) -> None:
    """Set the seed of the default network; see `Network.set_seed`. `use_seed_seq` is accepted and ignored."""
    default_network(net_id).set_seed(seed)


def save(filename: io.Filename, populations: bool = True, projections: bool = True, net_id: int = 0) -> None:
    """Write the state of the default network into a file; see `Network.save`."""
    default_network(net_id).save(filename, populations, projections)


def load(
    filename: io.Filename,
    populations: bool = True,
    projections: bool = True,
    pickle_encoding: str | None = None,
    net_id: int = 0,
) -> None:
    """Read the state of the default network from a file; see `Network.load`.

    `pickle_encoding` is accepted and ignored: no file is a pickle.
    """
    default_network(net_id).load(filename, populations, projections)


def save_parameters(filename: io.Filename, net_id: int = 0) -> None:
    """Write the shared parameters of the default network as JSON; see `Network.save_parameters`."""
    default_network(net_id).save_parameters(filename)


def load_parameters(
    filename: io.Filename, global_only: bool = True, verbose: bool = False, net_id: int = 0
) -> dict[str, float]:
    """Assign the parameters of a JSON file to the default network; see `Network.load_parameters`."""
    return default_network(net_id).load_parameters(filename, global_only, verbose)


def report(
    filename: io.Filename = "./report.tex",
    standalone: bool = True,
    gather_subprojections: bool = False,
    title: str | None = None,
    author: str | None = None,
    date: str | None = None,
    net_id: int | Network = 0,
) -> None:
    """Write a description of the default network into a file; see `Network.report`.

    `net_id` can be a network to be described in its place; numbers are accepted and ignored.
    """
    network = net_id if isinstance(net_id, Network) else default_network()
    network.report(filename, standalone, gather_subprojections, title, author, date)


def diagram(axes: Any = None, layout: str | None = None, net_id: int | Network = 0) -> Any:
    """Draw the default network, or the one given as `net_id`; see `Network.diagram`."""
    network = net_id if isinstance(net_id, Network) else default_network(net_id)
    return network.diagram(axes, layout)


# Objects


def get_population(name: str, net_id: int = 0) -> Population | None:
    """Return the population of this name in the default network; None if there is none, with a warning."""
    return found(default_network(net_id).population, name)


def populations(net_id: int = 0) -> list[Population]:
    """Return all populations of the default network."""
    return default_network(net_id).populations()


def monitors(net_id: int = 0, obj: Any = None) -> list[Monitor]:
    """Return all monitors of the default network, or those of one population, view or projection."""
    return default_network(net_id).monitors(obj)


# Spike statistics: those of `analysis`, with the step of the default network


def raster_plot(spikes: analysis.SpikeDict) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of a raster plot; see `analysis.raster_plot`."""
    return analysis.raster_plot(spikes, dt=dt())


def histogram(
    spikes: analysis.SpikeDict, bins: float | None = None, per_neuron: bool = False, recording_window: Any = None
) -> Any:
    """Return spike counts in bins; see `analysis.histogram`."""
    return statistics.histogram(spikes, bins, per_neuron, recording_window, dt())


def mean_fr(spikes: analysis.SpikeDict, duration: float | None = None) -> float:
    """Return the mean firing rate, Hz; see `analysis.mean_fr`. `duration` is in steps here, as in ANNarchy."""
    return analysis.mean_fr(spikes, None if duration is None else _steps(duration) * dt(), dt=dt())


def inter_spike_interval(spikes: analysis.SpikeDict, ranks: Any = None, per_neuron: bool = False) -> Any:
    """Return a list of intervals between spikes, ms; see `analysis.inter_spike_interval`."""
    return statistics.inter_spike_interval(spikes, ranks, per_neuron, dt())


def coefficient_of_variation(spikes: analysis.SpikeDict, ranks: Any = None, per_neuron: bool = False) -> Any:
    """Return a list of the variations of the intervals; see `analysis.coefficient_of_variation`."""
    return statistics.coefficient_of_variation(spikes, ranks, per_neuron, dt())


def population_rate(spikes: analysis.SpikeDict, smooth: float = 0.0) -> np.ndarray:
    """Return the firing rate of the population in each step, Hz; see `analysis.population_rate`."""
    return analysis.population_rate(spikes, smooth, dt=dt())


def smoothed_rate(spikes: analysis.SpikeDict, smooth: float = 0.0) -> np.ndarray:
    """Return the instantaneous firing rate of each neuron from the first to the last spike, Hz, without its step.

    See `analysis.smoothed_rate`.
    """
    steps, _ = analysis.raster_plot(spikes)
    return analysis.smoothed_rate(spikes, smooth, dt=dt(), stop=int(steps.max()) if steps.size else None)


def _steps(duration: Any) -> float:
    return arguments.real(duration, "duration", above=0.0)


# Replicas


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
) -> Any:
    """Run a method on many replicas of the default network, as ANNarchy 4.8 does, but as one batched computation.

    Args:
        method: `method(idx, net, *extra)`, ordinary Python; `net.get(obj)` gives the replica's own objects.
        networks: run on these networks in the place of replicas, from where they stand. They stay as they are, unless
            `sequential` is set. Those that are alike and have not been simulated are one batch.
        number: of replicas.
        max_processes: at most so many threads; -1 takes one per core.
        measure_time: print how long it took.
        sequential: one replica at a time on one thread; the numbers are the same.
        same_seed: give all replicas the seed of the network.
        annarchy_json, visible_cores: accepted and ignored.
        **args: `batch_size`, `redraw`, `devices`, `progress_bar`, and `to` with `shard`, `part` and `resume`, which
            keep results in a folder (see `Network.parallel_run`); every other keyword is a list with one value per
            replica and becomes an extra argument of the method, in order.

    Returns:
        What the method returned, in the order of replicas; with `to`, the `SweepResults` of the folder, whose
        `values()` is that list.
    """
    options = {"max_processes": max_processes, "measure_time": measure_time, "sequential": sequential, **args}
    if networks:
        return run_indexed_networks(networks, method, **options)
    return run_indexed(default_network(), method, number, same_seed=same_seed, **options)
