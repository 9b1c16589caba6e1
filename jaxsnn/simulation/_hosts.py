"""What processes tell each other: equal results everywhere, and whether all of them ask for the same thing."""

import hashlib
from typing import Any

import jax
import numpy as np

from ..errors import StateError


def gathered(tree: Any) -> Any:
    """Return what every process holds, NumPy arrays with a leading axis of processes, the same in all of them.

    All processes call it, in the same order, with arrays of the same shapes and types: they travel as one string of
    bytes.

    Example:
        >>> import numpy as np
        >>> gathered({"a": np.array([1.5, 2.5])})["a"].tolist()
        [[1.5, 2.5]]
    """
    leaves, structure = jax.tree.flatten(jax.tree.map(np.asarray, tree))
    pieces = np.split(_exchanged(_as_bytes(leaves)), np.cumsum([x.nbytes for x in leaves])[:-1], axis=1)
    arrays = [_like(x, piece) for x, piece in zip(leaves, pieces, strict=True)]
    return jax.tree.unflatten(structure, arrays)


def _as_bytes(leaves: list[np.ndarray]) -> np.ndarray:
    flat = [np.ascontiguousarray(x).reshape(-1).view(np.uint8) for x in leaves]
    return np.concatenate(flat) if flat else np.zeros(0, np.uint8)


def _like(x: np.ndarray, piece: np.ndarray) -> np.ndarray:
    """Return bytes (processes, x.nbytes) as arrays like `x`."""
    return np.ascontiguousarray(piece).reshape(-1).view(x.dtype).reshape(len(piece), *x.shape)


def _exchanged(mine: np.ndarray) -> np.ndarray:
    """Return the bytes of all processes, (processes, n)."""
    if jax.process_count() == 1:
        return mine[None]
    from jax.experimental import multihost_utils

    return np.asarray(multihost_utils.process_allgather(mine))


def check_agreement(tree: Any) -> None:
    """Raise in every process if they do not all hold the same numbers.

    Raises:
        StateError: they do not.
    """
    digest = hashlib.blake2b(digest_size=16)
    for x in jax.tree.leaves(tree):
        array = np.ascontiguousarray(x)
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(memoryview(array.reshape(-1).view(np.uint8)))  # pyright: ignore[reportArgumentType]
    of_all = gathered(np.frombuffer(digest.digest(), np.uint8))
    if (of_all != of_all[0]).any():
        raise StateError(
            "the processes that share the devices ask for different numbers: each must run the same script with the "
            "same values. Seed NumPy's generator with the same number in all of them"
        )
