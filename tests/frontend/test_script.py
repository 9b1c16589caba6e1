"""A script in ANNarchy's words, run as it stands: its numbers are those of ANNarchy 4.8.2."""

import numpy as np
import pytest

import jaxsnn
from tests.equations.running import golden

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too


def script(ann):
    """Describe and run populations with `import ... as ann`; return everything that was recorded."""
    ann.setup(dt=0.5, seed=3)
    T = ann.TimedArray(rates=np.array([[1.0, 2.0], [3.0, 4.0]]), schedule=[2.0, 5.0], period=8.0)
    T2 = ann.TimedArray(rates=np.array([[1.0], [3.0], [5.0]]), schedule=1.5)
    S = ann.SpikeSourceArray([[2.0, 5.0, 5.1, 7.3], [3.26]])
    with_axon = """
        dv/dt = 0.3
        w += 1.0
    """
    axon = {"axon_spike": "v > 0.7", "axon_reset": "w = 0.0"}
    A = ann.Population(1, ann.Neuron(equations=with_axon, spike="v > 1.0", reset="v = 0.2", refractory=1.0, **axon))
    B = ann.Population(1, ann.Neuron(equations=with_axon, spike="v > 1.0", reset="v = 0.8", **axon))
    locality = """
        dm/dt = 1.0 : population
        z = m * 2.0
        tau = 5.0 + m : population
        r = mean(z)
    """
    D = ann.Population(3, ann.Neuron(equations=locality))
    language = """
        dr/dt = 1.0 : max = 3.0
        q = if (t > 2.0) and (r < 2.5): r^2 else: if t > 1.0: -1.0 else: power(r, 3)
        s = clip(t, 1.0, 2.0) + modulo(t, 2) + pos(-t) + neg(-t)
        n += 1 : int
        b = (n > 3) or (t == 1.0) : bool
        k = n / 2.0
    """
    F = ann.Population(1, ann.Neuron(equations=language))
    G = ann.Population(1, ann.Neuron(equations="v += 0.5", spike="v >= 2.0", reset="v = 0.0"))
    G.compute_firing_rate(5.0)
    M = {
        "T": ann.Monitor(T, "r"),
        "T2": ann.Monitor(T2, "r"),
        "S": ann.Monitor(S, "spike"),
        "A": ann.Monitor(A, ["v", "w", "spike", "axon_spike"]),
        "B": ann.Monitor(B, ["v", "w", "spike", "axon_spike"]),
        "D": ann.Monitor(D, ["m", "tau", "z"]),
        "F": ann.Monitor(F, ["r", "q", "s", "n", "b", "k"]),
        "G": ann.Monitor(G, ["r", "spike"]),
        "P": ann.Monitor(F, "r", period=2.0, period_offset=1.0),
        "P2": ann.Monitor(F, "r", period=1.5),
    }
    ann.compile(silent=True)
    ann.simulate(10.0)
    out = {name: monitor.get() for name, monitor in M.items()}
    S.spike_times = [[1.0, 12.0, 13.0], [14.0]]
    M["P"].pause()
    ann.simulate(5.0)
    M["P"].resume()
    ann.simulate(4.0)
    M["S"].get()
    out |= {"P_b": M["P"].get(), "T_b": M["T"].get("r")}
    S.clear()
    ann.simulate(15.0)
    out["S3"] = M["S"].get()
    ann.reset()
    ann.simulate(6.0)
    return out | {f"r_{name}": M[name].get() for name in ("S", "F", "G", "A")}


def plain(x):
    """Return dictionaries with text keys and arrays of floats, as JSON holds them."""
    return {str(k): plain(v) for k, v in x.items()} if isinstance(x, dict) else np.asarray(x, float)


def leaves(x, path=()):
    for key, value in x.items():
        yield from leaves(value, (*path, key)) if isinstance(value, dict) else [((*path, key), value)]


def test_script(double):
    """Oracle: ANNarchy 4.8.2, every sample and every spike."""
    ours = dict(leaves(plain(script(jaxsnn))))
    theirs = dict(leaves(golden("script_of_populations")["values"]))
    assert ours.keys() == theirs.keys()
    for path, values in theirs.items():
        np.testing.assert_allclose(ours[path], values, rtol=1e-9, err_msg="/".join(path))
