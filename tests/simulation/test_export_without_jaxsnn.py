"""A network as a file, run by a process that cannot import jaxsnn."""

import subprocess
import sys

import numpy as np
import pytest

import jaxsnn as snn
from tests.simulation.export_networks import DURATION, assert_same, plastic, recurrent, small

WITHOUT_JAXSNN = """
import sys
sys.modules["jaxsnn"] = None  # an import of it raises
"""
RECEIVER = """
import jax, numpy as np
file = np.load(sys.argv[1], allow_pickle=False)
function = jax.export.deserialize(bytearray(file["function"]))
params, state = ({n.removeprefix(p): file[n] for n in file if n.startswith(p)} for p in ("params/", "state/"))
results = {}
for part in ("first", "second"):
    state, records = function.call(params, state)
    results |= {f"{part}/{m}.{v}": x for m, columns in records.items() for v, x in columns.items()}
np.savez(sys.argv[2], **results, **{"state/" + name: x for name, x in state.items()})
"""
IMPORTS = (
    WITHOUT_JAXSNN + "try:\n    import jaxsnn\nexcept ImportError:\n    sys.exit(0)\nsys.exit('it can be imported')\n"
)


def elsewhere(code: str, *arguments: str) -> None:
    """Run a program in a process that cannot import jaxsnn."""
    command = [sys.executable, "-c", WITHOUT_JAXSNN + code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def check_without_jaxsnn(net, tmp_path):
    """Run a network twice in a process without jaxsnn, and compare with `sim.run`; return records and final state."""
    sim = net.compile()
    params, state = sim.init(3)
    network = snn.export(sim, params, state, DURATION)
    network.save(tmp_path / "network.npz")
    elsewhere(RECEIVER, tmp_path / "network.npz", tmp_path / "results.npz")
    with np.load(tmp_path / "results.npz") as file:
        results = dict(file)
    runs = []
    for part in ("first", "second"):
        state, records = sim.run(params, state, DURATION)
        assert_same({f"{m}.{v}": x for m, c in records.items() for v, x in c.items()}, _of(results, part))
        runs.append(records)
    assert_same(network.restored(network.params, _of(results, "state")), (params, state))
    return runs, state


def _of(results: dict, part: str) -> dict:
    return {name.removeprefix(f"{part}/"): x for name, x in results.items() if name.startswith(f"{part}/")}


def test_the_other_process_has_no_jaxsnn():
    """Oracle: Python. The block of the tests below works."""
    assert subprocess.run([sys.executable, "-c", IMPORTS], check=False).returncode == 0


@pytest.mark.slow
def test_a_small_network_without_jaxsnn(tmp_path):
    """Oracle: `sim.run`, bit for bit, in records and in the state after two calls."""
    runs, _ = check_without_jaxsnn(small(), tmp_path)
    assert all(records["cells"]["spike"].sum() > 0 for records in runs)


@pytest.mark.slow
def test_plastic_synapses_delays_and_noise_without_jaxsnn(tmp_path):
    """Oracle: `sim.run`, bit for bit, in records and in the state after two calls."""
    runs, _ = check_without_jaxsnn(plastic(), tmp_path)
    w = runs[1]["learning"]["w"]
    assert runs[0]["cells"]["spike"].sum() > 10 and (w[0] != w[-1]).any()


@pytest.mark.slow
def test_a_recurrent_network_without_jaxsnn(tmp_path):
    """Oracle: `sim.run`, and the spikes of the object surface, bit for bit."""
    net = recurrent()
    runs, _ = check_without_jaxsnn(net, tmp_path)
    spikes = np.concatenate([records["P"]["spike"] for records in runs])
    net.simulate(2 * DURATION)
    (monitor,) = net.monitors()
    found = monitor.get("spike")
    assert {rank: list(steps) for rank, steps in found.items() if len(steps)} == _spike_dictionary(spikes)
    assert spikes.sum() > 5


def _spike_dictionary(spikes: np.ndarray) -> dict[int, list[int]]:
    return {rank: np.flatnonzero(column).tolist() for rank, column in enumerate(spikes.T) if column.any()}
