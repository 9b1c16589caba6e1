"""The imperative surface of ANNarchy 4.8: module-level functions on the default network.

Everything here is a line or two that calls `Network`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import analysis, inputs, io
from ..errors import ArgumentError
from ..models import Neuron
from . import _statistics as statistics
from ._constants import Constant as ConstantHandle
from ._default import default_network
from ._input_populations import CorrelatedPopulation, SpikeSource, TimedPopulation
from ._monitor import Monitor as MonitorHandle
from ._network import Network
from ._parallel_run import run_indexed, run_networks
from ._population import Population as PopulationHandle
from ._population import Ranked
from ._progress import say

Geometry = int | tuple[int, ...]

# Description


def Population(
    geometry: Geometry,
    neuron: Neuron | Callable[[], Neuron],
    name: str | None = None,
    stop_condition: str | None = None,
    storage_order: str = "post_to_pre",
) -> PopulationHandle:
    """Add a population to the default network; see `Network.create`. `storage_order` is accepted and ignored."""
    return default_network().create(geometry, neuron, name, stop_condition)


def Monitor(
    obj: Ranked,
    variables: str | Sequence[str] = (),
    period: float | None = None,
    period_offset: float | None = None,
    start: bool = True,
) -> MonitorHandle:
    """Record variables of the default network; see `Network.monitor`."""
    return default_network().monitor(obj, variables, None, period, period_offset, start)


def Constant(name: str, value: float) -> ConstantHandle:
    """Add a constant to the default network; see `Network.constant`."""
    return default_network().constant(name, value)


def get_constant(name: str) -> ConstantHandle:
    """Return a constant of the default network."""
    return default_network().get_constant(name)


def add_function(definition: str) -> None:
    """Add a function to the default network; see `Network.add_function`."""
    default_network().add_function(definition)


def functions(name: str) -> Callable[..., np.ndarray]:
    """Return a function of the default network for Python; see `Network.function`."""
    return default_network().function(name)


# Inputs


def InputArray(geometry: Geometry, name: str | None = None) -> PopulationHandle:
    """Add an input to the default network; see `inputs.InputArray`."""
    return default_network().create(inputs.InputArray(geometry), name=name)


def PoissonPopulation(
    geometry: Geometry,
    name: str | None = None,
    rates: Any = None,
    target: str | None = None,
    parameters: str | None = None,
    refractory: float | None = None,
) -> PopulationHandle:
    """Add Poisson spike trains to the default network; see `inputs.PoissonPopulation`."""
    described = inputs.PoissonPopulation(geometry, rates, target, parameters, refractory)
    return default_network().create(described, name=name)


def SpikeSourceArray(spike_times: Sequence[Any], name: str | None = None) -> SpikeSource:
    """Add neurons that spike at given times to the default network; see `inputs.SpikeSourceArray`."""
    return default_network().create(inputs.SpikeSourceArray(spike_times), name=name)  # type: ignore[return-value]


def TimedArray(
    rates: Any = None,
    geometry: Geometry | None = None,
    schedule: inputs.Times = 0.0,
    period: float = -1.0,
    name: str | None = None,
) -> TimedPopulation:
    """Add rates that follow a table to the default network; see `inputs.TimedArray`.

    A geometry without rates gives a table of one row of zeros, to be filled by `update`.
    """
    if rates is None:
        if geometry is None:
            raise ArgumentError("a TimedArray takes `rates`, or a `geometry` whose rates come by `update`")
        rates = np.zeros((1, *np.atleast_1d(geometry)))
    described = inputs.TimedArray(rates, geometry, schedule, period)
    return default_network().create(described, name=name)  # type: ignore[return-value]


def TimedPoissonPopulation(
    geometry: Geometry, rates: Any, schedule: inputs.Times, period: float = -1.0, name: str | None = None
) -> TimedPopulation:
    """Add Poisson spike trains with changing rates to the default network; see `inputs.TimedPoissonPopulation`."""
    described = inputs.TimedPoissonPopulation(geometry, rates, schedule, period)
    return default_network().create(described, name=name)  # type: ignore[return-value]


def HomogeneousCorrelatedSpikeTrains(
    geometry: Geometry,
    rates: Any,
    corr: Any,
    tau: float,
    schedule: inputs.Times | None = None,
    period: float = -1.0,
    name: str | None = None,
    refractory: float | None = None,
) -> CorrelatedPopulation:
    """Add correlated spike trains to the default network; see `inputs.HomogeneousCorrelatedSpikeTrains`."""
    begins = 0.0 if schedule is None else schedule
    described = inputs.HomogeneousCorrelatedSpikeTrains(geometry, rates, corr, tau, begins, period, refractory)
    return default_network().create(described, name=name)  # type: ignore[return-value]


# Running


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
    duration: float,
    measure_time: bool = False,
    progress_bar: bool = False,
    callbacks: bool = True,
    check_finite: bool = False,
) -> None:
    """Advance the default network; see `Network.simulate`."""
    default_network().simulate(duration, measure_time, progress_bar, callbacks, check_finite)


def simulate_until(
    max_duration: float,
    population: PopulationHandle | Sequence[PopulationHandle],
    operator: str = "and",
    measure_time: bool = False,
) -> float:
    """Advance the default network until populations meet their conditions; see `Network.simulate_until`."""
    return default_network().simulate_until(max_duration, population, operator, measure_time)


def step() -> None:
    """Advance the default network by one step."""
    default_network().step()


def reset(populations: bool = True, projections: bool = False, synapses: bool = False, monitors: bool = True) -> None:
    """Set the default network back; see `Network.reset`."""
    default_network().reset(populations, projections, synapses, monitors)


def every(period: float, offset: float = 0.0, wait: float = 0.0) -> Callable:
    """Register a function of the default network's time; see `Network.every`."""
    return default_network().every(period, offset, wait)


def enable_callbacks() -> None:
    """Let `simulate` call the registered functions."""
    default_network().enable_callbacks()


def disable_callbacks() -> None:
    """Let `simulate` call no function."""
    default_network().disable_callbacks()


def clear_all_callbacks() -> None:
    """Forget all registered functions of the default network."""
    default_network().clear_all_callbacks()


def callbacks_enabled() -> bool:
    """Return whether `simulate` calls the registered functions."""
    return default_network().callbacks_enabled()


def get_time() -> float:
    """Return the time of the default network, ms."""
    return default_network().get_time()


def set_time(t: float) -> None:
    """Set the time of the default network, ms."""
    default_network().set_time(t)


def get_current_step() -> int:
    """Return the number of steps that the default network has done."""
    return default_network().get_current_step()


def set_current_step(t: int) -> None:
    """Set the number of steps that the default network has done."""
    default_network().set_current_step(t)


def dt() -> float:
    """Return the step of the default network, ms."""
    return default_network().dt


def set_seed(seed: int, use_seed_seq: bool = True) -> None:
    """Set the seed of the default network; see `Network.set_seed`. `use_seed_seq` is accepted and ignored."""
    default_network().set_seed(seed)


def save(filename: io.Filename, populations: bool = True, projections: bool = True) -> None:
    """Write the state of the default network into a file; see `Network.save`."""
    default_network().save(filename, populations, projections)


def load(filename: io.Filename, populations: bool = True, projections: bool = True, pickle_encoding: str = "") -> None:
    """Read the state of the default network from a file; see `Network.load`. `pickle_encoding` is ignored."""
    default_network().load(filename, populations, projections)


def save_parameters(filename: io.Filename) -> None:
    """Write the shared parameters of the default network as JSON; see `Network.save_parameters`."""
    default_network().save_parameters(filename)


def load_parameters(filename: io.Filename, global_only: bool = True, verbose: bool = False) -> dict[str, float]:
    """Assign the parameters of a JSON file to the default network; see `Network.load_parameters`."""
    return default_network().load_parameters(filename, global_only, verbose)


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


# Objects


def get_population(name: str) -> PopulationHandle:
    """Return the population of this name in the default network."""
    return default_network().population(name)


def populations() -> list[PopulationHandle]:
    """Return all populations of the default network."""
    return default_network().populations()


def monitors(obj: Ranked | None = None) -> list[MonitorHandle]:
    """Return all monitors of the default network, or those of one population or view."""
    return default_network().monitors(obj)


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
    return analysis.mean_fr(spikes, None if duration is None else duration * dt(), dt=dt())


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
    last = max((max(steps) for steps in spikes.values() if len(steps)), default=None)
    return analysis.smoothed_rate(spikes, smooth, dt=dt(), stop=last)


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
        **args: `batch_size`, `redraw`, `devices` and `progress_bar` (see `Network.parallel_run`); every other keyword
            is a list with one value per replica and becomes an extra argument of the method, in order.

    Returns:
        What the method returned, in the order of replicas.
    """
    if networks is not None:
        return run_networks(networks, method, measure_time, args)
    return run_indexed(
        default_network(), method, number, max_processes=max_processes, measure_time=measure_time,
        sequential=sequential, same_seed=same_seed, **args,
    )  # fmt: skip
