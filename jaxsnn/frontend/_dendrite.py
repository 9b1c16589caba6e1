"""Handles of the synapses of one post neuron, and of a single synapse."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import arguments
from ..connectivity import DELAY, Ranks, SynapseTable
from ..distributions import Distribution
from ..equations import Attribute, Locality
from ..errors import ArgumentError, ShapeError, UnknownAttributeError, did_you_mean
from . import _synapse_attributes as synapse_attributes
from ._base_projection import BaseProjection
from ._handle import Handle, all_or_nothing
from ._input_populations import population_of
from ._population import Ranked
from ._synapse_edits import create_synapses, prune_synapses
from ._synapse_list import for_each


class Dendrite(Handle):
    """The synapses of a projection that end in one neuron; attributes are lists in the order of pre ranks.

    `w` is a number where `Projection.w` is one.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network()
        >>> P = net.create(3, snn.Izhikevich, name="P")
        >>> proj = net.connect(P, P, target="exc").all_to_all(weights=0.5)
        >>> _ = net.compile()
        >>> dendrite = proj.dendrite(1)
        >>> dendrite.w = [0.1, 0.2]
        >>> dendrite.pre_ranks, [round(w, 3) for w in dendrite.w], round(dendrite.synapse(2).w, 3)
        ([0, 2], [0.1, 0.2], 0.2)
    """

    _proj: BaseProjection
    _rank: int

    def __init__(self, proj: BaseProjection, post_rank: int) -> None:
        self._bind(proj._core, proj.name)
        object.__setattr__(self, "_proj", proj)
        object.__setattr__(self, "_rank", post_rank)

    def get(self, name: str) -> Any:
        """Return an attribute."""
        name = arguments.text(name, "name")
        named = name in self._core.projection(self._name).synapse.analysed.names
        return self._read(name) if named else getattr(self, name)

    def set(self, value: dict[str, Any]) -> None:
        """Assign several attributes, by name: all of them, or none if one cannot be assigned."""
        with all_or_nothing(self):
            for name, x in arguments.by_name(value, "value").items():
                setattr(self, name, x)

    def checked(self) -> "Dendrite":
        """Return this dendrite.

        Raises:
            ArgumentError: the neuron has no synapses.
        """
        if self._table.size == 0:
            raise ArgumentError(f"neuron {self._rank} has no synapses in projection `{self._name}`")
        return self

    @property
    def _table(self) -> SynapseTable:
        return self._core.synapses(self._name).of(self._rank)

    @property
    def idx(self) -> int:
        """Place of the post neuron among those that have synapses."""
        return self._core.synapses(self._name).post_ranks.tolist().index(self._rank)

    @property
    def attributes(self) -> list[str]:
        """Names of parameters and variables."""
        return synapse_attributes.names(self._core, self._name)

    @property
    def parameters(self) -> list[str]:
        """Names of parameters."""
        return synapse_attributes.parameters(self._core, self._name)

    @property
    def variables(self) -> list[str]:
        """Names of variables."""
        return synapse_attributes.variables(self._core, self._name)

    @property
    def proj(self) -> BaseProjection:
        """The projection."""
        return self._proj

    @property
    def pre(self) -> Ranked:
        """The pre-synaptic population or view."""
        return self._proj.pre

    @property
    def post(self) -> Ranked:
        """The post-synaptic population or view."""
        return self._proj.post

    @property
    def target(self) -> str | list[str]:
        """Which input of the post neuron it feeds; a list where it feeds several."""
        return self._proj.target

    @property
    def post_rank(self) -> int:
        """Rank of the post neuron."""
        return self._rank

    @property
    def pre_ranks(self) -> list[int]:
        """Ranks of the pre neurons."""
        return self._table.pre.tolist()

    pre_rank = pre_ranks

    @property
    def size(self) -> int:
        """Number of synapses."""
        return self._table.size

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator["IndividualSynapse"]:
        """Yield the synapses, in the order of pre ranks."""
        return (IndividualSynapse(self, rank) for rank in self.pre_ranks)

    @property
    def synapses(self) -> Iterator["IndividualSynapse"]:
        """The synapses, in the order of pre ranks."""
        return iter(self)

    def synapse(self, pos: Any) -> "IndividualSynapse":
        """Return one synapse, by the rank or the coordinates of its pre neuron.

        Raises:
            ArgumentError: there is none.
        """
        spec = self._core.projection(self._name)
        one = np.ndim(pos) == 0
        pre = population_of(self._core, spec.pre)
        rank = arguments.rank(pos, "pre") if one else pre.rank_from_coordinates(pos)
        if rank not in self._table.pre:
            message = f"projection `{self._name}` has no synapse from neuron {rank} to neuron {self._rank}"
            raise ArgumentError(message)
        return IndividualSynapse(self, rank)

    def __getitem__(self, pre: Any) -> "IndividualSynapse":
        return self.synapse(pre)

    # Attributes

    def __getattr__(self, name: str) -> Any:
        """Return an attribute: a list, or a number for one that all synapses share."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self._read(name)

    def _read(self, name: str) -> Any:
        attribute = self._attribute(name)
        one = synapse_attributes.one_weight(self._core, self._name, attribute)
        return self._each(attribute) if one is None else one

    def _each(self, attribute: Attribute) -> Any:
        """Return an attribute: a list with one value per synapse, or the number for all of them."""
        stored = synapse_attributes.stored(self._core, self._name, attribute.name)
        match attribute.locality:
            case Locality.LOCAL:
                return self._table.read(stored).tolist()
            case Locality.POSTSYNAPTIC:
                return np.broadcast_to(stored, (self._post_side.size,))[self._position].item()
        return stored.reshape(()).item()

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign an attribute: a number, a distribution or one value per synapse."""
        attribute = self._attribute(name)
        what = f"`{name}` of the dendrite of neuron {self._rank}"
        old = synapse_attributes.stored(self._core, self._name, name)
        given = synapse_attributes.numbers(self._core, value, (self.size,), what)
        if attribute.locality is Locality.SHARED:
            raise ArgumentError(f"{what} has one value for projection `{self._name}`: assign it to the projection")
        if attribute.locality is Locality.POSTSYNAPTIC:
            new = np.array(np.broadcast_to(old, (self._post_side.size,)))
            new[self._position] = given.reshape(())
        else:
            if given.ndim and given.size != self.size:
                raise ShapeError(f"{what} takes a number or {self.size} values, not an array of shape {given.shape}")
            new = self._table.written(old, np.broadcast_to(given.reshape(-1), (self.size,)))
        self._core.check_free()
        synapse_attributes.store(self._core, self._name, attribute, new)

    @property
    def delay(self) -> Any:
        """Delays in ms: a number where all synapses of the projection have the same, else a list."""
        steps = synapse_attributes.stored(self._core, self._name, DELAY)
        dt = self._core.dt
        return float(steps) * dt if steps.ndim == 0 else (self._table.read(steps) * dt).tolist()

    def receptive_field(self, variable: str = "w", fill: float = 0.0) -> np.ndarray:
        """Return an attribute of the synapses in the shape of the pre population, `fill` where there is none."""
        pre = population_of(self._core, self._core.projection(self._name).pre)
        field = np.full(pre.size, fill)
        field[self._table.pre] = getattr(self, arguments.text(variable, "variable"))
        return field.reshape(pre.geometry)

    # Structure

    def create_synapse(self, rank: int, w: float = 0.0, delay: float = 0.0) -> None:
        """Create a synapse.

        Args:
            rank: of the pre neuron.
            w: weight.
            delay: ms.

        Raises:
            ArgumentError: it exists already.
        """
        weight, late = arguments.real(w, "w"), arguments.real(delay, "delay", "ms", least=0.0)
        self.create_synapses([rank], [weight], [late])

    def create_synapses(self, ranks: Any, weights: Any = None, delays: Any = None) -> None:
        """Create several synapses; weights and delays are 0 by default."""
        chosen = arguments.ranks(ranks, "ranks")
        both = ((weights, "weights"), (delays, "delays"))
        given = (np.asarray(for_each(0.0 if x is None else x, len(chosen), what)) for x, what in both)
        create_synapses(self._core, self._name, self._rank, chosen, *given)

    def prune_synapse(self, rank: int) -> None:
        """Remove a synapse.

        Raises:
            ArgumentError: it does not exist.
        """
        self.prune_synapses([rank])

    def prune_synapses(self, ranks: Any) -> None:
        """Remove several synapses."""
        prune_synapses(self._core, self._name, self._rank, arguments.ranks(ranks, "ranks"))

    # Helpers

    @property
    def _post_side(self) -> Ranks:
        return self._proj._spec.ends.post

    @property
    def _position(self) -> int:
        return int(np.flatnonzero(self._post_side.array == self._rank)[0])

    def _attribute(self, name: str) -> Attribute:
        if name == DELAY:
            raise ArgumentError(f"delays are assigned to the projection: `delay` of projection `{self._name}`")
        model = self._core.projection(self._name).synapse.analysed
        if name not in model.names:
            raise UnknownAttributeError(
                f"a synapse of projection `{self._name}` has no attribute `{name}`.{did_you_mean(name, model.names)}"
            )
        return model.attribute(name)

    def __repr__(self) -> str:
        return f"dendrite of neuron {self._rank} in projection `{self._name}`"


class IndividualSynapse:
    """One synapse; its attributes are numbers."""

    _dendrite: Dendrite
    _rank: int

    def get(self, name: str) -> Any:
        """Return an attribute."""
        return getattr(self, name)

    def set(self, value: dict[str, Any]) -> None:
        """Assign several attributes, by name: all of them, or none if one cannot be assigned."""
        with self._dendrite._core.all_or_nothing():
            for name, x in value.items():
                setattr(self, name, x)

    def __init__(self, dendrite: Dendrite, rank: int) -> None:
        object.__setattr__(self, "_dendrite", dendrite)
        object.__setattr__(self, "_rank", rank)

    @property
    def dendrite(self) -> Dendrite:
        """The synapses of its post neuron."""
        return self._dendrite

    @property
    def rank(self) -> int:
        """Rank of the pre neuron."""
        return self._rank

    pre_rank = rank

    @property
    def post_rank(self) -> int:
        """Rank of the post neuron."""
        return self._dendrite.post_rank

    def __getattr__(self, name: str) -> float:
        """Return an attribute."""
        if name.startswith("_"):
            raise AttributeError(name)
        dendrite = self._dendrite
        value = dendrite.delay if name == DELAY else dendrite._each(dendrite._attribute(name))
        return value[self._place] if isinstance(value, list) else value

    def __setattr__(self, name: str, value: float) -> None:
        """Assign an attribute."""
        if np.ndim(value) == 0 and not isinstance(value, Distribution):
            synapse_attributes.numbers(self._dendrite._core, value, (), f"`{name}` of {self!r}")  # raises for no number
        each = self._dendrite._each(self._dendrite._attribute(name))
        if isinstance(each, list):
            each[self._place] = value
        setattr(self._dendrite, name, each if isinstance(each, list) else value)

    @property
    def _place(self) -> int:
        return self._dendrite.pre_ranks.index(self._rank)

    def __repr__(self) -> str:
        return f"synapse from neuron {self._rank} to neuron {self.post_rank}"
