"""Traceable statistics against those of `analysis`, NumPy and SciPy."""

import jax
import numpy as np
import pytest
from scipy.signal import periodogram

import jaxsnn as snn
from jaxsnn import analysis, measures

STEPS, NEURONS, DT = 400, 12, 0.5


@pytest.fixture(scope="module")
def spikes():
    drawn = np.random.default_rng(0).random((STEPS, NEURONS)) < np.linspace(0.0, 0.3, NEURONS)
    drawn[:, 1] = False
    drawn[[5, 90], 1] = True  # one interval only
    drawn[:, 2] = np.arange(STEPS) % 10 == 3
    return drawn


@pytest.fixture(scope="module")
def trains(spikes):
    return {i: np.flatnonzero(spikes[:, i]).tolist() for i in range(NEURONS)}


def test_rate(spikes, trains):
    """Oracle: counts."""
    counts = np.array([len(x) for x in trains.values()])
    np.testing.assert_allclose(jax.jit(measures.rate, static_argnums=1)(spikes, DT), counts / (STEPS * DT) * 1000.0)


def test_interval_cv(spikes, trains):
    """Oracle: `analysis.coefficient_of_variation`, which has no entry for fewer than three spikes."""
    expected = analysis.coefficient_of_variation(trains, per_neuron=True)
    found = np.asarray(jax.jit(measures.interval_cv)(spikes))
    assert set(np.flatnonzero(~np.isnan(found))) == set(expected) and found[2] == 0.0
    np.testing.assert_allclose(found[list(expected)], list(expected.values()), rtol=1e-5, atol=1e-6)


def test_fano_factor(spikes):
    """Oracle: NumPy, window by window."""
    counts = np.stack([spikes[i : i + 30].sum(0) for i in range(0, STEPS // 30 * 30, 30)])
    with np.errstate(invalid="ignore"):
        expected = counts.var(0) / counts.mean(0)
    assert np.isnan(expected[0])
    np.testing.assert_allclose(measures.fano_factor(spikes, 30), expected, rtol=1e-5)


def test_synchrony():
    """Oracle: for independent neurons chi is 1 / sqrt(n), for a shared signal of the same variance sqrt(1 / 2)."""
    draw = np.random.default_rng(1)
    own, shared = draw.standard_normal((20_000, 100)), draw.standard_normal((20_000, 1))
    assert measures.synchrony(own) == pytest.approx(0.1, rel=0.02)
    assert measures.synchrony(own + shared) == pytest.approx(np.sqrt(0.505), rel=0.02)
    assert np.isnan(measures.synchrony(np.zeros((5, 2))))


@pytest.mark.parametrize("n", [400, 401])
def test_spectrum(n):
    """Oracle: SciPy's periodogram, and Parseval's theorem."""
    x = np.random.default_rng(2).standard_normal((n, 3))
    frequencies, power = measures.spectrum(x, DT)
    theirs, expected = periodogram(x, fs=1000.0 / DT, axis=0)
    np.testing.assert_allclose(frequencies, theirs, rtol=1e-5)
    np.testing.assert_allclose(power, expected, rtol=1e-3, atol=1e-9)
    np.testing.assert_allclose(power.sum(0) * frequencies[1], x.var(0), rtol=1e-4)


def test_in_a_sweep():
    """Oracle: the same statistics of the records that a sweep returns."""
    net = snn.Network(dt=DT, seed=1)
    net.create(20, snn.Izhikevich(noise=5.0), name="P")
    net.monitor(net.get_population("P"), ["spike", "v"])
    sim = net.compile()
    noise = {"P.noise": np.array([3.0, 10.0])}

    def measure(records):
        of = records["P"]
        return {
            "rate": measures.rate(of["spike"], DT).mean(),
            "cv": measures.interval_cv(of["spike"]),
            "chi": measures.synchrony(of["v"]),
        }

    found = snn.sweep(sim, noise, 200.0, measure=measure)
    records = snn.sweep(sim, noise, 200.0)
    for i in range(2):
        expected = measure({"P": {name: x[i] for name, x in records["P"].items()}})
        jax.tree.map(lambda a, b, i=i: np.testing.assert_allclose(a[i], b, rtol=1e-5), found, expected)
    assert found["rate"][1] > found["rate"][0]


def test_gradient_of_a_rate():
    """Oracle: the derivative of a mean."""
    gradient = jax.grad(lambda x: measures.rate(x, DT).sum())(np.ones((10, 2), np.float32))
    np.testing.assert_allclose(gradient, 200.0)


def test_reseed():
    """Oracle: another key gives other noise, the same key the same, and nothing else of the state changes."""
    net = snn.Network(dt=1.0, seed=1)
    net.create(5, snn.Izhikevich(noise=5.0), name="P")
    sim = net.compile()
    params, state = sim.init(0)
    v = [sim.run(params, sim.reseed(state, key), 10.0)[0].populations["P"]["v"] for key in (3, jax.random.key(3), 4)]
    np.testing.assert_array_equal(v[0], v[1])
    assert (v[0] != v[2]).all()
    again = sim.reseed(sim.reseed(state, 3), 0)
    jax.tree.map(np.testing.assert_array_equal, again, state)
