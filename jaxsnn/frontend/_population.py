"""Handle of a population; `Population(...)` adds one to the default network."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .. import arguments
from ..connectivity import everything
from ..errors import ArgumentError, UnknownAttributeError
from ..inputs import Input, ParameterTables
from ..io import Filename
from ..models import Neuron
from ..propagation import unpack_events
from . import _attributes as attributes
from . import _files as files
from . import _geometry
from ._changes import change_population, change_schedule, set_enabled
from ._core import Core
from ._default_core import default_core
from ._describe_population import add_population, model_of
from ._draft_values import initial_value
from ._handle import Part
from ._neurons import Neurons
from ._reset import restart_populations
from ._view import IndividualNeuron, PopulationView, union_of, view_of


class Population(Neurons, Part):
    """A population of a network; calling the class adds one to the default network, as `Network.create` does to others.

    Args:
        geometry: number of neurons, or a shape.
        neuron: a `Neuron`, or a built-in such as `Izhikevich`, which then takes its defaults.
        name: unique; None numbers the populations.
        stop_condition: when `simulate_until` has reached its goal here, such as `"v > 0.0 : all"` or `"spiked"`.
        storage_order, copied: accepted and ignored.

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

    _kind = "population"

    def __init__(
        self,
        geometry: int | tuple[int, ...],
        neuron: Neuron | Callable[[], Neuron],
        name: str | None = None,
        stop_condition: str | None = None,
        storage_order: str = "post_to_pre",
        copied: bool = False,
    ) -> None:
        self._add(Input(geometry, model_of(neuron)), name, stop_condition)

    def _add(self, described: Input, name: str | None, stop_condition: str | None = None) -> None:
        """Add what is described to the default network, and stand for it."""
        core = default_core()
        self._bind(core, add_population(core, HANDLES, described, name, stop_condition))

    def _bind(self, core: Core, name: str) -> None:  # type: ignore[override]
        super()._bind(core, name, everything(core.population(name).size))

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
    def id(self) -> int:
        """Number of the population in its network, from 0."""
        return list(self._core.draft.populations).index(self._name)

    @property
    def class_name(self) -> str:
        """Name that ANNarchy gives the population in its C++ code."""
        return f"pop{self.id}"

    @property
    def init(self) -> dict[str, Any]:
        """Initial values by name, numbers, arrays (size,) or distributions, as declared before `compile()`."""
        known = {"r": 0.0} if self._spec.neuron.is_spiking else {}
        return known | {a.name: initial_value(self._core.draft, self._name, a.name) for a in self._own_attributes}

    @property
    def stop_condition(self) -> str | None:
        """When `simulate_until` has reached its goal here; None for never."""
        stop = self._spec.stop
        return None if stop is None else stop.text

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

    def set_table(self, name: str, table: Any) -> None:
        """Let a parameter that follows a table follow another one, at any time.

        Args:
            name: of the parameter.
            table: an `inputs.Table`; or values alone, at the times of the old one.

        Raises:
            ArgumentError: the parameter follows no table; see `Network.create(tables=)`.
        """
        schedule = self._core.schedule(self._name)
        known = schedule.tables if isinstance(schedule, ParameterTables) else {}
        if name not in known:
            message = f"`{name}` of {self!r} follows no table, but {', '.join(known) or 'nothing'} does"
            raise ArgumentError(f"{message}: give it one by `Network.create(..., tables={{'{name}': ...}})`")
        change_schedule(self._core, self._name, {name: table})

    def reset(self, attributes: list[str] | None = None) -> None:
        """Set attributes back to what they were before `compile()`, and forget spikes.

        Args:
            attributes: only these; None for all.
        """
        attributes = None if attributes is None else arguments.names(attributes, "attributes")
        for name in attributes or []:
            self._attribute(name)
        restart_populations(self._core, [self._name], True, attributes)

    def clear(self) -> None:
        """Forget spikes and refractory periods; inputs begin again."""
        restart_populations(self._core, [self._name], False)

    def save(self, filename: Filename) -> None:
        """Write the attributes and spikes of the population into a file; see `Network.save` for formats and errors."""
        files.save_population(self._core, self._name, filename)

    def load(self, filename: Filename, pickle_encoding: str | None = None) -> None:
        """Read the attributes and spikes of the population from a file of `save`, or of `Network.save`.

        Of a network's file, the population of this name is taken. Time stays as it is. See `Network.load` for errors.
        `pickle_encoding` is accepted and ignored: no file is a pickle.
        """
        files.load_population(self._core, self._name, filename)

    def size_in_bytes(self) -> int:
        """Return how much memory the attributes of its neurons take; 0 before `compile()`."""
        if not self._core.is_compiled:
            return 0
        names = self._spec.neuron.analysed.names
        return sum(attributes.read(self._core, self._path(name)).nbytes for name in names)

    def compute_firing_rate(self, window: float) -> None:
        """Compute the mean firing rate of each spiking neuron: the attribute `r` is its rate in a sliding window, Hz.

        Args:
            window: ms.

        Raises:
            ArgumentError: a window that is no duration, or a rate-coded population.
        """
        width = arguments.real(window, "window", "ms", above=0.0)
        change_population(self._core, self._name, neuron=self._spec.neuron.with_changes(rate_window=width))

    # Neurons and views

    @property
    def neurons(self) -> Iterator[IndividualNeuron]:
        """The neurons, in the order of ranks."""
        return iter(self)

    def __iter__(self) -> Iterator[IndividualNeuron]:
        """Yield each neuron, in the order of ranks."""
        return (IndividualNeuron(self, int(r)) for r in self.ranks)

    def neuron(self, *coord: Any) -> IndividualNeuron:
        """Return one neuron, by its rank or its coordinates: `P.neuron(5)`, `P.neuron(1, 2)`, `P.neuron((1, 2))`."""
        given = coord[0] if len(coord) == 1 else coord
        is_rank = np.ndim(given) == 0
        rank = _geometry.checked_rank(given, self.size) if is_rank else self.rank_from_coordinates(given)
        return IndividualNeuron(self, rank)

    def rank_from_coordinates(self, coord: Any) -> int:
        """Return the rank of a neuron; ranks count row by row."""
        return _geometry.rank_of(coord, self.geometry)

    def coordinates_from_rank(self, rank: int) -> tuple[int, ...]:
        """Return the coordinates of a neuron."""
        return _geometry.coordinates_of(rank, self.geometry)

    def normalized_coordinates_from_rank(self, rank: int, norm: float = 1.0) -> tuple[float, ...]:
        """Return the coordinates of a neuron, scaled to 0 ... norm in each dimension."""
        return _geometry.normalized(self.coordinates_from_rank(rank), self.geometry, norm)

    def __getitem__(self, index: Any) -> PopulationView:
        """Return a view: `P[3]`, `P[:800]`, `P[::2]`, `P[[1, 5]]`, `P[mask]`, and `P[2:4, :]` in a grid.

        A view of a grid keeps all axes: `P[:, 0]` has the geometry (n, 1). One integer for each axis gives a single
        neuron. Negative numbers count from the end.
        """
        grid = np.arange(self.size)
        if not isinstance(index, tuple):
            return view_of(self, self, grid, index)
        view = view_of(self, self, grid.reshape(self.geometry), index)
        single = len(index) == self.dimension and all(isinstance(i, int | np.integer) for i in index)
        return IndividualNeuron(self, int(view.ranks[0])) if single else view

    def __add__(self, other: Neurons) -> PopulationView:
        """Return the union with other neurons of the same population, in the order of ranks."""
        return union_of(self, self, other)

    def __repr__(self) -> str:
        return f"population `{self._name}` ({self.size} neurons)"

    def _shaped(self, values: np.ndarray) -> np.ndarray:
        return values.reshape(self.geometry)


Ranked = Population | PopulationView
HANDLES = (Population, IndividualNeuron)  # what shows attributes of neurons
