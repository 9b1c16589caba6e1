"""Sweeps as a careful JAX user would write them by hand: the acceptance network, and many small networks."""

from concurrent.futures import ThreadPoolExecutor

import _hand_written as page
import jax
import jax.numpy as jnp
import numpy as np
from _hand_written_random import HASH
from jax import Array, lax

SMALL, SMALL_EXC, SMALL_STEPS = 20, 16, 100  # neurons, of which excitatory; of 1 ms


class PageSweep:
    """The acceptance network with one set of weights, once for each gain of its noise; one thread per core.

    Args:
        gains: (points,).
        cores: how many threads.
    """

    def __init__(self, gains: np.ndarray, cores: int) -> None:
        key = jax.random.key(3, impl=HASH)
        self.p = jax.tree.map(jnp.asarray, page.parameters(np.random.default_rng(0)))
        self.weights = jax.jit(page.draw_weights)(key)
        self.shares = [jnp.asarray(x, jnp.float32) for x in np.array_split(gains, cores)]
        self.keys = [jax.random.split(jax.random.fold_in(key, i), len(x)) for i, x in enumerate(self.shares)]
        self.pool = ThreadPoolExecutor(cores)
        self._map = jax.jit(lambda p, weights, gains, keys: lax.map(lambda x: self._one(p, weights, *x), (gains, keys)))

    @staticmethod
    def _one(p: dict[str, Array], weights: Array, gain: Array, key: Array) -> Array:
        p = p | {"noise": gain * p["noise"]}
        words = page.run(p, weights, page.start(p), key)[1]
        return lax.population_count(words).sum()

    def __call__(self) -> np.ndarray:
        """Return (points,) numbers of spikes."""
        parts = self.pool.map(
            lambda gains, keys: np.asarray(self._map(self.p, self.weights, gains, keys)), self.shares, self.keys
        )
        return np.concatenate(list(parts))


class Small:
    """Many networks of 20 neurons with one set of weights: one `vmap`, and products with dense weights.

    Args:
        gains: (replicas,) of the noise.
    """

    def __init__(self, gains: np.ndarray) -> None:
        key = jax.random.key(4, impl=HASH)
        scale = np.where(np.arange(SMALL) < SMALL_EXC, 5.0, -10.0)[:, None]
        self.weights = jax.random.uniform(key, (SMALL, SMALL)) * scale
        self.gains, self.keys = jnp.asarray(gains, jnp.float32), jax.random.split(key, len(gains))
        self.run = jax.jit(lambda w, gains, keys: jax.vmap(lambda gain, key: self._one(w, gain, key))(gains, keys))

    @staticmethod
    def _one(weights: Array, gain: Array, key: Array) -> Array:
        noise = np.where(np.arange(SMALL) < SMALL_EXC, 5.0, 2.0).astype(np.float32)
        a = np.where(np.arange(SMALL) < SMALL_EXC, 0.02, 0.1).astype(np.float32)

        def step(state, i):
            v, u, spikes, count = state
            current = gain * noise * jax.random.normal(jax.random.fold_in(key, i), (SMALL,)) + spikes @ weights
            v, u = v + (0.04 * v * v + 5.0 * v + 140.0 - u + current), u + a * (0.2 * v - u)
            fired = v > 30.0
            v, u = jnp.where(fired, -65.0, v), jnp.where(fired, u + 8.0, u)
            return (v, u, fired.astype(jnp.float32), count + fired.sum()), None

        v = jnp.full(SMALL, -65.0, jnp.float32)
        state = v, 0.2 * v, jnp.zeros(SMALL, jnp.float32), jnp.int32(0)
        return lax.scan(step, state, jnp.arange(SMALL_STEPS))[0][3]

    def __call__(self) -> np.ndarray:
        """Return (replicas,) numbers of spikes."""
        return np.asarray(self.run(self.weights, self.gains, self.keys))
