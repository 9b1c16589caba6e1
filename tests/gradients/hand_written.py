"""Layers of spiking neurons by hand, in plain jax.numpy with a spike function of their own: the oracle of gradients.

Nothing of jaxsnn is used here. Equations, by forward Euler with everything from before the step on the right:

    tau_g dg/dt = -g,  tau dv/dt = -v - u + g + drive,  tau_a du/dt = a v - u,  spike: v > v_thresh; v = v_reset, u += b

Spikes of step k are in g from the beginning of step k + delay. A refractory neuron keeps v and u, and has no surrogate.
The flags that choose between v and v_reset carry no derivative, unless the layer says so.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np


def fast_sigmoid(d, beta=2.0):
    return 1.0 / jnp.square(1.0 + beta * jnp.abs(d))


def triangle(d, width=0.7):
    return jnp.where(jnp.abs(d) < width, 1.0 - jnp.abs(d) / width, 0.0)


def rectangle(d, width=0.3):
    return jnp.where(jnp.abs(d) < width, 1.0, 0.0)


def gaussian(d, sigma=0.4):
    return jnp.exp(-jnp.square(d / sigma) / 2.0)


def arctan(d, alpha=3.0):
    return 4.0 / (4.0 + jnp.square(jnp.pi * alpha * d))


def slayer(d, beta=4.0):
    return jnp.exp(jnp.where(d > 0.0, -beta * d, beta * d))


def spike_function(slope):
    """Return the step function, with `slope` as its derivative."""

    @jax.custom_vjp
    def spike(d):
        return jnp.where(d > 0.0, 1.0, 0.0)

    spike.defvjp(lambda d: (spike(d), d), lambda d, g: (g * slope(d),))
    return spike


class Layer(NamedTuple):
    """What does not change and is not differentiated.

    Args:
        trains: (steps, inputs), spikes of the inputs, 0 or 1.
        delays: (n, n), of recurrent synapses [pre, post], in steps.
        refractory: steps.
        slope: surrogate derivative.
        carries: whether the reset carries the derivative of the spike: v + s (v_reset - v), u + s b.
        dt: ms.
    """

    trains: np.ndarray
    delays: np.ndarray
    refractory: int
    slope: object
    carries: bool = False
    dt: float = 1.0


def run(layer: Layer, p: dict) -> dict:
    """Return (steps, n) traces of v and of spikes.

    Args:
        layer: see there.
        p: v, g, u at the beginning, tau, tau_g, tau_a, a, b, drive, v_thresh, v_reset, each () or (n,); w_in (inputs,
            n) and w_rec (n, n).
    """
    n, longest, spike = p["w_rec"].shape[0], int(layer.delays.max()), spike_function(layer.slope)
    masks = [p["w_rec"] * (layer.delays == d + 1) for d in range(longest)]

    def step(carry, arriving):
        v, g, u, left, past = carry
        g = g + arriving @ p["w_in"] + sum(s @ w for s, w in zip(past, masks, strict=True))
        dv = (g + p["drive"] - v - u) * (layer.dt / p["tau"])
        du = (p["a"] * v - u) * (layer.dt / p["tau_a"])
        active = left == 0
        v, u, g = jnp.where(active, v + dv, v), jnp.where(active, u + du, u), g * (1.0 - layer.dt / p["tau_g"])
        s = spike(jnp.where(active, v - p["v_thresh"], -jnp.inf))
        fired = jax.lax.stop_gradient(s) > 0.5
        if layer.carries:
            v, u = v + s * (p["v_reset"] - v), u + s * p["b"]
        else:
            v, u = jnp.where(fired, p["v_reset"], v), jnp.where(fired, u + p["b"], u)
        left = jnp.where(fired, layer.refractory, jnp.maximum(left - 1, 0))
        return (v, g, u, left, (s, *past[:-1])), {"v": v, "spike": s}

    silent = jnp.zeros(n)
    begin = tuple(jnp.broadcast_to(p[x], (n,)) for x in "vgu")
    late = np.vstack([np.zeros_like(layer.trains[:1]), layer.trains[:-1]])
    return jax.lax.scan(step, (*begin, jnp.zeros(n, int), (silent,) * longest), late)[1]
