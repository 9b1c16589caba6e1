"""All built-in neurons: parameters, transformations of JAX, derivatives, the two sets of rates."""

import inspect
from dataclasses import dataclass, field
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import models
from jaxsnn.errors import ArgumentError
from jaxsnn.surrogates import triangle

from ..cases import quick, some


@dataclass(frozen=True)
class Case:
    """How a model is exercised.

    Args:
        dt: step, ms.
        current: the parameter that drives it.
        silent: values with which it stays below threshold for 20 ms; variables are those with a differential equation.
        firing: what changes for it to spike within 20 ms.
        flat: names whose derivative is 0 by construction: conditions of spikes, durations in whole steps.
        flat_when_silent: names that matter after a spike only.
    """

    dt: float
    current: str
    silent: dict[str, float]
    firing: dict[str, float] = field(default_factory=dict)
    flat: tuple[str, ...] = ()
    flat_when_silent: tuple[str, ...] = ()


CURRENT = {"v": -62.0, "g_exc": 0.8, "g_inh": 0.3, "i_offset": 0.3, "tau_syn_I": 7.0}
CONDUCTANCE = {"v": -62.0, "g_exc": 0.01, "g_inh": 0.02, "i_offset": 0.3, "tau_syn_I": 7.0}
ALPHA = {"alpha_exc": 0.01, "alpha_inh": 0.02}
ADAPTIVE = {"v": -65.0, "w": 0.02, "g_exc": 0.002, "g_inh": 0.003, "i_offset": 0.2, "tau_refrac": 1.05}
ADAPTIVE_FIRING = {"i_offset": 1.5}
IF_FLAT = {"flat": ("v_thresh", "tau_refrac"), "flat_when_silent": ("v_reset",)}
EIF_FLAT = {"flat": ("v_spike", "tau_refrac"), "flat_when_silent": ("v_reset", "b")}

CASES = {
    "LeakyIntegrator": Case(1.0, "B", {"v": 0.3, "B": 0.5, "T": 0.2}),
    "Izhikevich": Case(
        0.5,
        "i_offset",
        {"v": -62.0, "u": -12.0, "i_offset": 2.0, "noise": 0.5, "tau_refrac": 0.75},
        {"i_offset": 12.0},
        ("v_thresh", "tau_refrac"),
        ("c", "d"),
    ),
    "IF_curr_exp": Case(0.1, "i_offset", CURRENT, {"i_offset": 2.0, "tau_refrac": 1.05}, **IF_FLAT),
    "IF_cond_exp": Case(0.1, "i_offset", CONDUCTANCE, {"i_offset": 2.0, "tau_refrac": 1.05}, **IF_FLAT),
    "IF_curr_alpha": Case(
        0.1,
        "i_offset",
        CURRENT | {"alpha_exc": 0.4, "alpha_inh": 0.1},
        {"i_offset": 2.0, "tau_refrac": 1.05},
        **IF_FLAT,
    ),
    "IF_cond_alpha": Case(0.1, "i_offset", CONDUCTANCE | ALPHA, {"i_offset": 2.0, "tau_refrac": 1.05}, **IF_FLAT),
    "EIF_cond_exp_isfa_ista": Case(0.1, "i_offset", ADAPTIVE, ADAPTIVE_FIRING, **EIF_FLAT),
    "EIF_cond_alpha_isfa_ista": Case(
        0.1, "i_offset", ADAPTIVE | {"alpha_exc": 0.002, "alpha_inh": 0.003}, ADAPTIVE_FIRING, **EIF_FLAT
    ),
    "HH_cond_exp": Case(
        0.05,
        "i_offset",
        {"v": -66.0, "n": 0.05, "m": 0.02, "h": 0.95, "g_exc": 0.01, "g_inh": 0.02, "i_offset": 0.02},
        {"i_offset": 0.6},
        ("v_thresh",),
    ),
    "HodgkinHuxley": Case(0.02, "I", {"V": -69.0, "n": 0.32, "m": 0.05, "h": 0.6, "I": 1.0}, {"I": 15.0}, ("vt",)),
}
DURATION = 20.0  # ms
SPIKING = [name for name in CASES if name != "LeakyIntegrator"]


@cache
def compiled(model: str):
    """Return (simulation, name of the membrane potential or rate); in double precision."""
    assert jax.config.jax_enable_x64
    net = snn.Network(dt=CASES[model].dt, seed=3)
    P = net.create(1, getattr(models, model), name="P")
    output = "r" if model == "LeakyIntegrator" else "V" if model == "HodgkinHuxley" else "v"
    net.monitor(P, [output, "spike"] if P.neuron_type.is_spiking else output)
    return net.compile(), output


@cache
def functions(model: str):
    """Return (start, run, gradients, many).

    `start(regime)` gives all floating-point parameters and initial values by name, `run(x)` the mean potential and the
    number of spikes over 20 ms, `gradients(x)` the derivatives of both, `many` is `run` for a batch.
    """
    sim, output = compiled(model)
    params, state = sim.init(0)
    own = {**state.populations["P"], **params.populations["P"]}
    names = [*params.populations["P"], *(n for n in CASES[model].silent if n in state.populations["P"])]

    def start(regime: str) -> dict[str, jax.Array]:
        values = CASES[model].silent | (CASES[model].firing if regime == "firing" else {})
        return {name: jnp.asarray(values.get(name, float(np.ravel(own[name])[0]))) for name in names}

    def run(x):
        begun = sim.init(0, {f"P.{name}": value for name, value in x.items()})
        records = sim.run(*begun, duration=DURATION)[1]["P"]
        return records[output].mean(), records["spike"].sum() if "spike" in records else jnp.zeros(())

    return start, jax.jit(run), jax.jit(jax.jacrev(run)), jax.jit(jax.vmap(run))


def differences(many, x, steps=(-2, -1, 1, 2)):
    """Return the derivative of the mean by each name: central differences of fourth order, all in one batch."""
    names = list(x)
    widths = {name: 3e-5 * (abs(float(value)) or 1.0) for name, value in x.items()}
    batch = {
        name: np.array([float(x[name]) + (k * widths[name] if n == name else 0.0) for n in names for k in steps])
        for name in names
    }
    means, counts = many(batch)
    f = np.reshape(means, (len(names), 4))
    slopes = (8 * (f[:, 2] - f[:, 1]) - (f[:, 3] - f[:, 0])) / (12 * np.array(list(widths.values())))
    return dict(zip(names, slopes, strict=True)), counts


def gradient_case(model: str, regime: str, flat: tuple[str, ...]) -> None:
    start, _, gradients, many = functions(model)
    x = start(regime)
    found = gradients(x)[0]
    expected, counts = differences(many, x)
    assert set(flat) <= set(x)
    assert len(set(counts.tolist())) == 1 and (counts[0] > 0) == (regime == "firing")
    for name in x:
        if name in flat:
            assert found[name] == 0.0 and expected[name] == 0.0, name
        else:
            assert found[name] != 0.0, name
            np.testing.assert_allclose(found[name], expected[name], rtol=1e-5, err_msg=name)


QUICK = ("Izhikevich",)


@pytest.mark.parametrize("model", quick(CASES, QUICK.__contains__))
def test_gradient_below_threshold(model, double):
    """Oracle: central differences, for every floating-point parameter and initial value.

    What acts through spikes only has exactly the gradient 0.
    """
    case = CASES[model]
    gradient_case(model, "silent", (*case.flat, *case.flat_when_silent))


@pytest.mark.slow
@pytest.mark.parametrize("model", SPIKING)
def test_gradient_across_spikes(model, double):
    """Oracle: central differences, which change no spike step. Reset values now have a gradient, too."""
    gradient_case(model, "firing", CASES[model].flat)


@pytest.mark.parametrize("model", some(CASES, 3))
def test_batch_is_a_loop(model, double):
    """Oracle: one compiled run after the other; three currents, from silence to firing."""
    start, run, _, many = functions(model)
    case, x = CASES[model], start("silent")
    strong = start("firing")[case.current]
    currents = x[case.current] + jnp.array([0.0, 0.5, 1.0]) * (strong - x[case.current])
    batch = {name: jnp.full(3, value) for name, value in x.items()} | {case.current: currents}
    means, counts = many(batch)
    for k, current in enumerate(currents):
        mean, count = run({**x, case.current: current})
        np.testing.assert_allclose(means[k], mean, rtol=1e-12)
        assert counts[k] == count
    assert model == "LeakyIntegrator" or counts[2] > counts[0] == 0


@pytest.mark.parametrize("model", some(SPIKING, 4))
def test_surrogate_leads_out_of_silence(model, double):
    """Oracle: more current takes a silent neuron closer to its threshold, so its surrogate gradient is positive."""
    start, _, gradients, _ = functions(model)
    slope = gradients(start("silent"))[1][CASES[model].current]
    assert np.isfinite(slope) and slope > 0


# Arguments


@pytest.mark.parametrize("model", CASES)
def test_arguments_are_parameters(model):
    """Oracle: the signature: every number is a parameter of that name, with that default, and can be set."""
    function = getattr(models, model)
    defaults = {n: p.default for n, p in inspect.signature(function).parameters.items() if type(p.default) is float}
    changed = {name: 2.0 * value + 0.5 for name, value in defaults.items()}
    for expected, neuron in ((defaults, function()), (changed, function(**changed))):
        net = snn.Network()
        P = net.create(1, neuron)
        assert P.parameters == list(expected)
        assert {name: float(np.ravel(P.get(name))[0]) for name in expected} == pytest.approx(expected, rel=1e-6)


TABLE = {  # section 13 of the reference of ANNarchy 4.8.2
    "LeakyIntegrator": "tau=10 B=0 T=0",
    "Izhikevich": "a=0.02 b=0.2 c=-65 d=8 v_thresh=30 i_offset=0 noise=0 tau_refrac=0",
    "IF_curr_exp": "v_rest=-65 cm=1 tau_m=20 tau_refrac=0 tau_syn_E=5 tau_syn_I=5 v_thresh=-50 v_reset=-65 i_offset=0",
    "IF_cond_exp": "v_rest=-65 cm=1 tau_m=20 tau_refrac=0 tau_syn_E=5 tau_syn_I=5 e_rev_E=0 e_rev_I=-70 v_thresh=-50 "
    "v_reset=-65 i_offset=0",
    "EIF_cond_exp_isfa_ista": "v_rest=-70.6 cm=0.281 tau_m=9.3667 tau_refrac=0.1 tau_syn_E=5 tau_syn_I=5 e_rev_E=0 "
    "e_rev_I=-80 tau_w=144 a=4 b=0.0805 i_offset=0 delta_T=2 v_thresh=-50.4 v_reset=-70.6 v_spike=-40",
    "HH_cond_exp": "gbar_Na=20 gbar_K=6 gleak=0.01 cm=0.2 v_offset=-63 e_rev_Na=50 e_rev_K=-90 e_rev_leak=-65 "
    "e_rev_E=0 e_rev_I=-80 tau_syn_E=0.2 tau_syn_I=2 i_offset=0 v_thresh=0",
    "HodgkinHuxley": "C=1 VL=-59.387 VK=-82 VNa=45 gK=36 gNa=120 gL=0.3 vt=30 I=0",
}
TABLE |= {name.replace("exp", "alpha", 1): TABLE[name] for name in TABLE if name.startswith(("IF", "EIF"))}


@pytest.mark.parametrize("model", CASES)
def test_defaults_are_those_of_annarchy(model):
    """Oracle: the table of ANNarchy's built-in neurons, in its order; of HodgkinHuxley the notebook."""
    parameters = inspect.signature(getattr(models, model)).parameters
    found = {n: p.default for n, p in parameters.items() if type(p.default) is float}
    expected = {n: float(x) for n, x in (item.split("=") for item in TABLE[model].split())}
    assert list(found.items()) == list(expected.items())
    assert "surrogate" in parameters or model == "LeakyIntegrator"


def test_shared_parameters():
    """Oracle: the table: tau and T of LeakyIntegrator have one value per population, everything else one per neuron."""
    for model in CASES:
        attributes = getattr(models, model)().analysed.attributes
        shared = {a.name for a in attributes if a.shared}
        assert shared == ({"tau", "T"} if model == "LeakyIntegrator" else set())


def test_surrogate_is_passed_on():
    for model in SPIKING:
        assert getattr(models, model)(surrogate=triangle(3.0)).surrogate_function.name == "triangle(width=3)"


@pytest.mark.parametrize("value", ["fast", None, float("nan"), float("inf"), [1.0, 2.0], snn.Uniform(0.0, 1.0)])
def test_values_that_are_no_numbers(value):
    for model, name in (("IF_curr_exp", "v_reset"), ("LeakyIntegrator", "tau"), ("Izhikevich", "c")):
        with pytest.raises(ArgumentError, match=f"`{name}` is a number, not .*assigned to the population"):
            getattr(models, model)(**{name: value})
