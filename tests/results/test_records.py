"""Records in a folder: what monitors would have held, whatever happens on the way, and nothing else in its place."""

import errno
import json
import shutil

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, FileFormatError, NonFiniteError, StoreError, UnknownNameError
from jaxsnn.frontend import _record_parts, _record_stream
from jaxsnn.results import Claims, _growing_array

from . import run_to_a_folder as own

pytest.importorskip("zarr")
DURATION = 300.0


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A compiled network, its state at the beginning in a file, and what monitors record of it."""
    net, begin = own.network(), tmp_path_factory.mktemp("begin") / "begin.npz"
    net.save(begin)
    net.simulate(DURATION)
    return net, begin, {m.name: m.get(keep=False) for m in net.monitors()}, net.get_population("cells").v


@pytest.fixture
def net(shared, monkeypatch):
    """The network at its beginning; parts are small, so that there are many."""
    monkeypatch.setattr(_record_parts, "FIRST_PART", 16)
    monkeypatch.setattr(_record_parts, "LARGEST_PART", 32)
    monkeypatch.setattr(_growing_array, "CHUNK_BYTES", 4000)
    net, begin, *_ = shared
    net.load(begin)
    for monitor in net.monitors():
        monitor.reset()
        monitor.resume()
    yield net
    net.clear_all_callbacks()


@pytest.fixture
def commits(monkeypatch):
    """Let each part be committed."""
    monkeypatch.setattr(_record_stream, "COMMIT_EVERY", 0.0)
    monkeypatch.setattr(_record_stream, "COMMIT_SHARE", np.inf)


def check_equal(records, wanted):
    """Compare records with what `get` returned, bit by bit."""
    for monitor, data in wanted.items():
        for variable, x in data.items():
            name = f"{monitor}.{variable}"
            if isinstance(x, dict):
                times, ranks = records.spikes(monitor)
                assert (np.diff(times) >= 0).all()
                assert {rank: times[ranks == rank].tolist() for rank in x} == x
                assert len(times) == sum(map(len, x.values()))
            elif x.dtype == object:
                found = records.values(name)
                assert found.shape == x.shape
                for a, b in zip(found.ravel(), x.ravel(), strict=True):
                    np.testing.assert_array_equal(a, b, strict=True)
            else:
                np.testing.assert_array_equal(records.values(name), x, strict=True)


def test_the_folder_has_what_monitors_would_hold(net, shared, tmp_path):
    """Oracle: `get` after the same call without a folder: spikes, variables, views, weights, a dendrite; same state."""
    net.simulate(DURATION, to=tmp_path / "run.zarr")
    records = snn.open_records(tmp_path / "run.zarr")
    check_equal(records, shared[2])
    np.testing.assert_array_equal(net.get_population("cells").v, shared[3])
    assert net.get_monitor("cells").get("v").shape == (0, 20)
    assert (records.end, records.dt, records.spans("cells.v")) == (DURATION, 1.0, [(0.0, DURATION)])
    assert repr(records).startswith(f"records `{tmp_path / 'run.zarr'}`: 300 ms of cells.spike (")
    np.testing.assert_array_equal(records.times("rates.r"), np.arange(2, 300, 7) + 1.0)
    assert records.labels("view.u")["rank"].tolist() == [3, 4, 5, 6]
    table = net._core.synapses("exc")
    np.testing.assert_array_equal(records.labels("exc.w")["pre"], table.pre)
    np.testing.assert_array_equal(records.labels("exc.w")["post"], table.post)


def test_slices_read_only_what_they_need(net, shared, tmp_path):
    """Oracle: the part of the whole; chunks outside the slice are not there any more."""
    net.simulate(DURATION, to=tmp_path / "r")
    records, (_, _, wanted, _) = snn.open_records(tmp_path / "r"), shared
    times, ranks = records.spikes("cells")
    for chunk in (tmp_path / "r" / "values" / "cells" / "v" / "c").iterdir():
        if chunk.name not in ("2", "3"):  # 50 samples in each
            shutil.rmtree(chunk)
    np.testing.assert_array_equal(records.values("cells.v", 101.0, 200.0), wanted["cells"]["v"][100:199])
    np.testing.assert_array_equal(records.times("cells.v", 101.0, 200.0), np.arange(101.0, 200.0))
    found = records.spikes("cells", start=100.0, stop=200.0)
    inside = (times >= 100.0) & (times < 200.0)
    np.testing.assert_array_equal(found, [times[inside], ranks[inside]])
    assert records.values("cells.v", 300.5).shape == (0, 20)


def test_the_fingerprint_stands_in_the_folder(net, shared, tmp_path, commits):
    """Oracle: `net.fingerprint()` after each call; before the first commit there is none."""
    seen = []
    net.every(100.0)(lambda n: seen.append(snn.open_records(tmp_path / "r").fingerprint()))
    net.simulate(DURATION, to=tmp_path / "r")
    assert snn.open_records(tmp_path / "r").fingerprint() == net.fingerprint()
    assert seen[0] is None and len(set(seen)) == len(seen)


def test_a_folder_gets_longer(net, shared, tmp_path):
    """Oracle: one call; between the calls the last chunks of the folder were not full."""
    for duration in (1.0, 170.0, 0.0, 129.0):
        net.simulate(duration, to=tmp_path / "r")
    check_equal(snn.open_records(tmp_path / "r"), shared[2])


def test_pauses_are_known(net, shared, tmp_path):
    """Oracle: the samples of the other times."""
    for on in (True, False, True):
        (net.get_monitor("cells").resume if on else net.get_monitor("cells").pause)()
        net.simulate(100.0, to=tmp_path / "r")
    records = snn.open_records(tmp_path / "r")
    assert records.spans("cells.v") == [(0.0, 100.0), (200.0, 300.0)]
    assert records.spans("view.u") == [(0.0, 300.0)]
    np.testing.assert_array_equal(records.values("cells.v"), np.delete(shared[2]["cells"]["v"], range(100, 200), 0))
    np.testing.assert_array_equal(records.times("cells.v", 90.0, 203.0), [*range(90, 101), 201.0, 202.0])


def interrupt(monkeypatch, error, after):
    """Let the folder fail when it was given so many parts."""
    append, calls = _record_stream.RecordFolder.append, []

    def failing(self, column, *data):
        calls.append(column)
        if len(calls) > after:
            raise error
        append(self, column, *data)

    monkeypatch.setattr(_record_stream.RecordFolder, "append", failing)


@pytest.mark.parametrize("after", [3, 40, 63])
def test_an_interrupted_call_goes_on(net, shared, tmp_path, commits, monkeypatch, after):
    """Oracle: the call that was not interrupted, records and state; the network is as before the call in between."""
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        interrupt(patch, KeyboardInterrupt(), after)
        net.simulate(DURATION, to=tmp_path / "r")
    assert net.get_time() == 0.0
    there = snn.open_records(tmp_path / "r")
    assert there.end < DURATION
    n = round(there.end)
    if n:
        np.testing.assert_array_equal(there.values("cells.v"), shared[2]["cells"]["v"][:n])
        with pytest.raises(StoreError, match=f"up to t = {n} ms, and the network stands at 0 ms: `resume=True`"):
            net.simulate(DURATION, to=tmp_path / "r")
    net.simulate(DURATION, to=tmp_path / "r", resume=True)
    check_equal(snn.open_records(tmp_path / "r"), shared[2])
    np.testing.assert_array_equal(net.get_population("cells").v, shared[3])
    assert [p.name for p in (tmp_path / "r" / "state").iterdir()] == ["300.npz"]


def test_a_full_disk(net, shared, tmp_path, commits, monkeypatch):
    """Oracle: the message; the network of before; the whole once there is space. The system's error is simulated."""
    write, calls = _growing_array.GrowingArray._write, []

    def full(self):
        calls.append(self)
        if len(calls) > 30:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self)

    with monkeypatch.context() as patch:
        patch.setattr(_growing_array.GrowingArray, "_write", full)
        with pytest.raises(StoreError, match="no space left for `.*`: what was written stays, and .*`resume=True`"):
            net.simulate(DURATION, to=tmp_path / "r")
    assert net.get_time() == 0.0 and 0.0 < snn.open_records(tmp_path / "r").end < DURATION
    net.simulate(DURATION, to=tmp_path / "r", resume=True)
    check_equal(snn.open_records(tmp_path / "r"), shared[2])


def test_the_state_in_a_folder_can_be_loaded(net, shared, tmp_path):
    """Oracle: one call; the second part begins with the state that the folder holds."""
    net.simulate(100.0, to=tmp_path / "r")
    net.load(shared[1])
    with pytest.raises(StoreError, match="and this call ends at 50 ms: load `.*100.npz`"):
        net.simulate(50.0, to=tmp_path / "r", resume=True)
    net.load(snn.open_records(tmp_path / "r").state)
    net.simulate(200.0, to=tmp_path / "r")
    check_equal(snn.open_records(tmp_path / "r"), shared[2])


def test_a_finished_call_is_not_repeated(net, shared, tmp_path, monkeypatch):
    """Oracle: the state after the call; nothing is computed."""
    net.simulate(DURATION, to=tmp_path / "r")
    net.load(shared[1])
    monkeypatch.setattr(_record_stream.RecordStream, "keep", lambda *_: pytest.fail("computed again"))
    net.simulate(DURATION, to=tmp_path / "r", resume=True)
    np.testing.assert_array_equal(net.get_population("cells").v, shared[3])


def test_callbacks_see_the_same_times(net, shared, tmp_path, commits, monkeypatch):
    """Oracle: the times without a folder; after an interruption, those that were left."""
    seen = []
    net.every(period=50.0)(lambda count: seen.append((count, net.get_time())))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        interrupt(patch, KeyboardInterrupt(), 40)
        net.simulate(DURATION, to=tmp_path / "r")
    done = snn.open_records(tmp_path / "r").end
    seen.clear()
    net.simulate(DURATION, to=tmp_path / "r", resume=True)
    assert seen == [(count, 50.0 * count) for count in range(6) if 50.0 * count >= done] and done > 50.0
    check_equal(snn.open_records(tmp_path / "r"), shared[2])


def test_a_callback_that_fails_leaves_the_folder_at_its_time(net, shared, tmp_path):
    def fails(count):
        if count == 2:
            raise ZeroDivisionError

    net.every(period=50.0)(fails)
    with pytest.raises(ZeroDivisionError):
        net.simulate(DURATION, to=tmp_path / "r")
    assert net.get_time() == snn.open_records(tmp_path / "r").end == 100.0
    net.clear_all_callbacks()
    net.simulate(200.0, to=tmp_path / "r")
    check_equal(snn.open_records(tmp_path / "r"), shared[2])


def test_other_values_are_refused(net, shared, tmp_path, commits, monkeypatch):
    """Oracle: the name of what was assigned before the call that goes on, but not before the one that began."""
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        interrupt(patch, KeyboardInterrupt(), 40)
        net.simulate(DURATION, to=tmp_path / "r")
    net.get_population("cells").noise = 6.0
    with pytest.raises(StoreError, match="began with other values. What differs: populations/cells/noise"):
        net.simulate(DURATION, to=tmp_path / "r", resume=True)
    assert net.get_time() == 0.0


def test_another_time_is_refused(net, tmp_path):
    net.simulate(10.0, to=tmp_path / "r")
    net.simulate(10.0)
    with pytest.raises(StoreError, match="up to t = 10 ms; the call that was interrupted began at 0 ms, and .* 20 ms"):
        net.simulate(10.0, to=tmp_path / "r", resume=True)


OTHERS = {
    "monitors": (lambda net, P: net.monitor(P, "u", name="more"), "monitors"),
    "network": (lambda net, P: net.create(1, snn.Izhikevich, name="other"), "network"),
    "seeds": (lambda net, P: net.set_seed(5), "seeds"),
}


def small_network(change=lambda net, P: None):
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(2, snn.Izhikevich, name="P")
    net.monitor(P, "v")
    change(net, P)
    net.compile()
    return net


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A folder with the records of a small network."""
    folder = tmp_path_factory.mktemp("small") / "r"
    small_network().simulate(10.0, to=folder)
    return folder


@pytest.mark.parametrize("case", OTHERS)
def test_records_of_something_else_are_refused(small, case):
    """Oracle: what differs, by name; the folder is as before."""
    change, what = OTHERS[case]
    with pytest.raises(StoreError, match=f"What differs: .*{what}: "):
        small_network(change).simulate(20.0, to=small, resume=True)
    assert snn.open_records(small).end == 10.0


def test_another_version_is_refused_unless_it_is_ignored(net, tmp_path, monkeypatch):
    net.simulate(10.0, to=tmp_path / "r")
    monkeypatch.setattr("jaxsnn.results._description.version", lambda _: "0")
    with pytest.raises(StoreError, match="versions: .*ignore-version.* goes on all the same"):
        net.simulate(10.0, to=tmp_path / "r")
    net.simulate(10.0, to=tmp_path / "r", resume="ignore-version")
    assert snn.open_records(tmp_path / "r").end == 20.0


def test_synapses_that_change_are_refused(tmp_path):
    """Oracle: the message; the network is as before the call."""
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(4, snn.Izhikevich, name="P")
    exc = net.connect(P, P, target="exc", name="exc", synapse=snn.STDP())
    exc.one_to_one(weights=1.0)
    net.monitor(exc, "w", period=5.0)
    net.compile()
    net.every(period=10.0, offset=5.0)(lambda count: exc.dendrite(0).create_synapse(count + 1, 1.0))
    with pytest.raises(StoreError, match="What differs: monitors"):
        net.simulate(30.0, to=tmp_path / "r")
    assert net.get_time() == 0.0


def test_a_run_that_fails_leaves_the_network(tmp_path):
    """Oracle: the time before the call; what is not finite is not committed."""
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(1, snn.Neuron("", "dr/dt = r * r : init=1.0"), name="P")
    net.monitor(P, "r")
    net.compile()
    with pytest.raises(NonFiniteError):
        net.simulate(100.0, check_finite=True, to=tmp_path / "r")
    assert net.get_time() == snn.open_records(tmp_path / "r").end == 0.0
    assert snn.open_records(tmp_path / "r").values("P.r").shape == (0,)


def test_two_processes_do_not_write_at_once(net, tmp_path):
    """Oracle: the claim of a process that lives."""
    net.simulate(10.0, to=tmp_path / "r")
    claims = Claims(tmp_path / "r" / "writer")
    claim = claims.take(0)
    with pytest.raises(StoreError, match="another process records to"):
        net.simulate(10.0, to=tmp_path / "r")
    claims.release(claim)
    net.simulate(10.0, to=tmp_path / "r")


def test_as_xarray(net, shared, tmp_path):
    """Oracle: the arrays of `get`; a selection by time."""
    pytest.importorskip("xarray")
    net.simulate(DURATION, to=tmp_path / "r")
    records = snn.open_records(tmp_path / "r")
    data = records.to_xarray()
    np.testing.assert_array_equal(data["cells.v"], shared[2]["cells"]["v"])
    np.testing.assert_array_equal(data["cells.spike.times"], records.spikes("cells")[0])
    window = data["view.u"].sel({"view.time": slice(10.0, 12.0), "view.rank": [3, 6]})
    np.testing.assert_array_equal(window, shared[2]["view"]["u"][9:12][:, [0, 3]])
    assert data["exc.w"].dims == ("exc.time", "exc.synapse")
    np.testing.assert_array_equal(data["exc.synapse.post"], records.labels("exc.w")["post"])
    part = records.to_xarray(start=100.0, stop=110.0)
    np.testing.assert_array_equal(part["cells.v"], shared[2]["cells"]["v"][99:109])
    np.testing.assert_array_equal(part["cells.time"], np.arange(100.0, 110.0))


WRONG = {
    "resume": ({"resume": "always"}, ArgumentError, "`resume` is one of False, True, 'ignore-version'"),
    "to": ({"to": 3}, ArgumentError, "`to` is"),
    "nowhere": ({"to": None, "resume": True}, ArgumentError, "recorded to a folder: name it"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_options(net, tmp_path, case):
    options, error, message = WRONG[case]
    with pytest.raises(error, match=message):
        net.simulate(10.0, **({"to": tmp_path / "r"} | options))
    assert not (tmp_path / "r").exists() and net.get_time() == 0.0


def test_nothing_to_record(tmp_path):
    net = snn.Network(dt=1.0)
    net.create(1, snn.Izhikevich, name="P")
    net.compile()
    with pytest.raises(ArgumentError, match="this network has none: add a monitor"):
        net.simulate(10.0, to=tmp_path / "r")


def test_replicas_have_no_folder(net, tmp_path):
    with pytest.raises(snn.errors.ReplicaError, match="in a replica"):
        net.parallel_run(lambda replica: replica.simulate(1.0, to=tmp_path / "r"), 1)


def test_what_is_no_folder_of_records(net, tmp_path):
    with pytest.raises(FileFormatError, match="is no folder of records"):
        snn.open_records(tmp_path / "nowhere")
    net.simulate(10.0, to=tmp_path / "r")
    with pytest.raises(FileFormatError, match="holds 'jaxsnn records', not 'jaxsnn sweep': `open_records` reads it"):
        snn.open_sweep(tmp_path / "r")
    records = snn.open_records(tmp_path / "r")
    with pytest.raises(UnknownNameError, match="has no values of `cells.w`. Did you mean `cells.v`"):
        records.values("cells.w")
    with pytest.raises(UnknownNameError, match="has no spikes of `rates.spike`"):
        records.spikes("rates")
    with pytest.raises(ArgumentError, match="`start` is 5 ms, behind `stop`, 3 ms"):
        records.spikes("cells", 5.0, 3.0)


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"step": 1}', b"[1]"])
def test_a_damaged_folder(net, tmp_path, damage):
    net.simulate(10.0, to=tmp_path / "r")
    (tmp_path / "r" / "committed.json").write_bytes(damage)
    with pytest.raises(FileFormatError, match="committed.json` is damaged"):
        snn.open_records(tmp_path / "r")
    with pytest.raises(FileFormatError, match="committed.json` is damaged"):
        net.simulate(10.0, to=tmp_path / "r")
    assert net.get_time() == 10.0


def test_rows_that_are_missing(net, tmp_path):
    """Oracle: the number of rows that were committed."""
    net.simulate(10.0, to=tmp_path / "r")
    about = json.loads((tmp_path / "r" / "values" / "cells" / "v" / "zarr.json").read_bytes())
    about["shape"][0] = 5
    (tmp_path / "r" / "values" / "cells" / "v" / "zarr.json").write_text(json.dumps(about))
    with pytest.raises(FileFormatError, match="has 5 rows, not the 10 that were committed"):
        net.simulate(10.0, to=tmp_path / "r")
    assert net.get_time() == 10.0


def test_the_script_records_to_a_folder(tmp_path):
    """Oracle: `Network.simulate`."""
    P = snn.Population(2, snn.Izhikevich(i_offset=10.0), name="P")
    monitor = snn.Monitor(P, "v")
    snn.compile(silent=True)
    snn.simulate(10.0, to=tmp_path / "r")
    assert snn.open_records(tmp_path / "r").values("P.v").shape == (10, 2)
    assert monitor.get("v").shape == (0, 2)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A network of which two monitors have folders and one has none, its beginning, and what `get` returns of it."""
    begin, nowhere = tmp_path_factory.mktemp("plain") / "begin.npz", tmp_path_factory.mktemp("nowhere")
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(5, snn.Izhikevich(noise=5.0), name="P", stop_condition="spiked : any")
    Q = net.create(2, snn.Neuron("", "dr/dt = -r + Uniform(0.0, 1.0)"), name="Q")
    net.monitor(P, ["spike", "v"], to=nowhere / "P")
    net.monitor(Q, "r", to=nowhere / "Q")
    net.monitor(P, "u", name="held")
    net.compile()
    net.save(begin)
    assert net._core.folders == {"P": nowhere / "P", "Q": nowhere / "Q"}
    net._core.folders = {}
    return net, begin, advance(net), {m.name: m.get() for m in net.monitors()}


def advance(net):
    """Advance a network by each of the calls that do; return how long the last one took."""
    net.simulate(100.0, resume=bool(net._core.folders))
    net.step()
    return net.simulate_until(200.0, net.get_population("P"))


@pytest.fixture
def with_folders(plain, tmp_path, monkeypatch):
    """The network at its beginning, with folders of this test."""
    net, begin, *_ = plain
    net.load(begin)
    for monitor in net.monitors():
        monitor.reset()
    monkeypatch.setattr(net._core, "folders", {"P": tmp_path / "P", "Q": tmp_path / "Q"})
    monkeypatch.setattr(_record_parts, "FIRST_PART", 16)
    monkeypatch.setattr(_record_parts, "LARGEST_PART", 16)
    return net


def test_monitors_with_folders_of_their_own(with_folders, plain, tmp_path):
    """Oracle: `get` of the same monitors without folders, in each call that advances a network."""
    net, (_, _, reached, wanted) = with_folders, plain
    assert advance(net) == reached
    check_equal(snn.open_records(tmp_path / "P"), {"P": wanted["P"]})
    check_equal(snn.open_records(tmp_path / "Q"), {"Q": wanted["Q"]})
    np.testing.assert_array_equal(net.get_monitor("held").get("u"), wanted["held"]["u"])
    assert net.get_time() == 101.0 + reached == snn.open_records(tmp_path / "P").end
    assert net.get_monitor("P").get("v").shape == (0, 5)
    net.simulate(10.0, to=tmp_path / "rest")
    assert snn.open_records(tmp_path / "rest").names == ("held.u",)
    assert net.get_monitor("held").get("u").shape == (0, 5)


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 3])
def test_folders_that_end_at_different_times(with_folders, plain, tmp_path, commits, monkeypatch, after):
    """Oracle: the call that was not interrupted; one folder has committed once more than the other."""
    commit, calls = _record_stream.RecordFolder.commit, []

    def failing(self, *what):
        if self.path.name == "Q":
            calls.append(self)
            if len(calls) > after:
                raise KeyboardInterrupt
        commit(self, *what)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(_record_stream.RecordFolder, "commit", failing)
        with_folders.simulate(100.0)
    assert with_folders.get_time() == 0.0
    ends = [snn.open_records(tmp_path / name).end for name in "PQ"]
    assert ends[0] > ends[1]
    assert advance(with_folders) == plain[2]
    for name in "PQ":
        check_equal(snn.open_records(tmp_path / name), {name: plain[3][name]})


def test_a_monitor_that_stops_has_no_folder(tmp_path):
    """Oracle: where the folder ends."""
    net = snn.Network(dt=1.0)
    P = net.create(1, snn.Izhikevich, name="P")
    monitor = net.monitor(P, "v", to=tmp_path / "P")
    with pytest.raises(ArgumentError, match="`to` is"):
        net.monitor(P, "u", to=3)
    net.compile()
    net.step()
    with pytest.raises(ArgumentError, match="all of them have folders of their own"):
        net.simulate(1.0, to=tmp_path / "rest")
    monitor.stop()
    net.step()
    assert snn.open_records(tmp_path / "P").end == 1.0 == net.get_time() - 1.0
