"""The acceptance network as a careful JAX user would write it by hand: nothing general, nothing of jaxsnn.

1000 Izhikevich neurons in 1024 lanes, one weight matrix in which inhibitory rows are negative, one loop over steps:

    current = noise + rows of the neurons that spiked;  Euler step;  spikes;  reset;  pack the spikes into 32 words

What makes it fast: a counter-based hash for the random bits; the noise is what the sum over rows starts from, so it is
computed once; only rows of neurons that spiked are read, two for each turn of the inner loop.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import jax
import jax.numpy as jnp
import numpy as np
from _hand_written_random import HASH, U32, short_normal
from jax import Array, lax

N, N_EXC, STEPS = 1000, 800, 1000
LANES, WORDS = 1024, 32
Draw = Callable[[Array, tuple[int, ...]], Array]

# Spikes


def pack(flags: Array) -> Array:
    """Return (32 * k,) flags as k words: flag i in word i % k, bit i // k."""
    x = flags.reshape(32, -1).astype(jnp.uint32)
    for half in (16, 8, 4, 2, 1):
        x = x[:half] | (x[half:] << U32(half))
    return x[0]


def once(x: Array, i: Array) -> Array:
    """Compute x once, though several read it: the compiler does not know that i is never negative."""
    return lax.cond(i >= 0, lambda x: x, lambda x: x + x, x)


def lowest(word: Array) -> Array:
    """Return the index of the lowest bit, 32 for no bit."""
    return lax.population_count((word & (~word + U32(1))) - U32(1))


def next_row(rest: Array, words: Array) -> tuple[Array, Array]:
    """Return what is left, and the index of the next row. Past the last one it leads to the 33rd word, which is empty.

    `rest` is one array, (words still to enter as bits, what is left of the present word, its number): XLA makes one
    kernel of it.
    """
    summary, word, k = rest
    enter = word == 0
    k = jnp.where(enter, lowest(summary), k)
    word = jnp.where(enter, words[k], word)
    summary = jnp.where(enter, summary & (summary - U32(1)), summary)
    return jnp.stack([summary, word & (word - U32(1)), k]), lowest(word) * U32(WORDS) + k


def add_rows(total: Array, words: Array, weights: Array) -> Array:
    """Add the rows of the weights whose bits are set. An index past the last row is clamped to it, and it is zero."""
    words = jnp.concatenate([words, jnp.zeros(1, jnp.uint32)])

    def body(carry):
        rest, total = carry
        rest, first = next_row(rest, words)
        rest, second = next_row(rest, words)
        return rest, total + weights[first] + weights[second]

    summary = pack(words[:WORDS] != 0)[0]
    rest = jnp.stack([summary, summary & U32(0), summary & U32(0)])
    return lax.while_loop(lambda carry: (carry[0][0] | carry[0][1]) != 0, body, (rest, total))[1]


# The network


def lanes(exc: np.ndarray | float, inh: np.ndarray | float) -> np.ndarray:
    values = [np.broadcast_to(exc, N_EXC), np.broadcast_to(inh, N - N_EXC), np.zeros(LANES - N)]
    return np.concatenate(values).astype(np.float32)


def parameters(draw: np.random.Generator) -> dict[str, np.ndarray]:
    re, ri = draw.random(N_EXC), draw.random(N - N_EXC)
    return {
        "a": lanes(0.02, 0.02 + 0.08 * ri),
        "b": lanes(0.2, 0.25 - 0.05 * ri),
        "c": lanes(-65.0 + 15.0 * re**2, -65.0),
        "d": lanes(8.0 - 6.0 * re**2, 2.0),
        "noise": lanes(5.0, 2.0),
    }


def draw_weights(key: Array) -> Array:
    """Draw Uniform(0, 0.5) and -Uniform(0, 1); rows and columns without a neuron are zero."""
    return jax.random.uniform(key, (LANES, LANES)) * lanes(0.5, -1.0)[:, None] * lanes(1.0, 1.0)


def start(p: dict[str, Array]) -> tuple[Array, Array, Array]:
    v = jnp.full(LANES, -65.0, jnp.float32)
    return v, v * p["b"], jnp.zeros(WORDS, jnp.uint32)


def run(p: dict[str, Array], weights: Array, state, key: Array, normal: Draw = jax.random.normal):
    """Advance by 1000 steps of 1 ms; return the state and (1000, 32) words of spikes."""

    def step(state, i):
        v, u, words = state
        noise = p["noise"] * normal(jax.random.fold_in(key, i), (LANES,))
        current = add_rows(noise, words, weights)
        v, u = v + (0.04 * v * v + 5.0 * v + 140.0 - u + current), u + p["a"] * (p["b"] * v - u)
        spikes = v > 30.0
        words = pack(spikes)
        return (jnp.where(spikes, p["c"], v), jnp.where(spikes, u + p["d"], u), words), words

    return lax.scan(step, state, jnp.arange(STEPS))


class Alone:
    """One network, which goes on from call to call."""

    def __init__(self, short_draw: bool = False) -> None:
        normal = short_normal if short_draw else jax.random.normal
        self.key = jax.random.key(1, impl=HASH)
        self.p = jax.tree.map(jnp.asarray, parameters(np.random.default_rng(0)))
        self.weights = jax.jit(draw_weights)(jax.random.key(2, impl=HASH))
        self.state, self.calls = start(self.p), 0
        self._run = jax.jit(lambda p, w, state, key, i: run(p, w, state, jax.random.fold_in(key, i), normal))

    def __call__(self) -> np.ndarray:
        """Return (1000, 32) words."""
        self.state, words = self._run(self.p, self.weights, self.state, self.key, np.uint32(self.calls))
        self.calls += 1
        return np.asarray(words)


class Replicas:
    """Many networks from their start, one thread per core, each of which maps over its share."""

    def __init__(self, number: int, redraw: bool, cores: int) -> None:
        key, draw = jax.random.key(3, impl=HASH), np.random.default_rng(0)
        self.weights = jax.jit(draw_weights)(key)
        everyone = jax.tree.map(lambda *x: np.stack(x), *[parameters(draw) for _ in range(number)])
        parts = np.array_split(np.arange(number), cores)
        self.shares = [jax.tree.map(lambda x, part=part: jnp.asarray(x[part]), everyone) for part in parts]
        self.keys = [jax.random.split(jax.random.fold_in(key, i), len(part)) for i, part in enumerate(parts)]
        self.pool, self.calls = ThreadPoolExecutor(cores), 0

        def one(p, key, shared, call):
            key = jax.random.fold_in(key, call)
            weights = draw_weights(jax.random.fold_in(key, STEPS)) if redraw else shared
            return run(p, weights, start(p), key)[1]

        self._map = jax.jit(lambda share, keys, shared, call: lax.map(lambda x: one(*x, shared, call), (share, keys)))

    def __call__(self) -> np.ndarray:
        """Return (number, 1000, 32) words."""
        self.calls += 1
        call = np.uint32(self.calls)
        parts = self.pool.map(lambda p, k: np.asarray(self._map(p, k, self.weights, call)), self.shares, self.keys)
        return np.concatenate(list(parts))


def n_spikes(words: np.ndarray) -> int:
    return int(np.bitwise_count(words).sum())
