"""Values beyond the bounds that the text of a parameter states: a warning in scripts, an error where strict."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, JaxsnnWarning

CELL = snn.Neuron(parameters="tau = 10.0 : min=0.1, max=100.0 ; free = -1.0", equations="tau * dr/dt = -r + free")
HEBB = snn.Synapse(parameters="eta = 0.1 : min=-1.0, projection", equations="dw/dt = eta * pre.r * post.r")
BEYOND = r"`tau` of population `P` \(3 neurons\) is given -5, but the text of the model states min=0.1, max=100"


def described(strict):
    net = snn.Network(dt=1.0, seed=1, strict=strict)
    P = net.create(3, CELL, name="P")
    proj = net.connect(P, P, "exc", HEBB, name="proj").all_to_all(weights=1.0)
    noise = net.create(snn.inputs.PoissonPopulation(4, rates=10.0), name="noise")
    return net, P, proj, noise


@pytest.mark.parametrize("compiled", [False, True], ids=["before", "after"])
def test_a_strict_network_refuses_them(compiled):
    """Oracle: the values before the failed assignments."""
    net, P, proj, noise = described(strict=True)
    if compiled:
        net.compile()
    with pytest.raises(ArgumentError, match=BEYOND):
        P.tau = [1.0, -5.0, 2.0]
    with pytest.raises(ArgumentError, match="`eta` of projection `proj` is given -2, but the text of the model states"):
        proj.eta = -2.0
    with pytest.raises(ArgumentError, match="`rates` of population `noise` .4 neurons. is given -5, but .* min=0"):
        noise.rates = -5.0
    assert np.all(P.tau == 10.0) and proj.eta == pytest.approx(0.1) and np.all(noise.rates == 10.0)


def test_any_other_network_warns_once():
    _, P, _, _ = described(strict=False)
    with pytest.warns(JaxsnnWarning, match=BEYOND):
        P.tau = -5.0
    P.tau = -5.0
    assert np.all(P.tau == -5.0)


def test_a_value_on_a_bound_is_within():
    """Oracle: the bound, in single precision too, as a fit that ended there returns it."""
    _, P, _, _ = described(strict=True)
    P.tau = np.float32(0.1)
    P.tau = 100.0
    P.free = -1e9
    assert np.all(P.tau == 100.0)
