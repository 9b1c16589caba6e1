"""Mistakes in calls of `online` and `fit_online`: each message says what was given, what was expected, what to do."""

import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, FileFormatError, FitError, FitWarning, ShapeError, UnsupportedError

from .test_fit_online import STEPS, TARGETS, net, noisy, stream, trials  # noqa: F401 - fixtures

SGD = optax.sgd(0.1)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({}, ArgumentError, r"either `stream=targets`, \(T, ...\), or `trials="),
        ({"stream": TARGETS, "trials": trials()}, ArgumentError, "either `stream"),
        ({"trials": TARGETS}, ArgumentError, r"`trials` has `targets`, \(trials, T, ...\), and `inputs`"),
        ({"trials": {"inputs": {}}}, ArgumentError, "not keys 'inputs'"),
        ({"stream": {}}, ShapeError, "these are no array at all"),
        (
            {"trials": {"targets": {"a": np.zeros((4, 9, 2)), "b": np.zeros((4, 8))}}},
            ShapeError,
            r"`targets` of trials are \(trials, T, ...\) of one length; these are \(4, 9, 2\), \(4, 8\)",
        ),
        (
            {"trials": trials() | {"targets": np.zeros((3, STEPS, 2))}},
            ShapeError,
            r"leading axis of trials of one length; these are \(4, 20, 6\), \(3, 20, 2\)",
        ),
        ({"trials": trials(), "every": 7.0}, ArgumentError, "a trial of 20 ms into equal pieces; 7 ms does not"),
        ({"trials": trials(), "batch_size": 5}, ArgumentError, "a number of samples from 1 to 4, not 5"),
        ({"stream": TARGETS, "batch_size": 2}, ArgumentError, "a stream has none: leave it out"),
        ({"stream": TARGETS, "updates": 61}, ArgumentError, "from 1 to 60, not 61: the stream ends there"),
        ({"trials": trials(), "traces": ()}, ArgumentError, "each trial begins without any"),
        ({"stream": TARGETS, "traces": ()}, ArgumentError, "`traces` are of another rule"),
        ({"trials": trials(), "save_to": "kept.pkl"}, FileFormatError, "npz"),
    ],
)
def test_data(net, given, error, message):  # noqa: F811
    """Oracle: the message."""
    with pytest.raises(error, match=message):
        snn.fit_online(*net, SGD, **given)


def test_no_rule(net):  # noqa: F811
    """Oracle: the message."""
    with pytest.raises(ArgumentError, match=r"`rule` is what `snn.online\(sim, loss, ...\)` returns"):
        snn.fit_online(net[0].sim, *net[1:], SGD, stream=TARGETS)


def test_a_loss_of_a_whole_run(stream):  # noqa: F811
    """Oracle: the message; a step has no axis of time."""
    rule, params, state = stream
    for loss in (lambda r, t: jnp.sum(r["o"]["v"][:, 0]), lambda r, t: r["o"]["v"] - t):
        wrong = snn.online(rule.sim, loss, "out.w")
        with pytest.raises(ArgumentError, match=r"records of one step are `o`: v \(2,\), without an axis of time"):
            snn.fit_online(wrong, params, state, SGD, stream=TARGETS)
    with pytest.raises(ArgumentError, match=r"a function `loss\(records, target\)` of what one step records"):
        snn.online(rule.sim, lambda records: 0.0, "out.w")


def test_a_name_without_a_trace(net):  # noqa: F811
    """Oracle: the message, with the reason."""
    sim = net[0].sim
    with pytest.raises(UnsupportedError, match="`src.spikes` has no eligibility trace: it is a table of inputs"):
        snn.online(sim, net[0].loss, "src.spikes")
    with pytest.raises(UnsupportedError, match="`h.v` has no eligibility trace: the network changes it itself"):
        snn.online(sim, net[0].loss, "h.v")


def test_feedback_weights_of_another_shape(net):  # noqa: F811
    """Oracle: the message."""
    with pytest.raises(ShapeError, match=r"feedback weights from `o` to `h` are \(5, 2\), not \(2, 5\)"):
        snn.online(net[0].sim, net[0].loss, "*.w", signals={"h": snn.Broadcast("o", np.ones((2, 5)))})


@pytest.mark.slow
def test_a_population_that_hears_nothing(net):  # noqa: F811
    """Oracle: the loss reads the readout alone, so without a signal nothing can reach the hidden layer."""
    rule, params, state = net
    deaf = snn.online(rule.sim, rule.loss, "*.w")
    with pytest.warns(FitWarning, match=r"the loss does not read the population that `inp.w` acts on.*Broadcast"):
        result = snn.fit_online(deaf, params, state, SGD, trials=trials(), updates=1)
    np.testing.assert_array_equal(result.trained["inp.w"], params["inp.w"])
    assert (result.trained["out.w"] != params["out.w"]).any()
    with pytest.raises(ArgumentError, match="nothing is learned there: give it a signal"):
        snn.fit_online(snn.online(rule.sim, rule.loss, "inp.w"), params, state, SGD, trials=trials())


def logical(loss, trained, **how):
    """Learn with neurons whose spike condition is a logical variable, and with leaky ones beside them."""
    built = snn.Network(dt=1.0, seed=1)
    source = built.create(snn.inputs.PoissonPopulation(6, rates=80.0), name="src")
    model = snn.Neuron("tau = 20.0", "tau * dv/dt = -v + g_exc ; on = v > 0.1 : bool", spike="on", reset="v = 0.0")
    for name, neuron in (("steps", model), ("o", snn.LI()), ("r", snn.Neuron("a = 2.0", "r = a + sum(exc)"))):
        cells = built.create(2, neuron, name=name)
        if name != "r":
            built.connect(source, cells, "exc", name=f"to_{name}").all_to_all(weights=0.1)
        built.monitor(cells, ["r"] if name == "r" else ["spike", "v"] if name == "steps" else "v")
    sim = built.compile()
    return snn.fit_online(snn.online(sim, loss, trained, **how), *sim.init(1), SGD, stream=np.ones(50))


def test_a_population_without_a_derivative():
    """Oracle: the equations: between the potential and the spike stands a logical value, which has no slope."""

    def of_spikes(records, _):
        return jnp.sum(records["steps"]["spike"])

    for signals in ({}, {"steps": snn.Reward()}):
        with pytest.raises(ArgumentError, match="that `steps.tau`, `to_steps.w` acts on has no derivative: no change"):
            logical(of_spikes, ["to_steps.w", "steps.tau"], signals=signals)
    with pytest.warns(FitWarning, match="that `to_steps.w` acts on has no derivative"):
        logical(lambda r, _: of_spikes(r, _) + jnp.sum(r["o"]["v"]), ["to_steps.w", "to_o.w"])


@pytest.mark.slow
def test_what_the_loss_reads_otherwise_has_a_derivative():
    """Oracle: by hand: the potential itself follows the weight, and a rate without memory its parameter."""
    result = logical(lambda r, _: -jnp.sum(r["steps"]["v"]) - jnp.sum(r["r"]["r"]), ["to_steps.w", "r.a"])
    assert (result.trained["r.a"] > 2.0).all() and (result.trained["to_steps.w"] > 0.1).any()


@pytest.mark.slow
def test_silence(net):  # noqa: F811
    """Oracle: without a spike, nothing arrives, and all gradients are 0."""
    silent = {"inputs": {"src": np.zeros((4, STEPS, 6))}, "targets": np.zeros((4, STEPS, 2))}
    with pytest.warns(FitWarning, match="all gradients are exactly 0"):
        snn.fit_online(*net, SGD, trials=silent, updates=1)


def test_a_loss_that_is_not_finite(stream):  # noqa: F811
    """Oracle: the message; the exception holds the parameters until then, and nothing given has changed."""
    rule, params, state = stream
    wrong = snn.online(rule.sim, lambda r, t: jnp.sum(jnp.sqrt(t - 1.0) * r["o"]["v"]), "out.w")
    before = np.asarray(params["out.w"])
    with pytest.raises(FitError, match="is not finite at step 0"):
        snn.fit_online(wrong, params, state, SGD, stream=np.zeros(5))
    np.testing.assert_array_equal(params["out.w"], before)


@pytest.mark.slow
def test_a_checkpoint_of_another_stream(stream, tmp_path):  # noqa: F811
    """Oracle: the message."""
    snn.fit_online(*stream, SGD, stream=TARGETS[:10], save_to=tmp_path / "kept.npz")
    with pytest.raises(FileFormatError, match=r"of another fit: its batches are \[0, 1\], here \[0, 2\]"):
        snn.fit_online(*stream, SGD, stream=TARGETS[:10], every=2.0, save_to=tmp_path / "kept.npz")
