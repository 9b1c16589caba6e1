"""Spike flags as bits: 32 neurons in one word.

Neuron i stands in word `i % n_words`, bit `i // n_words`, with `n_words = ceil(n / 32)`, so that packing is vectorised
along the words. Only this file and the walk know.
"""

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

ONE = np.uint32(1)


def n_words(n: int) -> int:
    """Return how many 32-bit words hold n flags."""
    return -(-n // 32)


def pack(flags: Array) -> Array:
    """Return the flags as words: rows of bits are joined in pairs, half as many in each of five steps.

    Args:
        flags: (n,) booleans.

    Returns:
        (n_words(n),) uint32.
    """
    words = n_words(flags.shape[0])
    x = jnp.pad(flags, (0, 32 * words - flags.shape[0])).reshape(32, words).astype(jnp.uint32)
    for half in (16, 8, 4, 2, 1):
        x = x[:half] | (x[half:] << np.uint32(half))
    return x[0]


def unpack(words: Array, n: int) -> Array:
    """Return (n,) booleans of (n_words(n),) words."""
    bits = (words[None, :] >> lax.iota(jnp.uint32, 32)[:, None]) & ONE
    return bits.reshape(-1)[:n] != 0


def lowest_bit(word: Array) -> Array:
    """Return the index of the lowest set bit, int32; 32 for an empty word."""
    return lax.population_count((word & (~word + ONE)) - ONE).astype(jnp.int32)


def clear_lowest_bit(word: Array) -> Array:
    """Return the word without its lowest set bit."""
    return word & (word - ONE)


def pack_mask(mask: np.ndarray) -> np.ndarray:
    """Return NumPy booleans (n,) as words: the same layout as `pack`, on the host."""
    words = n_words(mask.shape[0])
    padded = np.zeros(32 * words, np.uint32)
    padded[: mask.shape[0]] = mask
    shifted = padded.reshape(32, words) << np.arange(32, dtype=np.uint32)[:, None]
    return np.bitwise_or.reduce(shifted, axis=0).astype(np.uint32)


def unpack_events(words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (step, neuron) of every set bit of a record, neuron by neuron and in time within a neuron.

    Args:
        words: (steps, n_words) uint32, on the host. Costs the spikes, not the neurons.
    """
    n_steps, n = words.shape
    flat = words.reshape(-1)
    where = np.flatnonzero(flat)
    rest = flat[where]
    places, bits = [], []
    while where.size:
        low = rest & (~rest + ONE)
        places.append(where)
        bits.append(np.bitwise_count(low - ONE).astype(np.int64))
        rest = rest ^ low
        where, rest = where[rest != 0], rest[rest != 0]
    if not places:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    step, word = np.divmod(np.concatenate(places), n)
    keys = np.sort((np.concatenate(bits) * n + word) * n_steps + step)
    neuron, step = np.divmod(keys, n_steps)
    return step, neuron
