"""`to_neo`: what was recorded as objects of neo, with units."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import ArgumentError, MissingPackageError
from ._recordings import Recordings, Signal, SpikeTrains
from ._sources import Source, recordings_of

FACTOR = r"[^\W\d_]+(\*\*-?\d)?"
UNIT = re.compile(rf"{FACTOR}([*/]{FACTOR})*")  # `quantities` computes what it is given: only this reaches it


def to_neo(
    source: Source, simulation: Any = None, *, units: Mapping[str, str] | None = None, start: float = 0.0
) -> Any:
    """Return what was recorded as a `neo.Block` (extra `neo`; doi:10.3389/fninf.2014.00010). Nothing is forgotten.

    The block has one segment. Each recorded neuron is a `SpikeTrain`, a silent one too; its rank is among its
    annotations. Each variable is an `AnalogSignal` (samples, n); the ranks of its neurons, or the two ranks of its
    synapses, are array annotations. A recording with a pause is several signals, and an `Epoch` tells when spikes were
    recorded. Times are in ms of the network: a spike of step k is at k dt, as `raster_plot` gives it, a sample of a
    variable at the end of its step, (k + 1) dt.

    Args:
        source: a monitor, a list of monitors, a network (all of its monitors), a folder of records,
            `open_records(...)`, or records of `sim.run`.
        simulation: of records: the `Simulation`, or the compiled network.
        units: of variables, `{"v": "mV"}` or `{"cells.v": "mV"}`; others are dimensionless.
        start: of records: ms, when the run began.

    Returns:
        The block. Its annotations have the version of jaxsnn and the `fingerprint` of the network.

    Raises:
        MissingPackageError: neo is not installed.
        ArgumentError: something that was not recorded; a unit that there is not.
        StateError: nothing is held, or time was set back during a recording.
        UnknownNameError: a unit of something that was not recorded.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=0)
        >>> P = net.create(2, snn.Izhikevich(i_offset=10.0), name="P")
        >>> M = net.monitor(P, ["spike", "v"])
        >>> _ = net.compile()
        >>> net.simulate(20.0)
        >>> segment = to_neo(M, units={"v": "mV"}).segments[0]
        >>> segment.spiketrains[1].times, segment.analogsignals[0].shape, str(segment.analogsignals[0].units)
        (array([4.]) * ms, (20, 2), '1.0 mV')
    """
    found = recordings_of(source, simulation, units, start)
    neo = _neo()
    block = neo.Block(name="jaxsnn", description="recordings of a simulation by jaxsnn", **found.about)
    block.segments.append(_segment(neo, found))
    return block


def _neo() -> Any:
    try:
        import neo
    except ImportError:
        raise MissingPackageError("`to_neo` needs the package `neo`: pip install 'jaxsnn[neo]'") from None
    return neo


def _segment(neo: Any, found: Recordings) -> Any:
    segment = neo.Segment(name="run")
    for signal in found.signals:
        segment.analogsignals.extend(_signals(neo, signal))
    for spikes in found.spikes:
        segment.spiketrains.extend(_trains(neo, spikes))
        if len(spikes.intervals) > 1:
            segment.epochs.append(_epoch(neo, spikes))
    return segment


def _signals(neo: Any, signal: Signal) -> list[Any]:
    unit = _unit(signal)
    labels = {name: np.asarray(x) for name, x in signal.labels.items()}
    own = {"name": signal.name, "monitor": signal.monitor, "variable": signal.variable, "array_annotations": labels}
    return [
        neo.AnalogSignal(
            stretch.values.astype(np.int8) if stretch.values.dtype == bool else stretch.values,
            units=unit,
            t_start=_ms(stretch.first * signal.dt),
            sampling_period=_ms(stretch.every * signal.dt),
            **own,
        )
        for stretch in signal.stretches
    ]


def _trains(neo: Any, spikes: SpikeTrains) -> list[Any]:
    begin, end = _ms(spikes.recorded_from[0]), _ms(spikes.recorded_to[-1])
    rate = 1.0 / _ms(spikes.dt)
    own = {"monitor": spikes.monitor, "variable": spikes.variable, "sampling_rate": rate}
    return [
        neo.SpikeTrain(times, end, units="ms", t_start=begin, name=f"{spikes.name} {rank}", rank=int(rank), **own)
        for rank, times in zip(spikes.recorded, spikes.trains, strict=True)
    ]


def _epoch(neo: Any, spikes: SpikeTrains) -> Any:
    begin, end = spikes.recorded_from, spikes.recorded_to
    labels = ["recorded"] * len(begin)
    return neo.Epoch(begin, end - begin, labels, units="ms", name=f"{spikes.name} recorded", monitor=spikes.monitor)


def _ms(value: float) -> Any:
    import quantities

    return quantities.Quantity(float(value), "ms")


def _unit(signal: Signal) -> Any:
    """Return the quantity of one unit of a signal."""
    import quantities

    if not signal.unit:
        return quantities.dimensionless
    try:
        if UNIT.fullmatch(signal.unit) is None:
            raise LookupError(signal.unit)
        return quantities.Quantity(1.0, signal.unit)
    except LookupError:
        message = f"`units`: {signal.unit!r} of `{signal.name}` is no unit that `quantities` knows"
        raise ArgumentError(f"{message}: such as 'mV', 'nA', 'uS', '1/s' is written 'Hz', 'mV/ms'") from None
