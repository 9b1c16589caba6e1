"""Known parameters come back, by gradients alone: of neurons from recorded potentials."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn

from .recordings import Fit, current, observed, simulation, trace

pytestmark = pytest.mark.slow


def lbfgs() -> optax.GradientTransformation:
    return optax.lbfgs(1.0, linesearch=None)


def falling(rate: float, steps: int) -> optax.GradientTransformation:
    return optax.adam(optax.cosine_decay_schedule(rate, steps, 0.02))


def neuron(parameters: str, equations: str, reset: str, spike: str, **options) -> tuple[snn.Neuron, snn.Neuron]:
    """Return a neuron, and the one that follows a recording; `{nudge}` is the current towards it."""
    free = snn.Neuron(parameters=parameters, equations=equations.format(nudge=""), spike=spike, reset=reset, **options)
    follows = equations.format(nudge="+ k * (g_recorded - 70.0 - v)") + "\nobserved = g_spikes"
    parameters += "\nk = 0.0"
    return free, snn.Neuron(parameters=parameters, equations=follows, spike="observed > 0.5", reset=reset, **options)


def near(found, true, tolerance: float) -> None:
    """Compare parameters, relative to their value, or to 10 mV for potentials."""
    for name, value in true.items():
        unit = 10.0 if value < 0 else value
        assert abs(float(found[name]) - value) < tolerance * unit, f"{name}: {found[name]} instead of {value}"


# Leaky integrate-and-fire

REFRACTORY = 4  # steps
LIF = {"tau": 12.0, "R": 15.0, "E": -70.0, "v_reset": -60.0}
LIF_GUESSES = {"tau": (20.0, 10.0), "R": (10.0, 10.0), "E": (-62.0, 5.0), "v_reset": (-68.0, 5.0)}


def lif():
    return neuron(
        "tau = 12.0; R = 15.0; E = -70.0; v_reset = -60.0; v_thresh = -50.0",
        "dv/dt = (E - v + R * g_input) / tau {nudge} : init = -70.0\nmargin = v - v_thresh",
        spike="margin > 0.0",
        reset="v = v_reset",
        refractory=0.5 * REFRACTORY,
    )


def test_integrate_and_fire(double):
    """Oracle: the parameters behind the recording, to 2 %, from a recording with noise of 0.5 mV; spikes of the found
    neuron on its own under another current, all but one in ten within 1 ms.

    Below threshold everything is smooth (`k` stays 0). Then the threshold: the potential shall be above it where the
    recording has a spike, below elsewhere, as in logistic regression.
    """
    dt, duration = 0.5, 400.0
    free, follows = lif()
    drive = current(800, dt, 1.7, 0.9, 5.0, seed=0)
    recorded = trace(simulation(free, dt, {"input": drive}), duration)
    assert recorded["spike"].sum() > 20
    noisy = {**recorded, "v": recorded["v"] + 0.5 * np.random.default_rng(1).standard_normal(800)}
    sim = observed(lambda tables: simulation(follows, dt, {"input": drive, **tables}), noisy)
    fit = Fit(sim, duration, noisy, LIF_GUESSES, below=np.inf)
    assert fit.stage(0.0, False, lbfgs(), 50) < 0.5**2
    near(fit.values(fit.found), LIF, 0.02)
    found = {f"cell.{name}": x for name, x in fit.values(fit.found).items()}
    threshold = fitted_threshold(sim, duration, recorded["spike"], found)
    assert abs(threshold + 50.0) < 0.2
    other = simulation(free, dt, {"input": current(800, dt, 1.7, 0.9, 5.0, seed=7)})
    expected = np.flatnonzero(trace(other, duration)["spike"])
    spikes = np.flatnonzero(trace(other, duration, {**found, "cell.v_thresh": threshold})["spike"])
    assert np.mean(np.abs(expected[:, None] - spikes[None]).min(axis=1) <= 2) > 0.9


def fitted_threshold(sim, duration: float, spikes, found) -> float:
    """Return the threshold of largest likelihood, starting 5 mV too high."""
    active = np.convolve(spikes, [0.0, *[1.0] * REFRACTORY])[: len(spikes)] == 0.0

    def loss(x):
        margin = sim.run(*sim.init(0, {**found, "cell.v_thresh": x["v_thresh"]}), duration)[1]["cell"]["margin"][:, 0]
        return jnp.where(active, jax.nn.softplus(jnp.where(spikes > 0.5, -margin, margin) / 0.1), 0.0).mean()

    return float(snn.fit(loss, {"v_thresh": -45.0}, falling(0.3, 80), 80).params["v_thresh"])


# Adaptive exponential integrate-and-fire

ADEX_GUESSES = {  # true value, first guess, by how much it may be wrong; pF, nS, mV, pA, ms
    "C": (200.0, 300.0, 100.0),
    "g_L": (10.0, 15.0, 5.0),
    "E_L": (-70.0, -65.0, 5.0),
    "V_T": (-50.0, -46.0, 3.0),
    "D_T": (2.0, 3.0, 1.0),
    "a": (4.0, 1.0, 2.0),
    "b": (60.0, 100.0, 50.0),
    "tau_w": (80.0, 150.0, 50.0),
    "v_reset": (-58.0, -63.0, 5.0),
}
ADEX = {name: true for name, (true, *_) in ADEX_GUESSES.items()}


def adex():
    """Return the neuron of Brette and Gerstner (2005, doi:10.1152/jn.00686.2005); its exponential is bounded where no
    potential below -30 mV reaches."""
    return neuron(
        "\n".join(f"{name} = {value}" for name, value in ADEX.items()),
        """
            upstroke = g_L * D_T * exp(Min((v - V_T) / D_T, 11.0))
            dv/dt = (-g_L * (v - E_L) + upstroke - w + g_input) / C {nudge} : init = -70.0
            tau_w * dw/dt = a * (v - E_L) - w
        """,
        spike="v > -30.0",
        reset="v = v_reset; w += b",
    )


def test_adaptive_exponential(double):
    """Oracle: the nine parameters behind the recording, to 1 %; the found neuron, on its own, has the same spikes."""
    dt, duration = 0.1, 300.0
    free, follows = adex()
    slow = 200.0 * np.sign(np.sin(2.0 * np.pi * np.arange(3000) * dt / 120.0))
    drive = current(3000, dt, 350.0, 300.0, 8.0, seed=1) + slow
    alone = simulation(free, dt, {"input": drive})
    recorded = trace(alone, duration)
    assert recorded["spike"].sum() > 10
    sim = observed(lambda tables: simulation(follows, dt, {"input": drive, **tables}), recorded)
    fit = Fit(sim, duration, recorded, {n: (x, width) for n, (_, x, width) in ADEX_GUESSES.items()}, below=-40.0)
    fit.stage(2.0, True, falling(0.1, 200), 200)
    fit.stage(0.5, True, lbfgs(), 40)
    near(fit.values(fit.found), ADEX, 0.01)
    again = trace(alone, duration, {f"cell.{name}": x for name, x in fit.values(fit.found).items()})
    np.testing.assert_array_equal(again["spike"], recorded["spike"])


# Izhikevich

IZHIKEVICH = {"a": 0.02, "b": 0.2, "c": -65.0, "d": 8.0}
IZHIKEVICH_GUESSES = {"a": (0.05, 0.02), "b": (0.25, 0.05), "c": (-55.0, 5.0), "d": (4.0, 3.0)}


def izhikevich():
    """Return the neuron of Izhikevich (2003, doi:10.1109/TNN.2003.820440); its slope is bounded above the threshold."""
    return neuron(
        "a = 0.02; b = 0.2; c = -65.0; d = 8.0",
        """
            x = Min(v, 30.0)
            dv/dt = 0.04 * x^2 + 5.0 * x + 140.0 - u + g_input {nudge} : init = -70.0
            du/dt = a * (b * v - u) : init = -14.0
        """,
        spike="v > 30.0",
        reset="v = c; u += d",
    )


def test_izhikevich(double):
    """Oracle: the four parameters behind the recording, to 1 %; the found neuron, on its own, has the same spikes."""
    dt, duration = 0.5, 500.0
    free, follows = izhikevich()
    drive = current(1000, dt, 8.0, 6.0, 10.0, seed=2)
    alone = simulation(free, dt, {"input": drive})
    recorded = trace(alone, duration)
    assert recorded["spike"].sum() > 10
    sim = observed(lambda tables: simulation(follows, dt, {"input": drive, **tables}), recorded)
    fit = Fit(sim, duration, recorded, IZHIKEVICH_GUESSES, below=-40.0)
    fit.stage(1.5, True, falling(0.1, 200), 200)
    fit.stage(0.5, True, falling(0.02, 200), 200)
    near(fit.values(fit.found), IZHIKEVICH, 0.01)
    again = trace(alone, duration, {f"cell.{name}": x for name, x in fit.values(fit.found).items()})
    np.testing.assert_array_equal(again["spike"], recorded["spike"])
