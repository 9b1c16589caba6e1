"""What runs in ANNarchy, but is suspicious: an error in a strict network, a warning in any other, once."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import (
    ArgumentError,
    EquationError,
    JaxsnnWarning,
    StateError,
    UnknownAttributeError,
    UnknownNameError,
)
from jaxsnn.frontend import _default

RATE = snn.Neuron(parameters="tau = 10.0", equations="tau * dr/dt = -r + sum(exc)")
SPIKING = snn.Neuron(equations="v += g_exc", spike="v > 3.0", reset="v = 0.0")


@pytest.fixture(autouse=True)
def settings_stay(monkeypatch):
    """Let `setup` of one test leave no setting to the next."""
    monkeypatch.setattr(_default._default, "settings", {"strict": False})


def pair(net, model, target="exc", synapse=None):
    """Describe a projection between two populations."""
    pre, post = net.create(2, model, name="A"), net.create(2, model, name="B")
    return net.connect(pre, post, target, synapse, name="proj").all_to_all(weights=1.0)


def compiled(net, *args):
    pair(net, *args)
    net.compile()


def assigned(owner, name):
    setattr(owner, name, 3.0)


SUSPICIOUS = {
    "rates that nobody reads": (
        lambda net: compiled(net, RATE, "ex"),
        UnknownNameError,
        "projection `proj` feeds the target `ex`, but the equations of population `B` read no `sum(ex)`. "
        "Did you mean `exc`?",
    ),
    "spikes that nobody reads": (
        lambda net: compiled(net, SPIKING, "inh"),
        UnknownNameError,
        "projection `proj` feeds the target `inh`, but the equations of population `B` read no `g_inh`. "
        "Known names: exc.",
    ),
    "a flag of a neuron": (
        lambda net: net.create(1, snn.Neuron(equations="r = t : min=0.0, foobar")),
        EquationError,
        "unknown flag `foobar`. Known names: bool, event-driven, exact, explicit, exponential, float, implicit, init, "
        "int, max, midpoint, min, population, rk4, rosenbrock, runge-kutta4, semiimplicit, unless_refractory.\n"
        "  line 1: r = t : min=0.0, foobar\n                           ^",
    ),
    "a flag on spikes": (
        lambda net: pair(net, SPIKING, "exc", snn.Synapse(pre_spike="g_target += w ; x = 1.0 : init=0.0")),
        EquationError,
        "a statement on spikes has no flag `init`. Known names: max, min, unless_post.\n"
        "  line 1: g_target += w ; x = 1.0 : init=0.0\n" + 36 * " " + "^",
    ),
    "a flag on post-synaptic spikes": (
        lambda net: pair(net, SPIKING, "exc", snn.Synapse(post_spike="w += 1.0 : exponential")),
        EquationError,
        "a statement on spikes has no flag `exponential`. Known names: max, min.\n"
        "  line 1: w += 1.0 : exponential\n                     ^",
    ),
    "a flag of a parameter of a synapse": (
        lambda net: pair(net, SPIKING, "exc", snn.Synapse(parameters="a = 1.0 : init=2.0")),
        EquationError,
        "the flag `init` is for variables: a parameter keeps the value that it is given\n"
        "  line 1: a = 1.0 : init=2.0\n                    ^",
    ),
    "a monitor of rates without a window": (
        lambda net: [net.monitor(net.create(2, SPIKING, name="A"), "r"), net.compile()],
        UnknownNameError,
        "population `A` computes no mean firing rate `r`: call `compute_firing_rate(window)` first",
    ),
    "a synapse that reads rates without a window": (
        lambda net: compiled(net, SPIKING, "exc", snn.Synapse(equations="x = post.r")),
        EquationError,
        "population `B` computes no mean firing rate: call `compute_firing_rate(window)`\n"
        "  line 1: x = post.r\n              ^",
    ),
    "rates without a window": (
        lambda net: net.create(2, SPIKING, name="A").r,
        UnknownAttributeError,
        "population `A` computes no mean firing rate: call `compute_firing_rate(window)`",
    ),
    "an unknown attribute of a population": (
        lambda net: assigned(net.create(2, RATE, name="A"), "taw"),
        UnknownAttributeError,
        "population `A` has no attribute `taw`. Did you mean `tau`?",
    ),
    "an unknown attribute of a view": (
        lambda net: assigned(net.create(2, RATE, name="A")[:1], "taw"),
        UnknownAttributeError,
        "population `A` has no attribute `taw`. Did you mean `tau`?",
    ),
    "an unknown attribute of a projection": (
        lambda net: assigned(pair(net, RATE), "ww"),
        UnknownAttributeError,
        "projection `proj` has no attribute `ww`. Did you mean `w`?",
    ),
    "weights that are not drawn yet": (
        lambda net: pair(net, RATE).w,
        StateError,
        "the synapses of projection `proj` are drawn when the network starts: compile it first",
    ),
}


@pytest.mark.parametrize("case", SUSPICIOUS)
def test_suspicious_things(case):
    """Oracle: messages written by hand. ANNarchy 4.8.2 accepts each of these, without a word or with a warning."""
    describe, error, message = SUSPICIOUS[case]
    with pytest.raises(error) as caught:
        describe(snn.Network())
    assert str(caught.value) == message
    with pytest.warns(JaxsnnWarning) as warned:
        describe(snn.Network(strict=False))
    assert [str(w.message) for w in warned] == [message]
    assert warned[0].filename == __file__


def test_a_warning_comes_once():
    net = snn.Network(strict=False)
    with pytest.warns(JaxsnnWarning) as warned:
        P = net.create(2, SPIKING)
        assert [P.r.tolist() for _ in range(3)] == [[0.0, 0.0]] * 3
    assert len(warned) == 1


def test_attributes_are_kept():
    """As on any Python object: on a population and a projection for all handles, on a view for itself."""
    net = snn.Network(strict=False)
    projection = pair(net, RATE)
    P = projection.pre
    view = P[:1]
    with pytest.warns(JaxsnnWarning):
        P.label, view.label, projection.label = "whole", "part", "weights"
    assert (P.label, net.get_population("A").label, view.label) == ("whole", "whole", "part")
    assert net.get_projection("proj").label == "weights"


def test_the_default_network():
    """It is not strict, unless `setup` says so; neither is one that is asked not to be."""
    with pytest.warns(JaxsnnWarning, match="unknown setting `num_thread`. Did you mean `num_threads`?"):
        snn.setup(num_thread=4)
    with pytest.raises(ArgumentError, match="unknown setting `num_thread`. Did you mean `num_threads`?"):
        snn.setup(strict=True, num_thread=4)
    with pytest.warns(JaxsnnWarning, match="computes no mean firing rate"):
        snn.Population(1, SPIKING).r  # noqa: B018
    snn.clear()
    snn.setup(strict=True)
    with pytest.raises(UnknownAttributeError, match="computes no mean firing rate"):
        snn.Population(1, SPIKING).r  # noqa: B018
    with pytest.raises(ArgumentError, match="`strict` is True or False, not 'yes'"):
        snn.Network(strict="yes")
