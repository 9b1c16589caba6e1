"""The arrays of a moment as two lists, which cost a call of a loop far less than the trees that they come from.

JAX takes trees apart at every call, and looks at each array that goes in or comes out. For a small network that takes
longer than a step. So small arrays travel together, as words, and what a call does not change does not come back.
"""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..simulation import without_constants
from ..step import NetworkParams, NetworkState, Path, find
from ._words import FREE, Kind, Slot, Words, fixed, has_words

# Bytes of an array up to which it is quicker among the words: of what goes in and out, and of what only goes in.
SMALL_MOVING, SMALL_STEADY = 4096, 1024
KEPT_ON_HOST = 4096  # bytes; a smaller array goes to a CPU faster as an argument of the call than by a call of its own

ArrayList = list[Any]  # words, then the arrays that are not among them
Numbers = tuple[int, ...]


class Place(NamedTuple):
    """Where an array stands.

    Args:
        name: of the list, `steady` or `moving`.
        rank: in the list.
        slot: among the words; None for an array that is not there.
    """

    name: str
    rank: int
    slot: Slot | None


@dataclass(frozen=True)
class Share:
    """Which arrays a list has, by their numbers.

    Args:
        small: that stand among its words.
        large: the others.
        words: of the small ones.
    """

    small: Numbers
    large: Numbers
    words: Words

    def list(self, arrays: ArrayList) -> ArrayList:
        """Return the list, of all arrays."""
        return [self.words.of([arrays[i] for i in self.small]), *(arrays[i] for i in self.large)]

    def unpacked(self, given: ArrayList) -> dict[int, Any]:
        """Return the arrays of a list by number, in a trace."""
        small = (slot.unpacked(given[0]) for slot in self.words.slots)
        return dict(zip((*self.small, *self.large), (*small, *given[1:]), strict=True))

    def packed(self, arrays: dict[int, Any], *free: Any) -> ArrayList:
        """Return the list of arrays by number, and of the free words, in a trace."""
        return [self.words.packed([arrays[i] for i in self.small], *free), *(arrays[i] for i in self.large)]

    def places(self, name: str) -> dict[int, Place]:
        """Return where each array stands, if this is the list of that name."""
        small = {i: Place(name, 0, slot) for i, slot in zip(self.small, self.words.slots, strict=True)}
        return small | {i: Place(name, k, None) for k, i in enumerate(self.large, 1)}


@dataclass(frozen=True, eq=False)
class Layout:
    """Which list has each array of parameters and state; `layout_of` gives the same one to arrays of the same kinds.

    Args:
        tree: parameters and state; arrays are numbered in its order.
        steady: what no step changes.
        moving: what a loop takes and returns.
    """

    tree: Any
    steady: Share
    moving: Share

    @cached_property
    def numbers(self) -> tuple[NetworkParams, NetworkState]:
        """Parameters and state with the number of each array in its place."""
        return numbered(self.tree)

    @cached_property
    def places(self) -> dict[int, Place]:
        """Where each array stands, by number; the number of steps stands nowhere."""
        return self.steady.places("steady") | self.moving.places("moving")

    def trees(self, arrays: ArrayList) -> tuple[NetworkParams, NetworkState]:
        """Return parameters and state, of arrays by number."""
        return jax.tree.unflatten(self.tree, arrays)  # type: ignore[return-value]

    def unpacked(self, steady: ArrayList, moving: ArrayList) -> tuple[NetworkParams, NetworkState, Any]:
        """Return parameters, state and the number of steps to come, of what a loop is given, in a trace."""
        first, n = steady[0][:FREE].astype(jnp.int32)
        step: Any = self.numbers[1].step
        arrays = {**self.steady.unpacked(steady), **self.moving.unpacked(moving), step: first}
        return *self.trees([arrays[i] for i in range(self.tree.num_leaves)]), n

    def packed(self, state: NetworkState, steps: Any, has_ended: Any) -> ArrayList:
        """Return what moves of a state, and what `told` reads, in a trace."""
        moving = dict(zip(moving_of(self.numbers[1]), moving_of(state), strict=True))
        return self.moving.packed(moving, steps, has_ended)


def numbered(tree: Any) -> tuple[NetworkParams, NetworkState]:
    """Return parameters and state with the number of each array in its place."""
    return jax.tree.unflatten(tree, range(tree.num_leaves))  # type: ignore[return-value]


def moving_of(state: NetworkState) -> list[Any]:
    """Return the arrays of a state that steps change. No step changes the key, and who makes steps can count them."""
    return jax.tree.leaves(replace(without_constants(state), step=None, key=None))  # type: ignore[arg-type]


@lru_cache(maxsize=1024)
def layout_of(tree: Any, kinds: tuple[Kind, ...]) -> Layout:
    """Return the layout of arrays of these kinds.

    Among the steady words are the switches and what scripts assign in every turn, parameters with a value for each
    neuron. What goes in alone, and stays the same array, costs little. Who is connected to whom is known by its arrays.
    """
    params, state = numbered(tree)
    clock: Any = state.step
    moving = moving_of(state)
    elsewhere = {*moving, clock}
    steady = [i for i in range(tree.num_leaves) if i not in elsewhere]
    of_neurons = {*jax.tree.leaves((params.populations, state.constants.populations))}
    often = {i for i in steady if _is_switch(kinds[i]) or (i in of_neurons and kinds[i][0])}
    whole = {*jax.tree.leaves(state.connectivity)}

    def share(mine: list[int], small: set[int], most: int) -> Share:
        chosen = {i for i in small if has_words(kinds[i], most)}
        first, others = ([i for i in mine if (i in chosen) is wanted] for wanted in (True, False))
        return Share(tuple(first), tuple(others), Words(tuple(kinds[i] for i in first)))

    return Layout(tree, share(steady, often, SMALL_STEADY), share(moving, {*moving} - whole, SMALL_MOVING))


def told(moving: ArrayList) -> tuple[int, bool]:
    """Return how many steps a loop has made, and whether it ended before all of them, from what it has returned."""
    steps, has_ended = np.asarray(moving[0])[:FREE].tolist()
    return steps, bool(has_ended)


class Leaves:
    """Parameters and state as lists. A new list takes the place of an old one; none is changed, nor are words.

    Args:
        params, state: of a moment.

    Attributes:
        layout: of the lists.
        steady: what no step changes.
        moving: what a loop takes and returns.
        step: number of steps done.
        is_new: whether the trees that the lists were made of have the same arrays.
    """

    layout: Layout
    steady: ArrayList
    moving: ArrayList
    step: int
    is_new: bool
    _places: dict[Path, Any]

    def __init__(self, params: NetworkParams, state: NetworkState) -> None:
        self.step = int(state.step)
        self._lay_out(*jax.tree.flatten((params, state)))
        self.is_new = True
        self._on_cpu = jax.default_backend() == "cpu"

    def _lay_out(self, arrays: ArrayList, tree: Any) -> None:
        """Distribute arrays to lists, all at once: an interrupt finds the old ones or the new ones."""
        layout = layout_of(tree, tuple([(x.shape, x.dtype) for x in arrays]))
        lists = {"steady": layout.steady.list(arrays), "moving": layout.moving.list(arrays)}
        vars(self).update(lists, layout=layout, is_new=False, _places={})

    def given(self, first: int, n: int) -> ArrayList:
        """Return the steady arrays as a loop takes them that makes n steps."""
        steady = self.steady.copy()
        steady[0] = words = steady[0].copy()
        words[0], words[1] = first, n
        return steady

    def find(self, path: Path) -> Any:
        """Return the array at a path, or the tree of arrays that stands there."""
        return jax.tree.map(self._array, self._place(path), is_leaf=_is_place)

    def read(self, path: Path) -> Any:
        """Return what stands at a path on the host."""
        place = self._place(path)
        return np.asarray(self._array(place)) if _is_place(place) else jax.tree.map(np.asarray, self.find(path))

    def put(self, path: Path, value: np.ndarray) -> None:
        """Take a copy of another array at a path."""
        name, rank, slot = self._place(path)
        arrays = getattr(self, name).copy()
        old = arrays[rank] if slot is None else slot
        if value.shape != old.shape or value.dtype != old.dtype:  # there may be one for each neuron now
            arrays = self.arrays()
            arrays[find(*self.layout.numbers, path)] = self._own(value)
            self._lay_out(arrays, self.layout.tree)
            return
        arrays[rank] = self._own(value) if slot is None else _written(slot, arrays[0], value)
        self.is_new = False
        setattr(self, name, arrays)

    def _own(self, value: np.ndarray) -> Any:
        """Return a copy of an array, where it is quicker to use."""
        if not self._on_cpu or value.nbytes > KEPT_ON_HOST:
            return jax.device_put(value)
        own = np.array(value)
        own.flags.writeable = False
        return own

    def take(self, moving: ArrayList, step: int) -> None:
        """Take what a loop has returned, so many steps after the beginning."""
        self.is_new, self.moving, self.step = False, moving, step

    def arrays(self) -> ArrayList:
        """Return all arrays by number, as they stand: some of them on the host."""
        words = {name: np.asarray(getattr(self, name)[0]) for name in ("steady", "moving")}
        places, numbers = self.layout.places, range(self.layout.tree.num_leaves)

        def array(place: Place) -> Any:
            return self._array(place) if place.slot is None else place.slot.read(words[place.name])

        return [array(places[i]) if i in places else np.array(self.step, np.int32) for i in numbers]

    def trees(self) -> tuple[NetworkParams, NetworkState]:
        """Return parameters and state, some of their arrays on the host."""
        return self.layout.trees(self.arrays())

    def _array(self, place: Place) -> Any:
        name, rank, slot = place
        array = getattr(self, name)[rank]
        return array if slot is None else slot.read(np.asarray(array))

    def _place(self, path: Path) -> Any:
        """Return where the array at a path stands, or the tree of places of those that stand there."""
        found = self._places.get(path)
        if found is None:
            numbers = find(*self.layout.numbers, path)
            found = self._places[path] = jax.tree.map(self.layout.places.__getitem__, numbers)
        return found


def _written(slot: Slot, words: Any, value: np.ndarray) -> np.ndarray:
    """Return other words, with a value in a slot."""
    new = np.array(words)
    slot.seen(new)[...] = value
    return fixed(new)


def _is_place(x: Any) -> bool:
    return type(x) is Place


def _is_switch(kind: Kind) -> bool:
    """Tell whether an array is one integer or boolean."""
    shape, dtype = kind
    return shape == () and dtype.kind in "ib"
