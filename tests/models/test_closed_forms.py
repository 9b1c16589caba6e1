"""Built-in neurons against algebra: closed forms, limits of the channels' rates, firing rates."""

import math
from dataclasses import replace
from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import models
from jaxsnn.equations import Context, call, define_functions
from jaxsnn.models._hodgkin_huxley import LINEAR_OVER_EXPONENTIAL

from ..equations.running import Lone, run


def linexp(x):
    return call(define_functions(LINEAR_OVER_EXPONENTIAL, Context())[-1], (x,), {})


POINTS = [0.0, 1e-12, -1e-7, 1e-3, 0.0199, -0.01999, 0.02001, -0.021, 0.1, -0.5, 2.0, -30.0, 40.0]


def exact(x: float) -> tuple[float, float]:
    """Return x / (exp(x) - 1) and its derivative, from exact sums of the series of exp."""
    z = Fraction(x)
    if z == 0:
        return 1.0, -0.5
    terms = [Fraction(1)]
    while len(terms) < 200:
        terms.append(terms[-1] * z / len(terms))
    less_one = sum(terms[1:])
    return float(z / less_one), float((less_one - z * (less_one + 1)) / less_one**2)


@pytest.mark.slow
@pytest.mark.parametrize("x", POINTS)
def test_linear_over_exponential(x, double):
    """Oracle: exact arithmetic with 200 terms of the series. The derivative loses at most two digits."""
    value, slope = exact(x)
    np.testing.assert_allclose(linexp(x), value, rtol=1e-14)
    np.testing.assert_allclose(jax.grad(linexp)(x), slope, rtol=1e-13)


def test_linear_over_exponential_in_single_precision():
    """Oracle: the same in double precision of NumPy, to a few roundings; the derivative stays, too."""
    x = np.linspace(-20, 20, 4001, dtype=np.float32)
    wide = x.astype(float)
    expected = np.where(wide == 0, 1.0, wide / np.expm1(np.where(wide == 0, 1.0, wide)))
    np.testing.assert_allclose(linexp(x), expected, rtol=5e-7)
    with jax.enable_x64(True):
        slopes = np.asarray(jax.jit(jax.vmap(jax.grad(linexp)))(wide))
    np.testing.assert_allclose(jax.jit(jax.vmap(jax.grad(linexp)))(x), slopes, rtol=1e-4)


@pytest.mark.parametrize(
    "neuron, potential, singular, rates",
    [
        (models.HH_cond_exp, "v", [-48.0, -50.0, -23.0], {"an": (0, 0.16), "am": (1, 1.28), "bm": (2, 1.4)}),
        (models.HodgkinHuxley, "V", [-60.0, -45.0], {"an": (0, 0.1), "am": (1, 1.0)}),
    ],
)
def test_rates_at_their_singular_points(neuron, potential, singular, rates, double):
    """Oracle: the limits of the rates there, by de l'Hopital's rule; values and all gradients are finite."""
    net = snn.Network(dt=0.01)
    P = net.create(len(singular), neuron, name="P")
    P.set({potential: singular})
    net.monitor(P, [potential, *rates])
    sim = net.compile()
    params, state = sim.init(0)

    def mean(params, values):
        populations = {"P": {**state.populations["P"], potential: values}}
        records = sim.run(params, replace(state, populations=populations), duration=0.05)[1]["P"]
        return records[potential].mean(), records

    gradients, records = jax.jit(jax.grad(mean, (0, 1), has_aux=True))(params, jnp.array(singular))
    for rate, (rank, limit) in rates.items():
        np.testing.assert_allclose(records[rate][0, rank], limit, rtol=1e-12)
    assert all(np.all(np.isfinite(x)) for x in jax.tree.leaves(gradients))
    assert np.all(gradients[1] != 0)


@pytest.mark.slow
def test_corrected_rates_fire_repeatedly(double):
    """Oracle: without them the reference counts no spikes for such currents; with them more current, more spikes.

    The textbook squid axon at 10 uA/cm^2 fires at about 68 Hz (its interval is 14.6 ms).
    """
    currents = [0.1, 0.2, 0.5, 1.0]
    cells = {
        "ours": Lone(models.HH_cond_exp(), 4, {"i_offset": currents}),
        "theirs": Lone(models.HH_cond_exp(annarchy_rates=True), 4, {"i_offset": currents}),
        "axon": Lone(models.HodgkinHuxley(I=10.0, vt=0.0)),
        "notebook": Lone(models.HodgkinHuxley(I=10.0, vt=0.0, annarchy_rates=True)),
    }
    spikes = {name: found["spike"] for name, found in run(cells, 10_000, dt=0.01).items()}
    counts = [len(spikes["ours"][rank]) for rank in range(4)]
    assert counts[0] >= 1 and sorted(set(counts)) == counts
    assert not any(spikes["theirs"].values())
    assert abs(np.mean(np.diff(spikes["axon"][0])) * 0.01 - 14.6) < 0.2
    assert len(spikes["notebook"][0]) == 1  # from the initial state


def test_leaky_integrator(double):
    """Oracle: v(t) = B + s - (B + s) exp(-t / tau), which the exponential method has exactly; r = max(v - T, 0)."""
    neuron = models.LeakyIntegrator(tau=20.0, T=0.3, sum="2.0 * sum(exc)", noise="0.25")
    found = run({"P": Lone(neuron, 3, {"B": [-1.0, 0.2, 1.0]})}, 100)["P"]
    grown = 1.0 - np.exp(-np.arange(1, 101) / 20.0)
    v = np.outer(grown, np.array([-1.0, 0.2, 1.0]) + 0.25)
    np.testing.assert_allclose(found["v"], v, rtol=1e-12)
    np.testing.assert_allclose(found["r"], np.maximum(v - 0.3, 0.0), rtol=1e-11, atol=1e-15)
    assert models.LeakyIntegrator(sum="sum(a) * sum(b)").analysed.sums == ("a", "b")


@pytest.mark.parametrize("dt, rtol", [(1.0, 0.02), (0.1, 2e-4)])
def test_alpha_function(dt, rtol, double):
    """Oracle: w x exp(1 - x) with x = t / tau: its peak is w at t = tau, up to an error that falls with dt^2."""
    neuron = models.IF_curr_alpha(tau_syn_E=5.0)
    alpha = run({"P": Lone(neuron, 1, {"g_exc": 2.0})}, round(40 / dt), dt=dt)["P"]["alpha_exc"][:, 0]
    x = np.arange(1, len(alpha) + 1) * dt / 5.0
    np.testing.assert_allclose(alpha.max(), 2.0, rtol=rtol)
    assert abs((np.argmax(alpha) + 1) * dt - 5.0) <= dt
    np.testing.assert_allclose(alpha, 2.0 * x * np.exp(1 - x), atol=2 * rtol)


def test_interval_of_integrate_and_fire(double):
    """Oracle: exact between spikes: n = ceil(tau log(I' / (I' - 15))) steps from reset to threshold, plus the pause."""
    for current, pause in ((1.0, 0.0), (1.0, 5.0), (2.0, 2.0)):
        spikes = run({"P": Lone(models.IF_curr_exp(i_offset=current, tau_refrac=pause))}, 2000, dt=0.1)["P"]["spike"][0]
        drive = 20.0 * current  # mV above rest
        n = math.ceil(200.0 * math.log(drive / (drive - 15.0)))
        assert spikes[0] == n - 1 and set(np.diff(spikes)) == {n + round(pause / 0.1)}
