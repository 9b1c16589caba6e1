"""Losses against NumPy, closed forms and finite differences."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn import losses
from jaxsnn.errors import ArgumentError, ShapeError

RANDOM = np.random.default_rng(0)
SPIKES = (RANDOM.random((200, 5)) < 0.1).astype(np.float64)
SPIKES[:, 3] = 0.0
SPIKES[:, 4] = 0.0
SPIKES[50, 4] = 1.0
OTHER = (RANDOM.random((200, 5)) < 0.1).astype(np.float64)
DT = 0.5


def trains(spikes):
    """Return the times of the spikes of each neuron, ms."""
    return [DT * np.flatnonzero(column) for column in spikes.T]


def differences(f, x, h=1e-6):
    """Return the gradient by central differences."""
    out = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        out[index] = (f(up) - f(down)) / (2 * h)
    return out


def test_rates_and_counts(double):
    """Oracle: NumPy on times of spikes."""
    counts = np.array([len(t) for t in trains(SPIKES)])
    rates, target = counts / 0.1, np.array([10.0, 20.0, 30.0, 40.0, 50.0])
    np.testing.assert_allclose(losses.rate(SPIKES, target, DT), np.mean((rates - target) ** 2))
    np.testing.assert_allclose(losses.rate(SPIKES, 90.0, DT, population=True), (rates.mean() - 90.0) ** 2)
    np.testing.assert_allclose(losses.spike_count(SPIKES, target), np.mean((counts - target) ** 2))
    np.testing.assert_allclose(losses.spike_count(SPIKES.astype(bool), 3), np.mean((counts - 3.0) ** 2))
    outside = np.maximum(0, 100.0 - rates) ** 2 + np.maximum(0, rates - 150.0) ** 2
    np.testing.assert_allclose(losses.rate_penalty(SPIKES, DT, 100.0, 150.0), outside.mean())
    assert losses.rate_penalty(SPIKES, DT) == 0.0
    np.testing.assert_allclose(losses.silence_penalty(SPIKES, 2.0), (4.0 + 1.0) / 5)


def closed_form(t, u, tau):
    """Return van Rossum's distance of two trains as double sums over their spikes."""
    pairs = lambda a, b: np.exp(-np.abs(a[:, None] - b[None, :]) / tau).sum()  # noqa: E731
    return 0.5 * pairs(t, t) + 0.5 * pairs(u, u) - pairs(t, u)


@pytest.mark.parametrize("tau", [1.0, 10.0, 1000.0])
def test_van_rossum(double, tau):
    """Oracle: the double sums over times of spikes into which the integral of exponentials dissolves."""
    expected = [closed_form(t, u, tau) for t, u in zip(trains(SPIKES), trains(OTHER), strict=True)]
    np.testing.assert_allclose(losses.van_rossum(SPIKES, OTHER, DT, tau), np.mean(expected), rtol=1e-10)
    assert losses.van_rossum(SPIKES, SPIKES, DT, tau) == 0.0


def test_isi_moments(double):
    """Oracle: `numpy.diff` of the times of spikes."""
    intervals = [np.diff(t) for t in trains(SPIKES)]
    moments = losses.isi_moments(SPIKES, DT)
    np.testing.assert_allclose(moments.number, [len(i) for i in intervals])
    np.testing.assert_allclose(moments.total, [i.sum() for i in intervals], rtol=1e-12)
    np.testing.assert_allclose(moments.squares, [(i**2).sum() for i in intervals], rtol=1e-12)
    active = [i for i in intervals if len(i) > 1]
    m, c = np.array([i.mean() for i in active]), np.array([i.std() / i.mean() for i in active])
    np.testing.assert_allclose(losses.isi(SPIKES, DT, mean=7.0), np.mean(np.log(m / 7.0) ** 2), rtol=1e-12)
    np.testing.assert_allclose(losses.isi(SPIKES, DT, cv=0.8), np.mean((c**2 - 0.64) ** 2), rtol=1e-12)
    both = losses.isi(SPIKES, DT, mean=7.0, cv=0.8)
    np.testing.assert_allclose(both, losses.isi(SPIKES, DT, mean=7.0) + losses.isi(SPIKES, DT, cv=0.8))
    assert losses.isi(np.zeros((20, 2)), DT, mean=7.0, cv=1.0) == 0.0


@pytest.mark.parametrize("moment", ["number", "total", "squares"])
def test_the_derivative_of_a_moment_is_what_a_spike_changes(double, moment):
    """Oracle: the moment with the spike, less that without it, for every neuron and step."""
    spikes = SPIKES[:30, :3]
    f = jax.jit(lambda s: getattr(losses.isi_moments(s, DT), moment).sum())
    gradient = jax.grad(f)(jnp.asarray(spikes))
    for index in np.ndindex(spikes.shape):
        with_it, without = spikes.copy(), spikes.copy()
        with_it[index], without[index] = 1.0, 0.0
        np.testing.assert_allclose(gradient[index], f(with_it) - f(without), rtol=1e-9, atol=1e-9)


def test_moments_between_0_and_1_are_expectations(double):
    """Oracle: all 2^6 trains of six steps, each with its probability."""
    p = np.array([0.2, 0.9, 0.5, 0.1, 0.7, 0.4])
    bits = (np.arange(64)[:, None] >> np.arange(6)) & 1
    weights = np.prod(np.where(bits, p, 1 - p), axis=1)
    each = losses.isi_moments(bits[:, :, None].astype(float), DT)
    for mean, values in zip(losses.isi_moments(p[:, None], DT), each, strict=True):
        np.testing.assert_allclose(mean[0], weights @ np.asarray(values)[:, 0], rtol=1e-12)


def test_membrane_trace(double):
    """Oracle: NumPy on the selected values."""
    v, target = RANDOM.normal(size=(40, 3)), RANDOM.normal(size=(40, 1))
    errors = (v - target) ** 2
    mask = RANDOM.random((40, 3)) < 0.5
    np.testing.assert_allclose(losses.membrane_trace(v, target), errors.mean())
    np.testing.assert_allclose(losses.membrane_trace(v, target, mask=mask), errors[mask].mean())
    np.testing.assert_allclose(losses.membrane_trace(v, target, mask=mask[:, :1]), errors[mask[:, 0]].mean())
    window = {"window": (2.0, 7.3), "dt": DT}
    np.testing.assert_allclose(losses.membrane_trace(v, target, **window), errors[4:15].mean())
    np.testing.assert_allclose(losses.membrane_trace(v, target, mask=mask, **window), errors[4:15][mask[4:15]].mean())
    np.testing.assert_allclose(losses.membrane_trace(v, target, window=(0.3, 0.6), dt=0.1), errors[3:6].mean())
    assert losses.membrane_trace(v, target, mask=np.zeros((40, 1), bool)) == 0.0
    holes = np.where(mask, target, np.nan)
    np.testing.assert_allclose(losses.membrane_trace(v, holes, mask=mask), errors[mask].mean())
    gradient = jax.grad(lambda v: losses.membrane_trace(v, holes, mask=mask))(v)
    np.testing.assert_allclose(gradient, np.where(mask, 2 * (v - target) / mask.sum(), 0.0))


@pytest.mark.parametrize(("kind", "read"), [("max", np.max), ("mean", np.mean), ("sum", np.sum), ("last", None)])
def test_cross_entropy(double, kind, read):
    """Oracle: the definition in NumPy, over a batch of samples."""
    x, labels = RANDOM.normal(size=(4, 20, 3)), np.array([0, 2, 1, 1])
    z = x[:, -1] if read is None else read(x, axis=1)
    expected = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(4), labels])
    np.testing.assert_allclose(losses.cross_entropy(x, labels, kind), expected, rtol=1e-12)
    np.testing.assert_allclose(losses.readout(x, kind), z)
    constant = jax.jit(lambda x: losses.cross_entropy(x, jnp.asarray(labels), kind))  # labels that `jit` closes over
    np.testing.assert_allclose(constant(x), expected, rtol=1e-12)


@pytest.mark.parametrize(("kind", "read"), [("max", np.max), ("mean", np.mean), ("sum", np.sum), ("last", None)])
def test_accuracy(kind, read):
    """Oracle: the share of largest readouts at the labels, in NumPy; under `jit` too."""
    x, labels = RANDOM.normal(size=(60, 20, 3)), RANDOM.integers(0, 3, 60)
    z = x[:, -1] if read is None else read(x, axis=1)
    expected = np.mean(z.argmax(axis=1) == labels)
    assert float(losses.accuracy(x, labels, kind)) == pytest.approx(expected)
    assert float(jax.jit(losses.accuracy, static_argnums=2)(x, labels, kind)) == pytest.approx(expected)
    assert 0.1 < expected < 0.6


SMOOTH = {
    "rate": lambda s: losses.rate(s, 40.0, DT),
    "population rate": lambda s: losses.rate(s, 40.0, DT, population=True),
    "spike_count": lambda s: losses.spike_count(s, 3.0),
    "van_rossum": lambda s: losses.van_rossum(s, OTHER[:12, :2], DT, 3.0),
    "isi": lambda s: losses.isi(s, DT, mean=2.0, cv=0.5),
    "membrane_trace": lambda s: losses.membrane_trace(s, OTHER[:12, :2], window=(1.0, 4.0), dt=DT),
    "cross_entropy": lambda s: losses.cross_entropy(s, 1, "max"),
    "rate_penalty": lambda s: losses.rate_penalty(s, DT, 900.0, 1000.0),
    "silence_penalty": lambda s: losses.silence_penalty(s, 9.0),
}


@pytest.mark.parametrize("loss", SMOOTH.values(), ids=SMOOTH)
def test_gradients(double, loss):
    """Oracle: central differences, at values where the loss is smooth; samples are averaged."""
    s = RANDOM.uniform(0.2, 0.8, size=(12, 2))
    f = jax.jit(loss)
    gradient = jax.grad(f)(s)
    np.testing.assert_allclose(gradient, differences(f, s), rtol=1e-5, atol=1e-8)
    assert np.abs(gradient).max() > 1e-4


@pytest.mark.parametrize("name", ["rate", "van_rossum", "isi", "rate_penalty"])
def test_samples_are_averaged(double, name):
    """Oracle: the mean over samples, one by one."""
    both = np.stack([SPIKES[:, :3], OTHER[:, :3]])
    calls = {
        "rate": lambda s: losses.rate(s, 40.0, DT),
        "van_rossum": lambda s: losses.van_rossum(s, SPIKES[:, 1:4], DT, 3.0),
        "isi": lambda s: losses.isi(s, DT, mean=5.0, cv=1.0),
        "rate_penalty": lambda s: losses.rate_penalty(s, DT, 150.0, 200.0),
    }
    f = jax.jit(calls[name])
    np.testing.assert_allclose(f(both), np.mean([f(s) for s in both]), rtol=1e-12)


@pytest.mark.slow
def test_intervals_of_a_run_are_fitted():
    """Oracle: intervals by `numpy.diff` of the recorded spikes; the drive at which they last 12 ms, by the solution of
    the equation of the membrane: 1 / (1 - exp(-12 / 20)), within the step of dt.
    """
    neuron = snn.Neuron("tau = 20.0 ; drive = 1.2", "tau * dv/dt + v = drive", spike="v > 1.0", reset="v = 0.0")
    net = snn.Network(dt=0.25, seed=1)
    net.monitor(net.create(1, neuron, name="cell"), "spike")
    sim = net.compile()
    params, state = sim.init(0)

    def spikes(p):
        return sim.run(p, state, duration=80.0)[1]["cell"]["spike"]

    loss = lambda p: losses.isi(spikes(p), sim.dt, mean=12.0) + losses.silence_penalty(spikes(p), 3.0)  # noqa: E731
    result = snn.fit(
        loss, params, optax.adam(0.05, b2=0.9), 80, trainable=["cell.drive"], bounds={"cell.drive": (0.0, None)}
    )
    intervals = sim.dt * np.diff(np.flatnonzero(spikes(result.params)[:, 0]))
    assert abs(intervals.mean() - 12.0) <= 0.25
    np.testing.assert_allclose(result.params.populations["cell"]["drive"], 1 / (1 - np.exp(-12 / 20)), rtol=0.03)


MISTAKES = {
    "one axis": (lambda: losses.rate(np.zeros(5), 1.0, 1.0), ShapeError, r"`spikes` is what a run records, .* \(5,\)"),
    "target": (
        lambda: losses.rate(SPIKES, np.zeros(4), DT),
        ShapeError,
        r"a rate in Hz, of the shape \(5,\) or .* \(4,\)",
    ),
    "dt": (
        lambda: losses.rate(SPIKES, 1.0, 0.0),
        ArgumentError,
        "`dt` is a finite number of ms greater than 0",
    ),
    "tau": (
        lambda: losses.van_rossum(SPIKES, OTHER, DT, -1.0),
        ArgumentError,
        "`tau` is a finite number of ms",
    ),
    "trains": (lambda: losses.van_rossum(SPIKES, OTHER[:9], DT, 1.0), ShapeError, r"spike trains, .* not \(9, 5\)"),
    "isi": (lambda: losses.isi(SPIKES, DT), ArgumentError, "`isi` compares intervals with `mean="),
    "mean": (
        lambda: losses.isi(SPIKES, DT, mean=0),
        ArgumentError,
        "`mean` is a finite number of ms",
    ),
    "no dt": (lambda: losses.membrane_trace(SPIKES, 0.0, window=(0, 1)), ArgumentError, "say by `dt` how many ms"),
    "window": (
        lambda: losses.membrane_trace(SPIKES, 0.0, window=(200.0, 300.0), dt=DT),
        ArgumentError,
        r"a part of the 100 ms recorded, not \(200.0, 300.0\)",
    ),
    "range": (lambda: losses.rate_penalty(SPIKES, DT, 5.0, 2.0), ArgumentError, "lower <= upper, not 5.0 and 2.0"),
    "readout": (lambda: losses.readout(SPIKES, "maxi"), ArgumentError, "unknown readout `maxi`. Did you mean `max`?"),
    "labels": (lambda: losses.cross_entropy(SPIKES, np.zeros(3, int)), ShapeError, r"the shape \(\), .* not \(3,\)"),
    "label of accuracy": (lambda: losses.accuracy(SPIKES, 7), ArgumentError, "positions of 5 classes from 0, not 7"),
    "label": (lambda: losses.cross_entropy(SPIKES, 1.0), ArgumentError, "`labels` are integers"),
}


@pytest.mark.parametrize(("call", "error", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(call, error, message):
    with pytest.raises(error, match=message):
        call()
