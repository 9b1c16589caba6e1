"""Mistakes in projections: each is told what was given and what is expected, and the network stays as it was."""

import numpy as np
import pytest
import scipy.sparse

import jaxsnn as snn
from jaxsnn.errors import (
    ArgumentError,
    EquationError,
    ShapeError,
    StateError,
    UnknownAttributeError,
    UnknownNameError,
    UnsupportedError,
)

RATE = snn.Neuron(parameters="tau = 10.0", equations="tau * dr/dt = -r + sum(exc)")
SPIKING = snn.Neuron(equations="v += g_exc", spike="v > 10.0", reset="v = 0.0")


class Described:
    """Two rate-coded and two spiking populations, of 4 and 3 neurons each, and projections to be."""

    def __init__(self):
        self.net = snn.Network(seed=0)
        self.rates = self.net.create(4, RATE, name="R"), self.net.create(3, RATE, name="Q")
        self.spikes = self.net.create(4, SPIKING, name="L"), self.net.create(3, SPIKING, name="M")

    def between(self, pre, post, synapse=None, target="exc"):
        return self.net.connect(pre, post, target, synapse, name="proj")

    def rated(self, synapse=None):
        return self.between(*self.rates, synapse)

    def spiking(self, synapse=None):
        return self.between(*self.spikes, synapse)


@pytest.fixture
def made():
    return Described()


# Connectors, told before anything is compiled

CONNECTORS = {
    "matrix": (
        lambda p: p.from_matrix(np.ones((4, 3))),
        ShapeError,
        "projection `proj` needs a matrix (post, pre) = (3, 4), not (4, 3)",
    ),
    "sparse": (
        lambda p: p.from_sparse(scipy.sparse.csr_matrix(np.ones((3, 4)))),
        ShapeError,
        "projection `proj` needs a sparse matrix (pre, post) = (4, 3), not (3, 4)",
    ),
    "delays": (lambda p: p.from_matrix(np.ones((3, 4)), delays=np.ones((4, 4))), ShapeError, "(3, 4), not (4, 4)"),
    "negative delay": (
        lambda p: p.all_to_all(1.0, delays=-2.0),
        ArgumentError,
        "a delay is a finite number of ms, at least 0, not -2.0",
    ),
    "no delay": (lambda p: p.all_to_all(1.0, delays=float("nan")), ArgumentError, "at least 0, not nan"),
    "probability": (
        lambda p: p.fixed_probability(1.5, weights=1.0),
        ArgumentError,
        "`probability` is a finite number, at least 0, at most 1, not 1.5",
    ),
    "weights": (
        lambda p: p.all_to_all("strong"),
        ArgumentError,
        "`weights` is a number or a distribution, not 'strong'; a matrix goes to `from_matrix`",
    ),
    "hint": (lambda p: p.all_to_all(1.0, storage="csr"), TypeError, "unexpected keyword argument 'storage'"),
    "sigma": (lambda p: p.gaussian(1.0, -1.0), ArgumentError, "`sigma` is a finite number greater than 0, not -1.0"),
    "function": (
        lambda p: p.with_func(lambda pre, post: None),
        ArgumentError,
        "the function must return a `LILConnectivity`, not None",
    ),
    "NaN in a list": (
        lambda p: snn.LILConnectivity().add(0, [0, 1], [1.0], None),
        ArgumentError,
        "`delays` are finite numbers, at least 0, not None",
    ),
    "few": (
        lambda p: p.fixed_number_pre(-1, weights=1.0),
        ArgumentError,
        "`number` is a number of partners, at least 1, not -1",
    ),
}


@pytest.mark.parametrize("name", CONNECTORS)
def test_connectors(made, name):
    """The projection stays unconnected, and another connector works."""
    call, error, message = CONNECTORS[name]
    projection = made.rated()
    with pytest.raises(error) as caught:
        call(projection)
    assert message in str(caught.value)
    projection.one_to_one(2.0)
    made.net.compile()
    assert projection.connectivity_matrix().tolist() == np.diag([2.0, 2.0, 2.0, 0.0])[:3].tolist()


# What only shows when the network is compiled

RATE_HEBB = "dw/dt = pre.rate * post.r"
COMPILED = {
    "unconnected": (
        lambda m: m.rated(),
        StateError,
        "projection `proj` is not connected: call one of its connectors, such as `all_to_all`",
    ),
    "number of pre": (
        lambda m: m.rated().fixed_number_pre(5, weights=1.0),
        ArgumentError,
        "`number` is 5, but only 4 pre-synaptic neurons are there to choose from",
    ),
    "number of others": (
        lambda m: m.between(m.rates[0], m.rates[0]).fixed_number_pre(4, weights=1.0),
        ArgumentError,
        "`number` is 4, but only 3 pre-synaptic neurons are there to choose from",
    ),
    "number of post": (
        lambda m: m.rated().fixed_number_post(4, weights=1.0),
        ArgumentError,
        "`number` is 4, but only 3 post-synaptic neurons are there to choose from",
    ),
    "unbounded delay": (
        lambda m: m.rated().all_to_all(1.0, delays=snn.Normal(3.0, 1.0)),
        ArgumentError,
        "the delays have no upper bound, so nothing says how much must be kept",
    ),
    "post_spike": (
        lambda m: m.between(m.spikes[0], m.rates[0], snn.STDP()).all_to_all(1.0),
        ArgumentError,
        "projection `proj`: `post_spike` needs a spiking population, not `R`",
    ),
    "spiking synapse": (
        lambda m: m.rated(snn.STP()).all_to_all(1.0),
        ArgumentError,
        "its synapses act on spikes, but population `R` is rate-coded: a rate-coded synapse has `psp` and `equations`",
    ),
    "rate-coded synapse": (
        lambda m: m.spiking(snn.Hebb()).all_to_all(1.0),
        EquationError,
        "population `L` computes no mean firing rate: call `compute_firing_rate(window)`",
    ),
    "operation": (
        lambda m: m.spiking(snn.Synapse(psp="w", operation="max")).all_to_all(1.0),
        ArgumentError,
        "`operation` is for rates, but population `L` is spiking: its contributions add up",
    ),
    "axonal spikes": (
        lambda m: m.spiking(snn.Synapse(pre_axon_spike="g_target += w")).all_to_all(1.0),
        ArgumentError,
        "`pre_axon_spike` waits for axonal spikes, which population `L` does not have",
    ),
    "rates to spikes": (
        lambda m: m.between(m.rates[0], m.spikes[0]).all_to_all(1.0),
        UnsupportedError,
        "`CurrentInjection` adds rates to a conductance",
    ),
    "spikes to rates": (
        lambda m: m.between(m.spikes[0], m.rates[0]).all_to_all(1.0),
        UnsupportedError,
        "`DecodingProjection` turns them into rates",
    ),
    "target": (
        lambda m: m.between(*m.rates, target="ex").all_to_all(1.0),
        UnknownNameError,
        "feeds the target `ex`, but the equations of population `Q` read no `sum(ex)`. Did you mean `exc`?",
    ),
    "pre": (
        lambda m: m.rated(snn.Synapse(equations=RATE_HEBB)).all_to_all(1.0),
        EquationError,
        f"population `R` has no attribute `rate`. Known names: r, tau.\n  line 1: {RATE_HEBB}\n" + " " * 18 + "^",
    ),
    "sum of post": (
        lambda m: m.rated(snn.Synapse(equations="dw/dt = pre.r * post.sum(ex)")).all_to_all(1.0),
        EquationError,
        "population `Q` has no input `ex`. Did you mean `exc`?\n  line 1: dw/dt = pre.r * post.sum(ex)",
    ),
    "storage": (
        lambda m: m.net.connect(*m.rates, "exc", name="proj", storage="csr").all_to_all(1.0),
        ArgumentError,
        "`storage` is not 'csr'. Known names: dense, rows",
    ),
    "monitor of a parameter": (
        lambda m: m.net.monitor(m.rated(snn.Hebb()).all_to_all(1.0), "eta"),
        UnknownNameError,
        "monitor of projection `proj`: `eta` is a parameter: it does not change. Known names: w",
    ),
}


@pytest.mark.parametrize("name", COMPILED)
def test_at_compile(made, name):
    describe, error, message = COMPILED[name]
    with pytest.raises(error) as caught:
        describe(made)
        made.net.compile()
    assert message in str(caught.value)
    assert not made.net.is_compiled


# Synapses, told when they are first used

SYNAPSES = {
    "unknown name": (
        lambda: snn.Synapse(parameters="eta = 0.1", equations="dw/dt = etta * pre.r"),
        EquationError,
        "unknown name `etta`. Did you mean `eta`?\n  line 1: dw/dt = etta * pre.r\n" + " " * 18 + "^",
    ),
    "ODE on a spike": (
        lambda: snn.Synapse(pre_spike="dw/dt = 1.0"),
        EquationError,
        "an ODE is integrated in `equations`: on a spike, values are assigned, `name = value`\n  line 1: dw/dt = 1.0",
    ),
    "draw on a spike": (
        lambda: snn.Synapse(pre_spike="w += Uniform(0.0, 1.0)"),
        EquationError,
        "`Uniform`: random numbers can stand in `equations` only. Assign one to a variable there",
    ),
    "probability": (
        lambda: snn.Synapse(creating="pre.v > 1.0 : proba = 2.0"),
        EquationError,
        "`proba` is a probability, between 0 and 1, not 2.0\n  line 1: pre.v > 1.0 : proba = 2.0",
    ),
    "operation": (
        lambda: snn.Synapse(psp="w * pre.r", operation="median"),
        ArgumentError,
        "`operation` is how contributions are combined, not 'median'. Did you mean `mean`?",
    ),
    "not a synapse": (
        lambda: "Hebb",
        ArgumentError,
        "`synapse` is a `Synapse` or a built-in such as `STDP`, not 'Hebb'",
    ),
}


@pytest.mark.parametrize("name", SYNAPSES)
def test_synapses(made, name):
    make, error, message = SYNAPSES[name]
    with pytest.raises(error) as caught:
        made.spiking(make()).all_to_all(1.0)
        made.net.compile()
    assert message in str(caught.value)


# A running network

RUNNING = {
    "lists": (
        lambda p: setattr(p, "w", [[1.0, 2.0]]),
        ShapeError,
        "`w` of projection `proj` takes one list for each of 3 post neurons with 4 values, not 1 with 2",
    ),
    "attribute": (
        lambda p: p.etta,
        UnknownAttributeError,
        "projection `proj` has no attribute `etta`. Did you mean `eta`?",
    ),
    "period": (
        lambda p: p.enable_learning(period=-1.0),
        ArgumentError,
        "`period` is a finite number of ms greater than 0, not -1.0",
    ),
    "dendrite": (lambda p: p.dendrite(7), ArgumentError, "neuron 7 has no synapses in projection `proj`"),
    "synapse": (
        lambda p: p.synapse(9, 1),
        ArgumentError,
        "projection `proj` has no synapse from neuron 9 to neuron 1",
    ),
    "delays": (
        lambda p: setattr(p, "delay", [[1.0]]),
        ArgumentError,
        "projection `proj` has one delay for all synapses: assign one number of ms",
    ),
    "negative delay": (
        lambda p: setattr(p, "delay", -1.0),
        ArgumentError,
        "`delay` is a finite number of ms, at least 0",
    ),
}


@pytest.mark.parametrize("name", RUNNING)
def test_running(made, name):
    """Oracle: weights before and after, and that the network still runs."""
    call, error, message = RUNNING[name]
    projection = made.rated(snn.Hebb(eta=0.5)).all_to_all(1.0)
    made.net.compile()
    before = projection.w
    with pytest.raises(error) as caught:
        call(projection)
    assert message in str(caught.value)
    assert projection.w == before
    made.net.simulate(2.0)


def test_weights_before_the_synapses_are_drawn(made):
    projection = made.rated().all_to_all(1.0)
    with pytest.raises(StateError, match="the synapses of projection `proj` are drawn when the network starts"):
        _ = projection.w


def test_attributes_of_projections_without_synapses():
    """Nothing is assigned that has no effect."""
    net = snn.Network(seed=0)
    pre, post = net.create((4, 4), RATE, name="pre"), net.create((4, 4), RATE, name="post")
    conv = net.convolution(pre, post, "exc", name="conv").connect_filter(np.ones((3, 3)))
    with pytest.raises(UnknownAttributeError, match="has no attribute `weigths`. Did you mean `weights`?"):
        conv.weigths = 1.0
    with pytest.raises(UnknownAttributeError, match="has no attribute `w`"):
        conv.w = 7.0
    conv.weights = np.full((3, 3), 2.0)
    net.compile()
    assert (conv.weights == 2.0).all()
