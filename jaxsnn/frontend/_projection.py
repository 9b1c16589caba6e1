"""Handle of a projection: its connectors before compilation, its synapses after."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

import numpy as np

from .. import arguments, plotting
from ..equations import Attribute
from ..errors import Remark, StateError, UnknownAttributeError, did_you_mean
from ..io import Filename
from ..models import Synapse
from . import _connectors as connectors
from . import _files as files
from . import _synapse_attributes as synapse_attributes
from . import _synapse_matrices as matrices
from ._base_projection import BaseProjection
from ._core import Core
from ._default_core import core_of
from ._dendrite import Dendrite, IndividualSynapse
from ._describe_projection import add_projection
from ._functions import for_python
from ._handle import all_or_nothing, keep
from ._input_populations import population_of
from ._population import Ranked
from ._reset import restart_synapses


class Projection(BaseProjection):
    """A projection of a network: call one connector, then compile. Calling the class adds one to the default network.

    Args:
        pre, post: populations or views, or names of populations.
        target: which input of the post neurons it feeds, or several of them.
        synapse: a `Synapse`, or a built-in such as `STDP`, which then takes its defaults; None for the default one: a
            spike adds `w`, a rate counts `w` times.
        name: unique; None numbers the projections.
        disable_omp, copied: accepted and ignored.

    Attributes of the synapse model are attributes of the projection. Reading gives, for an attribute with one value per
    synapse, one list for each post neuron that has synapses, in the order of ranks; for a `postsynaptic` one a list;
    for a `projection`-wide one a number. `w` is a number too while it is the one that was given to the connector, and
    the synapses have no learning rule. Assigning takes a number, a distribution, lists as reading gives them, or a
    matrix (post.size, pre.size).

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(seed=0)
        >>> P = net.create(3, snn.Izhikevich, name="P")
        >>> proj = net.connect(P, P, target="exc", name="exc").all_to_all(weights=0.5)
        >>> _ = net.compile()
        >>> proj.w
        0.5
        >>> proj.w = [[0.5, 0.25], [0.5, 0.5], [0.5, 0.5]]
        >>> proj.dendrite(0).w
        [0.5, 0.25]
        >>> proj.connectivity_matrix().tolist()
        [[0.0, 0.5, 0.25], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]]
    """

    def __init__(
        self,
        pre: Ranked | str,
        post: Ranked | str,
        target: str | Sequence[str],
        synapse: Synapse | Callable[[], Synapse] | None = None,
        name: str | None = None,
        disable_omp: bool = True,
        copied: bool = False,
    ) -> None:
        self._add(core_of(pre, post), pre, post, target, synapse, name)

    def _add(
        self,
        core: Core,
        pre: Ranked | str,
        post: Ranked | str,
        target: str | Sequence[str],
        synapse: Any,
        name: str | None,
        **options: Any,
    ) -> None:
        """Add a projection to a network, and stand for it; see `add_projection`."""
        ends = [population_of(core, side) if isinstance(side, str) else side for side in (pre, post)]
        self._bind(core, add_projection(core, HANDLES, ends[0], ends[1], target, synapse, name, **options), *ends)

    @classmethod
    def _added(cls, core: Core, *arguments: Any, **options: Any) -> Self:
        """Add a projection of this class to a network, whatever its `__init__` takes; see `add_projection`."""
        handle = object.__new__(cls)
        handle._add(core, *arguments, **options)
        return handle

    def get(self, name: str) -> Any:
        """Return the values of an attribute; see the class."""
        name = arguments.text(name, "name")
        return self._read(name) if name in self._spec.synapse.analysed.names else getattr(self, name)

    def set(self, value: dict[str, Any]) -> None:
        """Assign several attributes, by name: all of them, or none if one cannot be assigned."""
        with all_or_nothing(self):
            for name, x in arguments.by_name(value, "value").items():
                if name in self._spec.synapse.analysed.names:
                    self._assign(name, x)
                else:
                    setattr(self, name, x)

    # Connectors, under our names and those of ANNarchy

    all_to_all = connect_all_to_all = connectors.all_to_all
    one_to_one = connect_one_to_one = connectors.one_to_one
    fixed_probability = connect_fixed_probability = connectors.fixed_probability
    fixed_number_pre = connect_fixed_number_pre = connectors.fixed_number_pre
    fixed_number_post = connect_fixed_number_post = connectors.fixed_number_post
    fixed_total_number = connect_fixed_total_number = connectors.fixed_total_number
    gaussian = connect_gaussian = connectors.gaussian
    dog = connect_dog = connectors.dog
    from_matrix = connect_from_matrix = connectors.from_matrix
    from_sparse = connect_from_sparse = connectors.from_sparse
    from_matrix_market = connect_from_matrix_market = connectors.from_matrix_market
    from_file = connect_from_file = connectors.from_file
    with_func = connect_with_func = connectors.with_func

    @property
    def attributes(self) -> list[str]:
        """Names of parameters and variables."""
        return synapse_attributes.names(self._core, self._name)

    @property
    def parameters(self) -> list[str]:
        """Names of parameters; `w` is one, unless an equation changes it."""
        return synapse_attributes.parameters(self._core, self._name)

    @property
    def variables(self) -> list[str]:
        """Names of variables; `w` is one if anything changes it."""
        return synapse_attributes.variables(self._core, self._name)

    @property
    def init(self) -> dict[str, Any]:
        """Initial values by name as declared before `compile()`, and the switches; `w` is that of the model."""
        switches = ("transmission", "axon_transmission", "update", "plasticity")
        return dict.fromkeys(switches, True) | synapse_attributes.initial_values(self._core, self._name)

    @property
    def functions(self) -> list[str]:
        """Names of the functions that the model defines; each can be called as a method."""
        return [f.name for f in self._spec.synapse.analysed.functions]

    # Synapses

    @property
    def nb_synapses(self) -> int:
        """Number of synapses; 0 before `compile()`, with a warning."""
        return self._core.synapses(self._name).size if self._has_synapses() else 0

    def nb_synapses_per_dendrite(self) -> list[int]:
        """Return the number of synapses of each post neuron that has some; none before `compile()`, with a warning."""
        return self._core.synapses(self._name).counts.tolist() if self._has_synapses() else []

    def _has_synapses(self) -> bool:
        """Tell whether synapses are drawn already; judge who asks for them before."""
        if not self._core.is_compiled:
            message = f"the synapses of projection `{self._name}` are drawn when the network starts: compile it first"
            self._core.judge(Remark(StateError, (message,)))
        return self._core.is_compiled

    def nb_efferent_synapses(self) -> list[int]:
        """Return the number of synapses of each pre neuron, in the order of the pre-synaptic side."""
        found, pre = self._core.synapses(self._name), self._spec.ends.pre
        return np.bincount(found.pre, minlength=pre.population_size)[pre.array].tolist()

    @property
    def post_ranks(self) -> list[int]:
        """Ranks of the post neurons that have synapses; none before `compile()`, with a warning."""
        return self._core.synapses(self._name).post_ranks.tolist() if self._has_synapses() else []

    @property
    def size(self) -> int:
        """Number of post neurons that have synapses."""
        return len(self.post_ranks)

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Dendrite]:
        """Yield the dendrites, in the order of post ranks."""
        return (Dendrite(self, rank) for rank in self.post_ranks)

    @property
    def dendrites(self) -> Iterator[Dendrite]:
        """The dendrites, in the order of post ranks."""
        return iter(self)

    def dendrite(self, post: Any) -> Dendrite:
        """Return the synapses of a post neuron, by its rank or its coordinates.

        Raises:
            ArgumentError: it has none.
        """
        population = population_of(self._core, self._spec.post)
        rank = arguments.rank(post, "post") if np.ndim(post) == 0 else population.rank_from_coordinates(post)
        return Dendrite(self, rank).checked()

    def __getitem__(self, post: Any) -> Dendrite:
        return self.dendrite(post)

    def synapse(self, pre: Any, post: Any) -> IndividualSynapse:
        """Return one synapse, by the ranks or coordinates of its two neurons.

        Raises:
            ArgumentError: there is none.
        """
        return self.dendrite(post).synapse(pre)

    def create_synapse(self, pre: int, post: int, w: float = 0.0, delay: float = 0.0) -> None:
        """Create a synapse between two neurons, by their ranks; see `Dendrite.create_synapse`."""
        Dendrite(self, arguments.rank(post, "post")).create_synapse(pre, w, delay)

    def prune_synapse(self, pre: int, post: int) -> None:
        """Remove the synapse between two neurons, by their ranks; see `Dendrite.prune_synapse`."""
        Dendrite(self, arguments.rank(post, "post")).prune_synapse(pre)

    # Attributes

    def __getattr__(self, name: str) -> Any:
        """Return the values of an attribute, see the class; or a function of the model."""
        if name.startswith("_"):
            raise AttributeError(name)
        for function in self._spec.synapse.analysed.functions:
            if function.name == name:
                return for_python(self._core, function)
        return self._read(name)

    def _read(self, name: str) -> Any:
        return synapse_attributes.read(self._core, self._name, self._attribute(name))

    def _assign(self, name: str, value: Any) -> None:
        synapse_attributes.write(self._core, self._name, self._attribute(name), value)

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign an attribute; see the class."""
        if self._is_plain(name) and not self._is_of_model(name):
            object.__setattr__(self, name, value)
            return
        try:
            self._attribute(name)
        except UnknownAttributeError as unknown:
            keep(self, name, value, unknown)
        else:
            self._assign(name, value)

    def _is_of_model(self, name: str) -> bool:
        """Tell whether the model has an attribute of this name that is not hidden by one of this class."""
        return "_core" in vars(self) and not hasattr(type(self), name) and name in self._spec.synapse.analysed.names

    def _attribute(self, name: str) -> Attribute:
        model = self._spec.synapse.analysed
        if name not in model.names:
            hint = did_you_mean(name, model.names)
            raise UnknownAttributeError(f"projection `{self._name}` has no attribute `{name}`.{hint}")
        return model.attribute(name)

    # Matrices

    def connectivity_matrix(self, fill: float = 0.0) -> np.ndarray:
        """Return the weights as (post, pre), over the whole populations, with `fill` where there is no synapse.

        A pair with several synapses, as `fixed_total_number` makes them, has the sum of their weights.
        """
        return self._as_matrix("w", fill)

    def _as_matrix(self, variable: str, fill: float) -> np.ndarray:
        return matrices.as_matrix(self._core, self._name, self._attribute(variable), fill)

    def receptive_fields(self, variable: str = "w", in_post_geometry: bool = True) -> np.ndarray:
        """Return an image of all receptive fields: tiles of the shape of the pre population.

        Args:
            variable: with one value per synapse; 0 where there is none.
            in_post_geometry: tiles stand in the grid of the post population, else in a square.
        """
        return matrices.receptive_fields(self._core, self._name, self._attribute(variable), in_post_geometry)

    def plot(self, variable: str = "w", axes: Any = None, **style: Any) -> Any:
        """Draw an attribute of the synapses as an image, (post, pre); return the matplotlib axes.

        Args:
            variable: with one value per synapse.
            axes: where to draw; None makes a figure.
            **style: for `Axes.imshow`.
        """
        return plotting.matrix(self._as_matrix(variable, np.nan), axes, label=variable, **style)

    def size_in_bytes(self) -> int:
        """Return how much memory its synapses take; 0 before `compile()`."""
        return 0 if not self._core.is_compiled else synapse_attributes.n_bytes(self._core, self._name)

    def save(self, filename: Filename) -> None:
        """Write the synapses and what is on its way into a file; see `Network.save` for formats and errors."""
        files.save_projection(self._core, self._name, filename)

    def load(self, filename: Filename, pickle_encoding: str | None = None) -> None:
        """Read the synapses from a file of `save`, or of `Network.save`.

        Who is connected to whom becomes that of the file. Of a network's file, the projection of this name is taken.
        Time stays as it is. See `Network.load` for errors. `pickle_encoding` is accepted and ignored.
        """
        files.load_projection(self._core, self._name, filename)

    def save_connectivity(self, filename: Filename) -> None:
        """Write who is connected to whom, weights and delays into a file, for `connect_from_file`.

        The file holds lists, those of all post neurons one after the other: `post_ranks`, `nb_synapses_per_dendrite`,
        `pre_ranks`, `w`, `delay` (ms); and `name`, `size`, `nb_synapses`, `max_delay`, `uniform_delay` (-1 where delays
        differ). See `Network.save` for formats.

        Raises:
            StateError: the network is not compiled, so there are no synapses yet.
            FileFormatError: a `.gz`, which in ANNarchy is a pickle.

        Example:
            >>> import os, tempfile, jaxsnn as snn
            >>> filename = os.path.join(tempfile.mkdtemp(), "exc.npz")
            >>> net = snn.Network(seed=0)
            >>> P = net.create(5, snn.Izhikevich, name="P")
            >>> exc = net.connect(P, P, target="exc").fixed_probability(0.5, weights=snn.Uniform(0.0, 1.0))
            >>> _ = net.compile()
            >>> exc.save_connectivity(filename)
            >>> other = snn.Network()
            >>> Q = other.create(5, snn.Izhikevich, name="Q")
            >>> same = other.connect(Q, Q, target="exc").from_file(filename)
            >>> _ = other.compile()
            >>> bool((same.connectivity_matrix() == exc.connectivity_matrix()).all())
            True
        """
        files.save_connectivity(self._core, self._name, filename)

    def update_launch_config(self, nb_blocks: int = -1, threads_per_block: int = 32) -> None:
        """Do nothing: ANNarchy sets how CUDA is launched, which XLA decides."""

    def reset(self, attributes: list[str] | str | int | None = -1, synapses: bool = False) -> None:
        """Set attributes of the synapses back to what they were before `compile()`, all but `w`, and forget events.

        Args:
            attributes: only these; -1 or None for all.
            synapses: also draw connectivity, weights and delays anew.
        """
        chosen: list[str] | None = None
        if not isinstance(attributes, int) and attributes is not None:
            chosen = [attributes] if isinstance(attributes, str) else list(attributes)
        for name in chosen or []:
            self._attribute(name)
        restart_synapses(self._core, [self._name], chosen, synapses)


HANDLES = (Projection, Dendrite)  # what shows attributes of synapses
