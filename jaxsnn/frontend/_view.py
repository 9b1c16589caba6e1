"""Handles of parts of a population: a view of some of its neurons, a single neuron."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import arguments
from ..connectivity import Ranks
from ..errors import ArgumentError
from . import _geometry
from ._neurons import Neurons


class PopulationView(Neurons):
    """Some neurons of a population; attributes are flat arrays of the selection.

    Args:
        population: of which it is a part.
        ranks: the neurons.
        geometry: shape of the selection; None for a union of others.
    """

    _population: Neurons
    _geometry: tuple[int, ...] | None

    def __init__(self, population: Neurons, ranks: Any, geometry: tuple[int, ...] | None = None) -> None:
        if not isinstance(population, Neurons):
            raise ArgumentError(f"a view is one of a population, not of {population!r}")
        chosen = ranks if isinstance(ranks, Ranks) else as_ranks(population.size, arguments.ranks(ranks, "ranks"))
        self._bind(population._core, population.name, chosen)
        object.__setattr__(self, "_population", population)
        object.__setattr__(self, "_geometry", geometry)

    @property
    def geometry(self) -> tuple[int, ...] | None:
        """Shape of the selection; None for a union of others."""
        return self._geometry

    @property
    def population(self) -> Any:
        """The population that this is a part of."""
        return self._population

    def rank_from_coordinates(self, coord: Any, local: bool = False) -> int:
        """Return the rank of a neuron in the population.

        Args:
            coord: one integer per axis: coordinates in the population.
            local: they are coordinates in the geometry of this view.

        Raises:
            ArgumentError: the neuron is no part of this view.

        Example:
            >>> import jaxsnn as snn
            >>> view = snn.Network().create((4, 3), snn.LeakyIntegrator)[1:3, 1:]
            >>> view.rank_from_coordinates((1, 1)), view.rank_from_coordinates((0, 0), local=True)
            (4, 4)
        """
        if local:
            return int(self.ranks[_geometry.rank_of(coord, self._local_geometry)])
        rank = _geometry.rank_of(coord, self._spec.geometry)
        self._check_member(rank)
        return rank

    def coordinates_from_rank(self, rank: int, local: bool = False) -> tuple[int, ...]:
        """Return the coordinates of a neuron in the population.

        Args:
            rank: in the population.
            local: return the coordinates in the geometry of this view.

        Raises:
            ArgumentError: with `local`, the neuron is no part of this view.
        """
        coordinates = _geometry.coordinates_of(rank, self._spec.geometry)
        if not local:
            return coordinates
        whole = _geometry.checked_rank(rank, self._spec.size)
        self._check_member(whole)
        return _geometry.coordinates_of(int(np.flatnonzero(self.ranks == whole)[0]), self._local_geometry)

    @property
    def _local_geometry(self) -> tuple[int, ...]:
        return (self.size,) if self._geometry is None else self._geometry

    def _check_member(self, rank: int) -> None:
        if not self._ranks.mask[rank]:
            raise ArgumentError(f"neuron {rank} of population `{self._name}` is no part of {self!r}")

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
        super().__init__(population, Ranks(population.size, range(rank, rank + 1)), (1,))

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
    if index is None or isinstance(index, bool) or (isinstance(index, tuple) and None in index):
        raise ArgumentError(f"{owner!r} cannot be indexed by {index!r}: use ranks, slices or a mask")
    if isinstance(index, list) and not index:
        raise ArgumentError("a view needs at least one neuron: this selection is empty")
    axes = tuple(map(_kept, index)) if isinstance(index, tuple) else _kept(index)
    try:
        _ = grid[np.asarray(index) if isinstance(index, list) else index]  # raises for numbers outside
        chosen = grid[axes]
    except (IndexError, TypeError, OverflowError) as error:
        raise ArgumentError(f"{owner!r} cannot be indexed by {index!r}: {error}") from None
    return PopulationView(population, as_ranks(population.size, chosen.reshape(-1)), chosen.shape)


def _kept(index: Any) -> Any:
    """Return an index that keeps its axis: a number takes one neuron along it."""
    if isinstance(index, int | np.integer):
        return slice(int(index), int(index) + 1 or None)
    return np.asarray(index) if isinstance(index, list) else index


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
