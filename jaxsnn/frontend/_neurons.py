"""Handles of some neurons: a network, a name and ranks, no arrays. Attributes read and write the network's values."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..connectivity import Ranks
from ..equations import Attribute, ValueType, conductance
from ..errors import ArgumentError, StateError, UnknownAttributeError, UnknownNameError, did_you_mean
from ..models import Neuron
from ..network import PopulationSpec, checked
from ..step import Path
from . import _attributes as attributes
from . import _geometry
from ._by_name import ByName

if TYPE_CHECKING:
    from ._network import Network
    from ._population import Population


class Neurons(ByName):
    """What populations and views share: attributes by name, selection by index."""

    _network: "Network"
    _name: str
    _ranks: Ranks

    def __init__(self, network: "Network", name: str, ranks: Ranks) -> None:
        object.__setattr__(self, "_network", network)
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_ranks", ranks)

    @property
    def _spec(self) -> PopulationSpec:
        return self._network.population_spec(self._name)

    @property
    def size(self) -> int:
        """Number of neurons."""
        return self._ranks.size

    @property
    def ranks(self) -> np.ndarray:
        """Ranks of the neurons in their population, (size,) int32."""
        return self._ranks.array

    @property
    def neuron_type(self) -> Neuron:
        """The model."""
        return self._spec.neuron

    @property
    def attributes(self) -> list[str]:
        """Names of parameters and variables."""
        return list(self._spec.neuron.analysed.names)

    @property
    def parameters(self) -> list[str]:
        """Names of parameters."""
        return [a.name for a in self._spec.neuron.analysed.attributes if a.is_parameter]

    @property
    def variables(self) -> list[str]:
        """Names of variables."""
        return [a.name for a in self._spec.neuron.analysed.attributes if not a.is_parameter]

    @property
    def targets(self) -> list[str]:
        """Names of the inputs that the equations read."""
        model = self._spec.neuron.analysed
        return list(dict.fromkeys((*model.targets, *model.sums)))

    @property
    def functions(self) -> list[str]:
        """Names of the functions that the model defines; each can be called as a method."""
        return [f.name for f in self._spec.neuron.analysed.functions]

    def sum(self, target: str) -> np.ndarray:
        """Return the last input of a target, (size,): the sum of rates, or the conductance of a spiking neuron."""
        model = self._spec.neuron.analysed
        if target in model.targets:
            path = self._path(conductance(target))
        elif self._network.is_compiled and target in self._network.inputs_of(self._name):
            path = ("sums", self._name, target)
        elif target in model.sums:
            return np.zeros(self.size)
        else:
            known = (*model.targets, *model.sums)
            raise UnknownNameError(f"{self!r} reads no input `{target}`.{did_you_mean(target, known)}")
        stored = attributes.read(self._network, path)
        return np.array(np.broadcast_to(stored, (self._spec.size,))[self._ranks.index])

    @property
    def refractory(self) -> Any:
        """Refractory period, ms; assign a number, one value per neuron, or a distribution."""
        return self._read(self._refractory_attribute())

    @refractory.setter
    def refractory(self, value: Any) -> None:
        model = self._spec.neuron
        if model.is_spiking and model.refractory is None:
            checked(value, self.size, f"`refractory` of {self!r}")
            if self._network.is_compiled:
                raise StateError(f"{self!r} has no refractory period: give it one before `compile()`")
            self._network.change_population(self._name, neuron=replace(model, refractory=0.0))
        self._assign(self._refractory_attribute(), value)

    def _refractory_attribute(self) -> str:
        """Return the name of the attribute that holds the refractory period."""
        name = self._spec.neuron.analysed.refractory
        if name is None:
            raise UnknownAttributeError(f"{self!r} has no refractory period")
        return name

    def __eq__(self, other: object) -> bool:
        """Tell whether two handles stand for the same neurons of the same network."""
        if not isinstance(other, Neurons) or other._network is not self._network:
            return False
        return (other._name, other._ranks) == (self._name, self._ranks)

    def __hash__(self) -> int:
        return hash((id(self._network), self._name, self._ranks))

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator["IndividualNeuron"]:
        """Yield each neuron, in the order of ranks."""
        return (self._single(int(r)) for r in self.ranks)

    def _single(self, rank: int) -> "IndividualNeuron":
        return IndividualNeuron(self._network, self._name, Ranks(self._spec.size, range(rank, rank + 1)))

    def __getattr__(self, name: str) -> Any:
        """Return the value of an attribute: a float if shared, else an array of this selection; or a function."""
        if name.startswith("__"):
            raise AttributeError(name)
        for function in self._spec.neuron.analysed.functions:
            if function.name == name:
                return self._network.callable_function(function)
        return self._read(name)

    def _read(self, name: str) -> Any:
        attribute = self._attribute(name)
        stored = attributes.read(self._network, self._path(name))
        if attribute.shared:
            return stored.reshape(()).item()
        return self._shaped(np.array(np.broadcast_to(stored, (self._spec.size,))[self._ranks.index]))

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign an attribute: a scalar, `size` values in any shape, or a distribution."""
        if isinstance(getattr(type(self), name, None), property):
            object.__setattr__(self, name, value)
        else:
            self._assign(name, value)

    def _assign(self, name: str, value: Any) -> None:
        attribute = self._attribute(name)
        if attribute.shared and not self._ranks.is_everything:
            message = (
                f"`{name}` has one value for population `{self._name}`: assign it to the population, not to a view"
            )
            raise ArgumentError(message)
        what = f"`{name}` of {self!r}"
        clean = checked(value, 1 if attribute.shared else self.size, what)
        if attribute.type is ValueType.INT and isinstance(clean, np.ndarray) and (clean != np.rint(clean)).any():
            raise ArgumentError(f"{what} takes integers, not {value!r}")
        attributes.write(self._network, self._path(name), attribute, self._ranks, clean)

    def _attribute(self, name: str) -> Attribute:
        model = self._spec.neuron.analysed
        if name == "r" and name not in model.names and model.spike is not None:
            message = f"population `{self._name}` computes no mean firing rate: call `compute_firing_rate(window)`"
            raise UnknownAttributeError(message)
        if name == "refractory" and name not in model.names:
            raise UnknownAttributeError(f"population `{self._name}` has no refractory period")
        if name not in model.names:
            message = f"population `{self._name}` has no attribute `{name}`.{did_you_mean(name, model.names)}"
            raise UnknownAttributeError(message)
        return model.attribute(name)

    def _path(self, name: str) -> Path:
        return ("populations", self._name, name)

    def _shaped(self, values: np.ndarray) -> np.ndarray:
        return values

    def _select(self, grid: np.ndarray, index: Any) -> "PopulationView":
        """Return the view of what an index takes from an array of ranks."""
        if index is None or isinstance(index, bool):
            raise ArgumentError(f"{self!r} cannot be indexed by {index!r}: use ranks, slices or a mask")
        if isinstance(index, list) and not index:
            raise ArgumentError("a view needs at least one neuron: this selection is empty")
        try:
            chosen = np.atleast_1d(grid[np.asarray(index) if isinstance(index, list) else index])
        except IndexError as error:
            raise ArgumentError(f"{self!r} cannot be indexed by {index!r}: {error}") from None
        geometry = chosen.shape if chosen.ndim > 1 else None
        return PopulationView(self._network, self._name, as_ranks(self._spec.size, chosen.reshape(-1)), geometry)

    def __add__(self, other: "Neurons") -> "PopulationView":
        """Return the union with other neurons of the same population, in the order of ranks."""
        same = isinstance(other, Neurons) and other._name == self._name and other._network.draft is self._network.draft
        if not same:
            raise ArgumentError(
                f"{self!r} and {other!r} cannot be united: neurons of one population of one network can"
            )
        union = np.union1d(self._ranks.array, other._ranks.array)
        return PopulationView(self._network, self._name, as_ranks(self._spec.size, union))


class PopulationView(Neurons):
    """Some neurons of a population; attributes are flat arrays of the selection."""

    _geometry: tuple[int, ...] | None

    def __init__(self, network: "Network", name: str, ranks: Ranks, geometry: tuple[int, ...] | None = None) -> None:
        super().__init__(network, name, ranks)
        object.__setattr__(self, "_geometry", geometry)

    def _on(self, network: "Network") -> "PopulationView":
        """Return the same view of a network of the same make."""
        return type(self)(network, self._name, self._ranks, self._geometry)

    @property
    def geometry(self) -> tuple[int, ...] | None:
        """Shape of the selection where it is a part of a grid, else None."""
        return self._geometry

    @property
    def name(self) -> str:
        """Name of the population."""
        return self._name

    @property
    def population(self) -> "Population":
        """The population that this is a part of."""
        return self._network.population(self._name)

    def rank_from_coordinates(self, coordinates: Any, local: bool = False) -> int:
        """Return the rank of a neuron from its coordinates in the population.

        Args:
            coordinates: one integer per axis; with `local`, in the geometry of this view.
            local: return the place in this view, not the rank in the population.
        """
        if local and self._geometry is not None:
            return _geometry.rank_of(coordinates, self._geometry)
        rank = self.population.rank_from_coordinates(coordinates)
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
            return self.population.coordinates_from_rank(rank)
        place = _geometry.checked_rank(rank, self.size)
        if self._geometry is not None:
            return _geometry.coordinates_of(place, self._geometry)
        return self.population.coordinates_from_rank(int(self.ranks[place]))

    def __getitem__(self, index: Any) -> "PopulationView":
        """Return a view of this view; indices count within it."""
        grid = self._ranks.array
        if isinstance(index, tuple) and self._geometry is not None:
            grid = grid.reshape(self._geometry)
        return self._select(grid, index)

    def __repr__(self) -> str:
        return f"view of {self.size} neurons of population `{self._name}`"


class IndividualNeuron(PopulationView):
    """One neuron of a population; its attributes are numbers."""

    @property
    def rank(self) -> int:
        """Rank in the population."""
        return int(self.ranks[0])

    @property
    def coordinates(self) -> tuple[int, ...]:
        """Coordinates in the population."""
        return self.population.coordinates_from_rank(self.rank)

    def _shaped(self, values: np.ndarray) -> Any:
        return values[0].item()

    def __repr__(self) -> str:
        return f"neuron {self.rank} of population `{self._name}`"


def as_ranks(size: int, chosen: np.ndarray) -> Ranks:
    """Return chosen ranks of a population, as a range where they progress evenly."""
    if len(chosen) == 0:
        raise ArgumentError("a view needs at least one neuron: this selection is empty")
    steps = np.unique(np.diff(chosen)) if len(chosen) > 1 else np.array([1])
    if len(steps) == 1 and steps[0] > 0:
        return Ranks(size, range(int(chosen[0]), int(chosen[-1]) + 1, int(steps[0])))
    return Ranks(size, tuple(chosen.tolist()))
