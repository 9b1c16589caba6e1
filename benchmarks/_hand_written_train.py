"""The network of `train.py` as a careful JAX user would write it: layer by layer, no jaxsnn inside.

What enters a layer is one matrix product of the whole sequence, outside the scan, which holds the recurrent product
alone. As in jaxsnn, spikes take one step from layer to layer, and no gradient flows through the reset.
"""

import jax
import jax.numpy as jnp
from _train_task import BATCH, CLASSES, DECAY, HIDDEN, STEEPNESS, THRESHOLD
from jax import Array, lax

Weights = dict[str, Array]


@jax.custom_jvp
def spike(distance: Array) -> Array:
    """Return 1 where the distance to threshold is positive; its slope is 1 / (1 + 25 |d|)^2."""
    return (distance > 0).astype(distance.dtype)


@spike.defjvp
def _(primals, tangents):
    return spike(*primals), tangents[0] / (1 + STEEPNESS * jnp.abs(primals[0])) ** 2


def fired(v: Array) -> tuple[Array, Array]:
    """Return (potentials after the reset, spikes)."""
    spikes = spike(v - THRESHOLD)
    return v - THRESHOLD * lax.stop_gradient(spikes), spikes


def layered(weights: Weights, inputs: Array) -> Array:
    """Return the potential of each output, averaged over time, (batch, classes); inputs are (steps, batch, inputs)."""
    first = layer(later(inputs @ weights["input"]), weights["recurrent"])
    second = layer(later(first @ weights["between"]), weights["recurrent2"])
    return readout(later(second @ weights["output"]))


def layer(inputs: Array, recurrent: Array) -> Array:
    def step(carry, x):
        v, spikes = carry
        carry = fired(DECAY * v + x + spikes @ recurrent)
        return carry, carry[1]

    silent = jnp.zeros(inputs.shape[1:])
    return lax.scan(step, (silent, silent), inputs)[1]


def readout(inputs: Array) -> Array:
    def step(v, x):
        v = DECAY * v + x
        return v, v

    return lax.scan(step, jnp.zeros(inputs.shape[1:]), inputs)[1].mean(axis=0)


def later(x: Array) -> Array:
    """Return a sequence one step later."""
    return jnp.concatenate([jnp.zeros_like(x[:1]), x[:-1]])


def naive(weights: Weights, inputs: Array) -> Array:
    """Return the same by one scan through all layers: what one writes first."""

    def step(carry, x):
        arriving, v1, s1, v2, s2, out, total = carry
        into = arriving @ weights["input"], s1 @ weights["between"], s2 @ weights["output"]
        v1, s1 = fired(DECAY * v1 + into[0] + s1 @ weights["recurrent"])
        v2, s2 = fired(DECAY * v2 + into[1] + s2 @ weights["recurrent2"])
        out = DECAY * out + into[2]
        return (x, v1, s1, v2, s2, out, total + out), None

    hidden, out = jnp.zeros((BATCH, HIDDEN)), jnp.zeros((BATCH, CLASSES))
    carry = jnp.zeros_like(inputs[0]), hidden, hidden, hidden, hidden, out, out
    return lax.scan(step, carry, inputs)[0][-1] / len(inputs)
