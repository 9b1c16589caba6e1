"""Kills processes while they write, and looks at the file that they leave.

    python -m tests.faults.kills [N]

kills N processes (100 unless told otherwise) at random moments of `save`, of a fit with a checkpoint, and of records
in HDF5, and prints how many files were whole, and how many leftovers the next write did not remove.
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import optax

import jaxsnn as snn

READY = "ready"
WRITERS = """
import itertools, sys
from tests.faults import kills
folder = sys.argv[1]
write = kills.KINDS[sys.argv[2]](folder)
write(0)
print(kills.READY, flush=True)
for i in itertools.count(1):
    write(i)
"""


def network():
    """Return a network that is large enough for a write to take a while, and its monitor."""
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(500, snn.Izhikevich(noise=5.0), name="P")
    net.connect(P, P, "exc", name="exc").fixed_probability(0.2, snn.Uniform(0.0, 1.0))
    M = net.monitor(P, ["v", "spike"], name="M")
    net.compile()
    net.simulate(100.0)
    return net, M


def saves(folder):
    net, _ = network()
    return lambda i: net.save(Path(folder) / "net.npz")


def records(folder):
    _, M = network()
    return lambda i: M.save(Path(folder) / "records.h5")


def fits(folder):
    return lambda i: fit(folder, 10 + i)


def fit(folder, steps):
    """Go on with a fit, which keeps a checkpoint after each step."""
    start = {"a": 0.0, "b": jnp.zeros(20_000)}
    path = Path(folder) / "fit.npz"
    return snn.fit(
        lambda p: (p["a"] - 1.0) ** 2 + (p["b"] ** 2).sum(), start, optax.adam(0.1), steps, save_to=path, save_every=1
    )


KINDS = {"save": saves, "records": records, "fit": fits}
FILES = {"save": "net.npz", "records": "records.h5", "fit": "fit.npz"}


def killed(folder, kind, seconds):
    """Start a process that writes a file again and again, and kill it after a time."""
    command = [sys.executable, "-c", WRITERS, str(folder), kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().strip() == READY
        time.sleep(seconds)
        process.kill()


def is_whole(folder, kind, net):
    """Read the file of a killed process, and tell whether the next write leaves it alone in its folder."""
    path = Path(folder) / FILES[kind]
    if kind == "save":
        net.load(path)
        net.save(path)
    elif kind == "fit":
        before = _steps(path)
        fit(folder, before + 1)
    else:
        import h5py

        with h5py.File(path) as file:
            assert np.isfinite(file["v"][...]).all()
        net.get_monitor("M").save(path)
    return not [p for p in Path(folder).iterdir() if p.name.startswith(path.name) and p != path]


def _steps(path):
    with np.load(path) as file:
        return len(file["logs/loss"])


def campaign(number, seed=0):
    """Return how many files were whole, how many processes had left a part, and how many parts stayed."""
    draw, whole, parts, stayed = random.Random(seed), 0, 0, 0
    net, _ = network()
    for i in range(number):
        kind = list(KINDS)[i % len(KINDS)]
        with tempfile.TemporaryDirectory() as folder:
            killed(folder, kind, draw.uniform(0.0, 0.2))
            parts += len(list(Path(folder).glob("*.part")))
            stayed += not is_whole(folder, kind, net)
            whole += 1
    return whole, parts, stayed


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    whole, parts, stayed = campaign(number)
    print(f"{number} kills: {whole} files whole, {parts} parts of new ones left behind, {stayed} of them for good")
