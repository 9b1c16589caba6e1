"""Graphs that other programs have written give the same spikes here as there."""

from pathlib import Path

import numpy as np
import pytest

import jaxsnn as snn

nir = pytest.importorskip("nir")

GOLDEN = Path(__file__).parent.parent / "golden" / "nir"


def recorded(name: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the input of a network, and the spikes of its layers, (steps, *shape) booleans."""
    with np.load(GOLDEN / f"{name}.npz") as arrays:
        layers = [key for key in arrays if f"{key}_shape" in arrays]
        shapes = {key: tuple(arrays[f"{key}_shape"]) for key in layers}
        spikes = {
            key: np.unpackbits(arrays[key], count=int(np.prod(shapes[key]))).reshape(shapes[key]) for key in layers
        }
        return arrays["x"], spikes


def spikes_of(graph, layers: list[str], x: np.ndarray, **options) -> dict[str, np.ndarray]:
    """Run a graph, and return the spikes of populations in NIR's order of axes, (steps, *shape)."""
    dt = options.pop("dt")
    net = snn.nir.read(graph, dt=dt, duration=len(x) * dt, inputs={"input": x}, **options)
    for layer in layers:
        net.monitor(net.population(layer), "spike", name=f"{layer}_spikes")
    sim = net.compile()
    params, state = sim.init(0)
    _, records = sim.run(params, state, len(x) * dt)
    found = {}
    for layer in layers:
        spikes = np.asarray(records[f"{layer}_spikes"]["spike"]).reshape(len(x), *net.population(layer).geometry)
        found[layer] = np.moveaxis(spikes, -1, 1) if spikes.ndim > 2 else spikes
    return found


def check(there: np.ndarray, here: np.ndarray, late: int) -> None:
    """Compare spikes, of which those here come `late` steps later."""
    assert there.mean() > 0.03
    assert (here[late:] == there[: len(there) - late]).all()
    assert not here[: max(late - 1, 0)].any()


@pytest.mark.slow
@pytest.mark.parametrize("reset", ["subtract", "zero"])
def test_leaky_of_snntorch(reset):
    """Oracle: snnTorch 1.0.0, `Leaky`: v[k + 1] = beta v[k] + I - reset, Euler's method with dt = 0.1 ms.

    Its reset by subtraction takes place in the step after the spike; that to zero then comes before the decay, which
    gives the spikes of an immediate reset.
    """
    x, there = recorded(f"snntorch_leaky_{reset}")
    how = "subtract later" if reset == "subtract" else "value"
    here = spikes_of(GOLDEN / f"snntorch_leaky_{reset}.nir", ["node_1", "node_3"], x, dt=0.1, reset=how)
    check(there["layer_1"], here["node_1"], 1)
    check(there["layer_3"], here["node_3"], 2)


def test_synaptic_of_snntorch():
    """Oracle: snnTorch 1.0.0, `Synaptic`: the membrane reads the current of the same step."""
    x, there = recorded("snntorch_synaptic")
    here = spikes_of(GOLDEN / "snntorch_synaptic.nir", ["node_1"], x, dt=0.1, reset="subtract later")
    check(there["layer_1"], here["node_1"], 1)


@pytest.mark.slow
def test_recurrence_of_snntorch():
    """Oracle: snnTorch 1.0.0, `RLeaky`: its own spikes come back in the next step, as they do here."""
    x, there = recorded("snntorch_recurrent")
    layers = ["node_1_lif", "node_3"]
    here = spikes_of(GOLDEN / "snntorch_recurrent.nir", layers, x, dt=0.1, reset="subtract later")
    check(there["layer_1"], here["node_1_lif"], 1)
    check(there["layer_3"], here["node_3"], 2)


@pytest.mark.slow
def test_convolution_of_snntorch():
    """Oracle: snnTorch 1.0.0 and torch: `Conv2d`, `Leaky`, `AvgPool2d`, `Flatten`, `Linear`, `Leaky`."""
    x, there = recorded("snntorch_convolution")
    here = spikes_of(GOLDEN / "snntorch_convolution.nir", ["node_1", "node_5"], x, dt=0.1)
    check(there["layer_1"], here["node_1"], 1)
    check(there["layer_5"], here["node_5"], 3)


def test_box_of_norse():
    """Oracle: norse 1.1.0, `LIFBoxCell`. It writes tau * dt in the place of tau, so its graphs want dt * dt as dt."""
    x, there = recorded("norse_lif_box")
    here = spikes_of(GOLDEN / "norse_lif_box.nir", ["node_1"], x[:, None], dt=1e-3)  # its shapes have the batch
    check(there["layer_1"], here["node_1"].reshape(len(x), 8), 1)


@pytest.mark.slow
def test_lif_of_spyx():
    """Oracle: spyx 1.0.0, `LIF`: v[k + 1] = beta v[k] + x - reset, with spikes of v[k].

    It writes r = beta, which its own equations do not have; here it is put right to tau / dt. Each of its layers gives
    its spikes a step late, as each projection here.
    """
    x, there = recorded("spyx_lif")
    graph = nir.read(GOLDEN / "spyx_lif.nir")
    for name in ("layer_1", "layer_3"):
        graph.nodes[name].r = graph.nodes[name].tau
    here = spikes_of(graph, ["layer_3"], x, dt=1000.0, reset="subtract later")
    check(there["layer_3"], here["layer_3"], 0)


@pytest.mark.slow
def test_threshold_of_spyx():
    """Oracle: spyx 1.0.0, `PSU_LIF`, written as LI and Threshold; as for its LIF, r = tau / dt."""
    x, there = recorded("spyx_threshold")
    graph = nir.read(GOLDEN / "spyx_threshold.nir")
    for name in ("layer_1", "layer_3"):
        graph.nodes[name].r = graph.nodes[name].tau
    here = spikes_of(graph, ["layer_3_threshold"], x, dt=1000.0)
    check(there["layer_3"], here["layer_3_threshold"], 4)
