"""White noise `xi` under every method: increments, orders of convergence, variance."""

from functools import cache

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.integrators import METHODS

from ..equations.running import rate, run
from .reference import NAMES, factor

# Geometric Brownian motion. A step of k dt is a step of dt of an equation in which time runs k times as fast, so steps
# of three lengths stand in one network, each with a strong and a weak drift. W is the path of the noise, which both
# equations of a model share.
STRONG, WEAK, SIGMA, DT = -1.0, -0.1, 0.5, 0.1
LENGTHS, COPIES = np.array([1.0, 0.5, 0.25]), 4000
SPEED = np.repeat(np.tile(LENGTHS, 2), COPIES)
DRIFT = np.repeat([STRONG, WEAK], len(LENGTHS) * COPIES)
MOTION = """
    dx/dt = k * mu * x + sqrt(k) * sigma * x * xi_1 : init=1.0, {0}
    dW/dt = sqrt(k) * xi_1 : {0}
"""
MULTIPLYING = [m.name for m in METHODS if m.takes_multiplied_noise]
LAST = [round(1.0 / (DT * k)) - 1 for k in LENGTHS]  # sample in which 1 ms is over, for each length of a step


@cache
def motion():
    """Return x and W at every step, by method."""
    text = f"k = 1.0 ; mu = 0.0 ; sigma = {SIGMA}"
    models = {m: rate(MOTION.format(m), text, len(SPEED), k=SPEED, mu=DRIFT) for m in MULTIPLYING}
    return run(models, LAST[-1] + 1, DT)


def exponent(method: str, drift: float) -> float:
    """Return a of the solution exp(a t + sigma W): that of Itô's equation, under `heun` that of Stratonovich's."""
    return drift if method == "heun" else drift - SIGMA**2 / 2


def after_one_ms(method: str, drift: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return x and the solution on the same paths, for each length of a step."""
    found = motion()[method]
    of = [(step, (drift == DRIFT) & (k == SPEED)) for step, k in zip(LAST, LENGTHS, strict=True)]
    return [(found["x"][i, c], np.exp(exponent(method, drift) + SIGMA * found["W"][i, c])) for i, c in of]


def order_of(errors: list[float]) -> float:
    """Return the slope of errors over lengths of steps, both logarithmic."""
    return np.polyfit(np.log(LENGTHS), np.log(np.abs(errors)), 1)[0]


@pytest.mark.parametrize("method", MULTIPLYING)
def test_a_step_with_noise(method, double):
    """Oracle: the formula of each method in NumPy, with the increments of W."""
    found = motion()[method]
    x, W = (np.vstack([np.full(len(SPEED), first), found[v]]) for v, first in (("x", 1.0), ("W", 0.0)))
    h, dW = DT * SPEED, np.diff(W, axis=0)
    z = DRIFT * h + SIGMA * dW
    more = {"explicit": 0.0, "milstein": SIGMA**2 / 2 * (dW**2 - h), "heun": z**2 / 2}[method]
    np.testing.assert_allclose(x[1:], x[:-1] * (1.0 + z + more), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("method, order", [("explicit", 0.5), ("milstein", 1.0), ("heun", 1.0)])
def test_strong_order(method, order, double):
    """Oracle: the closed solution on the same path; the orders are those of theory.

    Where the drift is weak the error is that of the noise; its slope over 4000 paths varies by 0.02.
    """
    assert abs(order_of([np.mean(np.abs(x - exact)) for x, exact in after_one_ms(method, WEAK)]) - order) < 0.1


@pytest.mark.parametrize("power", [1, 2])
@pytest.mark.parametrize("method", MULTIPLYING)
def test_weak_order(method, power, double):
    """Oracle: mean and mean square of the closed solution, exp(p a + p^2 sigma^2 / 2) for the power p; order 1.

    The error of the mean is taken on equal paths, where what is left of chance is a hundredth of it.
    """
    pairs = after_one_ms(method, STRONG)
    assert abs(order_of([np.mean(x**power - exact**power) for x, exact in pairs]) - 1.0) < 0.2
    true = np.exp(power * exponent(method, STRONG) + power**2 * SIGMA**2 / 2)
    for x, exact in pairs:
        chance = 4 * np.std(exact**power) / np.sqrt(COPIES)
        assert abs(np.mean(exact**power) - true) < chance
        assert abs(np.mean(x**power) - true) < chance + 0.15 * true


# The Ornstein-Uhlenbeck process, tau dx/dt = -x + sigma sqrt(2 tau) xi, has the variance sigma^2 (1 - exp(-2 t / tau)).
TAU = 20.0
PROCESS = "dx/dt = -x / tau + sqrt(2.0 / tau) * xi : {0}"


def variance_of(method: str, dt: float, steps: int) -> float:
    """Return the variance of what a method computes: x goes to R x + (R - 1) tau (-noise), R its stability function."""
    R, variance = factor(method, -dt / TAU), 0.0
    for _ in range(steps):
        variance = R**2 * variance + (R - 1.0) ** 2 * TAU**2 * (2.0 / TAU) / dt
    return variance


def variances(methods: list[str], dt: float, steps: int, size: int) -> dict[str, float]:
    net = snn.Network(dt=dt, seed=3)
    populations = {m: net.create(size, rate(PROCESS.format(m), f"tau = {TAU}").neuron, name=m) for m in methods}
    net.compile()
    net.simulate(steps * dt)
    return {m: float(np.var(np.asarray(P.x, float))) for m, P in populations.items()}


def test_variance_under_every_method():
    """Oracle: the variance of the recursion that each method computes, at dt = tau / 20; 4 standard errors.

    All but the methods of order 1 are within 0.2 % of the true variance there, see `test_variance_at_any_step`.
    """
    size, steps = 40_000, 20
    found = variances(NAMES, 1.0, steps, size)
    for method, variance in found.items():
        assert abs(variance / variance_of(method, 1.0, steps) - 1.0) < 4 * np.sqrt(2 / size), method
    second = [m for m in NAMES if m not in ("explicit", "milstein", "implicit", "semiimplicit")]
    true = 1.0 - np.exp(-2.0 * steps / TAU)
    assert all(abs(variance_of(m, 1.0, steps) / true - 1.0) < 2e-3 for m in second)


@pytest.mark.slow
@pytest.mark.parametrize("dt", [0.01, 0.1, 1.0])
def test_variance_at_any_step(dt):
    """Oracle: the closed variance, within 1 %, four standard errors of 400,000 neurons; under `explicit` where its own
    error, at most dt / tau, is less than half of that. Both see the same noise."""
    time, size = 5.0, 400_000
    text = "dx/dt = -x / tau + sqrt(2 / tau) * xi_1 : exponential\ndy/dt = -y / tau + sqrt(2 / tau) * xi_1 : explicit"
    net = snn.Network(dt=dt, seed=4)
    P = net.create(size, rate(text, f"tau = {TAU}").neuron)
    net.compile()
    net.simulate(time)
    for name in ["x", "y"] if dt < 1.0 else ["x"]:
        variance = np.var(np.asarray(getattr(P, name), float))
        assert abs(variance / (1.0 - np.exp(-2.0 * time / TAU)) - 1.0) < 0.01, name


def test_gradient_by_the_amplitude_of_noise(double):
    """Oracle: d log x / d sigma of the product of the steps of `milstein`, with the increments of W."""
    net = snn.Network(dt=0.1, seed=1)
    text = "dx/dt = mu * x + sigma * x * xi_1 : init=1.0, milstein\ndW/dt = xi_1 : milstein\nr = x"
    P = net.create(3, snn.Neuron("mu = -1.0 ; sigma = 0.5", text), name="P")
    net.monitor(P, ["x", "W"], name="M")
    sim = net.compile()
    params, state = sim.init(jax.random.key(0))
    found = sim.run(params, state, duration=1.0)[1]["M"]
    gradient = jax.grad(lambda p: sim.run(p, state, duration=1.0)[1]["M"]["x"][-1].sum())(params)
    h, dW = 0.1, np.diff(found["W"], axis=0, prepend=0.0)
    each = (dW + 0.5 * (dW**2 - h)) / (1.0 - h + 0.5 * dW + 0.125 * (dW**2 - h))
    expected = found["x"][-1] * each.sum(axis=0)
    np.testing.assert_allclose(np.sum(gradient.populations["P"]["sigma"]), expected.sum(), rtol=1e-10)
