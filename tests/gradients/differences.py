"""Derivatives of a run by every floating-point number that it starts from, and the same by finite differences."""

from collections.abc import Callable
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

import jaxsnn as snn


def mixed(records) -> jax.Array:
    """Return one smooth number in which every sample of every monitor has a weight of its own."""
    return sum(_mixed(x.reshape(x.shape[0], -1)) for x in jax.tree.leaves(records))


def _mixed(x: jax.Array) -> jax.Array:
    weights = 1.0 + 0.5 * jnp.cos(jnp.arange(x.size, dtype=x.dtype)).reshape(x.shape)
    return (weights * (x + 0.3 * x**2)).sum() / x.shape[0]


class Start:
    """What a run starts from: parameters and state, and their floating-point leaves by path.

    Distances of spikes are left out: what they do is decided by a surrogate, not by the run.

    Args:
        sim: the network.
        values: by public name, for `sim.init`.
        begun: parameters and state, in the place of those of `sim.init`.
    """

    def __init__(self, sim: snn.Simulation, values=None, begun=None) -> None:
        self.whole = begun or sim.init(0, values)
        leaves = jax.tree_util.tree_leaves_with_path(self.whole)
        named = {jax.tree_util.keystr(path, simple=True, separator="."): x for path, x in leaves}
        self.leaves = {n: x for n, x in named.items() if x.dtype.kind == "f" and not n.endswith("distance")}

    def replaced(self, leaves):
        """Return parameters and state with other leaves."""

        def choose(path, x):
            return leaves.get(jax.tree_util.keystr(path, simple=True, separator="."), x)

        return jax.tree_util.tree_map_with_path(choose, self.whole)


class Derivatives:
    """Both kinds of derivatives of a function of the leaves of a `Start`, from one compiled function.

    Args:
        start: where.
        function: of (params, state), to a number.
    """

    def __init__(self, start: Start, function: Callable[..., jax.Array]) -> None:
        self.start = start
        self.flat, self.unravel = ravel_pytree(start.leaves)
        self.evaluate = jax.jit(jax.value_and_grad(lambda x: function(*start.replaced(self.unravel(x)))))

    @cached_property
    def reverse(self):
        """The derivative by every leaf, in reverse mode."""
        return jax.tree.map(np.asarray, self.unravel(self.evaluate(self.flat)[1]))

    @cached_property
    def differences(self):
        """The same by central differences of fourth order."""
        at = np.asarray(self.flat)
        return jax.tree.map(np.asarray, self.unravel(np.array([self._difference(at, i) for i in range(at.size)])))

    def _difference(self, at: np.ndarray, i: int) -> float:
        h = 1e-3 * max(abs(at[i]), 0.1)
        f = [float(self.evaluate(at + k * h * (np.arange(at.size) == i))[0]) for k in (-2.0, -1.0, 1.0, 2.0)]
        return (8.0 * (f[2] - f[1]) - (f[3] - f[0])) / (12.0 * h)

    def of(self, owner: str) -> list[str]:
        """Return the leaves of a population or projection, or that of a constant."""
        return [name for name in self.start.leaves if owner in name.split(".")]

    def check(self, owner: str, inert: tuple[str, ...] = (), rtol: float = 1e-6) -> None:
        """Compare all derivatives by what an owner has; those by `inert` leaves are 0, no other one is."""
        assert self.of(owner), owner
        for name in self.of(owner):
            found, expected = self.reverse[name], self.differences[name]
            if name.split(".", 1)[1] in inert:
                np.testing.assert_allclose(found, 0.0, atol=1e-100, err_msg=name)  # exp(-500) after 10,000 steps
                np.testing.assert_array_equal(expected, 0.0, err_msg=name)
                continue
            scale = np.abs(expected).max()
            assert scale > 1e-6, f"{name}: nothing depends on it"
            np.testing.assert_allclose(found, expected, rtol=rtol, atol=rtol * scale, err_msg=name)
