"""`to_pandas`: what was recorded as tables."""

from collections.abc import Mapping
from typing import Any

from ..errors import MissingPackageError
from ..results import SweepResults
from ._recordings import Signal, SpikeTrains
from ._sources import Source, recordings_of


def to_pandas(
    source: Source, simulation: Any = None, *, units: Mapping[str, str] | None = None, start: float = 0.0
) -> dict[str, Any]:
    """Return what was recorded as tables of pandas (extra `pandas`), by name. Nothing is forgotten.

    The table of a variable, `cells.v`, has a row for each sample, with the time (ms) as its index, and a column for
    each neuron, with its rank; of synapses, the ranks of both neurons. That of spikes, `cells.spike`, has a row for
    each spike, neuron by neuron, and the columns `time` (ms) and `rank`. Times are those of `to_neo`; a pause is a gap
    in them.

    Args:
        source: a monitor, a list of monitors, a network (all of its monitors), a folder of records,
            `open_records(...)`, records of `sim.run`, or the results of a sweep, `SweepResults`,
            of which each array becomes a table with a row for each number.
        simulation: of records: the `Simulation`, or the compiled network.
        units: of variables, `{"v": "mV"}` or `{"cells.v": "mV"}`; they stand in `attrs["unit"]`.
        start: of records: ms, when the run began.

    Returns:
        A `pandas.DataFrame` for each recording. `attrs` has the names, the unit, the version of jaxsnn and the
        `fingerprint` of the network; of spikes, also who was recorded, and when.

    Raises:
        MissingPackageError: pandas is not installed.
        ArgumentError: something that was not recorded.
        StateError: nothing is held, or time was set back during a recording.
        UnknownNameError: a unit of something that was not recorded.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=0)
        >>> P = net.create(2, snn.Izhikevich(i_offset=10.0), name="P")
        >>> M = net.monitor(P, ["spike", "v"])
        >>> _ = net.compile()
        >>> net.simulate(20.0)
        >>> tables = to_pandas(M)
        >>> tables["P.v"].shape, tables["P.spike"].values.tolist()
        ((20, 2), [[4.0, 0.0], [4.0, 1.0]])
    """
    try:
        import pandas
    except ImportError:
        raise MissingPackageError("`to_pandas` needs the package `pandas`: pip install 'jaxsnn[pandas]'") from None
    if isinstance(source, SweepResults):
        data = source.to_xarray()
        return {str(name): data[name].to_dataframe() for name in data}
    found = recordings_of(source, simulation, units, start)
    tables = [_of_signal(pandas, s) for s in found.signals] + [_of_spikes(pandas, s) for s in found.spikes]
    for table in tables:
        table.attrs |= dict(found.about)
    return {table.attrs["name"]: table for table in tables}


def _of_signal(pandas: Any, signal: Signal) -> Any:
    labels = signal.labels
    if not labels:
        columns = pandas.Index([signal.variable])
    elif len(labels) == 1:
        ((name, ranks),) = labels.items()
        columns = pandas.Index(ranks, name=name)
    else:
        columns = pandas.MultiIndex.from_arrays(list(labels.values()), names=list(labels))
    table = pandas.DataFrame(signal.values, pandas.Index(signal.times, name="time"), columns)
    table.attrs |= {"name": signal.name, "variable": signal.variable, "unit": signal.unit}
    return table


def _of_spikes(pandas: Any, spikes: SpikeTrains) -> Any:
    table = pandas.DataFrame({"time": spikes.times, "rank": spikes.ranks})
    recorded = {"recorded_from": spikes.recorded_from.tolist(), "recorded_to": spikes.recorded_to.tolist()}
    table.attrs |= {"name": spikes.name, "variable": spikes.variable, "unit": "ms", **recorded}
    table.attrs["recorded_ranks"] = spikes.recorded.tolist()
    return table
