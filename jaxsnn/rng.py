"""Random bits: a counter-based hash as a JAX PRNG implementation, next to JAX's own threefry.

The hash is the output permutation of PCG-RXS-M-XS-32 (M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient
Statistically Good Algorithms for Random Number Generation", HMC-CS-2014-0905), in two rounds over a counter, each
entered by one word of the key. On a CPU bits cost an eighth of threefry's, normals half; `tests/test_rng.py` holds the
battery of tests that makes it the default. It is for simulation, not for cryptography.

Keys cross every border (state, files, processes) as raw data, `uint32[2]`; `Generator.wrap` makes a typed key of them.

    >>> import jax
    >>> k = COUNTER.wrap(raw(jax.random.key(0)))
    >>> jax.random.normal(k, (3,)).shape
    (3,)
"""

import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.extend.random import define_prng_impl

from .errors import ArgumentError, did_you_mean

U32 = np.uint32


def _mix(x: Any) -> Any:
    """One PCG step and output permutation of 32-bit words."""
    state = x * U32(747796405) + U32(2891336453)
    word = ((state >> ((state >> U32(28)) + U32(4))) ^ state) * U32(277803737)
    return (word >> U32(22)) ^ word


def _seed(seed: Array) -> Array:
    low = jnp.asarray(seed).astype(jnp.uint32)
    return jnp.stack([_mix(low), _mix(low ^ U32(0x9E3779B9))])


def _fold_in(key: Array, data: Array | int) -> Array:
    return jnp.stack(_folded(key, jnp.asarray(data).astype(jnp.uint32)))


def _folded(key: Any, data: Any) -> tuple[Any, Any]:
    """Return the two words of a key that was folded with a word, of JAX or of NumPy."""
    return _mix(key[0] ^ _mix(data)), _mix(key[1] + _mix(data ^ U32(0x85EBCA6B)))


def _split(key: Array, shape: tuple[int, ...]) -> Array:
    counters = lax.iota(jnp.uint32, prod(shape))
    return jax.vmap(lambda data: _fold_in(key, data))(counters).reshape(*shape, 2)


def _words(key: Array, n: int) -> Array:
    """Return n words: two rounds over a Weyl sequence, each entered by one word of the key.

    The first round's output is added to the second's, so that the map from counter to word is no permutation: words
    of one key repeat as often as chance has it. The key's second word is mixed first, because it meets one round only.
    """
    return _hashed(lax.iota(jnp.uint32, n), key)


def _hashed(counters: Any, key: Any) -> Any:
    """Return the words at some counters, of JAX or of NumPy."""
    first = _mix(counters * U32(2654435769) + key[0])
    return _mix(first ^ _mix(key[1])) + first


def _random_bits(key: Array, width: int, shape: tuple[int, ...]) -> Array:
    n = prod(shape)
    low = _words(key, n)
    if width == 64:
        high = _words(_fold_in(key, 0x64), n)
        return ((high.astype(jnp.uint64) << np.uint64(32)) | low.astype(jnp.uint64)).reshape(shape)
    dtype = {8: jnp.uint8, 16: jnp.uint16, 32: jnp.uint32}[width]
    return (low >> U32(32 - width)).astype(dtype).reshape(shape)


_COUNTER_IMPL = define_prng_impl(
    key_shape=(2,), seed=_seed, split=_split, random_bits=_random_bits, fold_in=_fold_in, name="counter", tag="ctr"
)


@dataclass(frozen=True)
class Generator:
    """A source of random bits that a compiled network owns.

    Args:
        name: what `summary()` prints and `by_name` knows.
        impl: an implementation as `jax.random.wrap_key_data` accepts it.
    """

    name: str
    impl: Any

    def wrap(self, data: Array) -> Array:
        """Return the typed key of raw data, `uint32[2]`."""
        return jax.random.wrap_key_data(data, impl=self.impl)


COUNTER = Generator("counter", _COUNTER_IMPL)
THREEFRY = Generator("threefry", "threefry2x32")
_KNOWN = {g.name: g for g in (COUNTER, THREEFRY)}


def by_name(generator: str | Generator) -> Generator:
    """Return the generator of this name: `"counter"` or `"threefry"`."""
    if isinstance(generator, Generator):
        return generator
    if generator not in _KNOWN:
        raise ArgumentError(f"unknown random generator `{generator}`.{did_you_mean(str(generator), _KNOWN)}")
    return _KNOWN[generator]


def key(seed: int | Array) -> Array:
    """Return a typed key: of a non-negative integer as `jax.random.key` does, or the key that is given."""
    if isinstance(seed, int | np.integer):
        return jax.random.key(np.uint32(int(seed) % 2**32))
    if not isinstance(seed, Array | np.ndarray):
        raise ArgumentError(f"`key` is a key of JAX or a seed, an integer, not {seed!r}")
    if jnp.ndim(seed) == 0 and jnp.issubdtype(seed.dtype, jnp.integer):
        return jax.random.key(seed)
    typed = jnp.issubdtype(seed.dtype, jax.dtypes.prng_key)
    if not typed and seed.dtype != jnp.uint32:
        raise ArgumentError(f"`key` is a key of JAX or a seed, an integer, not an array {seed.shape} of {seed.dtype}")
    return seed


def raw(key: Array) -> Array:
    """Return 64 bits drawn from any key, typed or old-style, as `uint32[2]`: the seed of one simulation."""
    return jax.random.bits(key, (2,), jnp.uint32)


def raw_of_seeds(seeds: Sequence[int]) -> np.ndarray:
    """Return (n, 2) uint32: for each seed, what a network of that seed draws from."""
    numbers = np.asarray([int(s) % 2**32 for s in seeds], U32)
    return _raw_of_threefry(_pairs(numbers)) if _threefry_is_default() else np.asarray(_raw_of_seeds(numbers))


def raw_of_replicas(seed: int, number: int) -> np.ndarray:
    """Return (number, 2) uint32: for replica i, the key of the seed folded with i."""
    base = seed % 2**32
    if _threefry_is_default():
        return _raw_of_threefry_folds(base, number)[1].copy()
    return np.asarray(_raw_of_replicas(U32(base), np.arange(number, dtype=U32)))


def raw_of_runs(seed: int, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (2,) uint32 of the key of a seed, and what `raw_of_replicas` gives."""
    if _threefry_is_default():
        own, folded = _raw_of_threefry_folds(seed % 2**32, number)
        return own.copy(), folded.copy()
    return raw_of_seeds([seed])[0], raw_of_replicas(seed, number)


def raw_of_stream(generator: Generator, seed: np.ndarray, name: str) -> np.ndarray:
    """Return (2,) uint32: what `raw` draws from the stream of a name, of a network of a raw seed."""
    word = _word_of(name)
    if generator is COUNTER:
        with np.errstate(over="ignore"):  # words wrap around
            return _hashed(np.arange(2, dtype=U32), _folded(seed, word))
    if _threefry_is_default():
        return _raw_of_threefry(_threefry(seed[None], _pairs(word)[None]))[0]
    return np.asarray(raw(fold_name(generator.wrap(jnp.asarray(seed)), name)))


@jax.jit
def _raw_of_seeds(seeds: Array) -> Array:
    return jax.vmap(lambda seed: raw(jax.random.key(seed)))(seeds)


@jax.jit
def _raw_of_replicas(seed: Array, indices: Array) -> Array:
    return jax.vmap(lambda i: raw(jax.random.fold_in(jax.random.key(seed), i)))(indices)


def _threefry_is_default() -> bool:
    """Tell whether keys of JAX are those of threefry, which NumPy computes here before JAX would have traced it."""
    config: Any = jax.config
    return config.jax_default_prng_impl == "threefry2x32" and config.jax_threefry_partitionable


def _pairs(low: np.ndarray | np.uint32) -> np.ndarray:
    """Return numbers of 32 bits as pairs of words, the higher one first."""
    return np.stack([np.zeros_like(low), low], -1)


def _raw_of_threefry(keys: np.ndarray) -> np.ndarray:
    """Return what `raw` draws from keys (n, 2) of threefry."""
    return np.bitwise_xor.reduce(_threefry(keys[:, None], _pairs(np.arange(2, dtype=U32))), -1)


@lru_cache(maxsize=16)  # sweeps and replicas of one seed are often repeated, and a short run takes as long as this
def _raw_of_threefry_folds(seed: int, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what `raw` draws from the key of a seed (2,), and from it folded with 0 to number - 1 (number, 2)."""
    own = _pairs(U32(seed))
    folded = _threefry(own, _pairs(np.arange(number, dtype=U32)))
    raws = _raw_of_threefry(np.concatenate([own[None], folded]))
    return raws[0], raws[1:]


def _threefry(keys: np.ndarray, counters: np.ndarray) -> np.ndarray:
    """Return pairs (..., 2): Threefry-2x32 with 20 rounds (Salmon et al. 2011, doi:10.1145/2063384.2063405)."""
    first, second = keys[..., 0], keys[..., 1]
    injected = first, second, first ^ second ^ U32(0x1BD11BDA)
    x, y = counters[..., 0] + first, counters[..., 1] + second
    for i in range(5):
        for turn in ((13, 15, 26, 6), (17, 29, 16, 24))[i % 2]:
            x = x + y
            y = (y << U32(turn) | y >> U32(32 - turn)) ^ x
        x, y = x + injected[(i + 1) % 3], y + injected[(i + 2) % 3] + U32(i + 1)
    return np.stack([x, y], -1)


def fold_name(key: Array, name: str) -> Array:
    """Return the stream that belongs to a name, so that adding a population changes nobody else's numbers."""
    return jax.random.fold_in(key, _word_of(name))


def _word_of(name: str) -> np.uint32:
    return U32(zlib.crc32(name.encode()))


def poisson(key: Array, rate: Array, shape: tuple[int, ...]) -> Array:
    """Draw Poisson counts from any key; `jax.random.poisson` accepts a threefry key alone."""
    bridge = jax.random.wrap_key_data(jax.random.bits(key, (2,), jnp.uint32), impl="threefry2x32")
    return jax.random.poisson(bridge, rate, shape)


def entropy() -> int:
    """Return a fresh 32-bit seed from the operating system."""
    return secrets.randbits(32)
