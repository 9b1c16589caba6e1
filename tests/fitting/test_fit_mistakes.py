"""What `fit` says when something is wrong."""

import warnings

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, FitError, FitWarning, ShapeError, UnknownNameError
from tests.fitting.test_fit import lif_simulation, with_values
from tests.fitting.test_fit_loop import FLAT, line, samples

POINT = {"a": {"x": 1.0}, "b": {"x": 2.0, "n": 3}}


def square(p):
    return p["a"]["x"] ** 2 + p["b"]["x"] ** 2


ARGUMENTS = {
    "no name": (
        {"trainable": ["a.y"]},
        UnknownNameError,
        r"`trainable`: no parameter matches `a.y`. Did you mean `a.x`\?",
    ),
    "no name like it": ({"trainable": "zzz"}, UnknownNameError, "matches `zzz`. Known names: a.x, b.n, b.x."),
    "nothing to train": ({"params": {"n": 3}}, ArgumentError, "there is nothing to train among n"),
    "steps": ({"steps": 0}, ArgumentError, "`steps` is an integer, at least 1, not 0"),
    "chunk": ({"chunk": 0}, ArgumentError, "`chunk` is an integer, at least 1, not 0"),
    "patience": ({"patience": 2.5}, ArgumentError, "`patience` is an integer, at least 1, not 2.5"),
    "improvement": (
        {"min_improvement": -1.0},
        ArgumentError,
        "`min_improvement` is a difference of losses, at least 0",
    ),
    "vector": (
        {"loss": lambda p: jnp.ones(5)},
        ArgumentError,
        r"`loss` returns one number, not an array of shape \(5,\)",
    ),
    "tuple": (
        {"loss": lambda p: (square(p), 1.0)},
        ArgumentError,
        "`loss` returns one number, not a tuple of 2 arrays",
    ),
    "integer": (
        {"loss": lambda p: jnp.int32(3)},
        ArgumentError,
        "`loss` returns a floating-point number, .* not int32",
    ),
    "validate": ({"validate": lambda p: jnp.ones(2)}, ArgumentError, r"`validate` returns one number, not an array of"),
    "no data": ({"batch_size": 3}, ArgumentError, "`batch_size` divides `data`: pass samples as `data=`"),
    "batch size": ({"data": samples(4), "batch_size": 5}, ArgumentError, "a number of samples from 1 to 4, not 5"),
    "ragged data": (
        {"data": [np.zeros(3), np.zeros(4)]},
        ShapeError,
        r"one leading axis of samples, .* \(3,\), \(4,\)",
    ),
}


@pytest.mark.parametrize(("given", "error", "message"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments(given, error, message):
    with pytest.raises(error, match=message):
        snn.fit(**{"loss": square, "params": POINT, "optimizer": optax.sgd(0.1), "steps": 3, **given})


def test_a_loss_that_does_not_depend_on_what_is_trained():
    with pytest.raises(
        ArgumentError, match="does not depend on any trained parameter .`b.x`.. A comparison, an integer"
    ):
        snn.fit(lambda p: p["a"]["x"] ** 2, POINT, optax.sgd(0.1), 3, trainable=["b.x"])
    with pytest.warns(
        FitWarning, match="the loss does not depend on `b.x`: what is trained there keeps its start value"
    ):
        result = snn.fit(lambda p: p["a"]["x"] ** 2, POINT, optax.sgd(0.1), 3)
    assert result.params["b"]["x"] == 2.0


def test_a_gradient_that_vanishes_is_no_independence():
    """Oracle: the minimum of the second part, which the descent still finds; one flat of two is no warning."""
    with pytest.warns(
        FitWarning, match="all gradients are exactly 0 at the start, though the loss depends on `x`: perhaps"
    ):
        snn.fit(lambda p: jnp.maximum(0.0, p["x"]), {"x": -1.0}, optax.sgd(0.1), 3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = snn.fit(lambda p: p["x"] ** 2 + (p["y"] - 1.0) ** 2, {"x": 0.0, "y": 0.0}, optax.sgd(0.5), 1)
    np.testing.assert_allclose(result.params["y"], 1.0)


def test_independence_through_a_run():
    """Oracle: the model. A refractory period is counted in steps; a threshold moves spikes, whose reset has no
    derivative; the weight of a source that is silent reaches the potential, with a gradient of 0.
    """
    sim = lif_simulation()
    params, state = with_values(sim, 20.0, 2.0), sim.init(0)[1]
    mean = lambda p: sim.run(p, state, duration=10.0)[1]["cell"]["v"].mean()  # noqa: E731
    with pytest.raises(ArgumentError, match="any trained parameter .`cell.refractory`, `cell.v_thresh`."):
        snn.fit(mean, params, optax.sgd(0.1), 1, trainable=["cell.refractory", "cell.v_thresh"])
    with pytest.warns(FitWarning, match="depends on `input.w`: perhaps no neuron comes near its threshold"):
        snn.fit(lambda p: mean(p) ** 2, params, optax.sgd(0.1), 1, trainable=["input.w"])


def test_what_is_not_finite_is_named():
    """Oracle: derivatives by hand: that of sqrt(x) is infinite at 0; 1 - 1.5 / 2 - 1.5 is negative."""
    loss = lambda p: jnp.sqrt(p["x"]) + p["y"] ** 2 + 0.0 * p["z"]  # noqa: E731
    with pytest.raises(FitError, match="the gradient by `x` is not finite at step 0.") as caught:
        snn.fit(loss, {"x": 0.0, "y": 1.0, "z": 1.0}, optax.sgd(0.1), 5)
    assert caught.value.names == ("x",) and caught.value.result is None
    with pytest.raises(FitError, match="loss is not finite at step 2, nor is its derivative by `x`.") as caught:
        snn.fit(lambda p: jnp.sqrt(p["x"]) + 0.1 * p["y"] ** 2, {"x": 1.0, "y": 1.0}, optax.sgd(1.5), 5)
    error = caught.value
    assert (error.step, error.names, error.result.stopped) == (2, ("x",), "not finite")
    np.testing.assert_allclose(error.result.trained["x"], 0.25, rtol=1e-6)
    np.testing.assert_allclose(error.result.history, [1.1, 0.5 + 0.1 * 0.7**2], rtol=1e-6)


def test_a_fit_that_only_gets_worse_says_so():
    """Oracle: x^2 by steps of 3 times its gradient, which go away from 0; smaller ones come nearer, in silence."""
    with pytest.warns(FitWarning, match="no step was better than the start: the loss is 1 there, and 625 at the end"):
        result = snn.fit(lambda p: p["x"] ** 2, {"x": 1.0}, optax.sgd(3.0), 2)
    assert result.trained["x"] == 1.0
    assert snn.fit(lambda p: p["x"] ** 2, {"x": 0.5}, optax.sgd(0.1), 3).loss < 0.25


def test_what_can_help_depends_on_the_step():
    """Oracle: nothing that changes steps can help before the first."""
    with pytest.raises(FitError, match="at the start, where neither a learning rate nor clipping can help"):
        snn.fit(lambda p: jnp.sqrt(p["x"]), {"x": 0.0}, optax.sgd(0.1), 5)
    with pytest.raises(FitError, match=r"Try a smaller learning rate, clip .* a steeper or lower surrogate"):
        snn.fit(lambda p: jnp.sqrt(p["x"]), {"x": 1.0}, optax.sgd(3.0), 5)


def test_progress_counts_every_evaluation(capfd):
    snn.fit(line, FLAT, optax.sgd(0.1), 7, data=samples(), progress=True, chunk=3)
    assert "| 8/8 [" in capfd.readouterr().err


def test_nothing_compiles_twice(compilations):
    """Oracle: one program for all lengths of a chunk."""
    snn.fit(line, FLAT, optax.sgd(0.1), 3, data=samples())
    compilations.count = 0
    snn.fit(line, FLAT, optax.sgd(0.1), 30, data=samples(), chunk=7)
    assert compilations.count <= 2
    assert jax.default_backend() == "cpu" or compilations.count
