"""The arrays of a moment as two lists, which cost a call of a loop far less than the trees that they come from.

JAX takes trees apart at every call, and looks at each array that goes in or comes out. For a small network that takes
longer than a step. So small arrays travel together, as words, and what a call does not change does not come back.
"""

from collections.abc import Mapping
from copy import copy
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
        kinds: of the arrays, by number.
        steady: what no step changes.
        moving: what a loop takes and returns.
    """

    tree: Any
    kinds: tuple[Kind, ...]
    steady: Share
    moving: Share

    @cached_property
    def numbers(self) -> tuple[NetworkParams, NetworkState]:
        """Parameters and state with the number of each array in its place."""
        return numbered(self.tree)

    @cached_property
    def clock(self) -> int:
        """The number of the array that counts steps, which stands in no list."""
        step: Any = self.numbers[1].step
        return step

    @cached_property
    def kinds_of_state(self) -> list[Kind]:
        """The kinds of the arrays that belong to the state."""
        return [self.kinds[i] for i in jax.tree.leaves(self.numbers[1])]

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
        arrays = {**self.steady.unpacked(steady), **self.moving.unpacked(moving), self.clock: first}
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

    return Layout(tree, kinds, share(steady, often, SMALL_STEADY), share(moving, {*moving} - whole, SMALL_MOVING))


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
    _known: ArrayList | None  # all arrays by number, where they have been asked for since the last loop
    _numbers: dict[Path, Any]

    def __init__(self, params: NetworkParams, state: NetworkState) -> None:
        self.step = int(state.step)
        self._lay_out(*jax.tree.flatten((params, state)))
        self.is_new = True
        self._on_cpu = jax.default_backend() == "cpu"

    def _lay_out(self, arrays: ArrayList, tree: Any) -> None:
        """Distribute arrays to lists, all at once: an interrupt finds the old ones or the new ones."""
        layout = layout_of(tree, tuple([(x.shape, x.dtype) for x in arrays]))
        lists = {"steady": layout.steady.list(arrays), "moving": layout.moving.list(arrays)}
        vars(self).update(lists, layout=layout, is_new=False, _known=arrays, _numbers={})

    def of(self, params: NetworkParams, state: NetworkState) -> "Leaves":
        """Return the lists of another moment, which take from these what both moments have."""
        arrays, tree = jax.tree.flatten((params, state))
        if self._known is None or tree != self.layout.tree:
            return Leaves(params, state)
        new, clock = copy(self), self.layout.clock
        pairs = enumerate(zip(arrays, self._known, strict=True))
        new._store({i: x for i, (x, known) in pairs if x is not known and i != clock})
        new._known = _replaced(new._known or arrays, {clock: state.step})
        new.step, new.is_new = int(state.step), True
        return new

    def given(self, first: int, n: int) -> ArrayList:
        """Return the steady arrays as a loop takes them that makes n steps."""
        steady = self.steady.copy()
        steady[0] = words = steady[0].copy()
        words[0], words[1] = first, n
        return steady

    def find(self, path: Path) -> Any:
        """Return the array at a path, or the tree of arrays that stands there."""
        number = self._number(path)
        return self._array(number) if type(number) is int else jax.tree.map(self._array, number)

    def read(self, path: Path) -> Any:
        """Return what stands at a path on the host."""
        found = self.find(path)
        return np.asarray(found) if type(self._number(path)) is int else jax.tree.map(np.asarray, found)

    def put(self, path: Path, value: np.ndarray) -> None:
        """Take a copy of another array at a path."""
        number = self._number(path)
        is_among_words = self.layout.places[number].slot is not None and _kind(value) == self.layout.kinds[number]
        self._store({number: value if is_among_words else self._own(value)})

    def put_all(self, values: Mapping[Path, Any]) -> None:
        """Take other arrays, or trees of arrays, at some paths; those that are large are not copied."""
        pairs = [(jax.tree.leaves(self._number(path)), jax.tree.leaves(value)) for path, value in values.items()]
        self._store({i: x for numbers, arrays in pairs for i, x in zip(numbers, arrays, strict=True)})

    def has_room(self, path: Path, value: Any) -> bool:
        """Tell whether a value has as many arrays, in the same order, as what stands at a path."""
        return jax.tree.structure(value) == jax.tree.structure(self._number(path))

    def _store(self, new: dict[int, Any]) -> None:
        """Store arrays by number, all at once: an interrupt finds the old ones or the new ones."""
        if any(_kind(x) != self.layout.kinds[i] for i, x in new.items()):  # there may be one for each neuron now
            self._lay_out(_replaced(self.arrays(), new), self.layout.tree)
            return
        places = {i: self.layout.places[i] for i in new}
        lists: dict[str, ArrayList] = {}
        for i, place in places.items():
            mine = lists.get(place.name)
            if mine is None:
                mine = lists[place.name] = getattr(self, place.name).copy()
                mine[0] = np.array(mine[0])
            if place.slot is None:
                mine[place.rank] = new[i]
            else:
                place.slot.seen(mine[0])[...] = new[i]
        for mine in lists.values():
            fixed(mine[0])
        stored = {i: _at(place, lists[place.name]) for i, place in places.items()}
        known = None if self._known is None else _replaced(self._known, stored)
        vars(self).update(lists, is_new=False, _known=known)

    def _own(self, value: np.ndarray) -> Any:
        """Return a copy of an array, where it is quicker to use."""
        if not self._on_cpu or value.nbytes > KEPT_ON_HOST:
            return jax.device_put(value)
        own = np.array(value)
        own.flags.writeable = False
        return own

    def take(self, moving: ArrayList, step: int) -> None:
        """Take what a loop has returned, so many steps after the beginning."""
        self.is_new, self._known, self.moving, self.step = False, None, moving, step

    def arrays(self) -> ArrayList:
        """Return all arrays by number, as they stand: some of them on the host."""
        if self._known is None:
            arrays: ArrayList = [np.array(self.step, np.int32)] * self.layout.tree.num_leaves
            lists = {name: [np.asarray(words), *large] for name, (words, *large) in self._lists().items()}
            for i, place in self.layout.places.items():
                arrays[i] = _at(place, lists[place.name])
            self._known = arrays
        return self._known

    def trees(self) -> tuple[NetworkParams, NetworkState]:
        """Return parameters and state, some of their arrays on the host."""
        return self.layout.trees(self.arrays())

    def _lists(self) -> dict[str, ArrayList]:
        return {"steady": self.steady, "moving": self.moving}

    def _array(self, number: int) -> Any:
        """Return the array of a number as it stands."""
        place = self.layout.places[number]
        return _at(place, getattr(self, place.name))

    def _number(self, path: Path) -> Any:
        """Return the number of the array at a path, or the tree of numbers of those that stand there."""
        found = self._numbers.get(path)
        if found is None:
            found = self._numbers[path] = find(*self.layout.numbers, path)
        return found


def _at(place: Place, arrays: ArrayList) -> Any:
    """Return the array that stands at a place of its list."""
    return arrays[place.rank] if place.slot is None else place.slot.read(np.asarray(arrays[0]))


def _replaced(arrays: ArrayList, new: dict[int, Any]) -> ArrayList:
    """Return arrays, some of which are others, by number."""
    arrays = arrays.copy()
    for i, x in new.items():
        arrays[i] = x
    return arrays


def _kind(array: Any) -> Kind:
    return array.shape, array.dtype


def _is_switch(kind: Kind) -> bool:
    """Tell whether an array is one integer or boolean."""
    shape, dtype = kind
    return shape == () and dtype.kind in "ib"
