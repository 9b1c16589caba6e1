"""Handles of populations: a whole one, a view of some of its neurons, a single neuron."""

from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from ..connectivity import Ranks, everything
from ..errors import ArgumentError, UnknownAttributeError
from ..io import Filename
from ..propagation import unpack_events
from . import _attributes as attributes
from . import _files as files
from . import _geometry
from ._changes import change_population, set_enabled
from ._core import Core
from ._neurons import Neurons
from ._reset import restart_populations


class Population(Neurons):
    """A population of a network.

    Attributes of the neuron model are attributes of the population: reading gives an array of its geometry (a float
    for a `population`-wide one), assigning takes a scalar, an array of `size` elements, or a distribution that is drawn
    when the network starts.

    Example:
        >>> import jaxsnn as snn
        >>> P = snn.Network(seed=0).create(4, snn.Izhikevich, name="P")
        >>> P.v = -60.0
        >>> P[:2].v = [-70.0, -65.0]
        >>> P.v.tolist()
        [-70.0, -65.0, -60.0, -60.0]
    """

    def __init__(self, core: Core, name: str) -> None:
        super().__init__(core, name, everything(core.population(name).size))

    def _on(self, core: Core) -> Self:
        """Return the same population of a network of the same make."""
        return type(self)(core, self._name)

    @property
    def geometry(self) -> tuple[int, ...]:
        """Shape of the population."""
        return self._spec.geometry

    @property
    def dimension(self) -> int:
        """Number of axes of the geometry."""
        return len(self.geometry)

    @property
    def width(self) -> int:
        """First axis of the geometry."""
        return self.geometry[0]

    @property
    def height(self) -> int:
        """Second axis of the geometry, 1 where it has none."""
        return self.geometry[1] if self.dimension > 1 else 1

    @property
    def depth(self) -> int:
        """Third axis of the geometry, 1 where it has none."""
        return self.geometry[2] if self.dimension > 2 else 1

    @property
    def spike(self) -> list[int]:
        """Ranks that spiked in the last step."""
        if not self._spec.neuron.is_spiking:
            raise UnknownAttributeError(f"{self!r} is rate-coded: it has no spikes")
        words = attributes.read(self._core, ("spikes", self._name, "spike"))
        return unpack_events(words[None])[1].tolist()

    @property
    def enabled(self) -> bool:
        """Whether it takes part in the steps."""
        return self._name not in self._core.draft.disabled

    def enable(self) -> None:
        """Let the population take part in the steps again."""
        set_enabled(self._core, self._name, True)

    def disable(self) -> None:
        """Let the population stand still: it keeps its state, receives nothing, sends no spikes, and its last rates.

        The first step after a change compiles once.
        """
        set_enabled(self._core, self._name, False)

    def reset(self, attributes: list[str] | None = None) -> None:
        """Set attributes back to what they were before `compile()`, and forget spikes.

        Args:
            attributes: only these; None for all.
        """
        for name in attributes or []:
            self._attribute(name)
        restart_populations(self._core, [self._name], True, attributes)

    def clear(self) -> None:
        """Forget spikes and refractory periods; inputs begin again."""
        restart_populations(self._core, [self._name], False)

    def save(self, filename: Filename) -> None:
        """Write the attributes and spikes of the population into a file; see `Network.save` for formats and errors."""
        files.save_population(self._core, self._name, filename)

    def load(self, filename: Filename) -> None:
        """Read the attributes and spikes of the population from a file of `save`, or of `Network.save`.

        Of a network's file, the population of this name is taken. Time stays as it is. See `Network.load` for errors.
        """
        files.load_population(self._core, self._name, filename)

    def compute_firing_rate(self, window: float) -> None:
        """Compute the mean firing rate of each spiking neuron: the attribute `r` is its rate in a sliding window, Hz.

        Args:
            window: ms.

        Raises:
            ArgumentError: a window that is no duration, or a rate-coded population.
        """
        change_population(self._core, self._name, neuron=self._spec.neuron.with_changes(rate_window=float(window)))

    # Neurons and views

    @property
    def neurons(self) -> Iterator["IndividualNeuron"]:
        """The neurons, in the order of ranks."""
        return iter(self)

    def __iter__(self) -> Iterator["IndividualNeuron"]:
        """Yield each neuron, in the order of ranks."""
        return (IndividualNeuron(self, int(r)) for r in self.ranks)

    def neuron(self, *coordinates: Any) -> "IndividualNeuron":
        """Return one neuron, by its rank or its coordinates: `P.neuron(5)`, `P.neuron(1, 2)`, `P.neuron((1, 2))`."""
        given = coordinates[0] if len(coordinates) == 1 else coordinates
        is_rank = np.ndim(given) == 0
        rank = _geometry.checked_rank(given, self.size) if is_rank else self.rank_from_coordinates(given)
        return IndividualNeuron(self, rank)

    def rank_from_coordinates(self, coordinates: Any) -> int:
        """Return the rank of a neuron; ranks count row by row."""
        return _geometry.rank_of(coordinates, self.geometry)

    def coordinates_from_rank(self, rank: int) -> tuple[int, ...]:
        """Return the coordinates of a neuron."""
        return _geometry.coordinates_of(rank, self.geometry)

    def normalized_coordinates_from_rank(self, rank: int, norm: float = 1.0) -> tuple[float, ...]:
        """Return the coordinates of a neuron, scaled to 0 ... norm in each dimension."""
        return _geometry.normalized(self.coordinates_from_rank(rank), self.geometry, norm)

    def __getitem__(self, index: Any) -> "PopulationView":
        """Return a view: `P[3]`, `P[:800]`, `P[::2]`, `P[[1, 5]]`, `P[mask]`, and `P[2:4, :]` in a grid.

        One integer for each axis of a grid gives a single neuron.
        """
        grid = np.arange(self.size)
        if not isinstance(index, tuple):
            return view_of(self, self, grid, index)
        view = view_of(self, self, grid.reshape(self.geometry), index)
        single = len(index) == self.dimension and all(isinstance(i, int | np.integer) for i in index)
        return IndividualNeuron(self, int(view.ranks[0])) if single else view

    def __add__(self, other: Neurons) -> "PopulationView":
        """Return the union with other neurons of the same population, in the order of ranks."""
        return union_of(self, self, other)

    def __repr__(self) -> str:
        return f"population `{self._name}` ({self.size} neurons)"

    def _shaped(self, values: np.ndarray) -> np.ndarray:
        return values.reshape(self.geometry)


class PopulationView(Neurons):
    """Some neurons of a population; attributes are flat arrays of the selection.

    Args:
        population: of which it is a part.
        ranks: the neurons.
        geometry: shape of the selection where it is a part of a grid, else None.
    """

    _population: Population
    _geometry: tuple[int, ...] | None

    def __init__(self, population: Population, ranks: Ranks, geometry: tuple[int, ...] | None = None) -> None:
        super().__init__(population._core, population.name, ranks)
        object.__setattr__(self, "_population", population)
        object.__setattr__(self, "_geometry", geometry)

    def _on(self, core: Core) -> "PopulationView":
        """Return the same view of a network of the same make."""
        return PopulationView(self._population._on(core), self._ranks, self._geometry)

    @property
    def geometry(self) -> tuple[int, ...] | None:
        """Shape of the selection where it is a part of a grid, else None."""
        return self._geometry

    @property
    def population(self) -> Population:
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
        rank = self._population.rank_from_coordinates(coordinates)
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
            return self._population.coordinates_from_rank(rank)
        place = _geometry.checked_rank(rank, self.size)
        if self._geometry is not None:
            return _geometry.coordinates_of(place, self._geometry)
        return self._population.coordinates_from_rank(int(self.ranks[place]))

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

    def __init__(self, population: Population, rank: int) -> None:
        super().__init__(population, Ranks(population.size, range(rank, rank + 1)))

    def _on(self, core: Core) -> "IndividualNeuron":
        """Return the same neuron of a network of the same make."""
        return IndividualNeuron(self._population._on(core), self.rank)

    @property
    def rank(self) -> int:
        """Rank in the population."""
        return int(self.ranks[0])

    @property
    def coordinates(self) -> tuple[int, ...]:
        """Coordinates in the population."""
        return self._population.coordinates_from_rank(self.rank)

    def _shaped(self, values: np.ndarray) -> Any:
        return values[0].item()

    def __repr__(self) -> str:
        return f"neuron {self.rank} of population `{self._name}`"


Ranked = Population | PopulationView


def view_of(population: Population, owner: Neurons, grid: np.ndarray, index: Any) -> PopulationView:
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


def union_of(population: Population, some: Neurons, others: Any) -> PopulationView:
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
