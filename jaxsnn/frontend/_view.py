"""Handles of parts of a population: a view of some of its neurons, a single neuron."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..connectivity import Ranks
from ..errors import ArgumentError
from . import _geometry
from ._neurons import Neurons


class PopulationView(Neurons):
    """Some neurons of a population; attributes are flat arrays of the selection.

    Args:
        population: of which it is a part.
        ranks: the neurons.
        geometry: shape of the selection where it is a part of a grid, else None.
    """

    _population: Neurons
    _geometry: tuple[int, ...] | None

    def __init__(self, population: Neurons, ranks: Ranks, geometry: tuple[int, ...] | None = None) -> None:
        self._bind(population._core, population.name, ranks)
        object.__setattr__(self, "_population", population)
        object.__setattr__(self, "_geometry", geometry)

    @property
    def geometry(self) -> tuple[int, ...] | None:
        """Shape of the selection where it is a part of a grid, else None."""
        return self._geometry

    @property
    def population(self) -> Any:
        """The population that this is a part of."""
        return self._population

    def rank_from_coordinates(self, coordinates: Any, local: bool = False) -> int:
        """Return the rank of a neuron from its coordinates in the population.

        Args:
            coordinates: one integer per axis; with `local`, in the geometry of this view.
            local: return the place in this view, not the rank in the population.
        """
        if local and self._geometry is not None:
            return _geometry.rank_of(coordinates, self._geometry)
        rank = _geometry.rank_of(coordinates, self._spec.geometry)
        if not self._ranks.mask[rank]:
            raise ArgumentError(f"the neuron at {coordinates} is no part of {self!r}")
        return int(np.flatnonzero(self._ranks.array == rank)[0]) if local else rank

    def coordinates_from_rank(self, rank: int, local: bool = False) -> tuple[int, ...]:
        """Return the coordinates of a neuron in the population.

        Args:
            rank: in the population; with `local`, the place in this view.
            local: see `rank`; where this view is a part of a grid, coordinates are then those in it.
        """
        if not local:
            return _geometry.coordinates_of(rank, self._spec.geometry)
        place = _geometry.checked_rank(rank, self.size)
        if self._geometry is not None:
            return _geometry.coordinates_of(place, self._geometry)
        return _geometry.coordinates_of(int(self.ranks[place]), self._spec.geometry)

    def __iter__(self) -> Iterator["IndividualNeuron"]:
        """Yield each neuron, in the order of ranks."""
        return (IndividualNeuron(self._population, int(r)) for r in self.ranks)

    def __getitem__(self, index: Any) -> "PopulationView":
        """Return a view of this view; indices count within it."""
        grid = self._ranks.array
        if isinstance(index, tuple) and self._geometry is not None:
            grid = grid.reshape(self._geometry)
        return view_of(self._population, self, grid, index)

    def __add__(self, other: Neurons) -> "PopulationView":
        """Return the union with other neurons of the same population, in the order of ranks."""
        return union_of(self._population, self, other)

    def __repr__(self) -> str:
        return f"view of {self.size} neurons of population `{self._name}`"


class IndividualNeuron(PopulationView):
    """One neuron of a population; its attributes are numbers."""

    def __init__(self, population: Neurons, rank: int) -> None:
        super().__init__(population, Ranks(population.size, range(rank, rank + 1)))

    @property
    def rank(self) -> int:
        """Rank in the population."""
        return int(self.ranks[0])

    @property
    def coordinates(self) -> tuple[int, ...]:
        """Coordinates in the population."""
        return _geometry.coordinates_of(self.rank, self._spec.geometry)

    def _shaped(self, values: np.ndarray) -> Any:
        return values[0].item()

    def __repr__(self) -> str:
        return f"neuron {self.rank} of population `{self._name}`"


def view_of(population: Neurons, owner: Neurons, grid: np.ndarray, index: Any) -> PopulationView:
    """Return the view of what an index takes from an array of ranks.

    Args:
        population: the whole population.
        owner: what was indexed, for the message.
        grid: ranks, in the shape that the index expects.
        index: an integer, a slice, a list, a mask, or a tuple of them.
    """
    if index is None or isinstance(index, bool):
        raise ArgumentError(f"{owner!r} cannot be indexed by {index!r}: use ranks, slices or a mask")
    if isinstance(index, list) and not index:
        raise ArgumentError("a view needs at least one neuron: this selection is empty")
    try:
        chosen = np.atleast_1d(grid[np.asarray(index) if isinstance(index, list) else index])
    except IndexError as error:
        raise ArgumentError(f"{owner!r} cannot be indexed by {index!r}: {error}") from None
    geometry = chosen.shape if chosen.ndim > 1 else None
    return PopulationView(population, as_ranks(population.size, chosen.reshape(-1)), geometry)


def union_of(population: Neurons, some: Neurons, others: Any) -> PopulationView:
    """Return the union of neurons of one population, in the order of ranks."""
    same = isinstance(others, Neurons) and others.name == some.name and others._core.is_same_network(some._core)
    if not same:
        raise ArgumentError(f"{some!r} and {others!r} cannot be united: neurons of one population of one network can")
    union = np.union1d(some.ranks, others.ranks)
    return PopulationView(population, as_ranks(population.size, union))


def as_ranks(size: int, chosen: np.ndarray) -> Ranks:
    """Return chosen ranks of a population, as a range where they progress evenly."""
    if len(chosen) == 0:
        raise ArgumentError("a view needs at least one neuron: this selection is empty")
    steps = np.unique(np.diff(chosen)) if len(chosen) > 1 else np.array([1])
    if len(steps) == 1 and steps[0] > 0:
        return Ranks(size, range(int(chosen[0]), int(chosen[-1]) + 1, int(steps[0])))
    return Ranks(size, tuple(chosen.tolist()))
