"""What a rule says of itself: equations derived from those of the neuron, and the synapse that they make."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.equations import parse_expression

from .networks import gradient_online, layer, of_hidden, unlikeness

WEIGHTS = snn.Normal(0.15, 0.1)


def all_to_all(**given):
    return lambda projection: projection.all_to_all(**{"weights": WEIGHTS} | given)


def never_refractory(model):
    return model.with_changes(refractory=None)


def explained(model, trained="inp.w", **how):
    return str(snn.online(layer(model, all_to_all(), size=4), of_hidden, trained, **how)).split("\n\n", 1)[1]


def test_the_rule_of_a_leaky_neuron_is_e_prop():
    """Oracle: G. Bellec et al. 2020, equations 14, 22 and 28, with alpha = exp(-dt / tau_m), by hand."""
    text = explained(never_refractory(snn.LIF()))
    assert "epsilon_v = exp(-dt / tau_m) * epsilon_v + z_pre" in text
    assert "psi            fast_sigmoid(beta=10) of v - v_thresh" in text
    assert "eligibility    psi * epsilon_v\n" in text
    assert text.startswith("inp.w: one trace for each pre-synaptic neuron")


def test_the_rule_of_an_adaptive_neuron_is_e_prop():
    """Oracle: G. Bellec et al. 2020, equations 24 and 25, by hand. Here the adaptation decays before the comparison.

    epsilon_a is that after the spike: rho epsilon_a + psi (epsilon_v - beta rho epsilon_a), so theirs with beta rho.
    """
    text = explained(snn.ALIF())
    assert "tau_a * depsilon_a/dt = -epsilon_a : exponential" in text
    assert "eligibility    psi * (epsilon_v - beta * epsilon_a)" in text
    assert "epsilon_a += eligibility" in text
    assert "one trace for each synapse: refractory neurons (`tau_refrac`)" in text


def test_a_neuron_with_the_discretisation_of_the_paper():
    """Oracle: G. Bellec et al. 2020, equation 24: epsilon_a becomes psi epsilon_v + (rho - psi beta) epsilon_a."""
    model = snn.Neuron(
        "alpha = 0.95 ; rho = 0.99 ; beta = 0.2 ; v_th = 1.0",
        "a = rho * a + z ; z = 0.0 ; v = alpha * v + g_exc",
        spike="v > v_th + beta * a",
        reset="z = 1.0 ; v -= v_th",
        differentiable_reset=True,
    )
    text = explained(model)
    lines = [
        "epsilon_a = rho * epsilon_a + epsilon_z",
        "epsilon_z = 0.0",
        "epsilon_v = alpha * epsilon_v + z_pre",
        "psi * (epsilon_v - beta * epsilon_a)",
        "epsilon_z += (1.0 - z) * eligibility",
        "epsilon_v -= v_th * eligibility",
    ]
    assert all(line in text for line in lines), text


def test_neurons_with_other_equations():
    """Oracle: the derivatives, by hand."""
    text = explained(snn.IF_cond_exp(), ["inp.w", "h.v_thresh", "h.tau_m"])
    assert "(e_rev_E - v) * epsilon_g_exc - g_exc * epsilon_v" in text
    assert "epsilon_g_exc += 1.0" in text and "depends on `v`" in text
    assert "h.v_thresh: one trace for each neuron" in text and "psi * -1.0" in text
    assert "h.tau_m" in text and "cm / tau_m**2.0" in text


def test_what_is_taken_from_the_step():
    sim = layer(snn.LIF(), all_to_all(), size=4, synapse=snn.STP())
    text = str(snn.online(sim, of_hidden, ["inp.w", "inp.U"]))
    assert text.count("taken numerically from the step") == 2
    full = snn.online(sim, of_hidden, "inp.w", algorithm="full")
    assert "the derivative of the whole state" in str(full)
    assert repr(full) == "OnlineRule(inp.w; full)"


def test_signals_are_told():
    """Oracle: the filter of a leaky readout, by hand."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.PoissonPopulation(4, rates=80.0), name="src")
    h, out = net.create(3, snn.LIF(), name="h"), net.create(2, snn.LI(), name="o")
    net.connect(source, h, "exc", name="inp").all_to_all(weights=WEIGHTS)
    net.connect(h, out, "exc", name="out").all_to_all(weights=WEIGHTS)
    net.monitor(out, "v")
    sim = net.compile()
    text = str(snn.online(sim, lambda r, t: r["o"]["v"].sum(), "inp.w", signals={"h": snn.Broadcast("o")}))
    assert "filtered_v = exp(-dt / tau_m) * filtered_v + eligibility" in text
    assert "sum over o of B * dE/dv, B: out.w" in text
    text = str(snn.online(sim, lambda r, t: r["o"]["v"].sum(), "inp.w", signals={"h": snn.Reward(50.0)}))
    assert "kept = exp(-dt / 50.0) * kept + eligibility" in text


# Synapses that are made of it.

TWO_STAGES = snn.Neuron(
    "tau = 20.0 ; tau_u = 5.0",
    "tau * dv/dt = -v + u ; tau_u * du/dt = -u + g_exc ; tau_u * dg_exc/dt = -g_exc",
    spike="v >= 0.1",
    reset="v -= 0.1 ; u = 0.0",
    surrogate="gaussian",
)
EXACT = {
    "LIF": (never_refractory(snn.LIF()), {}),
    "ALIF": (never_refractory(snn.ALIF()), {}),
    "CubaLIF": (never_refractory(snn.CubaLIF(surrogate="arctan")), {"delays": snn.DiscreteUniform(1, 5)}),
    "two stages": (TWO_STAGES, {"delays": 3.0}),
}


def of_spikes(records, target):
    return 0.7 * jnp.sum(records["h"]["spike"])


@pytest.mark.slow
@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("name", EXACT)
def test_the_text_of_a_synapse_has_the_numbers_of_the_step(name):
    """Oracle: the gradients of `rule.step`, added up over 200 steps."""
    model, given = EXACT[name]
    rule = snn.online(layer(model, all_to_all(**given)), of_spikes, "inp.w")
    params, state = rule.sim.init(3)
    wanted = jax.jit(lambda p, s: gradient_online(rule, p, s, jnp.zeros(200)))(params, state)["inp.w"]
    text = layer(model, all_to_all(**given), synapse=rule.synapse("inp", signal="0.7"))
    params, state = text.init(3)
    state, _ = text.run(params, state, 200.0)
    found = np.asarray(state.projections["inp"]["gradient"])
    assert np.abs(found).max() > 0.0
    assert unlikeness(found, np.asarray(wanted)) < 1e-10


SURROGATES = [
    snn.surrogates.fast_sigmoid(beta=3.0, height=0.3),
    snn.surrogates.super_spike(2.0),
    snn.surrogates.arctan(),
    snn.surrogates.gaussian(0.4),
    snn.surrogates.slayer(),
    snn.surrogates.triangle(0.7),
    snn.surrogates.rectangle(),
]


@pytest.mark.parametrize("surrogate", SURROGATES, ids=lambda s: s.name)
def test_a_surrogate_as_text(surrogate):
    """Oracle: the slope itself."""
    from jaxsnn.equations import Scope, evaluate

    d = jnp.linspace(-2.0, 2.0, 17)
    found = evaluate(parse_expression(surrogate.text("d")), Scope({"d": d}))
    assert np.allclose(found, surrogate.slope(d), rtol=1e-6, atol=0.0)


REFUSED = {
    "refractory": (snn.LIF(), "refractory neurons (`tau_refrac`) keep their changes"),
    "reset": (never_refractory(snn.IF_curr_exp()), "the reset overwrites `v`"),
    "reset with a derivative": (
        never_refractory(snn.CubaLIF().with_surrogate(differentiable_reset=True)),
        "a spike adds to `epsilon_v`, whose differential equation is more than a decay",
    ),
    "conductance": (never_refractory(snn.IF_cond_exp()), "depends on `v`"),
    "surrogate": (
        never_refractory(snn.LIF(surrogate=snn.surrogates.custom(lambda d: jnp.exp(-d * d), name="bell"))),
        "the surrogate `bell` is a function without a formula",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_synapse_that_would_not_be_exact_is_refused(name):
    model, message = REFUSED[name]
    rule = snn.online(layer(model, all_to_all(), size=4), of_hidden, "inp.w")
    with pytest.raises(snn.errors.UnsupportedError, match="the rule of `inp` has no exact text") as error:
        rule.synapse("inp")
    assert message in str(error.value)


def test_a_synapse_of_a_projection_that_is_not_trained():
    rule = snn.online(layer(snn.LIF(), all_to_all(), size=4), of_hidden, "inp.w")
    with pytest.raises(snn.errors.UnknownNameError, match="no weights of a projection `imp` are trained.*`inp`"):
        rule.synapse("imp")
