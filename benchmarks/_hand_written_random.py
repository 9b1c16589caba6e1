"""Random numbers of the hand-written loop: a counter-based hash as a JAX key type, and a shorter draw of normals."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.extend.random import define_prng_impl

U32 = np.uint32


def mix(x: Array) -> Array:
    state = x * U32(747796405) + U32(2891336453)
    word = ((state >> ((state >> U32(28)) + U32(4))) ^ state) * U32(277803737)
    return (word >> U32(22)) ^ word


def seed(number: Array) -> Array:
    low = jnp.asarray(number).astype(jnp.uint32)
    return jnp.stack([mix(low), mix(low ^ U32(0x9E3779B9))])


def fold_in(key: Array, data: Array) -> Array:
    data = jnp.asarray(data).astype(jnp.uint32)
    return jnp.stack([mix(key[0] ^ mix(data)), mix(key[1] + mix(data ^ U32(0x85EBCA6B)))])


def split(key: Array, shape: tuple[int, ...]) -> Array:
    counters = lax.iota(jnp.uint32, int(np.prod(shape)))
    return jax.vmap(lambda data: fold_in(key, data))(counters).reshape(*shape, 2)


def random_bits(key: Array, width: int, shape: tuple[int, ...]) -> Array:
    assert width == 32
    first = mix(lax.iota(jnp.uint32, int(np.prod(shape))) * U32(2654435769) + key[0])
    return (mix(first ^ mix(key[1])) + first).reshape(shape)


HASH = define_prng_impl(
    key_shape=(2,), seed=seed, split=split, random_bits=random_bits, fold_in=fold_in, name="by_hand", tag="hand"
)

# M. Giles, "Approximating the erfinv function", GPU Computing Gems 2, 2010: |log(1 - x^2)| below 5, and above.
CENTRE = (
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
)
TAIL = (-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047)
CENTRE, TAIL = (*CENTRE, 0.246640727, 1.50140941), (*TAIL, 1.00167406, 2.83297682)


def short_normal(key: Array, shape: tuple[int, ...]) -> Array:
    """Draw normals as `jax.random.normal` does, by the inverse of the error function, but with `log` for `log1p`."""
    bits = lax.bitcast_convert_type(jax.random.bits(key, shape, jnp.uint32), jnp.int32) >> 8
    x = bits.astype(jnp.float32) * np.float32(2**-23) + np.float32(2**-24)
    w = -jnp.log((1 - x) * (1 + x))
    near = w < 5
    y = jnp.where(near, w - 2.5, jnp.sqrt(w) - 3)
    p = jnp.zeros_like(y)
    for a, b in zip(CENTRE, TAIL, strict=True):
        p = p * y + jnp.where(near, np.float32(a), np.float32(b))
    return p * x * np.float32(np.sqrt(2))
