"""The arrays of a moment as one list, which costs a call of a loop far less than the trees that it comes from.

JAX takes trees apart at every call. For a small network that takes longer than a step.
"""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..simulation import without_constants
from ..step import NetworkParams, NetworkState, Path, find

KEPT_ON_HOST = 4096  # bytes; a smaller array goes to a CPU faster as an argument of the call than by a call of its own


class Leaves:
    """Parameters and state as a list. A new list takes the place of the old one; neither is changed.

    Args:
        params, state: of a moment.
    """

    def __init__(self, params: NetworkParams, state: NetworkState) -> None:
        self.arrays, self.tree = jax.tree.flatten((params, state))
        self.is_new = True  # the trees that the list was made of have the same arrays
        self._numbers: tuple[Any, Any] = jax.tree.unflatten(self.tree, range(len(self.arrays)))
        self.carried = jax.tree.leaves(without_constants(self._numbers[1]))
        self._found: dict[Path, Any] = {}
        self._on_cpu = jax.default_backend() == "cpu"

    def find(self, path: Path) -> Any:
        """Return the array at a path, or the tree of arrays that stands there."""
        number = self._number(path)
        return self.arrays[number] if type(number) is int else jax.tree.map(lambda i: self.arrays[i], number)

    def put(self, path: Path, value: np.ndarray) -> None:
        """Take a copy of another array at a path."""
        if self._on_cpu and value.nbytes <= KEPT_ON_HOST:
            own = np.array(value)
            own.flags.writeable = False
        else:
            own = jax.device_put(value)
        arrays = self.arrays.copy()
        arrays[self._number(path)] = own
        self.take(arrays)

    def with_carried(self, arrays: list[Any], carried: Sequence[Any]) -> list[Any]:
        """Return all arrays, those among them that a loop carries replaced."""
        after = arrays.copy()
        for number, x in zip(self.carried, carried, strict=True):
            after[number] = x
        return after

    def take(self, arrays: list[Any]) -> None:
        """Take other arrays in the place of all."""
        self.arrays, self.is_new = arrays, False

    def trees(self) -> tuple[NetworkParams, NetworkState]:
        """Return parameters and state, on the device."""
        self.arrays = [jnp.asarray(x) if isinstance(x, np.ndarray) else x for x in self.arrays]
        return jax.tree.unflatten(self.tree, self.arrays)

    def _number(self, path: Path) -> Any:
        if path not in self._found:
            self._found[path] = find(*self._numbers, path)
        return self._found[path]
