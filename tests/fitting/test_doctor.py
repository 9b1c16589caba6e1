"""The gradient doctor: norms over time against closed forms, and seeded faults that it must name."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, PrecisionError, UnknownNameError
from jaxsnn.fitting import Fault, Limits

from ..cases import some

T = 20
RAMP = snn.Neuron(parameters="I = 0.5", equations="r = I * t")


def chain(equations, parameters="b = 3.0", weight=1.0, delay=1.0):
    """Return a ramp `A` that feeds `B`, rate-coded."""
    net = snn.Network(dt=1.0, seed=1)
    A = net.create(2, RAMP, name="A")
    B = net.create(2, snn.Neuron(parameters=parameters, equations=equations), name="B")
    net.connect(A, B, "exc", name="AB").one_to_one(weights=weight, delays=delay)
    net.monitor(B, "r")
    return net.compile()


def all_of_b(records):
    return records["B"]["r"].sum()


def examined(sim, loss=all_of_b, duration=float(T), trainable=None, directions=0, **options):
    return snn.diagnose(sim, *sim.init(0), duration, loss, trainable, directions=directions, **options)


def faults(diagnosis):
    return [f.fault for f in diagnosis.findings]


# What it measures


def recurrent(gain, n=4, drive=0.01):
    net = snn.Network(dt=1.0, seed=1)
    cell = snn.Neuron(parameters=f"tau = 5.0 ; I = {drive}", equations="tau * dr/dt = -r + sum(exc) + I")
    P = net.create(n, cell, name="P")
    net.connect(P, P, "exc", name="rec").all_to_all(weights=gain / n, allow_self_connections=True)
    net.monitor(P, "r")
    return net.compile()


def last_of_p(records):
    return records["P"]["r"][-1].sum()


def test_norms_are_those_of_the_linear_network(double):
    """Oracle: the closed form: r is multiplied by 1 + (gain - 1) / tau in each step, and so is dL/dr going back."""
    diagnosis = examined(recurrent(0.5), last_of_p, trainable="rec.w")
    growth = 1 - 0.5 / 5.0
    np.testing.assert_allclose(diagnosis.gradient_norm["P"], 2.0 * growth ** np.arange(T - 1, -1, -1), rtol=1e-12)
    assert list(diagnosis.by_variable["P"]) == ["r"]
    assert list(diagnosis.gradient) == ["rec.w"]
    assert "nothing is wrong" in str(diagnosis)


@pytest.mark.slow
@pytest.mark.parametrize("delay", [1, 4])
def test_norms_through_delays(double, delay):
    """Oracle: the closed form: each value of A counts w times, until it would arrive after the end."""
    diagnosis = examined(chain("r = sum(exc)", weight=3.0, delay=float(delay)))
    expected = np.where(np.arange(T) + delay < T, 3.0 * np.sqrt(2.0), 0.0)
    np.testing.assert_allclose(diagnosis.gradient_norm["A"], expected, rtol=1e-12)
    np.testing.assert_allclose(diagnosis.gradient_norm["B"], np.sqrt(2.0), rtol=1e-12)


@pytest.mark.parametrize("delay", some([3, 1], 2))
def test_norms_of_spikes(double, delay):
    """Oracle: the chain rule by hand: the slope of the surrogate times the weight, at each distance to threshold."""
    net = snn.Network(dt=1.0, seed=1)
    ramp = snn.Neuron(parameters="I = 0.1", equations="v = I * t", spike="v > 1.05", reset="v = v")
    A = net.create(1, ramp, name="A", surrogate=snn.surrogates.triangle(0.5))
    B = net.create(1, snn.Neuron(equations="x = g_exc", spike="x > 1e9"), name="B")
    net.connect(A, B, "exc", name="AB").one_to_one(weights=2.0, delays=float(delay))
    net.monitor(B, "x")
    diagnosis = examined(net.compile(), lambda records: records["B"]["x"].sum())
    away = 0.1 * np.arange(T) - 1.05
    slope = np.maximum(0, 1 - abs(away) / 0.5)
    expected = np.where(np.arange(T) + delay < T, 2.0 * slope, 0.0)
    np.testing.assert_allclose(diagnosis.by_variable["A"]["spike"], expected, atol=1e-12)
    np.testing.assert_array_equal(diagnosis.reached["A"], slope > 0)
    np.testing.assert_array_equal(diagnosis.firing["A"], away > 0)
    np.testing.assert_array_equal(diagnosis.silent["A"], away <= 0)
    assert diagnosis.unreached["A"] == 0.0


def test_the_gradient_is_that_of_a_run(double):
    """Oracle: `jax.grad` of `sim.run`, value and gradient: the zeros that are added change nothing."""
    sim = recurrent(1.2)
    params, state = sim.init(0)
    loss = lambda params: last_of_p(sim.run(params, state, float(T))[1])  # noqa: E731
    diagnosis = snn.diagnose(sim, params, state, float(T), last_of_p, ["rec.w", "P.tau"], directions=2)
    value, gradient = jax.value_and_grad(loss)(params)
    np.testing.assert_allclose(diagnosis.loss, value, rtol=1e-14)
    np.testing.assert_allclose(diagnosis.gradient["rec.w"], gradient.projections["rec"]["w"], rtol=1e-12)
    np.testing.assert_allclose(diagnosis.gradient["P.tau"], gradient.populations["P"]["tau"], rtol=1e-12)
    assert diagnosis.agreement.agrees and diagnosis.agreement.held is None
    assert diagnosis.agreement.error.shape == (2,) and diagnosis.agreement.error.max() < 1e-6
    assert "central differences (step 6.1e-06) agree" in str(diagnosis)


# Seeded faults


LIF = snn.Neuron(
    parameters="tau = 10.0 ; I = 1.5",
    equations="tau * dv/dt + v = I",
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)


def rate_of_p(records):
    return (records["P"]["spike"].mean() - 0.1) ** 2


@pytest.fixture(scope="module")
def lively():
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(4, LIF, name="P")
    P.I = [1.2, 1.5, 2.0, 3.0]
    net.monitor(P, "spike")
    return net.compile()


@pytest.fixture(scope="module")
def rough(lively):
    return examined(lively, rate_of_p, 60.0, ["P.I", "P.tau"], directions=2)


def test_a_silent_population_is_found(lively):
    """Oracle: the seeded fault: a current of 0.5 takes no neuron to its threshold of 1."""
    params, state = lively.init(0, {"P.I": 0.5})
    diagnosis = snn.diagnose(lively, params, state, 60.0, rate_of_p, "P.I", directions=0)
    assert faults(diagnosis) == [Fault.SILENT]
    assert diagnosis.findings[0].population == "P" and diagnosis.silent["P"][-1] == 1.0
    assert "silent: 100% of the neurons of `P` never spike in this run." in str(diagnosis)
    assert "Raise the weights or the input, or take a wider surrogate" in str(diagnosis)


def test_a_surrogate_that_is_too_narrow_is_found(lively):
    """Oracle: the seeded fault: a triangle of 0.00001, so that no neuron is ever that near to its threshold."""
    narrow = lively.with_surrogate(snn.surrogates.triangle(1e-5))
    diagnosis = examined(narrow, rate_of_p, 60.0, "P.I")
    assert faults(diagnosis) == [Fault.NARROW, Fault.CUT]
    assert diagnosis.findings[0].population == "P" and diagnosis.unreached["P"] == 1.0
    assert "the surrogate triangle(width=1e-05) never reaches 100% of the neurons of `P`" in str(diagnosis)
    assert not diagnosis.reached["P"].any() and not diagnosis.gradient_norm["P"].any()
    assert diagnosis.silent["P"][-1] == 0.0


def test_a_loss_of_spikes_is_said_not_to_be_smooth(rough):
    """Oracle: the definition: with spikes as constants the gradient of a spike count is zero, as differences are."""
    assert faults(rough) == [Fault.ROUGH]
    agreement = rough.agreement
    np.testing.assert_array_equal(agreement.held, 0.0)
    np.testing.assert_array_equal(agreement.finite, 0.0)
    assert not agreement.agrees and agreement.held_agrees and (agreement.gradient != 0).all()
    assert "with spikes as constants it agrees with them, so the difference is what surrogates add" in str(rough)
    assert "This is no error" in str(rough)


@pytest.fixture(scope="module")
def exploding():
    return examined(recurrent(8.0), last_of_p, 60.0, "rec.w")


def test_an_exploding_network_is_found(exploding):
    """Oracle: the closed form: the norm grows by 1 + 7 / 5 in each step back, so the limit is passed 11 steps back."""
    diagnosis = exploding
    steps_back = int(np.ceil(np.log(1e4) / np.log(2.4)))
    assert faults(diagnosis) == [Fault.EXPLODING]
    assert (diagnosis.findings[0].population, diagnosis.findings[0].step) == ("P", 59 - steps_back)
    assert "passes 10000 times what the loss sends (2)" in str(diagnosis)


def test_an_explosion_beyond_all_numbers_is_not_taken_for_a_bad_equation():
    """Oracle: the same closed form: 2.4^120 is infinite in single precision, while the values stay at 0."""
    diagnosis = examined(recurrent(8.0, drive=0.0), last_of_p, 120.0, "rec.w")
    assert not np.isfinite(diagnosis.gradient_norm["P"][0]) and diagnosis.loss == 0.0
    assert faults(diagnosis) == [Fault.EXPLODING]


def test_a_vanishing_gradient_is_found():
    """Oracle: the closed form: the norm shrinks by 1 - 1 / 5 in each step back, to a millionth after 62 steps."""
    diagnosis = examined(recurrent(0.0), last_of_p, 100.0, "rec.w")
    steps_back = int(np.ceil(np.log(1e6) / -np.log(0.8)))
    assert faults(diagnosis) == [Fault.VANISHING]
    assert (diagnosis.findings[0].population, diagnosis.findings[0].step) == ("P", 99 - steps_back)
    relaxed = examined(recurrent(0.0), last_of_p, 100.0, "rec.w", limits=Limits(vanishes=1e-12))
    assert faults(relaxed) == []


def test_what_the_loss_does_not_depend_on_is_named():
    """Oracle: the seeded fault: weights of zero cut A off."""
    diagnosis = examined(chain("r = b * t + sum(exc)", weight=0.0))
    assert faults(diagnosis) == [Fault.CUT] and diagnosis.findings[0].population == "A"


def test_inputs_need_no_gradient():
    """Oracle: the definition: spikes from a table depend on nothing, which is no fault."""
    net = snn.Network(dt=1.0, seed=1)
    net.create(snn.inputs.SpikeSourceArray([[1.0, 3.0], [2.0]]), name="source")
    P = net.create(2, snn.Neuron(parameters="I = 1.0", equations="r = I * t"), name="P")
    net.monitor(P, "r")
    diagnosis = examined(net.compile(), lambda records: records["P"]["r"].sum(), 5.0)
    assert faults(diagnosis) == []
    assert diagnosis.silent["source"][-1] == 0.0 and not diagnosis.gradient_norm["source"].any()


def where(finding):
    return finding.population, finding.variable, finding.equation, finding.step


def test_a_value_that_is_not_finite_is_found():
    """Oracle: the seeded fault: 3 - t / 2 of the step before is negative from step 8 on."""
    diagnosis = examined(chain("x = b - sum(exc) ; r = log(x + 0.25)"))
    assert faults(diagnosis) == [Fault.NOT_FINITE]
    assert where(diagnosis.findings[0]) == ("B", "r", "r = log(x + 0.25)", 8)
    assert "for the first time in step 8 (8 ms): `r = log(x + 0.25)`" in str(diagnosis)
    assert diagnosis.agreement is None


def test_an_ode_that_is_not_finite_is_found():
    """Oracle: the seeded fault: the slope is 1 / 0 when the input is 2, in step 5."""
    diagnosis = examined(chain("r = 1.0\n10.0 * dx/dt = 1.0 / (sum(exc) - 2.0) - x"))
    assert faults(diagnosis) == [Fault.NOT_FINITE]
    assert where(diagnosis.findings[0]) == ("B", "x", "10.0 * dx/dt = 1.0 / (sum(exc) - 2.0) - x", 5)


def test_an_input_that_is_not_finite_is_found():
    """Oracle: the seeded fault: a weight of infinity times the first rate, 0."""
    sim = chain("r = sum(exc)")
    params, state = sim.init(0, {"AB.w": np.array([[np.inf, 0.0], [0.0, np.inf]])})
    finding = snn.diagnose(sim, params, state, 5.0, all_of_b, directions=0).findings[0]
    assert where(finding) == ("B", "sum(exc)", "", 0)
    assert "which arrives so from its projections" in finding.message


BACKWARD = [
    ("x = sum(exc)\nr = b * sqrt(x) + x", "r = b * sqrt(x) + x", "`x`"),
    ("x = sum(exc) ; r = if x >= 0.0: sqrt(x) else: 0.0", "r = if x >= 0.0: sqrt(x) else: 0.0", "`x`"),
    ("r = sqrt(sum(exc)) : max = 10.0", "r = sqrt(sum(exc)) : max = 10.0", "`sum(exc)`"),
]


@pytest.mark.parametrize(("equations", "line", "by"), some(BACKWARD, 3))
def test_a_derivative_that_is_not_finite_is_found(equations, line, by):
    """Oracle: the seeded fault: the root of 0 in step 1, the last one with an input of 0; its value is finite."""
    diagnosis = examined(chain(equations))
    assert np.isfinite(diagnosis.loss)
    assert faults(diagnosis) == [Fault.DERIVATIVE]
    assert where(diagnosis.findings[0]) == ("B", "r", line, 1)
    assert f"in step 1 (1 ms), the derivative of `{line}` of `B` by {by} is not finite" in str(diagnosis)


def test_a_derivative_by_a_parameter_that_is_not_finite_is_found():
    """Oracle: the seeded fault: the root of a parameter of 0, which is multiplied by a state."""
    diagnosis = examined(chain("r = sqrt(b) + sum(exc)", parameters="b = 0.0"), trainable="B.b")
    assert faults(diagnosis) == [Fault.DERIVATIVE]
    assert where(diagnosis.findings[0])[:3] == ("B", "r", "r = sqrt(b) + sum(exc)")
    assert "the derivative of the loss by `B.b` is not finite, because of `r = sqrt(b) + sum(exc)`" in str(diagnosis)


RESETTING = "v = 0.0 ; u = sqrt(w)"


def test_a_reset_that_is_not_finite_backward_is_found():
    """Oracle: the seeded fault: the root of 0 in the reset, in step 4, the only one with a spike."""
    net = snn.Network(dt=1.0, seed=1)
    cell = snn.Neuron(parameters="I = 1.0", equations="v = t * I ; w = w * I ; u = u", spike="v > 3.5", reset=RESETTING)
    P = net.create(2, cell, name="P")
    net.monitor(P, "u")
    diagnosis = examined(net.compile(), lambda records: records["P"]["u"].sum(), 5.0)
    assert faults(diagnosis)[0] is Fault.DERIVATIVE
    assert where(diagnosis.findings[0]) == ("P", "u", "u = sqrt(w)", 4)


def test_a_surrogate_that_is_not_finite_is_found(lively):
    """Oracle: the seeded fault: a custom surrogate of 0 / 0."""
    bad = lively.with_surrogate(snn.surrogates.custom(lambda d: jnp.where(d < 0, (d - d) / (d - d), 1.0), name="bad"))
    diagnosis = examined(bad, rate_of_p, 20.0, "P.I")
    assert diagnosis.findings[0].fault is Fault.DERIVATIVE
    assert "the surrogate bad of `P` has a derivative that is not finite" in str(diagnosis)


def test_a_loss_that_is_not_finite_is_found():
    """Oracle: the seeded fault: the root of a record of 0 in the loss."""
    diagnosis = examined(chain("r = b * sum(exc)"), lambda records: jnp.sqrt(records["B"]["r"]).sum())
    assert faults(diagnosis)[0] is Fault.LOSS
    assert "the derivative of the loss by `B.r` is not finite" in str(diagnosis)


def test_a_gradient_unlike_finite_differences_is_found():
    """Oracle: the seeded fault: a step function of a parameter, where it steps: the derivative is 0."""
    diagnosis = examined(chain("y = if b >= 3.0: 1.0 else: 0.0 ; r = y + sum(exc)"), trainable="B.b", directions=2)
    assert Fault.WRONG in faults(diagnosis) and Fault.ROUGH not in faults(diagnosis)
    np.testing.assert_array_equal(diagnosis.agreement.gradient, 0.0)
    assert (np.abs(diagnosis.agreement.finite) > 1).all()


def test_plots_show_what_was_measured(rough, exploding):
    """Oracle: the arrays of the diagnosis."""
    diagnosis = rough
    shares, norms = diagnosis.plot().axes
    lines = {line.get_label(): line.get_ydata() for line in (*shares.lines, *norms.lines)}
    np.testing.assert_array_equal(lines["P: silent so far"], diagnosis.silent["P"])
    np.testing.assert_array_equal(lines["P: surrogate reaches"], diagnosis.reached["P"])
    shown = lines["P"]
    np.testing.assert_array_equal(
        shown[np.isfinite(shown)], diagnosis.gradient_norm["P"][diagnosis.gradient_norm["P"] > 0]
    )
    assert [text.get_text() for text in exploding.plot().axes[0].texts] == ["exploding: P"]


def test_mistakes(lively):
    params, state = lively.init(0)
    with pytest.raises(UnknownNameError, match="`trainable`: no parameter matches `P.J`"):
        snn.diagnose(lively, params, state, 5.0, rate_of_p, "P.J")
    with pytest.raises(ArgumentError, match="`duration` is less than one step"):
        snn.diagnose(lively, params, state, 0.0, rate_of_p)
    with pytest.raises(ArgumentError, match="`directions` is an integer, at least 0"):
        snn.diagnose(lively, params, state, 5.0, rate_of_p, directions=-1)
    with pytest.raises(ArgumentError, match=r"the loss maps records to a number, not to an array of shape \(5, 4\)"):
        snn.diagnose(lively, params, state, 5.0, lambda records: records["P"]["spike"])
    net = snn.Network()
    net.create(1, RAMP, name="A")
    sim = net.compile()
    with pytest.raises(ArgumentError, match="the network has no monitor, so the loss has nothing to read"):
        snn.diagnose(sim, *sim.init(0), 5.0, lambda records: 0.0)
    jax.config.update("jax_enable_x64", True)
    try:
        with pytest.raises(PrecisionError, match="compiled for float32"):
            snn.diagnose(lively, params, state, 5.0, rate_of_p)
    finally:
        jax.config.update("jax_enable_x64", False)


# Cures


def test_cure_of_weights(double):
    """Oracle: the closed form: 1 + (gain - 1) / tau grows by 1.4 for a gain of 3, and not at all for a gain of 1."""
    (finding,) = [f for f in examined(recurrent(3.0), last_of_p, 60.0, "rec.w").findings if f.fault is Fault.EXPLODING]
    assert "It grows 1.4 times in each step back" in finding.cure
    assert "with weights of `rec` 0.33 times as large" in finding.cure
    assert finding.advice.startswith(finding.cure) and "`height`" in finding.advice


def spiking():
    """Return a layer of integrate-and-fire neurons that feeds itself, driven by a raster."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.SpikeRaster(np.zeros((60, 20))), name="source")
    P = net.create(20, snn.LIF(bias=0.9, surrogate="fast_sigmoid"), name="P")
    net.connect(source, P, "exc", name="in").all_to_all(weights=snn.FanIn(1.0))
    net.connect(P, P, "exc", name="rec").all_to_all(weights=snn.FanIn(1.0))
    net.monitor(P, "spike")
    return net.compile()


@pytest.mark.slow
def test_cure_of_surrogates():
    """Oracle: the doctor itself, with the height that it advises: nothing explodes, and the gradient stays about 1."""
    sim = spiking()
    loss = lambda records: records["P"]["spike"][-1].mean()  # noqa: E731
    finding = next(f for f in examined(sim, loss, 60.0, "rec.w").findings if f.fault is Fault.EXPLODING)
    factor = float(finding.cure.split("surrogates ")[1].split(" times")[0])
    assert 0.02 < factor < 0.5 and "`height` of `P`" in finding.cure and "or with weights of `rec`" in finding.cure
    cured = sim.with_surrogate(snn.surrogates.fast_sigmoid(1.0, height=factor))
    again = examined(cured, loss, 60.0, "rec.w")
    assert Fault.EXPLODING not in faults(again)
    norms = again.gradient_norm["P"]
    assert 0.1 < norms[0] / norms[-2] < 20.0


# A loss of a batch


def batch(n):
    """Return input spikes (n, 60, 20) and labels (n,)."""
    rng = np.random.default_rng(0)
    return {"x": jnp.asarray(rng.random((n, 60, 20)) < 0.05, jnp.float32), "label": jnp.arange(n) % 20}


def loss_of_batch(sim, state):
    def loss(params, batch):
        run = lambda x: sim.run(params, state, 60.0, inputs={"source": x})[1]["P"]["spike"]  # noqa: E731
        return snn.losses.cross_entropy(jax.vmap(run)(batch["x"]), batch["label"], "sum")

    return loss


@pytest.mark.slow
def test_batch_is_the_sum_of_its_samples():
    """Oracle: `jax.grad` of the loss; one sample, looked at through the loss of records."""
    sim = spiking().with_surrogate(snn.surrogates.fast_sigmoid(10.0))
    params, state = sim.init(0)
    loss, data = loss_of_batch(sim, state), batch(3)
    seen = snn.diagnose(sim, params, state, 60.0, loss, "*.w", data=data, directions=0)
    gradient = jax.grad(loss)(params, data)
    for name in ("in", "rec"):
        np.testing.assert_allclose(seen.gradient[f"{name}.w"], gradient.projections[name]["w"], rtol=2e-3, atol=1e-6)
    one = {name: x[:1] for name, x in data.items()}
    single = snn.diagnose(sim, params, state, 60.0, loss, "*.w", data=one, directions=1)
    with_input = snn.fitting.replaced(params, {"source.spikes": one["x"][0]})
    of_records = lambda records: snn.losses.cross_entropy(records["P"]["spike"][None], one["label"], "sum")  # noqa: E731
    plain = snn.diagnose(sim, with_input, state, 60.0, of_records, "*.w", directions=0)
    for name in ("firing", "silent", "reached", "gradient_norm"):
        np.testing.assert_allclose(getattr(single, name)["P"], getattr(plain, name)["P"], rtol=1e-3, atol=1e-6)
    assert single.loss == pytest.approx(plain.loss, rel=1e-5) and single.agreement is not None


def test_batch_must_run_the_network():
    sim = recurrent(0.5)
    params, state = sim.init(0)
    run = lambda params, duration: sim.run(params, state, duration)[1]["P"]["r"].sum()  # noqa: E731
    calls = {
        "does not call `run`": lambda params, data: jnp.sum(params.projections["rec"]["w"]),
        "calls `run` more than once": lambda params, data: run(params, 5.0) + run(params, 5.0),
        "runs the network for 4 ms, but `duration` is 5 ms": lambda params, data: run(params, 4.0),
    }
    for message, loss in calls.items():
        with pytest.raises(ArgumentError, match=message):
            snn.diagnose(sim, params, state, 5.0, loss, data=jnp.zeros(2), directions=0)
    sim.run(params, state, 5.0)  # nothing stands in any more


@pytest.mark.slow
def test_batch_that_is_not_finite():
    """Oracle: the step from which one of two samples is not finite."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.TimedArray(np.zeros((5, 1))), name="source")
    P = net.create(1, snn.Neuron(equations="r = sqrt(sum(exc) * sum(exc) - 1.0)"), name="P")
    net.connect(source, P, "exc", name="exc").one_to_one(weights=1.0)
    net.monitor(P, "r")
    sim = net.compile()
    params, state = sim.init(0)
    data = jnp.asarray(np.array([[2.0] * 5, [2.0, 2.0, np.inf, 2.0, 2.0]])[..., None])
    loss = lambda params, x: jax.vmap(lambda x: sim.run(params, state, 5.0, inputs={"source": x})[1]["P"]["r"])(x).sum()  # noqa: E731
    findings = snn.diagnose(sim, params, state, 5.0, loss, "exc.w", data=data, directions=0).findings
    assert findings[0].fault is Fault.NOT_FINITE and "in some of the samples" in findings[0].message


@pytest.mark.slow
def test_a_readout_need_not_spike():
    """Oracle: `LI` has no spikes by its model; the neuron beside it, which could have some, is named."""
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(2, snn.LIF(), name="P")
    net.connect(P, net.create(1, snn.LI(), name="readout"), "exc", name="out").all_to_all(weights=1.0)
    net.monitor(net.get_population("readout"), "v")
    sim = net.compile()
    diagnosis = snn.diagnose(sim, *sim.init(0), 5.0, lambda r: r["readout"]["v"][-1].sum(), "out.w", directions=0)
    silent = [f.population for f in diagnosis.findings if f.fault in (Fault.SILENT, Fault.NARROW)]
    assert "P" in silent and "readout" not in silent
