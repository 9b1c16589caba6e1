"""`to_xarray` and `to_pandas`: the numbers of the monitors by name, and again from files."""

import sys

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import MissingPackageError

from . import recorded

xarray = pytest.importorskip("xarray")
pandas = pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def data(net):
    return snn.to_xarray(net, units=recorded.UNITS)


@pytest.fixture(scope="module")
def tables(net):
    return snn.to_pandas(net, units=recorded.UNITS)


def test_a_variable_by_time_and_rank(net, data):
    """Oracle: `Monitor.get`: what it has of the neuron of rank 4, at times before and after the pause."""
    held = net.get_monitor("part").get("v", keep=True)
    assert data["part.v"].dims == ("part.time", "part.rank")
    found = data["part.v"].sel({"part.rank": 4})
    assert float(found.sel({"part.time": 100.0})) == held[199, 1]
    assert float(found.sel({"part.time": 133.5})) == held[200, 1]
    assert data["part.v"].attrs == {"units": "mV"} and data["part.time"].attrs == {"units": "ms"}
    assert data["slow.v"].dims == data["slow.u"].dims == ("slow.time", "slow.rank")


def test_spikes_by_time(net, data):
    """Oracle: `Monitor.raster_plot`, of spikes that are read without forgetting them."""
    times, ranks = net.get_monitor("part").raster_plot(net.get_monitor("part").get("spike", keep=True))
    np.testing.assert_array_equal(data["part.spike.time"], times)
    np.testing.assert_array_equal(data["part.spike"], ranks)
    assert data["part.spike.rank"].values.tolist() == [2, 4, 6, 8]
    assert data["part.spike.recorded_from"].values.tolist() == [0.0, 133.0]
    assert data["part.spike.recorded_to"].values.tolist() == [100.0, 200.0]


def test_synapses_by_both_ranks(net, data, tables):
    """Oracle: the connectivity matrix at the end, as nothing has changed since the last sample."""
    now = net.projection("exc").connectivity_matrix()
    weights = data["weights.w"].isel({"weights.time": -1})
    np.testing.assert_array_equal(weights, now[weights["weights.post"], weights["weights.pre"]].astype(np.float32))
    last = tables["weights.w"].iloc[-1]
    assert all(last[pre, post] == np.float32(now[post, pre]) for pre, post in last.index)


def test_tables(net, tables):
    """Oracle: `Monitor.get`, and where it comes from."""
    held = net.get_monitor("part").get("v", keep=True)
    table = tables["part.v"]
    np.testing.assert_array_equal(table.to_numpy(), held)
    assert (table.index[-1], table.index.name, list(table.columns)) == (200.0, "time", [2, 4, 6, 8])
    assert (table.attrs["unit"], table.attrs["fingerprint"]) == ("mV", net.fingerprint())
    spikes = tables["part.spike"]
    assert spikes.attrs["recorded_to"] == [100.0, 200.0] and spikes.attrs["recorded_ranks"] == [2, 4, 6, 8]


def test_variables_with_times_of_their_own():
    """Oracle: what was recorded: one variable from the beginning, the other later; one value for all neurons."""
    model = snn.Neuron(equations="dr/dt = 1.0 \n m = mean(r) : population")
    net = snn.Network(dt=1.0, seed=1)
    monitor = net.monitor(net.create(3, model, name="P"), "r")
    net.compile()
    net.simulate(2.0)
    monitor.start("m")
    net.simulate(2.0)
    data, tables = snn.to_xarray(monitor), snn.to_pandas(monitor)
    assert (data["P.r"].dims, data["P.m"].dims) == (("P.r.time", "P.r.rank"), ("P.m.time",))
    assert data["P.m.time"].values.tolist() == [3.0, 4.0] == tables["P.m"].index.tolist()
    np.testing.assert_array_equal(tables["P.m"]["m"], data["P.m"])


def test_a_million_spikes_as_netcdf(million, tmp_path):
    """Oracle: the data set before it was written; the spikes themselves."""
    pytest.importorskip("h5netcdf")
    data = snn.to_xarray(million)
    np.testing.assert_array_equal(data["cells.spike.time"], million.spikes.times)
    data.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with xarray.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as found:
        assert found.load().identical(data)


def test_a_million_spikes_as_zarr(million, tmp_path):
    """Oracle: the data set before it was written."""
    pytest.importorskip("zarr")
    data = snn.to_xarray(million, units={"v": "mV"})
    data.to_zarr(tmp_path / "a.zarr", consolidated=False)
    assert xarray.open_dataset(tmp_path / "a.zarr", engine="zarr", consolidated=False).load().identical(data)


def test_a_million_spikes_as_parquet(million, tmp_path):
    """Oracle: the tables before they were written; the spikes themselves."""
    pytest.importorskip("pyarrow")
    for name, table in snn.to_pandas(million).items():
        table.to_parquet(tmp_path / name)
        found = pandas.read_parquet(tmp_path / name)
        pandas.testing.assert_frame_equal(found, table)
        assert found.attrs == table.attrs
    np.testing.assert_array_equal(found["time"], million.spikes.times)


@pytest.mark.slow
def test_results_of_a_sweep(net, tmp_path):
    """Oracle: what the results themselves give."""
    pytest.importorskip("zarr")
    measure = lambda records: {"last": records["part"]["v"][-1]}  # noqa: E731 - a function of records
    points = snn.grid({"cells.i_offset": [0.0, 5.0]})
    results = snn.sweep(net.simulation, points, 2.0, measure=measure, to=tmp_path / "results")
    assert snn.to_xarray(results).identical(results.to_xarray())
    np.testing.assert_array_equal(snn.to_pandas(results)["last"]["last"], results.values()["last"].reshape(-1))


@pytest.mark.parametrize(("package", "extra"), [("xarray", "results"), ("pandas", "pandas")])
def test_without_the_package(net, monkeypatch, package, extra):
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackageError, match=rf"needs the package `{package}`: pip install 'jaxsnn\[{extra}\]'"):
        getattr(snn, f"to_{package}")(net)
