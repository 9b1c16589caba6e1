"""One trace for each pre-synaptic neuron, where the equations of its targets prove that it is enough."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.compiler import with_own_paths
from jaxsnn.online_learning._derived import why_traces_differ
from jaxsnn.online_learning._diagonal import own_gradient
from jaxsnn.online_learning._loss import checked_loss
from jaxsnn.online_learning._signals import checked_signals
from jaxsnn.online_learning._trainables import Trace

from .networks import gradient_online, layer, of_hidden, targets_of, unlikeness

pytestmark = pytest.mark.usefixtures("double")

WEIGHTS = snn.Normal(0.15, 0.1)


def all_to_all(**given):
    return lambda projection: projection.all_to_all(**{"weights": WEIGHTS} | given)


def never_refractory(model):
    return model.with_changes(refractory=None)


def per_synapse(rule, loss, signals=None):
    """Return the same rule with a trace for each synapse."""
    trained = tuple(replace(t, trace=Trace.PER_SYNAPSE) if t.trace.is_of_weights else t for t in rule.trained)
    compiled = with_own_paths(rule.sim.compiled)
    checked = checked_signals(compiled, signals)
    plain = own_gradient(compiled, rule.sim.shapes[1], trained, checked_loss(loss), checked)
    return replace(rule, trained=trained, init=plain.init, step=plain.step)


def sparse(projection):
    return projection.fixed_probability(0.3, weights=WEIGHTS)


LAYERS = {
    "LIF, all to all": lambda: layer(never_refractory(snn.LIF()), all_to_all()),
    "LIF, sparse": lambda: layer(never_refractory(snn.LIF()), sparse, size=100, rates=20.0),
    "CubaLIF, one delay": lambda: layer(never_refractory(snn.CubaLIF()), all_to_all(delays=3.0)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LAYERS)
def test_one_trace_per_sender_gives_the_gradients_of_one_per_synapse(name):
    """Oracle: the plain path, a trace for each synapse, over 200 steps."""
    sim = LAYERS[name]()
    rule = snn.online(sim, of_hidden, "inp.w")
    assert [t.trace for t in rule.trained] == [Trace.PER_SENDER]
    params, state = sim.init(3)
    plain = per_synapse(rule, of_hidden)
    found, wanted = jax.jit(lambda p, s: [gradient_online(r, p, s, targets_of((8,))) for r in (rule, plain)])(
        params, state
    )
    assert np.abs(wanted["inp.w"]).max() > 0.0
    assert unlikeness(np.asarray(found["inp.w"]), np.asarray(wanted["inp.w"])) < 1e-12
    sizes = [jax.eval_shape(r.init, params, state).synapses["inp.w"].values.shape for r in (rule, plain)]
    assert sizes[0][1:] == (sim.compiled.plans["inp"].pre.size,)
    assert sizes[1][1:] == params["inp.w"].shape


def of_own_taus():
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.PoissonPopulation(5, rates=80.0), name="src")
    hidden = net.create(8, never_refractory(snn.LIF()), name="h")
    hidden.tau_m = snn.Uniform(10.0, 20.0)
    net.connect(source, hidden, "exc", name="inp").all_to_all(weights=0.1)
    return net.compile()


def followed():
    """Return neurons whose leak depends on the time."""
    model = snn.Neuron(
        "tau = 20.0", "k = if t > 10.0: 0.5 else: 1.0 ; tau * dv/dt = -k * v + g_exc", spike="v > 1.0", reset="v -= 1.0"
    )
    return layer(model, all_to_all())


DIFFERENT = {
    "refractory": (lambda: layer(snn.LIF(), all_to_all()), "refractory neurons (`tau_refrac`)"),
    "a reset with a derivative": (lambda: layer(never_refractory(snn.ALIF()), all_to_all()), "a reset changes"),
    "a reset to a value": (lambda: layer(never_refractory(snn.IF_curr_exp()), all_to_all()), "a reset changes"),
    "conductances": (lambda: layer(never_refractory(snn.IF_cond_exp()), all_to_all()), "depends on `v`"),
    "own delays": (
        lambda: layer(never_refractory(snn.LIF()), all_to_all(delays=snn.DiscreteUniform(1, 6))),
        "delays of their own",
    ),
    "own values": (of_own_taus, "values of their own of `tau_m`"),
    "a coefficient in time": (followed, "depends on `k`"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_where_traces_of_synapses_differ_it_is_said_why(name):
    """Oracle: the reason, by hand from the equations."""
    sim, reason = DIFFERENT[name][0](), DIFFERENT[name][1]
    found = why_traces_differ(sim.compiled, sim.shapes, sim.compiled.plans["inp"])
    assert any(reason in line for line in found), found


@pytest.mark.slow
def test_one_trace_per_sender_behind_a_readout():
    """Oracle: the plain path, with a learning signal that comes back from a readout, and with a reward."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.PoissonPopulation(20, rates=80.0), name="src")
    h, out = net.create(8, never_refractory(snn.LIF()), name="h"), net.create(3, snn.LI(), name="o")
    net.connect(source, h, "exc", name="inp").all_to_all(weights=WEIGHTS)
    net.connect(h, out, "exc", name="out").all_to_all(weights=snn.Normal(0.0, 0.3))
    net.monitor(out, "v")
    sim = net.compile()

    def loss(records, target):
        return jnp.sum((records["o"]["v"] - target) ** 2)

    params, state = sim.init(3)
    for signals in ({"h": snn.Broadcast("o")}, {"h": snn.Reward(50.0)}):
        rule = snn.online(sim, loss, ["inp.w", "out.w"], signals=signals)
        both = rule, per_synapse(rule, loss, signals)
        found, wanted = (gradient_online(r, params, state, targets_of((3,))) for r in both)
        for name in ("inp.w", "out.w"):
            assert unlikeness(np.asarray(found[name]), np.asarray(wanted[name])) < 1e-12
