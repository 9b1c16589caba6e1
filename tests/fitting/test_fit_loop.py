"""The compiled loop of `fit`: chunks, optimizers, minibatches, early stopping, validation."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn

START = {"x": np.float32(1.0), "y": np.array([3.0, -2.0], np.float32)}


def valley(p):
    """Rosenbrock's function of x and y[0], and a parabola in y[1]: its gradient is never simple."""
    return 10.0 * (p["y"][0] - p["x"] ** 2) ** 2 + (1.0 - p["x"]) ** 2 + p["y"][1] ** 2


def samples(n=10):
    """Return points on the line 2 u + 1."""
    u = np.linspace(-1.0, 1.0, n, dtype=np.float32)
    return {"u": u, "target": 2.0 * u + 1.0}


def line(p, batch):
    return jnp.mean((p["slope"] * batch["u"] + p["offset"] - batch["target"]) ** 2)


FLAT = {"slope": np.float32(0.0), "offset": np.float32(0.0)}


def by_hand(optimizer, params, steps, batches=None):
    """Return the losses of the same descent, written as a Python loop over jitted steps."""
    extended, losses = optax.with_extra_args_support(optimizer), []

    @jax.jit
    def step(params, state, *batch):
        value, g = jax.value_and_grad(line if batch else valley)(params, *batch)
        updates, state = extended.update(g, state, params, value=value)
        return optax.apply_updates(params, updates), state, value

    state = optimizer.init(params)
    for i in range(steps + 1):
        params, state, value = step(params, state, *(() if batches is None else (batches[i],)))
        losses.append(value)
    return np.array(losses)


def test_chunks_do_not_change_a_bit():
    """Oracle: one step per call."""
    fits = [snn.fit(valley, START, optax.adam(0.05), steps=20, chunk=chunk) for chunk in (1, 7, 20, None)]
    for other in fits[1:]:
        np.testing.assert_array_equal(other.history, fits[0].history)
        np.testing.assert_array_equal(other.gradient_norm, fits[0].gradient_norm)
        for name in START:
            np.testing.assert_array_equal(other.params[name], fits[0].params[name])


OPTIMIZERS = {
    "schedule": optax.adam(optax.cosine_decay_schedule(0.1, 20)),
    "plateau": optax.chain(optax.adam(0.1), optax.contrib.reduce_on_plateau(factor=0.5, patience=2)),
    "clipped": optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(0.1, momentum=0.9)),
}


@pytest.mark.optimised(only=True)
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_optimizers(optimizer):
    """Oracle: a Python loop over the same optimizer, within the rounding of float32."""
    result = snn.fit(valley, START, optimizer, steps=20)
    np.testing.assert_allclose(result.history, by_hand(optimizer, START, 20), rtol=2e-4)
    assert result.loss == result.history.min() < 0.2 * result.history[0]


@pytest.mark.slow
def test_line_search():
    """Oracle: the minimum (1, 1, 0) of the function; L-BFGS evaluates the loss by itself."""
    result = snn.fit(valley, START, optax.lbfgs(), steps=30)
    np.testing.assert_allclose([result.params["x"], *result.params["y"]], [1.0, 1.0, 0.0], atol=1e-3)


def orders(key, epochs, n):
    """Return the order of samples in each epoch, as documented: a permutation by the key folded with the epoch."""
    keys = [jax.random.fold_in(jax.random.key(key), e) for e in range(epochs)]
    return [np.asarray(jax.random.permutation(k, n)) for k in keys]


def test_minibatches():
    """Oracle: a Python loop over the batches of permutations drawn by hand; one sample of ten is left out per epoch."""
    data = samples(10)
    result = snn.fit(line, FLAT, optax.adam(0.1), steps=11, data=data, batch_size=3, key=5)
    rows = [order[3 * b : 3 * b + 3] for order in orders(5, 4, 10) for b in range(3)]
    batches = [{name: x[r] for name, x in data.items()} for r in rows]
    np.testing.assert_allclose(result.history, by_hand(optax.adam(0.1), FLAT, 11, batches), rtol=1e-4)
    assert len({tuple(order) for order in orders(5, 4, 10)}) == 4
    other = snn.fit(line, FLAT, optax.adam(0.1), steps=11, data=data, batch_size=3, key=6)
    assert (other.history != result.history).any()


def test_the_best_of_minibatches_is_that_of_the_best_epoch():
    """Oracle: means over epochs of the history, by NumPy."""
    result = snn.fit(line, FLAT, optax.sgd(0.3), steps=40, data=samples(9), batch_size=3)
    epochs = result.history[:39].reshape(13, 3).mean(axis=1)
    np.testing.assert_allclose(result.loss, epochs.min(), rtol=1e-5)
    few = snn.fit(line, FLAT, optax.sgd(0.3), steps=1, data=samples(9), batch_size=3)
    np.testing.assert_allclose(few.loss, few.history.mean(), rtol=1e-6)
    assert few.params["slope"] != 0.0


def test_all_data_without_a_batch_size():
    """Oracle: a Python loop over all samples."""
    result = snn.fit(line, FLAT, optax.sgd(0.3), steps=10, data=samples())
    np.testing.assert_allclose(result.history, by_hand(optax.sgd(0.3), FLAT, 10, [samples()] * 11), rtol=1e-4)


def test_patience():
    """Oracle: descent on |x| by hand, steps of 0.5 from 1.2: 1.2, 0.7, 0.2, 0.3, 0.2, 0.3, ... ."""
    fit = lambda **options: snn.fit(lambda p: jnp.abs(p["x"]), {"x": 1.2}, optax.sgd(0.5), steps=50, **options)  # noqa: E731
    result = fit(patience=3)
    np.testing.assert_allclose(result.history, [1.2, 0.7, 0.2, 0.3, 0.2, 0.3], atol=1e-6)
    assert (result.stopped, result.steps) == ("patience", 5) and len(result.gradient_norm) == 6
    early = fit(patience=1, min_improvement=0.6)
    np.testing.assert_allclose(early.history, [1.2, 0.7], atol=1e-6)
    np.testing.assert_allclose(early.params["x"], 0.7, atol=1e-6)
    assert fit().stopped == "steps" and len(fit().history) == 51


def test_validation_decides_which_parameters_are_best():
    """Oracle: validation (x - 2)^2 along the descent to 4, x = 4 - 4 * 0.8^k, by NumPy: smallest at k = 3."""
    result = snn.fit(
        lambda p: (p["x"] - 4.0) ** 2,
        {"x": 0.0},
        optax.sgd(0.1),
        12,
        validate=lambda p: (p["x"] - 2.0) ** 2,
        validate_every=3,
    )
    x = 4.0 - 4.0 * 0.8 ** np.arange(13)
    expected = np.where(np.arange(13) % 3 == 0, (x - 2.0) ** 2, np.nan)
    np.testing.assert_allclose(result.validation, expected, rtol=1e-4)
    np.testing.assert_allclose([result.loss, result.params["x"]], [expected[3], x[3]], rtol=1e-4)
    assert result.history[-1] < result.history[3]


def test_double_precision_and_pytrees_of_any_kind(double):
    """Oracle: the minimum; types and structure are those that were given."""
    start = (np.float32(1.0), [np.float64(2.0), 7])
    result = snn.fit(lambda p: (p[0] - 3.0) ** 2 + (p[1][0] - 4.0) ** 2, start, optax.sgd(0.4), steps=60)
    assert sorted(result.trained) == ["0", "1.0"] and result.params[1][1] == 7
    assert result.params[0].dtype == np.float32 and result.params[1][0].dtype == np.float64
    np.testing.assert_allclose([result.params[0], result.params[1][0]], [3.0, 4.0], rtol=1e-6)


def test_plot():
    """Oracle: the data of the lines."""
    result = snn.fit(valley, START, optax.adam(0.05), steps=20, validate=valley, validate_every=5)
    above, below = result.plot()
    np.testing.assert_array_equal(above.lines[0].get_ydata(), result.history)
    np.testing.assert_array_equal(above.lines[1].get_xdata(), [0, 5, 10, 15, 20])
    np.testing.assert_array_equal(below.lines[0].get_ydata(), result.gradient_norm)
    assert above.get_yscale() == below.get_yscale() == "log"
    assert snn.fit(lambda p: p["x"], {"x": 1.0}, optax.sgd(0.5), 3).plot(axes=(above, below))[0] is above
