"""Gradients that are known while the network runs equal those of backpropagation through time, in double precision."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.fitting import named_leaves, replaced

from .networks import both, cosine, gradient_online, layer, of_hidden, targets_of, unlikeness

pytestmark = pytest.mark.usefixtures("double")

WEIGHTS = snn.Normal(0.15, 0.1)


def all_to_all(**given):
    return lambda projection: projection.all_to_all(**{"weights": WEIGHTS} | given)


LAYERS = {
    "LIF": lambda: (layer(snn.LIF(), all_to_all()), ["inp.w", "h.tau_m", "h.v_thresh", "h.bias"]),
    "ALIF": lambda: (layer(snn.ALIF(), all_to_all()), ["inp.w", "h.tau_a", "h.beta"]),
    "CubaLIF": lambda: (layer(snn.CubaLIF(tau_refrac=3.0), all_to_all()), ["inp.w", "h.tau_syn"]),
    "AdEx": lambda: (
        layer(snn.EIF_cond_exp_isfa_ista(), all_to_all(weights=snn.Uniform(0.0, 1.0))),
        ["inp.w", "h.tau_w", "h.b", "h.v_reset"],
    ),
    "conductances": lambda: (
        layer(snn.IF_cond_exp(), all_to_all(weights=snn.Uniform(0.0, 0.02))),
        ["inp.w", "h.tau_m", "h.v_thresh", "h.tau_syn_E"],
    ),
    "one delay": lambda: (layer(snn.LIF(), all_to_all(delays=3.0)), ["inp.w"]),
    "own delays": lambda: (layer(snn.LIF(), all_to_all(delays=snn.DiscreteUniform(1, 6))), ["inp.w"]),
    "delays as parameters": lambda: (
        layer(snn.LIF(), all_to_all(delays=snn.Uniform(1.0, 6.0)), fractional_delays=True),
        ["inp.w", "inp.delay"],
    ),
    "sparse": lambda: (
        layer(snn.LIF(), lambda p: p.fixed_probability(0.3, weights=WEIGHTS), size=300, rates=10.0),
        ["inp.w"],
    ),
    "short-term plasticity": lambda: (
        layer(snn.LIF(), all_to_all(), synapse=snn.STP()),
        ["inp.w", "inp.tau_rec", "inp.U"],
    ),
}


@pytest.mark.parametrize("algorithm", ["diagonal", pytest.param("full", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["LIF", *(pytest.param(n, marks=pytest.mark.slow) for n in LAYERS if n != "LIF")])
def test_a_feed_forward_layer(name, algorithm):
    """Oracle: backpropagation through time with the same surrogate, over 200 steps."""
    sim, trained = LAYERS[name]()
    for parameter, found, wanted in both(sim, of_hidden, trained, algorithm=algorithm):
        assert np.abs(wanted).max() > 0.0, parameter
        assert unlikeness(found, wanted) < 1e-10, parameter


def driven():
    """Return leaky neurons behind synapses whose delays have a derivative, and what of them is trained."""
    sim = layer(
        snn.IF_curr_exp(v_rest=0.0, v_reset=0.1, v_thresh=1.0, cm=5.0, tau_refrac=2.0),
        all_to_all(weights=snn.Uniform(0.0, 1.0), delays=snn.Uniform(1.0, 6.0)),
        fractional_delays=True,
    )
    return sim, ["h.tau_m", "h.v_thresh", "h.v_reset", "h.tau_syn_E", "inp.delay"]


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ["diagonal", "full"])
def test_neurons_and_delays_against_forward_mode(algorithm):
    """Oracle: `jax.jvp` of the loss of a run, in a random direction for each parameter by itself."""
    sim, names = driven()
    params, state = sim.init(3)
    targets, known, rng = targets_of((8,)), named_leaves(params), np.random.default_rng(0)
    rule = snn.online(sim, of_hidden, names, algorithm=algorithm)
    found = jax.jit(lambda p, s: gradient_online(rule, p, s, targets))(params, state)

    def total(values):
        _, records = sim.run(replaced(params, values), state, len(targets) * sim.dt)
        return jnp.sum(jax.vmap(of_hidden)(records, targets))

    @jax.jit
    def along(direction):
        return jax.jvp(total, ({name: known[name] for name in names},), (direction,))[1]

    for name in names:
        direction = {n: jnp.asarray(rng.normal(size=known[n].shape)) * (n == name) for n in names}
        wanted = along(direction)
        assert abs(wanted) > 1e-3, name
        np.testing.assert_allclose(np.vdot(found[name], direction[name]), wanted, rtol=1e-9, err_msg=name)


RECURRENT = {
    "LIF": (snn.LIF, {}, ["inp.w", "rec.w", "h.tau_m"]),
    "ALIF": (snn.ALIF, {}, ["inp.w", "rec.w", "h.beta"]),
    "AdEx": (snn.EIF_cond_exp_isfa_ista, {"weights": snn.Uniform(0.0, 1.0)}, ["inp.w", "rec.w", "h.tau_w"]),
    "conductances": (snn.IF_cond_exp, {"weights": snn.Uniform(0.0, 0.02)}, ["inp.w", "rec.w", "h.tau_m"]),
    "short-term plasticity": (snn.LIF, {}, ["inp.w", "rec.w", "inp.tau_rec"]),
    "plasticity": (snn.LIF, {}, ["inp.eta", "inp.tau", "rec.w"]),
}
PAIRS = snn.Synapse(
    "tau = 20.0 : projection ; eta = 0.002 : projection",
    "tau * dx/dt = -x : exponential ; tau * dy/dt = -y : exponential",
    pre_spike="g_target += w ; x += 1.0 ; w -= eta * y",
    post_spike="y += 1.0 ; w += eta * x",
)
SYNAPSES = {"short-term plasticity": snn.STP(), "plasticity": PAIRS}


@pytest.mark.slow
@pytest.mark.parametrize("name", RECURRENT)
def test_the_full_gradient_of_a_recurrent_network(name):
    """Oracle: backpropagation through time, 200 steps, whatever paths lead through other neurons."""
    model, given, trained = RECURRENT[name]
    scale = 0.005 if name in ("AdEx", "conductances") else 0.1
    how = {"synapse": SYNAPSES[name]} if name in SYNAPSES else {}
    sim = layer(model(), all_to_all(**given, delays=snn.DiscreteUniform(1, 4)), recurrent=scale, **how)
    for parameter, found, wanted in both(sim, of_hidden, trained, algorithm="full"):
        assert unlikeness(found, wanted) < 1e-8, parameter


def rates():
    net = snn.Network(dt=1.0, seed=1)
    unit = snn.Neuron("tau = 10.0", "tau * dr/dt = -r + tanh(sum(exc)) + 0.3 * Uniform(-1.0, 1.0)")
    a, b = net.create(10, unit, name="a"), net.create(8, unit, name="b")
    net.connect(a, b, "exc", name="ab").all_to_all(weights=snn.Normal(0.1, 0.3))
    net.connect(b, b, "exc", name="bb").all_to_all(weights=snn.Normal(0.0, 0.03))
    net.monitor(b, "r")
    return net.compile()


def of_rates(records, target):
    return jnp.sum((records["b"]["r"] - target) ** 2)


@pytest.mark.slow
def test_a_network_of_rates():
    """Oracle: backpropagation through time; within a neuron, recurrent weights are left out of each other's traces."""
    sim = rates()
    for _, found, wanted in both(sim, of_rates, ["ab.w", "bb.w", "b.tau"], algorithm="full"):
        assert unlikeness(found, wanted) < 1e-10
    for _, found, wanted in both(sim, of_rates, ["ab.w", "bb.w", "b.tau"]):
        assert cosine(found, wanted) > 0.9


def chain(*, hidden: snn.Neuron | None = None):
    """Return a hidden layer and a readout of leaky integrators."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.PoissonPopulation(20, rates=80.0), name="src")
    h = net.create(8, hidden or snn.LIF(), name="h")
    out = net.create(3, snn.LI(), name="o")
    net.connect(source, h, "exc", name="inp").all_to_all(weights=WEIGHTS)
    net.connect(h, out, "exc", name="out").all_to_all(weights=snn.Normal(0.0, 0.3))
    net.monitor(out, "v")
    return net.compile()


def of_readout(records, target):
    return jnp.sum((records["o"]["v"] - target) ** 2)


@pytest.mark.slow
def test_a_signal_that_comes_back_from_the_readout():
    """Oracle: backpropagation through time; one layer before a readout has no other path to the loss."""
    signals = {"h": snn.Broadcast("o")}
    for name, found, wanted in both(
        chain(), of_readout, ["inp.w", "out.w", "h.tau_m", "o.tau_m"], (3,), signals=signals
    ):
        assert unlikeness(found, wanted) < 1e-10, name


@pytest.mark.slow
def test_weights_of_the_signal_may_be_given():
    """Oracle: those of the projection to the readout, given as an array."""
    sim = chain()
    weights = np.asarray(sim.init(3)[0]["out.w"])
    for _, found, wanted in both(sim, of_readout, ["inp.w"], (3,), signals={"h": snn.Broadcast("o", weights)}):
        assert unlikeness(found, wanted) < 1e-10


@pytest.mark.slow
def test_without_a_signal_a_hidden_layer_hears_nothing():
    """Oracle: the loss does not read the layer, so its derivative by the state of a neuron in a step is 0."""
    ((_, found, wanted),) = both(chain(), of_readout, ["inp.w"], (3,))
    assert not found.any() and wanted.any()
