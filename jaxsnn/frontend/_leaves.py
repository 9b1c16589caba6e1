"""The arrays of a moment as one list, which costs a call of a loop far less than the trees that it comes from.

JAX takes trees apart at every call. For a small network that takes longer than a step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import is_
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..simulation import without_constants
from ..step import NetworkParams, NetworkState, Path, find

KEPT_ON_HOST = 4096  # bytes; a smaller array goes to a CPU faster as an argument of the call than by a call of its own


@dataclass(frozen=True)
class Packing:
    """Which arrays of a list go to a loop as one array: each argument costs a short call of a small network time.

    Args:
        switches: places and types of single integers and booleans that no step changes.
        length: of the list.
    """

    switches: tuple[tuple[int, str], ...]
    length: int

    @cached_property
    def others(self) -> dict[int, None]:
        """Places of the arrays that go to a loop as they are, in order."""
        packed = {i for i, _ in self.switches}
        return dict.fromkeys(i for i in range(self.length) if i not in packed)

    def unpacked(self, others: list[Any], packed: Any) -> list[Any]:
        """Return the list of arrays, in a trace."""
        found = dict(zip(self.others, others, strict=True))
        found |= {i: packed[k].astype(dtype) for k, (i, dtype) in enumerate(self.switches)}
        return [found[i] for i in range(self.length)]


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
        self.packing, self._switches = Packing((), len(self.arrays)), []
        self._packed: Any = None  # the values of the switches, once a loop has asked
        self._found: dict[Path, Any] = {}
        self._on_cpu = jax.default_backend() == "cpu"

    def find(self, path: Path) -> Any:
        """Return the array at a path, or the tree of arrays that stands there."""
        number = self._number(path)
        return self.arrays[number] if type(number) is int else jax.tree.map(lambda i: self.arrays[i], number)

    def read(self, path: Path) -> Any:
        """Return what stands at a path on the host."""
        number = self._number(path)
        return np.asarray(self.arrays[number]) if type(number) is int else jax.tree.map(np.asarray, self.find(path))

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

    def packed(self, arrays: list[Any]) -> tuple[Packing, list[Any], Any]:
        """Return arrays as a loop takes them: numbers that no step changes, such as switches, in one array."""
        if self._packed is None or not all(map(is_, self._switches, [arrays[i] for i, _ in self.packing.switches])):
            self._pack(arrays)
        return self.packing, [arrays[i] for i in self.packing.others], self._packed

    def _pack(self, arrays: list[Any]) -> None:
        """Find out what can be packed, and pack it: another assignment may give a number to each neuron."""
        places = [i for i, x in enumerate(arrays) if i not in self.carried and _is_switch(x)]
        self.packing = Packing(tuple((i, str(arrays[i].dtype)) for i in places), len(arrays))
        self._switches = [arrays[i] for i in places]
        self._packed = jnp.asarray([int(x) for x in self._switches], jnp.int32)

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
        number = self._found.get(path)
        if number is None:
            number = self._found[path] = find(*self._numbers, path)
        return number


def _is_switch(x: Any) -> bool:
    """Tell whether an array is one integer or boolean."""
    return x.shape == () and x.dtype in (jnp.int32, jnp.bool_)
