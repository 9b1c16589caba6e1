"""The leaves of a state along which a derivative travels: those of floating-point type, or some of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

CARRIED = ("populations", "spikes", "axon_spikes", "sums", "projections", "pending", "decoded")  # from step to step
REMEMBERED = ("trains", "histories", "reductions", "baselines")  # of the past, or of all neurons together


@dataclass(frozen=True)
class Place:
    """Where a leaf of a state stands.

    Args:
        field: of `NetworkState`.
        owner: population or projection.
        name: what follows, such as a variable or the field of `Spikes`.
    """

    field: str
    owner: str
    name: str


@dataclass(frozen=True)
class Leaves:
    """Some leaves of a pytree of one structure.

    Args:
        positions: among all of its leaves.
        places: of each.
    """

    positions: tuple[int, ...]
    places: tuple[Place, ...]

    def of(self, tree: Any) -> tuple[Array, ...]:
        """Return their values."""
        leaves = jax.tree.leaves(tree)
        return tuple(leaves[i] for i in self.positions)

    def within(self, tree: Any, values: Sequence[Array]) -> Any:
        """Return the pytree with other values of them."""
        leaves, structure = jax.tree.flatten(tree)
        for i, value in zip(self.positions, values, strict=True):
            leaves[i] = value
        return jax.tree.unflatten(structure, leaves)

    def zeros(self, tree: Any, *leading: int) -> tuple[Array, ...]:
        """Return a zero for each of them, with leading axes."""
        return tuple(jnp.zeros((*leading, *x.shape), x.dtype) for x in self.of(tree))


def float_leaves(state: Any, belongs: Callable[[Place], bool]) -> Leaves:
    """Return the leaves of floating-point type that belong."""
    found = [(i, _place(keys), x) for i, (keys, x) in enumerate(jax.tree.leaves_with_path(state))]
    chosen = [(i, p) for i, p, x in found if p.owner and jnp.issubdtype(x.dtype, jnp.floating) and belongs(p)]
    return Leaves(tuple(i for i, _ in chosen), tuple(p for _, p in chosen))


def _place(keys: tuple[Any, ...]) -> Place:
    labels = [jax.tree_util.keystr((key,), simple=True) for key in keys]
    return Place(labels[0], labels[1] if len(labels) > 1 else "", ".".join(labels[2:]))
