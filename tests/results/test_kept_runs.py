"""What methods of `parallel_run` return in a folder: the same values, run once, and nothing else in their place."""

import errno
import os
import signal
import subprocess
import sys
import time
from functools import partial

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, FileFormatError, ReplicaError, StoreError, UnsupportedError

from . import runs_of_a_network as own

pytest.importorskip("zarr")
NUMBER = 7


def network(noise=5.0, seed=1):
    net = snn.Network(dt=1.0, seed=seed)
    cells = net.create(10, snn.Izhikevich(noise=noise), name="cells")
    net.connect(cells, cells, target="exc", name="exc").fixed_probability(0.3, weights=snn.Uniform(0.0, 1.0))
    net.monitor(cells, ["spike", "v"], name="m")
    return net


@pytest.fixture(scope="module")
def net():
    return network()


def method(net, current, name):
    """Return things of many classes, whose shapes differ between runs."""
    net.get_population("cells").i_offset = current
    net.simulate(40.0)
    spikes = net.get_monitor("m").get("spike")
    times = np.concatenate([spikes[i] for i in spikes])
    return {
        "spikes": spikes,
        "times": times,
        "of": [name, None, (1, True)],
        "mean": times.mean() if len(times) else None,
    }


ARGUMENTS = {"current": np.linspace(0.0, 12.0, NUMBER), "name": list("abcdefg")}


@pytest.fixture(scope="module")
def plain(net):
    """What is returned without a folder."""
    return net.parallel_run(method, NUMBER, **ARGUMENTS)


def kept(net, folder, run=method, **options):
    return net.parallel_run(run, NUMBER, **{"to": folder, "part": 3, **ARGUMENTS, **options})


def test_the_folder_has_what_methods_return(net, plain, tmp_path):
    """Oracle: the call without a folder; shares of it are other batches."""
    some = kept(net, tmp_path / "r", shard=(1, 3))
    assert some.missing().tolist() == [0, 1, 2, 6]
    assert some.values(incomplete=True)[:3] == [None] * 3
    whole = kept(net, tmp_path / "r")
    np.testing.assert_equal(whole.values(), plain)
    assert len({len(x["times"]) for x in plain}) > 2
    assert [type(x) for x in whole.values()[3].values()] == [type(x) for x in plain[3].values()]
    np.testing.assert_equal(snn.open_sweep(tmp_path / "r").values(), plain)
    np.testing.assert_array_equal(whole.points["current"], ARGUMENTS["current"])
    assert repr(whole) == f"parallel_run `{tmp_path / 'r'}`: 7 of 7 runs"
    assert whole.verify(share=1.0).size == 0
    with pytest.raises(UnsupportedError, match="may differ in shape: take it from `values"):
        whole.to_xarray()


def test_only_what_is_missing_runs(net, tmp_path):
    """Oracle: the runs that call the method."""
    ran = []

    def run(net, current):
        ran.append(float(current))
        return float(current)

    call = partial(net.parallel_run, run, 4, current=np.arange(4.0), to=tmp_path / "r", part=1)
    call(shard=(0, 2))
    assert ran == [0.0, 2.0]
    assert call().values() == [0.0, 1.0, 2.0, 3.0] and ran == [0.0, 2.0, 1.0, 3.0]
    assert call().missing().size == 0 and len(ran) == 4


def test_a_method_that_raises_in_one_run_leaves_the_others(net, tmp_path):
    """Oracle: the index among all runs; the folder after the error, and after the fault is gone."""
    fault = {"at": 4.0}

    def run(net, current):
        net.simulate(1.0)
        if current == fault["at"]:
            raise ValueError("no such current")
        return current

    call = partial(net.parallel_run, run, 6, current=np.arange(6.0), to=tmp_path / "r", part=1)
    with pytest.raises(ReplicaError, match="replica 4 of 6 raised ValueError: no such current") as caught:
        call()
    assert caught.value.index == 4 and "keeps the other runs; missing are 4, which" in caught.value.__notes__[0]
    assert snn.open_sweep(tmp_path / "r").missing().tolist() == [4]
    fault["at"] = None
    assert call().values() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]


OTHERS = {
    "seeds": ({"seeds": "same"}, "seeds: .* draws another one each time"),
    "arguments": ({"name": list("abcdefh")}, "arguments"),
    "method": ({"run": lambda net, current, name: current}, "method"),
    "redraw": ({"redraw": False}, "redraw"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_results_of_something_else_are_refused(net, tmp_path, case):
    """Oracle: what differs, by name; the folder is as before."""
    options, what = OTHERS[case]
    kept(net, tmp_path / "r", shard=(0, 3))
    with pytest.raises(StoreError, match=f"What differs: {what}"):
        kept(net, tmp_path / "r", **options)
    with pytest.raises(StoreError, match="What differs: network"):
        kept(network(noise=4.0), tmp_path / "r")
    assert snn.open_sweep(tmp_path / "r").missing().tolist() == [3, 4, 5, 6]


class Thing:
    pass


UNKEPT = {
    "object": (Thing(), "what run 0 returned .* an object of class `Thing` at"),
    "inside": ({"a": [1, Thing()]}, r"of class `Thing` at `\['x'\]\['a'\]\[1\]`"),
    "array of objects": (np.array([None, 1]), "an array of object"),
    "key": ({(1, 2): 3}, r"a key of a dictionary is a number or a text, not \(1, 2\)"),
}


@pytest.mark.parametrize("case", UNKEPT)
def test_what_cannot_be_kept(net, tmp_path, case):
    """Oracle: the place in the message; the part is free again."""
    value, message = UNKEPT[case]
    with pytest.raises(ArgumentError, match=message):
        net.parallel_run(lambda net: {"x": value}, 2, to=tmp_path / "r")
    assert net.parallel_run(lambda net: {"x": 1}, 2, to=tmp_path / "s").values() == [{"x": 1}] * 2
    assert len(list((tmp_path / "r" / "parts" / "free").iterdir())) == 2


def test_an_argument_that_cannot_be_kept(net, tmp_path):
    with pytest.raises(ArgumentError, match="the argument `current` of run 0 cannot be kept"):
        net.parallel_run(lambda net, current: 1, 2, current=[Thing(), Thing()], to=tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_a_file_that_was_cut_is_found(net, plain, tmp_path):
    """Oracle: the error, then the results after it was repaired."""
    whole = kept(net, tmp_path / "r")
    file = tmp_path / "r" / "returned" / "000001.npz"
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(FileFormatError, match="cannot be read: .*repair=True"):
        whole.values()
    assert whole.verify(share=0.0, repair=True).tolist() == [3, 4, 5]
    np.testing.assert_equal(kept(net, tmp_path / "r").values(), plain)


def test_a_full_disk(net, plain, tmp_path, monkeypatch):
    """Oracle: the system's error when a file is written; no part stays claimed, and the call goes on afterwards."""

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", full)
        with pytest.raises(StoreError, match="no space left for .* the same call goes on from there"):
            kept(net, tmp_path / "r")
    assert [len(list((tmp_path / "r" / "parts" / name).iterdir())) for name in ("free", "claimed", "done")] == [3, 0, 0]
    assert list((tmp_path / "r" / "returned").iterdir()) == []
    np.testing.assert_equal(kept(net, tmp_path / "r").values(), plain)


def test_options_belong_to_the_method_without_a_folder(net):
    """Oracle: what the method was given."""
    assert net.parallel_run(lambda net, part: part, 2, part=[3, 4]) == [3, 4]


class Own(snn.Network):
    """A network that builds itself."""

    def __init__(self, size=3, noise=1.0):
        self.P = self.create(size, snn.Izhikevich(noise=noise))
        self.M = self.monitor(self.P, "v")


def of_own(net):
    net.simulate(5.0)
    return net.M.get("v")


@pytest.mark.slow
def test_networks_that_build_themselves(tmp_path):
    """Oracle: the call without a folder, in shape and bits; the argument of the constructor is told from another."""
    net = Own(seed=3)
    wanted = net.parallel_run(of_own, 4, size=[2, 3, 4, 5])
    found = net.parallel_run(of_own, 4, size=[2, 3, 4, 5], to=tmp_path / "r")
    np.testing.assert_equal(found.values(), wanted)
    with pytest.raises(StoreError, match="What differs: arguments"):
        net.parallel_run(of_own, 4, size=[2, 3, 4, 6], to=tmp_path / "r")


def test_scripts_keep_results_too(tmp_path):
    """Oracle: the call without a folder; of replicas of the default network, and of several networks."""
    snn.clear()
    cells = snn.Population(4, snn.Izhikevich(noise=3.0), name="of script")
    m = snn.Monitor(cells, "v")

    def run(i, net, extra):
        net.simulate(5.0)
        return i, net.get(m).get("v"), extra

    snn.compile(silent=True)
    wanted = snn.parallel_run(run, number=3, extra=[1, 2, 3])
    found = snn.parallel_run(run, number=3, extra=[1, 2, 3], to=tmp_path / "r")
    np.testing.assert_equal(found.values(), wanted)
    snn.clear()


@pytest.mark.slow
def test_several_networks(tmp_path):
    """Oracle: the call without a folder; a network that was simulated is refused."""
    networks = [network(seed=seed) for seed in (1, 2, 3)]
    networks[1].compile()
    networks[1].get_population("cells").v = -60.0

    def run(i, net):
        net.simulate(5.0)
        return net.get_monitor("m").get("v")

    wanted = snn.parallel_run(run, networks=networks)
    call = partial(snn.parallel_run, run, networks=networks, to=tmp_path / "r")
    np.testing.assert_equal(call().values(), wanted)
    networks[1].get_population("cells").v = -61.0
    with pytest.raises(StoreError, match="What differs: assigned"):
        call()
    with pytest.raises(ArgumentError, match="`sequential` leaves networks where their calls ended"):
        call(sequential=True)
    networks[2].simulate(1.0)
    with pytest.raises(ArgumentError, match="network 2 was simulated or changed"):
        call()


@pytest.mark.slow
def test_processes_that_are_killed_fill_a_folder(tmp_path):
    """Oracle: what one process returns without a folder; two processes at a time, of which one is killed six times."""
    folder, rng = tmp_path / "killed", np.random.default_rng(0)
    workers, begun = [], time.monotonic()
    for _ in range(6):
        while len(workers) < 2:
            workers.append(subprocess.Popen([sys.executable, own.__file__, str(folder)]))
        while not folder.exists() and time.monotonic() - begun < 120.0:
            time.sleep(0.1)
        time.sleep(rng.uniform(0.5, 3.0))
        killed = workers.pop(rng.integers(2))
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    for worker in workers:
        worker.wait()
    results = own.run(to=folder, part=4)
    np.testing.assert_equal(results.values(), own.run())
    assert results.verify(share=0.05).size == 0
