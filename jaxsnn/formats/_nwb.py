"""`to_nwb`: what was recorded as a file of Neurodata Without Borders."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError, MissingPackageError
from ..files import check_ending, replaced
from ._nwb_tables import Stored, columns_of, units_table
from ._recordings import Recordings, Signal, Stretch
from ._sources import Source, recordings_of

DESCRIPTION = "Simulation of a network by jaxsnn; no recording of an animal."
KEYWORDS = ("simulation", "computational neuroscience", "spiking neural network")
COMPRESSED_BYTES = 2**20
SUBJECT = {  # NWB asks for an animal: this says that there is none
    "subject_id": "simulation",
    "description": "A simulated network, no animal.",
    "species": "http://purl.obolibrary.org/obo/NCBITaxon_32630",  # "synthetic construct"
    "sex": "U",
    "age": "P0D/",  # any
}
BASE_UNITS = {  # NWB asks for base units, and a factor that leads to them
    "mV": ("volts", 1e-3),
    "V": ("volts", 1.0),
    "pA": ("amperes", 1e-12),
    "nA": ("amperes", 1e-9),
    "nS": ("siemens", 1e-9),
    "uS": ("siemens", 1e-6),
    "ms": ("seconds", 1e-3),
}


def to_nwb(
    source: Source,
    path: str | PathLike[str] | None = None,
    simulation: Any = None,
    *,
    units: Mapping[str, str] | None = None,
    start: float = 0.0,
    session_description: str = DESCRIPTION,
    identifier: str | None = None,
    session_start_time: datetime | None = None,
    **metadata: Any,
) -> Any:
    """Return what was recorded as a `pynwb.NWBFile`, or write it (extra `nwb`; doi:10.7554/eLife.78362).

    Each recorded neuron is a row of the table `units`, a silent one too, with its rank and the name of its monitor;
    `obs_intervals` tells when it was recorded. Each variable is a `TimeSeries` in `acquisition`, `cells_v`, several of
    them (`cells_v_2`) where the recording has a pause; which neurons or synapses its columns are is a table of the
    processing module `misc`. As NWB wants it, times are in s, and units such as mV are told as volts and a factor,
    `conversion`. Moments are those of `to_neo`. Nothing is forgotten.

    Args:
        source: a monitor, a list of monitors, a network (all of its monitors), a folder of records,
            `open_records(...)`, or records of `sim.run`.
        path: of a file to write, `.nwb`; None writes none.
        simulation: of records: the `Simulation`, or the compiled network.
        units: of variables, `{"v": "mV"}` or `{"cells.v": "mV"}`; others are `dimensionless`.
        start: of records: ms, when the run began.
        session_description: what this was; the default says that it was a simulation.
        identifier: of this file alone; None makes one by chance (UUID 4).
        session_start_time: with a time zone, to which all times refer; None is now, for a simulation has no date.
        **metadata: for `pynwb.NWBFile`: `experimenter`, `institution`, `related_publications` and others. NWB wants a
            `subject`; the default says that it was a simulated network ("synthetic construct" of NCBI's taxonomy).

    Returns:
        The `NWBFile`, or the path that was written. `session_id` is the fingerprint of the network.

    Raises:
        MissingPackageError: pynwb is not installed.
        ArgumentError: something that was not recorded, a time without time zone, or metadata that NWB does not have.
        FileFormatError: the ending of another format.
        StateError: nothing is held, or time was set back during a recording.
        UnknownNameError: a unit of something that was not recorded.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=0)
        >>> P = net.create(2, snn.Izhikevich(i_offset=10.0), name="P")
        >>> M = net.monitor(P, ["spike", "v"])
        >>> _ = net.compile()
        >>> net.simulate(20.0)
        >>> file = to_nwb(M, units={"v": "mV"})
        >>> file.units["spike_times"][1].tolist(), file.acquisition["P_v"].rate, file.acquisition["P_v"].unit
        ([0.004], 1000.0, 'volts')
    """
    target = None if path is None else arguments.path(path, "path")
    if target is not None:
        check_ending(target, (".nwb",))
    found = recordings_of(source, simulation, units, start)
    pynwb = _pynwb()
    told = {
        "session_id": found.about.get("fingerprint", found.about.get("description")),
        "was_generated_by": [["jaxsnn", found.about["jaxsnn"]]],
        "keywords": list(KEYWORDS),
        "experiment_description": f"Simulation in steps of {found.dt:g} ms.",
        "subject": metadata.pop("subject", None) or pynwb.file.Subject(**SUBJECT),
    } | metadata
    begin = _moment(session_start_time)
    try:
        file = pynwb.NWBFile(session_description, identifier or str(uuid.uuid4()), begin, **told)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"`pynwb.NWBFile` refuses the metadata: {error}") from error
    _fill(pynwb, file, found, as_it_is if target is None else compressed)
    return file if target is None else _written(pynwb, file, target)


def _pynwb() -> Any:
    try:
        import pynwb
    except ImportError:
        raise MissingPackageError("`to_nwb` needs the package `pynwb`: pip install 'jaxsnn[nwb]'") from None
    return pynwb


def _moment(given: datetime | None) -> datetime:
    if given is None:
        return datetime.now(UTC)
    if not isinstance(given, datetime) or given.tzinfo is None:
        raise ArgumentError(f"`session_start_time` is a `datetime` with a time zone, not {given!r}")
    return given


def as_it_is(array: np.ndarray) -> Any:
    """Return an array as it stands in an `NWBFile` that is not written."""
    return array


def compressed(array: np.ndarray) -> Any:
    """Return an array as it is written: compressed if it is large."""
    from hdmf.backends.hdf5.h5_utils import H5DataIO

    return H5DataIO(data=array, compression="gzip") if array.nbytes >= COMPRESSED_BYTES else array


def _fill(pynwb: Any, file: Any, found: Recordings, stored: Stored) -> None:
    module = None
    for signal in found.signals:
        for number, stretch in enumerate(signal.stretches, 1):
            file.add_acquisition(_series(pynwb, signal, stretch, number, stored))
        if signal.labels:
            about = "The neurons and synapses that the columns of each series in `acquisition` stand for."
            module = module or file.create_processing_module("misc", about)
            module.add(columns_of(pynwb, _name(signal), signal))
    if found.spikes:
        file.units = units_table(pynwb, found.spikes, stored)


def _name(signal: Signal) -> str:
    return signal.name.replace(".", "_").replace("/", "_").replace(":", "_")


def _series(pynwb: Any, signal: Signal, stretch: Stretch, number: int, stored: Stored) -> Any:
    unit, factor = BASE_UNITS.get(signal.unit, (signal.unit or "dimensionless", 1.0))
    values = stretch.values.astype(np.int8) if stretch.values.dtype == bool else stretch.values
    return pynwb.TimeSeries(
        name=_name(signal) + (f"_{number}" if number > 1 else ""),
        data=stored(values),
        unit=unit,
        conversion=factor,
        starting_time=stretch.first * signal.dt / 1000.0,
        rate=1000.0 / (stretch.every * signal.dt),
        description=f"Variable `{signal.variable}` of the monitor `{signal.monitor}`.",
        continuity="continuous",
    )


def _written(pynwb: Any, file: Any, path: Path) -> Path:
    import h5py

    with replaced(path) as whole, h5py.File(whole, "w") as h5, pynwb.NWBHDF5IO(file=h5, mode="w") as io:
        io.write(file)
    return path
