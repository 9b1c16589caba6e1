"""The moments of spikes in a folder: those that monitors would have held."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.formats import recordings_of
from jaxsnn.frontend import _record_parts, _record_stream

pytest.importorskip("zarr")
DURATION = 100.0


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """A network whose spikes have moments, its beginning in a file, and what its monitors hold after a call."""
    net = snn.Network(dt=0.5, seed=1)
    equations = "I = 2.0 + Normal(0.0, 0.5)\ntau * dv/dt = -v + I : init=1.5"  # so the first step begins with spikes
    model = snn.Neuron("tau = 5.0 : population", equations, spike="v > 1.0", reset="v = 0.0", spikes="precise")
    P = net.create(8, model, name="P")
    net.monitor(P, ["spike", "v"])
    net.monitor(P[2:5], "spike_times", name="view")
    net.compile()
    begin = tmp_path_factory.mktemp("precise") / "begin.npz"
    net.save(begin)
    net.simulate(DURATION)
    return net, begin, {m.name: m.get(keep=True) for m in net.monitors()}, recordings_of(net)


@pytest.fixture
def net(held, monkeypatch):
    """The network at its beginning; parts are small, and each is committed."""
    monkeypatch.setattr(_record_parts, "FIRST_PART", 16)
    monkeypatch.setattr(_record_parts, "LARGEST_PART", 16)
    monkeypatch.setattr(_record_stream, "COMMIT_EVERY", 0.0)
    monkeypatch.setattr(_record_stream, "COMMIT_SHARE", np.inf)
    held[0].load(held[1])
    for monitor in held[0].monitors():
        monitor.reset()
        monitor.resume()
    return held[0]


def check_moments(records, monitor, wanted):
    """Compare the moments in a folder with those that `get` returned, bit by bit."""
    times, ranks = records.spikes(f"{monitor}.spike_times")
    assert (np.diff(times) >= 0.0).all() and len(times) == sum(map(len, wanted.values())) > 0
    assert {rank: times[ranks == rank].tolist() for rank in wanted} == wanted


def test_the_folder_has_the_moments(net, held, tmp_path):
    """Oracle: `get` after the same call without a folder; the moments lie inside the steps that stand beside them."""
    net.simulate(DURATION, to=tmp_path / "r")
    records = snn.open_records(tmp_path / "r")
    check_moments(records, "P", held[2]["P"]["spike_times"])
    check_moments(records, "view", held[2]["view"]["spike_times"])
    steps, times = records.spikes("P")[0], records.spikes("P.spike_times")[0]
    assert len(steps) == len(times) and (np.sort(steps) <= times).all() and (times <= np.sort(steps) + 0.5).all()
    assert times[0] == 0.0 and (times % 0.5 > 0.0).any()


@pytest.mark.parametrize(("start", "stop"), [(0.0, 10.0), (10.3, 20.7), (20.25, np.inf), (30.0, 30.0)])
def test_an_interval_cuts_steps(net, tmp_path, start, stop):
    """Oracle: the mask of all moments."""
    net.simulate(DURATION, to=tmp_path / "r")
    records = snn.open_records(tmp_path / "r")
    times, ranks = records.spikes("P.spike_times")
    inside = (times >= start) & (times < stop)
    np.testing.assert_array_equal(records.spikes("P.spike_times", start, stop), [times[inside], ranks[inside]])
    data = records.to_xarray(start, stop)
    if inside.any():
        np.testing.assert_array_equal(data["P.spike_times.times"], times[inside])


@pytest.mark.parametrize("commits", [1, 4])
def test_folders_that_were_committed_at_different_times(net, held, tmp_path, monkeypatch, commits):
    """Oracle: the call that was not interrupted. The process dies after one of two folders was committed."""
    commit, made = _record_stream.RecordFolder.commit, []

    def failing(self, *arguments):
        made.append(self.path.name == "b")
        if self.path.name == "b" and sum(made) > commits:
            raise KeyboardInterrupt
        commit(self, *arguments)

    net._core.folders = {"view": tmp_path / "b"}
    try:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(_record_stream.RecordFolder, "commit", failing)
            net.simulate(DURATION, to=tmp_path / "a")
        assert snn.open_records(tmp_path / "a").end > snn.open_records(tmp_path / "b").end > 0.0
        net.simulate(DURATION, to=tmp_path / "a", resume=True)
    finally:
        net._core.folders = {}
    check_moments(snn.open_records(tmp_path / "a"), "P", held[2]["P"]["spike_times"])
    check_moments(snn.open_records(tmp_path / "b"), "view", held[2]["view"]["spike_times"])


def test_other_programs_get_the_moments(net, held, tmp_path):
    """Oracle: the spike trains that monitors give."""
    net.simulate(DURATION, to=tmp_path / "r")
    found, wanted = recordings_of(snn.open_records(tmp_path / "r")), held[3]
    assert [x.name for x in found.spikes] == [x.name for x in wanted.spikes] == ["P.spike", "view.spike_times"]
    for a, b in zip(found.spikes, wanted.spikes, strict=True):
        assert a.intervals == b.intervals
        for name in ("times", "ranks", "recorded"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
