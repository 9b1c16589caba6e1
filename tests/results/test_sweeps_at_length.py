"""Sweeps that many processes fill while they are killed, and on disks that fill."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import StoreError
from jaxsnn.results import Claim, digest

from . import sweep_of_a_network as own

pytest.importorskip("zarr")
pytestmark = pytest.mark.slow
LONG = 1000.0  # ms, so that processes can be killed while they compute


def test_processes_that_are_killed_fill_a_folder(tmp_path):
    """Oracle: the digest of one process's results; each part was computed at most twice on average.

    `JAXSNN_KILLED="10000 7"` takes so many points and processes.
    """
    number, processes = map(int, os.environ.get("JAXSNN_KILLED", "2000 3").split())
    folder = tmp_path / "killed"
    kills = kill_until_done(folder, number, processes)
    results, wanted = own.run(folder, number, LONG), own.run(None, number, LONG)
    assert digest(results.values()) == digest(wanted)
    attempts = [results._store.claims.record(part)["attempt"] for part in range(results._store.parts)]
    print(f"{kills} kills, {np.mean(attempts)} attempts per part, at most {max(attempts)}")
    assert np.mean(attempts) <= 2.0 and kills >= processes
    assert results.verify(share=0.02).size == 0


def kill_until_done(folder: Path, number: int, processes: int) -> int:
    """Let processes fill a folder, each replaced when it was killed, until it is full; return how many were killed.

    One of those that compute is killed after each few parts, so the kills do not depend on how quick a machine is.
    """
    rng, workers, kills, begun, after = np.random.default_rng(0), [], 0, time.monotonic(), 0
    command = [sys.executable, own.__file__, str(folder), str(number), str(LONG)]
    while (there := parts_done(folder)) < 100 and time.monotonic() - begun < 600.0:
        workers = [w for w in workers if w.poll() is None]
        workers += [subprocess.Popen(command) for _ in range(processes - len(workers))]
        busy = [w for w in workers if there >= after and has_part(folder, w.pid)]
        if busy:
            busy[rng.integers(len(busy))].kill()
            kills, after = kills + 1, there + rng.integers(0, 6)
        time.sleep(rng.uniform(0.0, 0.1))
    for worker in workers:
        worker.wait()
    return kills


def parts_done(folder: Path) -> int:
    """Return how many of the hundred parts are done."""
    return len(list((folder / "parts" / "done").glob("*.json")))


def has_part(folder: Path, pid: int) -> bool:
    """Tell whether a process computes a part at this moment."""
    claimed = folder / "parts" / "claimed"
    return claimed.exists() and any(Claim.read(x.name).pid == pid for x in claimed.iterdir())


def test_a_disk_that_fills(tmp_path):
    """Oracle: the message of a small file system; once there is space, the bits of a sweep without a folder."""
    small, number = tmp_path / "small", 400
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small]
    if not shutil.which("mount") or subprocess.run(mount).returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        with pytest.raises(StoreError, match="no space left .* what was written stays, and the same call goes on"):
            own.run(small / "r", number)
        there = snn.open_sweep(small / "r")
        assert 0 < len(there.missing()) < number and there.verify(share=0.0).size == 0
        subprocess.run(["mount", "-o", "remount,size=64M", small], check=True)
        assert digest(own.run(small / "r", number).values()) == digest(own.run(None, number))
    finally:
        subprocess.run(["umount", small], check=False)
