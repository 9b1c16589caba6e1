"""`to_xarray`: what was recorded as one data set, by name."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import MissingPackageError
from ..results import SweepResults
from ._recordings import Recordings, Signal, SpikeTrains
from ._sources import Source, recordings_of

Variable = tuple[tuple[str, ...], Any, dict[str, Any]]  # dimensions, values, attributes


def to_xarray(
    source: Source, simulation: Any = None, *, units: Mapping[str, str] | None = None, start: float = 0.0
) -> Any:
    """Return what was recorded as an `xarray.Dataset` (extra `results`). Nothing is forgotten.

    A variable `cells.v` is an array along `cells.v.time` (ms) and `cells.v.rank`; several variables of one monitor with
    the same times and neurons share the axes `cells.time` and `cells.rank`. Synapses stand along one axis, with the
    coordinates `pre` and `post` of its name. Spikes `cells.spike` are the ranks of those who spiked, along
    `cells.spike.time` (ms), neuron by neuron; the coordinates `cells.spike.rank`, `.recorded_from` and `.recorded_to`
    tell who was recorded, and when. Times are those of `to_neo`; a pause is a gap in them.

    Args:
        source: a monitor, a list of monitors, a network (all of its monitors), a folder of records,
            `open_records(...)`, which is read whole (its own `to_xarray` reads what is used), records of `sim.run`, or
            the results of a sweep, `SweepResults`, whose own `to_xarray` is called.
        simulation: of records: the `Simulation`, or the compiled network.
        units: of variables, `{"v": "mV"}` or `{"cells.v": "mV"}`; they become the attribute `units`.
        start: of records: ms, when the run began.

    Returns:
        The data set; `to_netcdf` and `to_zarr` write it. Its attributes have the version of jaxsnn and the
        `fingerprint` of the network.

    Raises:
        MissingPackageError: xarray is not installed.
        ArgumentError: something that was not recorded.
        StateError: nothing is held, or time was set back during a recording.
        UnknownNameError: a unit of something that was not recorded.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=0)
        >>> P = net.create(2, snn.Izhikevich(i_offset=10.0), name="P")
        >>> M = net.monitor(P, ["spike", "v", "u"])
        >>> _ = net.compile()
        >>> net.simulate(20.0)
        >>> data = to_xarray(M, units={"v": "mV"})
        >>> data["P.v"].dims, data["P.v"].sel({"P.time": 20.0, "P.rank": 1}).attrs, data["P.spike.time"].values
        (('P.time', 'P.rank'), {'units': 'mV'}, array([4., 4.]))
    """
    if isinstance(source, SweepResults):
        return source.to_xarray()
    found = recordings_of(source, simulation, units, start)
    try:
        import xarray
    except ImportError:
        message = "`to_xarray` needs the package `xarray`: pip install 'jaxsnn[results]'"
        raise MissingPackageError(message) from None
    variables: dict[str, Variable] = {}
    coordinates: dict[str, Variable] = {}
    for signal in found.signals:
        axes = _axes(signal, _shared(signal, found))
        variables[signal.name] = (tuple(axes), signal.values, _unit(signal.unit))
        coordinates |= {name: x for own in axes.values() for name, x in own.items()}
    for spikes in found.spikes:
        along = f"{spikes.name}.time"
        variables[spikes.name] = ((along,), spikes.ranks, {})
        coordinates |= {along: ((along,), spikes.times, _unit("ms")), **_recorded(spikes)}
    return xarray.Dataset(variables, coordinates, {**found.about, "dt": found.dt})


def _unit(unit: str) -> dict[str, Any]:
    return {"units": unit} if unit else {}


def _shared(signal: Signal, found: Recordings) -> str:
    """Return the name of the axes of a signal: that of its monitor, where all of its variables have the same axes."""
    others = [s for s in found.signals if s.monitor == signal.monitor]
    alike = all(_same_axes(signal, other) for other in others)
    return signal.monitor if alike else signal.name


def _same_axes(one: Signal, other: Signal) -> bool:
    same_labels = one.labels.keys() == other.labels.keys() and all(
        np.array_equal(x, other.labels[name]) for name, x in one.labels.items()
    )
    return same_labels and np.array_equal(one.times, other.times)


def _axes(signal: Signal, name: str) -> dict[str, dict[str, Variable]]:
    """Return the axes of a signal, each with its coordinates."""
    time = f"{name}.time"
    axes: dict[str, dict[str, Variable]] = {time: {time: ((time,), signal.times, _unit("ms"))}}
    if signal.labels:
        along = f"{name}.{'synapse' if len(signal.labels) > 1 else next(iter(signal.labels))}"
        axes[along] = {f"{name}.{label}": ((along,), x, {}) for label, x in signal.labels.items()}
    return axes


def _recorded(spikes: SpikeTrains) -> dict[str, Variable]:
    """Return who was recorded, and when. Attributes of a file are too small for many neurons."""
    ranks, intervals = f"{spikes.name}.rank", f"{spikes.name}.interval"
    return {
        ranks: ((ranks,), spikes.recorded, {}),
        f"{spikes.name}.recorded_from": ((intervals,), spikes.recorded_from, _unit("ms")),
        f"{spikes.name}.recorded_to": ((intervals,), spikes.recorded_to, _unit("ms")),
    }
