"""While `plasticity` is off, `w` keeps its value, bounds or not, and equations behind it read what it keeps."""

import numpy as np
import pytest

import jaxsnn as snn

COUNT = snn.Neuron(equations="n += 1 : init=0; r = n")
SUMS = snn.Neuron(equations="r = sum(exc) + 0.0 * (" + " + ".join(f"sum({x})" for x in "abcde") + ")")
MODELS = {
    "a": snn.Synapse(equations="w += 0.5 : init=1.0; z = w; dy/dt = w"),
    "b": snn.Synapse(equations="10.0 * dw/dt = pre.r : init=1.0; z = w; y = z + w"),
    "exc": snn.Synapse(equations="10.0 * dw/dt = pre.r + z; 5.0 * dz/dt = w - z", psp="w * pre.r", operation="max"),
    "c": snn.Synapse(equations="dw/dt = 0.1 * pre.r : max=2.0; z = w", psp="w * pre.r", operation="min"),
    "d": snn.Synapse(equations="w += 0.1 : max=2.0; z = w"),
    "e": snn.Synapse(equations="dw/dt = 0.1 * pre.r : min=1.5; z = w", psp="w * pre.r", operation="max"),
}
# Recorded from ANNarchy 4.8.2 for steps of 1 ms: two with plasticity, three without, two with it again; in projections
# `d` and `e`, whose weights begin outside their bounds, three without and two with it.
RECORDED = {
    ("a", "w"): [1.5, 2.0, 2.0, 2.0, 2.0, 2.5, 3.0],
    ("a", "z"): [1.5, 2.0, 2.0, 2.0, 2.0, 2.5, 3.0],
    ("a", "y"): [1.5, 3.5, 5.5, 7.5, 9.5, 12.0, 15.0],
    ("b", "w"): [1.1, 1.3, 1.3, 1.3, 1.3, 1.9, 2.6],
    ("b", "y"): [2.2, 2.6, 2.6, 2.6, 2.6, 3.8, 5.2],
    ("exc", "w"): [1.1, 1.32, 1.32, 1.32, 1.32, 2.00387, 2.79737],
    ("exc", "z"): [0.2, 0.38, 0.568, 0.7184, 0.83872, 0.93498, 1.14876],
    ("c", "z"): [1.1, 1.3, 1.3, 1.3, 1.3, 1.9, 2.0],
    ("d", "w"): [5.0, 5.0, 5.0, 5.0, 5.0, 2.0, 2.0],
    ("d", "z"): [5.0, 5.0, 5.0, 5.0, 5.0, 2.0, 2.0],
    ("e", "w"): [1.0, 1.0, 1.0, 1.0, 1.0, 1.6, 2.3],
    ("e", "z"): [1.0, 1.0, 1.0, 1.0, 1.0, 1.6, 2.3],
}
RATES = [0.0, 1.1, 2.64, 3.96, 5.28, 6.6, 12.023232]


@pytest.fixture(scope="module")
def records():
    net = snn.Network(dt=1.0)
    pre, post = net.create(3, COUNT, name="pre"), net.create(2, SUMS, name="post")
    parts = {name: net.connect(pre, post, name, model, name=name) for name, model in MODELS.items()}
    for name, proj in parts.items():
        proj.all_to_all(5.0 if name == "d" else 1.0, force_multiple_weights=True)
        net.monitor(proj, ["w", "z", "y"] if name in "ab" else ["w", "z"], name=f"of_{name}")
    net.monitor(post, "r", name="rates")
    net.compile()
    parts["d"].plasticity = parts["e"].plasticity = False
    net.simulate(2.0)
    for proj in parts.values():
        proj.plasticity = False
    net.simulate(3.0)
    for proj in parts.values():
        proj.plasticity = True
    net.simulate(2.0)
    return {name: net.get_monitor(f"of_{name}").get() for name in MODELS}, net.get_monitor("rates").get("r")


@pytest.mark.parametrize(("name", "variable"), RECORDED, ids=".".join)
def test_what_is_read_while_w_stays(records, name, variable):
    """Oracle: ANNarchy 4.8.2."""
    found = np.asarray(records[0][name][variable])[:, 0, 0]
    np.testing.assert_allclose(found, RECORDED[name, variable], atol=1e-5)


def test_a_maximum_of_contributions(records):
    """Oracle: ANNarchy 4.8.2; of projection `exc` alone."""
    np.testing.assert_allclose(records[1][:, 0], RATES, rtol=1e-6)
