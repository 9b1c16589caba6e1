"""`to_nwb`: a file that the inspector of NWB finds no fault with, and the numbers of the monitors in it."""

import sys
from datetime import UTC, datetime

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, FileFormatError, MissingPackageError

from . import recorded

pynwb = pytest.importorskip("pynwb")
WHO = {"experimenter": ["Doe, Jane"], "institution": "Institute"}


@pytest.fixture(scope="module")
def path(net, tmp_path_factory):
    """Return a file of the monitors whose recordings are longer than wide, as the inspector wants it."""
    target = tmp_path_factory.mktemp("nwb") / "deep" / "run.nwb"
    monitors = [net.get_monitor(name) for name in ("part", "silent")]
    assert snn.to_nwb(monitors, target, units=recorded.UNITS, **WHO) == target
    return target


@pytest.fixture(scope="module")
def file(path):
    with pynwb.NWBHDF5IO(path, "r") as io:
        yield io.read()


def test_the_inspector_finds_nothing(path):
    """Oracle: `nwbinspector`, down to suggestions."""
    inspector = pytest.importorskip("nwbinspector")
    assert [f"{m.importance.name}: {m.message}" for m in inspector.inspect_nwbfile(path)] == []


def test_without_names_it_suggests_them(net):
    """Oracle: `nwbinspector`: nobody but the user knows who made a file; there is no error without."""
    inspector = pytest.importorskip("nwbinspector")
    found = inspector.inspect_nwbfile_object(snn.to_nwb(net.get_monitor("part"), units=recorded.UNITS))
    told = [(m.importance.name, m.check_function_name) for m in found]
    suggestion = "BEST_PRACTICE_SUGGESTION"
    assert told == [(suggestion, "check_experimenter_exists"), (suggestion, "check_institution")]


def test_units_are_spike_trains(net, file):
    """Oracle: `Monitor.get`, in s; the pause from 100 to 133 ms."""
    held = net.get_monitor("part").get("spike", keep=True)
    table = file.units
    assert table["rank"].data[:].tolist() == [2, 4, 6, 8, 0, 1, 2]
    assert list(table["monitor"].data[:]) == ["part"] * 4 + ["silent"] * 3
    for row, steps in enumerate(held.values()):
        np.testing.assert_array_equal(table["spike_times"][row], np.array(steps) * 0.5 / 1000.0)
        np.testing.assert_array_equal(table["obs_intervals"][row], [[0.0, 0.1], [0.133, 0.2]])
    assert [len(table["spike_times"][row]) for row in (4, 5, 6)] == [0, 0, 0]
    np.testing.assert_array_equal(table["obs_intervals"][5], [[0.0, 0.2]])
    assert table.resolution == 0.0005


def test_series_are_variables(net, file):
    """Oracle: `Monitor.get`; a series for each part without a gap; volts, with the factor."""
    series = [file.acquisition[name] for name in ("part_v", "part_v_2")]
    assert [(s.starting_time, s.rate, s.unit, s.conversion) for s in series] == [
        (0.0005, 2000.0, "volts", 0.001),
        (0.1335, 2000.0, "volts", 0.001),
    ]
    held = net.get_monitor("part").get("v", keep=True)
    np.testing.assert_array_equal(np.concatenate([s.data[:] for s in series]), held)
    assert file.processing["misc"]["part_v_columns"]["rank"].data[:].tolist() == [2, 4, 6, 8]


def test_synapses(net):
    """Oracle: what `xarray` is told of the same monitor; no unit."""
    file = snn.to_nwb(net.get_monitor("weights"))
    table, series = file.processing["misc"]["weights_w_columns"], file.acquisition["weights_w"]
    assert (table.colnames, len(table["pre"].data)) == (("pre", "post"), series.data.shape[1])
    assert (series.unit, series.rate, file.units) == ("dimensionless", 100.0, None)


def test_where_it_comes_from(net, file):
    """Oracle: the network; what the defaults say of themselves."""
    assert file.session_id == net.fingerprint()
    assert file.session_description == "Simulation of a network by jaxsnn; no recording of an animal."
    assert file.subject.description == "A simulated network, no animal."
    assert len(file.identifier) == 36 and file.session_start_time.tzinfo is not None


def test_metadata_of_ones_own(net):
    """Oracle: what was given."""
    begin = datetime(2020, 1, 2, tzinfo=UTC)
    subject = pynwb.file.Subject(subject_id="model 7")
    told = {"identifier": "a", "session_start_time": begin, "session_description": "b", "subject": subject}
    file = snn.to_nwb(net.get_monitor("silent"), lab="Lab", keywords=["c"], **told)
    assert (file.identifier, file.session_start_time, file.session_description) == ("a", begin, "b")
    assert (file.lab, file.keywords, file.subject) == ("Lab", ["c"], subject)


def test_a_million_spikes(million, tmp_path):
    """Oracle: the spikes themselves, in s; the file is compressed."""
    path = snn.to_nwb(million, tmp_path / "a.nwb", units=recorded.UNITS)
    with pynwb.NWBHDF5IO(path, "r") as io:
        file = io.read()
        times, ends = file.units.spike_times.data, file.units.spike_times_index.data
        np.testing.assert_array_equal(times[:], million.spikes.times / 1000.0)
        np.testing.assert_array_equal(ends[:], np.arange(1000, 1_001_000, 1000))
        np.testing.assert_array_equal(file.acquisition["cells_v"].data[:], million.signal.values)
        assert times.compression == "gzip"


def test_what_cannot_be_written(net, tmp_path):
    """Each message says what was given; nothing is written."""
    monitor = net.get_monitor("silent")
    with pytest.raises(FileFormatError, match="by its ending it is HDF5, but what is written is .nwb: call it"):
        snn.to_nwb(monitor, tmp_path / "a.h5")
    with pytest.raises(ArgumentError, match="`session_start_time` is a `datetime` with a time zone, not"):
        snn.to_nwb(monitor, tmp_path / "a.nwb", session_start_time=datetime(2020, 1, 1))
    with pytest.raises(ArgumentError, match="`pynwb.NWBFile` refuses the metadata: .*'weather'"):
        snn.to_nwb(monitor, tmp_path / "a.nwb", weather="fine")
    assert list(tmp_path.iterdir()) == []


def test_without_the_package(net, monkeypatch):
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, "pynwb", None)
    with pytest.raises(MissingPackageError, match=r"`to_nwb` needs the package `pynwb`: pip install 'jaxsnn\[nwb\]'"):
        snn.to_nwb(net)
