"""`FanIn`: initial weights scaled by the number of synapses that the receiving neuron has."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError

N = 60
CONNECTORS = {
    "all": lambda p, w: p.all_to_all(weights=w),
    "probability": lambda p, w: p.fixed_probability(0.3, weights=w),
    "pre": lambda p, w: p.fixed_number_pre(7, weights=w),
    "post": lambda p, w: p.fixed_number_post(5, weights=w),
    "one": lambda p, w: p.one_to_one(weights=w),
}


@pytest.fixture(scope="module")
def weights():
    """Return, by connector, the weights of gain 2 and of plain draws with the same seed: lists of lists by neuron."""
    found = {}
    for kind, w in (("scaled", snn.FanIn(2.0, snn.Uniform(1.0, 3.0))), ("plain", snn.Uniform(1.0, 3.0))):
        net = snn.Network(dt=1.0, seed=3)
        P, Q = net.create(N, snn.LIF, name="P"), net.create(N // 2, snn.LIF, name="Q")
        made = {name: connect(net.connect(P, Q, "exc", name=name), w) for name, connect in CONNECTORS.items()}
        made["itself"] = net.connect(P, P, "exc", name="itself").all_to_all(weights=w)
        net.compile()
        found[kind] = {name: p.w for name, p in made.items()}
    return found


@pytest.mark.parametrize("name", [*CONNECTORS, "itself"])
def test_scale(weights, name):
    """Oracle: the plain draws, times gain by the root of the number of weights that each neuron has."""
    scaled, plain = weights["scaled"][name], weights["plain"][name]
    assert sum(len(row) for row in plain) > 0
    for one, other in zip(scaled, plain, strict=True):
        np.testing.assert_allclose(one, 2.0 * np.asarray(other) / np.sqrt(max(1, len(other))), rtol=1e-5)


def test_mistakes():
    with pytest.raises(ArgumentError, match="only `weights=` of a connector takes it"):
        snn.FanIn().get_value()
    with pytest.raises(ArgumentError, match="`distribution` of `FanIn` is one such as .*, not 3"):
        snn.FanIn(1.0, 3)
    with pytest.raises(ArgumentError, match="`gain` of `FanIn`"):
        snn.FanIn("large")
    net = snn.Network(dt=1.0, seed=3)
    P = net.create(3, snn.LIF, name="P")
    projection = net.connect(P, P, "exc", name="exc")
    with pytest.raises(ArgumentError, match="no upper bound"):
        projection.all_to_all(weights=1.0, delays=snn.FanIn())
