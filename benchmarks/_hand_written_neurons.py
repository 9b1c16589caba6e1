"""The catalogue's neurons as a careful JAX user would write them by hand: one loop, nothing general, nothing of jaxsnn.

Each model is its initial state and `update(state, current, key) -> (state, spikes)`, single precision, with parameters
as numbers in the program. What does not depend on the state is computed before the loop, whose length is an argument:
another duration does not compile again. Neurons without a refractory period in the model's default values still count
one down, because it can be set at any time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp

import jax
import jax.numpy as jnp
import numpy as np
from _hand_written import pack
from _hand_written_random import HASH
from jax import Array, lax

State = tuple[Array, ...]
Update = Callable[[State, Array, Array], tuple[State, Array | None]]


@dataclass(frozen=True)
class Model:
    """A neuron by hand.

    Args:
        dt: ms.
        initial: of each variable.
        update: one step.
        compared: places in the state, and the names of the same variables in jaxsnn.
    """

    dt: float
    initial: tuple[float, ...]
    update: Update
    compared: dict[int, str]


def resting(spikes: Array, left: Array, period: int) -> Array:
    return jnp.where(spikes, period, jnp.maximum(left - 1, 0))


def izhikevich(state: State, current: Array, key: Array):
    v, u, left = state
    # The draw is used twice, and XLA would make it twice but for a `cond` that it cannot see through.
    draw = lax.cond(left[0] >= 0, lambda x: x, lambda x: 2.0 * x, jax.random.normal(key, v.shape))
    drive = 0.0 * draw + current
    active = left == 0
    dv, du = 0.04 * v * v + 5.0 * v + 140.0 - u + drive, 0.02 * (0.2 * v - u)
    v, u = jnp.where(active, v + dv, v), jnp.where(active, u + du, u)
    spikes = (v > 30.0) & active
    return (jnp.where(spikes, -65.0, v), jnp.where(spikes, u + 8.0, u), resting(spikes, left, 0)), spikes


def integrate_and_fire(alpha: bool, conductance: bool, dt: float = 0.1) -> Update:
    decay, peak = exp(-dt / 5.0), exp((5.0 - dt / 2.0) / 5.0)

    def update(state: State, current: Array, key: Array):
        v, ge, gi, left, *rest = state
        active = left == 0
        e, i = rest if alpha else (ge, gi)
        if conductance:
            rate = 0.05 + e + i
            target = (0.05 * -65.0 - 70.0 * i + current) / rate
            step = -jnp.expm1(-dt * rate)
        else:
            target, step = -65.0 + 20.0 * (e - i + current), 1.0 - exp(-dt / 20.0)
        v = jnp.where(active, v + step * (target - v), v)
        if alpha:
            rest = [jnp.where(active, a + (1.0 - decay) * (peak * g - a), a) for a, g in ((e, ge), (i, gi))]
        spikes = (v > -50.0) & active
        return (jnp.where(spikes, -65.0, v), ge * decay, gi * decay, resting(spikes, left, 0), *rest), spikes

    return update


def adaptive_exponential(alpha: bool, dt: float = 0.1) -> Update:
    decay, peak = exp(-dt / 5.0), exp((5.0 - dt / 2.0) / 5.0)

    def update(state: State, current: Array, key: Array):
        v, w, ge, gi, left, *rest = state
        active = left == 0
        e, i = rest if alpha else (ge, gi)
        drive = e * (0.0 - v) + i * (-80.0 - v) + current
        dv = (-70.6 - v + 2.0 * jnp.exp((v + 50.4) * 0.5)) * (1 / 9.3667) + (drive - w) * (1 / 0.281)
        dw = (4.0 * (v + 70.6) * 1e-3 - w) * (1 / 144.0)
        v, w = jnp.where(active, v + dt * dv, v), jnp.where(active, w + dt * dw, w)
        if alpha:
            rest = [jnp.where(active, a + (1.0 - decay) * (peak * g - a), a) for a, g in ((e, ge), (i, gi))]
        spikes = (v > -40.0) & active
        v, w = jnp.where(spikes, -70.6, v), jnp.where(spikes, w + 0.0805, w)
        return (v, w, ge * decay, gi * decay, resting(spikes, left, 1), *rest), spikes

    return update


def ratio(x: Array) -> Array:
    """Return x / (exp(x) - 1), 1 at 0."""
    return jnp.where(x == 0.0, 1.0, x / jnp.expm1(jnp.where(x == 0.0, 1.0, x)))


def relax(x: Array, up: Array, down: Array, dt: float) -> Array:
    return x - jnp.expm1(-dt * (up + down)) * (up / (up + down) - x)


def traub(state: State, current: Array, key: Array, dt: float = 0.1):
    v, n, m, h, ge, gi = state
    x = v + 63.0
    an, bn = 0.16 * ratio((15.0 - x) / 5.0), 0.5 * jnp.exp((10.0 - x) / 40.0)
    am, bm = 1.28 * ratio((13.0 - x) / 4.0), 1.4 * ratio((x - 40.0) / 5.0)
    ah, bh = 0.128 * jnp.exp((17.0 - x) / 18.0), 4.0 / (1.0 + jnp.exp((40.0 - x) / 5.0))
    gk, gna = 6.0 * (n * n) * (n * n), 20.0 * m * m * m * h
    rate = (0.01 + gk + gna + ge + gi) * 5.0
    target = (0.01 * -65.0 - 90.0 * gk + 50.0 * gna - 80.0 * gi + current) * 5.0 / rate
    new = v - jnp.expm1(-dt * rate) * (target - v)
    gates = (relax(n, an, bn, dt), relax(m, am, bm, dt), relax(h, ah, bh, dt))
    return (new, *gates, ge * exp(-dt / 0.2), gi * exp(-dt / 2.0)), (new > 0.0) & (v <= 0.0)


def hodgkin_huxley(state: State, current: Array, key: Array, dt: float = 0.01):
    v = state[0]
    an, bn = 0.1 * ratio(-0.1 * (v + 60.0)), 0.125 * jnp.exp(-0.0125 * (v + 70.0))
    am, bm = ratio(-0.1 * (v + 45.0)), 4.0 * jnp.exp((v + 70.0) * (-1 / 18.0))
    ah, bh = 0.07 * jnp.exp(-0.05 * (v + 70.0)), 1.0 / (1.0 + jnp.exp(-0.1 * (v + 40.0)))

    def slopes(v, n, m, h):
        membrane = 0.3 * (-59.387 - v) + 36.0 * (n * n) * (n * n) * (-82.0 - v) + 120.0 * m * m * m * h * (45.0 - v)
        return membrane + current, an * (1 - n) - bn * n, am * (1 - m) - bm * m, ah * (1 - h) - bh * h

    middle = [x + 0.5 * dt * k for x, k in zip(state, slopes(*state), strict=True)]
    new = tuple(x + dt * k for x, k in zip(state, slopes(*middle), strict=True))
    return new, (new[0] > 30.0) & (v <= 30.0)


def leaky(state: State, current: Array, key: Array):
    v, _ = state
    v = v + (1.0 - exp(-0.1)) * (current - v)
    return (v, jnp.maximum(v, 0.0)), None


MODELS = {
    "LeakyIntegrator": Model(1.0, (0.0, 0.0), leaky, {0: "v", 1: "r"}),
    "Izhikevich": Model(1.0, (-65.0, -13.0, 0), izhikevich, {0: "v", 1: "u"}),
    "IF_curr_exp": Model(0.1, (-65.0, 0.0, 0.0, 0), integrate_and_fire(False, False), {0: "v"}),
    "IF_cond_exp": Model(0.1, (-65.0, 0.0, 0.0, 0), integrate_and_fire(False, True), {0: "v"}),
    "IF_curr_alpha": Model(0.1, (-65.0, 0.0, 0.0, 0, 0.0, 0.0), integrate_and_fire(True, False), {0: "v"}),
    "IF_cond_alpha": Model(0.1, (-65.0, 0.0, 0.0, 0, 0.0, 0.0), integrate_and_fire(True, True), {0: "v"}),
    "EIF_cond_exp_isfa_ista": Model(0.1, (-70.6, 0.0, 0.0, 0.0, 0), adaptive_exponential(False), {0: "v", 1: "w"}),
    "EIF_cond_alpha_isfa_ista": Model(
        0.1, (-70.6, 0.0, 0.0, 0.0, 0, 0.0, 0.0), adaptive_exponential(True), {0: "v", 1: "w"}
    ),
    "HH_cond_exp": Model(0.1, (-65.0, 0.0, 0.0, 1.0, 0.0, 0.0), traub, {0: "v", 1: "n", 2: "m", 3: "h"}),
    "HodgkinHuxley": Model(0.01, (-50.0, 0.3, 0.0, 0.6), hodgkin_huxley, {0: "V", 1: "n", 2: "m", 3: "h"}),
}


class Alone:
    """A population of one model, which goes on from call to call."""

    def __init__(self, model: Model, current: np.ndarray, steps: int) -> None:
        size = len(current)
        lanes = -(-size // 32) * 32
        self.current, self.key = jnp.asarray(current, jnp.float32), jax.random.key(1, impl=HASH)
        kinds = [jnp.int32 if isinstance(x, int) else jnp.float32 for x in model.initial]
        state = tuple(jnp.full(size, x, kind) for x, kind in zip(model.initial, kinds, strict=True))
        self.state = (state, jnp.zeros(lanes // 32, jnp.uint32))

        def run(state, current, key, n):
            def step(i, carry):
                state, words = carry
                state, spikes = model.update(state, current, jax.random.fold_in(key, i))
                return state, words if spikes is None else pack(jnp.pad(spikes, (0, lanes - size)))

            return lax.fori_loop(0, n, step, state)

        self.run, self.steps = jax.jit(run), np.int32(steps)

    def __call__(self) -> None:
        self.state = jax.block_until_ready(self.run(self.state, self.current, self.key, self.steps))
