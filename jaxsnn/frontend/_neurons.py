"""Handles of populations and views: a network and a name, no arrays. Attributes read and write the network's values."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..compiler import Path
from ..connectivity import Ranks
from ..errors import ArgumentError, UnknownAttributeError, did_you_mean
from ..models import Neuron
from ..network import PopulationSpec, checked
from . import _attributes as attributes

if TYPE_CHECKING:
    from ._network import Network


class _Neurons:
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
        return list(self._spec.neuron.analysed.targets)

    def get(self, name: str) -> Any:
        """Return the value of an attribute; see `__getattr__`."""
        return getattr(self, name)

    def set(self, values: dict[str, Any]) -> None:
        """Assign several attributes."""
        for name, value in values.items():
            setattr(self, name, value)

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator["PopulationView"]:
        """Yield a view of each neuron, in the order of ranks."""
        return (PopulationView(self._network, self._name, Ranks(self._spec.size, (int(r),))) for r in self.ranks)

    def __getattr__(self, name: str) -> Any:
        """Return the value of an attribute: a float if shared, else an array of this selection."""
        if name.startswith("__"):
            raise AttributeError(name)
        attribute = self._attribute(name)
        stored = attributes.read(self._network, self._path(name))
        if attribute.shared:
            return stored.reshape(()).item()
        return self._shaped(np.array(np.broadcast_to(stored, (self._spec.size,))[self._ranks.index]))

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign an attribute: a scalar, `size` values in any shape, or a distribution."""
        attribute = self._attribute(name)
        if attribute.shared and not self._ranks.is_everything:
            message = (
                f"`{name}` has one value for population `{self._name}`: assign it to the population, not to a view"
            )
            raise ArgumentError(message)
        what = f"`{name}` of {self!r}"
        clean = checked(value, 1 if attribute.shared else self.size, what)
        attributes.write(self._network, self._path(name), attribute, self._ranks, clean)

    def _attribute(self, name: str):
        model = self._spec.neuron.analysed
        if name not in model.names:
            message = f"population `{self._name}` has no attribute `{name}`.{did_you_mean(name, model.names)}"
            raise UnknownAttributeError(message)
        return model.attribute(name)

    def _path(self, name: str) -> Path:
        return ("populations", self._name, name)

    def _shaped(self, values: np.ndarray) -> np.ndarray:
        return values

    def _select(self, grid: np.ndarray, index: Any) -> "PopulationView":
        if index is None or isinstance(index, bool):
            raise ArgumentError(f"{self!r} cannot be indexed by {index!r}: use ranks, slices or a mask")
        if isinstance(index, list) and not index:
            raise ArgumentError("a view needs at least one neuron: this selection is empty")
        try:
            chosen = np.atleast_1d(grid[np.asarray(index) if isinstance(index, list) else index]).reshape(-1)
        except IndexError as error:
            raise ArgumentError(f"{self!r} cannot be indexed by {index!r}: {error}") from None
        return PopulationView(self._network, self._name, as_ranks(self._spec.size, chosen))


class Population(_Neurons):
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

    @property
    def name(self) -> str:
        """Name of the population."""
        return self._name

    @property
    def geometry(self) -> tuple[int, ...]:
        """Shape of the population."""
        return self._spec.geometry

    def __getitem__(self, index: Any) -> "PopulationView":
        """Return a view: `P[3]`, `P[:800]`, `P[::2]`, `P[[1, 5]]`, `P[mask]`, and `P[2:4, :]` in a grid."""
        grid = np.arange(self._spec.size)
        return self._select(grid.reshape(self.geometry) if isinstance(index, tuple) else grid, index)

    def __repr__(self) -> str:
        return f"population `{self._name}` ({self.size} neurons)"

    def _shaped(self, values: np.ndarray) -> np.ndarray:
        return values.reshape(self.geometry)


class PopulationView(_Neurons):
    """Some neurons of a population; attributes are flat arrays of the selection."""

    @property
    def name(self) -> str:
        """Name of the population."""
        return self._name

    @property
    def population(self) -> Population:
        """The population that this is a part of."""
        return Population(self._network, self._name, Ranks(self._spec.size, range(self._spec.size)))

    def __getitem__(self, index: Any) -> "PopulationView":
        """Return a view of this view; indices count within it."""
        return self._select(self._ranks.array, index)

    def __add__(self, other: "PopulationView") -> "PopulationView":
        """Return the union of two views of one population, in the order of ranks."""
        same = isinstance(other, _Neurons) and other._name == self._name and other._network.draft is self._network.draft
        if not same:
            raise ArgumentError(f"{self!r} and {other!r} cannot be united: views of one population of one network can")
        union = np.union1d(self._ranks.array, other._ranks.array)
        return PopulationView(self._network, self._name, as_ranks(self._spec.size, union))

    def __repr__(self) -> str:
        return f"view of {self.size} neurons of population `{self._name}`"


def as_ranks(size: int, chosen: np.ndarray) -> Ranks:
    """Return chosen ranks of a population, as a range where they progress evenly."""
    if len(chosen) == 0:
        raise ArgumentError("a view needs at least one neuron: this selection is empty")
    steps = np.unique(np.diff(chosen)) if len(chosen) > 1 else np.array([1])
    if len(steps) == 1 and steps[0] > 0:
        return Ranks(size, range(int(chosen[0]), int(chosen[-1]) + 1, int(steps[0])))
    return Ranks(size, tuple(chosen.tolist()))
