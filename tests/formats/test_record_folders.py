"""A folder of records goes where monitors go, as the same numbers."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.formats import recordings_of

from . import recorded

pytest.importorskip("zarr")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the records of the network of `net` in a folder."""
    path = tmp_path_factory.mktemp("folder") / "r"
    recorded.network(to=path)
    return snn.open_records(path)


def test_a_folder_tells_what_monitors_tell(net, folder):
    """Oracle: `recordings_of` of the monitors of a network that ran without a folder, array by array."""
    found, wanted = recordings_of(folder), recordings_of(net)
    assert found.about == wanted.about and found.dt == wanted.dt
    assert [x.name for x in found.signals] == [x.name for x in wanted.signals]
    assert [x.name for x in found.spikes] == [x.name for x in wanted.spikes]
    for a, b in zip(found.signals, wanted.signals, strict=True):
        assert [(s.first, s.every) for s in a.stretches] == [(s.first, s.every) for s in b.stretches]
        np.testing.assert_array_equal(a.values, b.values, strict=True)
        assert list(a.labels) == list(b.labels)
        for name, x in b.labels.items():
            np.testing.assert_array_equal(a.labels[name], x)
    for a, b in zip(found.spikes, wanted.spikes, strict=True):
        assert a.intervals == b.intervals
        for name in ("times", "ranks", "recorded"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_other_programs_take_a_folder(net, folder, tmp_path):
    """Oracle: what they are given of the monitors."""
    pandas, xarray = pytest.importorskip("pandas"), pytest.importorskip("xarray")
    pytest.importorskip("neo")
    pytest.importorskip("pynwb")
    for name, table in snn.to_pandas(net, units=recorded.UNITS).items():
        pandas.testing.assert_frame_equal(snn.to_pandas(folder, units=recorded.UNITS)[name], table, check_dtype=False)
    xarray.testing.assert_equal(snn.to_xarray(folder), snn.to_xarray(net))
    found, wanted = (snn.to_neo(x, units=recorded.UNITS) for x in (folder, net))
    assert found.annotations == wanted.annotations
    for a, b in zip(found.segments[0].spiketrains, wanted.segments[0].spiketrains, strict=True):
        assert a.name == b.name and (a.times == b.times).all()
    file = snn.to_nwb(folder, units=recorded.UNITS)
    assert file.session_id == net.fingerprint() and len(file.units) == len(found.segments[0].spiketrains)
