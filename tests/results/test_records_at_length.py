"""Records in a folder over days of model time, on disks that fill, by processes that are killed."""

import shutil
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import StoreError

from ..memory import resident_memory
from . import run_to_a_folder as own

pytest.importorskip("zarr")
pytestmark = pytest.mark.slow


def same_values(a, b):
    """Tell whether two arrays have the same bits, arrays of arrays too."""
    if a.dtype != object:
        return a.dtype == b.dtype and np.array_equal(a, b)
    return a.shape == b.shape and all(map(np.array_equal, a.ravel(), b.ravel()))


def check_same_records(found, wanted):
    assert found.names == wanted.names and found.end == wanted.end
    for name in wanted.names:
        assert found.spans(name) == wanted.spans(name)
        if name.endswith(".spike"):
            np.testing.assert_array_equal(found.spikes(name), wanted.spikes(name))
        else:
            assert same_values(found.values(name), wanted.values(name)), name


def test_a_process_that_is_killed_goes_on(tmp_path):
    """Oracle: the records and the state of a run that nobody killed, bit by bit; what there was before a kill stays."""
    duration, rng, ends = 300_000.0, np.random.default_rng(0), [0.0]
    command = [sys.executable, own.__file__, str(tmp_path / "killed"), str(duration), "0.1"]
    for _ in range(5):
        worker = subprocess.Popen(command)
        wait_for_more(tmp_path / "killed", ends[-1], worker)
        time.sleep(rng.uniform(0.0, 0.3))
        worker.send_signal(signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL
        ends.append(snn.open_records(tmp_path / "killed").end)
    assert ends == sorted(ends) and ends[1] > 0.0 and ends[-1] < duration
    for folder in ("killed", "whole"):
        subprocess.run([sys.executable, own.__file__, str(tmp_path / folder), str(duration), "60.0"], check=True)
    found, wanted = (snn.open_records(tmp_path / name) for name in ("killed", "whole"))
    check_same_records(found, wanted)
    states = [np.load(records.state) for records in (found, wanted)]
    assert states[0].files == states[1].files
    for name in states[0].files:
        np.testing.assert_array_equal(states[0][name], states[1][name])


def wait_for_more(folder, end, worker):
    """Wait until a folder holds more than up to a time, or a process has ended."""
    while worker.poll() is None and not (folder.exists() and snn.open_records(folder).end > end):
        time.sleep(0.02)


def test_a_disk_that_fills(tmp_path):
    """Oracle: the message of a small file system; all of the run once there is space, as on a large one."""
    small = tmp_path / "small"
    small.mkdir()
    if (
        not shutil.which("mount")
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2M", "tmpfs", small]).returncode
    ):
        pytest.skip("a file system cannot be mounted here")
    try:
        net = own.network()
        with pytest.raises(StoreError, match="no space left .* `resume=True` goes on from there"):
            net.simulate(60_000.0, to=small / "r")
        assert net.get_time() == 0.0
        assert snn.open_records(small / "r").end < 60_000.0
        subprocess.run(["mount", "-o", "remount,size=64M", small], check=True)
        net.simulate(60_000.0, to=small / "r", resume=True)
        own.network().simulate(60_000.0, to=tmp_path / "wanted")
        check_same_records(snn.open_records(small / "r"), snn.open_records(tmp_path / "wanted"))
    finally:
        subprocess.run(["umount", small], check=False)


@pytest.mark.optimised(only=True)
def test_a_day_takes_no_more_memory_than_a_minute(tmp_path):
    """Oracle: the memory of the process, flat within 10 % after the first tenth; 10^9 values of 24 h at 1 ms, of which
    the first are those of a network without a folder, and the last are the state."""
    if np.isnan(resident_memory()):
        pytest.skip("the system does not say how much memory a process holds")
    if shutil.disk_usage(tmp_path).free < 6 * 2**30:
        pytest.skip("there is no space for 10^9 values")
    day, net, held, stop = 86_400_000.0, drifting_rates(), [], threading.Event()

    def watch():
        while not stop.wait(0.2):
            held.append(resident_memory())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        net.simulate(day, to=tmp_path / "r")
    finally:
        stop.set()
        thread.join()
    later = held[len(held) // 10 :]
    print(f"{min(later):.0f} to {max(later):.0f} MiB")
    assert max(later) < 1.1 * min(later), held
    records = snn.open_records(tmp_path / "r")
    assert records.times("P.r", start=day - 10.0).tolist() == [day - 10.0 + i for i in range(11)]
    assert records._committed.lengths["P.r"] * 12 > 10**9
    plain = drifting_rates()
    plain.simulate(10_000.0)
    np.testing.assert_array_equal(records.values("P.r", stop=10_001.0), plain.get_monitor("P").get("r"))
    np.testing.assert_array_equal(records.values("P.r", start=day)[0], net.get_population("P").r)
    shutil.rmtree(tmp_path / "r")


def drifting_rates():
    """Return a compiled network of 12 noisy rates."""
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(12, snn.Neuron("tau = 10.0", "tau * dr/dt = -r + Uniform(0.0, 1.0)"), name="P")
    net.monitor(P, "r")
    net.compile()
    return net
