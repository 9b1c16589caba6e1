"""What the analysis of a synapse's texts yields: a frozen description in which every name has a meaning."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from ..errors import Remark
from ._context import UserFunction
from ._input_names import conductance
from ._model import Assignment, Attribute, Locality, Sequence, expressions_of
from ._nodes import Draw, Expression, Name, Reduction, Remote, rebuild, walk
from ._tame import is_tame

G_TARGET = "g_target"  # what a statement on spikes calls the input that its projection feeds
WEIGHT = "w"


class Operation(Enum):
    """How the contributions `psp` of the synapses of a neuron become its input."""

    SUM = "sum"
    MEAN = "mean"
    MAX = "max"
    MIN = "min"


@dataclass(frozen=True)
class EventDriven:
    """`left = right`, an ODE that is solved over the time between two events; then the bounds."""

    name: str
    left: Expression
    right: Expression
    low: Expression | None = None
    high: Expression | None = None


@dataclass(frozen=True)
class StructuralRule:
    """When a synapse is created or pruned.

    Args:
        condition: on the two neurons, and for pruning on the synapse.
        probability: with which it happens where the condition holds.
        weight, delay: of a new synapse; the delay is in ms, None for the projection's own.
    """

    condition: Expression
    probability: Expression
    weight: Expression | None = None
    delay: Expression | None = None

    def expressions(self) -> Iterator[Expression]:
        """Yield every expression of the rule."""
        yield from (e for e in (self.condition, self.probability, self.weight, self.delay) if e is not None)


@dataclass(frozen=True)
class SynapseEquations:
    """An analysed synapse model.

    Args:
        attributes: parameters and variables in the order of the text, then those that events introduce.
        shared_updates: updates of variables with one value per projection; they run first.
        post_updates: updates of variables with one value per post-synaptic neuron; they run second.
        updates: updates of variables with one value per synapse.
        event_driven: ODEs that are integrated when an event happens at the synapse.
        psp: what a synapse contributes to the input at every step; None where it contributes at spikes only.
        operation: how these contributions are combined.
        transmission: what an arriving spike does to the input, `g_target`.
        on_pre: what it does to the synapse, after that.
        on_post: what a spike of the post-synaptic neuron does to the synapse.
        axon_transmission: what an arriving axonal spike does to the input; `axon_is_pre` tells that it does all that a
            spike does.
        creating, pruning: rules of structural plasticity.
        functions: that the model defines.
        reads: every `pre.x` and `post.x` with the text that it stands in.
        remarks: what is suspicious in its texts.
    """

    attributes: tuple[Attribute, ...]
    shared_updates: Sequence
    post_updates: Sequence
    updates: Sequence
    event_driven: tuple[EventDriven, ...]
    psp: Expression | None
    operation: Operation
    transmission: tuple[Assignment, ...]
    on_pre: tuple[Assignment, ...]
    on_post: tuple[Assignment, ...]
    axon_transmission: tuple[Assignment, ...] = ()
    axon_is_pre: bool = False
    creating: StructuralRule | None = None
    pruning: StructuralRule | None = None
    functions: tuple[UserFunction, ...] = ()
    reads: tuple[tuple[str, Remote], ...] = field(default=(), compare=False)
    remarks: tuple[Remark, ...] = field(default=(), compare=False)

    def attribute(self, name: str) -> Attribute:
        """Return the attribute of this name; KeyError if there is none."""
        return {a.name: a for a in self.attributes}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all attributes."""
        return tuple(a.name for a in self.attributes)

    @property
    def is_plastic(self) -> bool:
        """Whether an equation or an event changes `w`."""
        return not self.attribute(WEIGHT).is_parameter

    @property
    def has_equations(self) -> bool:
        """Whether something is computed at every step beside the transmission."""
        return bool(self.shared_updates or self.post_updates or self.updates)

    @property
    def changed_by_pre(self) -> tuple[str, ...]:
        """Names of the variables that an arriving spike changes."""
        driven = [o.name for o in self.event_driven]
        return tuple(dict.fromkeys((*driven, *(s.name for s in self.on_pre)))) if self.transmits_spikes else ()

    @property
    def changed_by_post(self) -> tuple[str, ...]:
        """Names of the variables that a spike of the post-synaptic neuron changes."""
        driven = [o.name for o in self.event_driven]
        return tuple(dict.fromkeys((*driven, *(s.name for s in self.on_post)))) if self.on_post else ()

    @property
    def transmits_spikes(self) -> bool:
        """Whether an arriving spike does anything."""
        return bool(self.transmission or self.on_pre)

    @property
    def is_structural(self) -> bool:
        """Whether synapses come and go by rules."""
        return self.creating is not None or self.pruning is not None

    def continuous(self) -> Iterator[Expression]:
        """Yield the expressions that are evaluated at every step after the neurons."""
        yield from expressions_of((*self.shared_updates, *self.post_updates, *self.updates))

    def at_arrival(self) -> Iterator[Expression]:
        """Yield the expressions that are evaluated when a spike arrives."""
        yield from expressions_of((*self.transmission, *self.on_pre, *self.axon_transmission))
        yield from self._driven()

    def at_post_spike(self) -> Iterator[Expression]:
        """Yield the expressions that are evaluated when the post-synaptic neuron spikes."""
        yield from expressions_of(self.on_post)
        yield from self._driven()

    def structural(self) -> Iterator[Expression]:
        """Yield the expressions of the structural rules."""
        for rule in (self.creating, self.pruning):
            if rule is not None:
                yield from rule.expressions()

    def _driven(self) -> Iterator[Expression]:
        yield from (x for o in self.event_driven for x in (o.left, o.right, o.low, o.high) if x is not None)

    def expressions(self) -> Iterator[Expression]:
        """Yield every expression of the model."""
        yield from self.continuous()
        yield from self.at_arrival()
        yield from self.at_post_spike()
        yield from self.structural()
        if self.psp is not None:
            yield self.psp

    def are_tame(self, expressions: Iterable[Expression]) -> bool:
        """Tell whether expressions have finite values and slopes also where nothing happens, or no synapse is.

        What all synapses share, such as a time constant, is taken not to be 0.
        """
        shared = frozenset(a.name for a in self.attributes if a.shared)
        return all(is_tame(e, shared) for e in expressions)

    def uses(self, name: str) -> bool:
        """Tell whether a name such as `t_pre` is read anywhere."""
        return any(node == Name(name) for e in self.expressions() for node in walk(e))

    @property
    def needs_last_spikes(self) -> bool:
        """Whether it must be known when the two neurons last spiked."""
        guarded = any(s.unless_post for s in (*self.transmission, *self.on_pre, *self.axon_transmission))
        return guarded or self.uses("t_pre") or self.uses("t_post")

    def draws(self, locality: Locality) -> frozenset[int]:
        """Return the indices of the random numbers that have so many values."""
        updates = {
            Locality.SHARED: self.shared_updates,
            Locality.POSTSYNAPTIC: self.post_updates,
            Locality.LOCAL: self.updates,
        }[locality]
        nodes = (node for e in expressions_of(updates) for node in walk(e))
        return frozenset(node.index for node in nodes if isinstance(node, Draw))


def with_live_input(model: SynapseEquations, target: str) -> SynapseEquations:
    """Return the model of synapses that feed one target, in which `post.g_<target>` of an arriving spike is `g_target`:
    what the spikes before it have left."""

    def live(node: Expression) -> Expression:
        is_input = isinstance(node, Remote) and (node.owner, node.name) == ("post", conductance(target))
        return Name(G_TARGET, node.at) if is_input else rebuild(node, live)

    def replace_input(statements: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
        parts = ("expression", "low", "high")
        return tuple(replace(s, **{p: live(x) for p in parts if (x := getattr(s, p)) is not None}) for s in statements)

    return replace(
        model,
        transmission=replace_input(model.transmission),
        on_pre=replace_input(model.on_pre),
        axon_transmission=replace_input(model.axon_transmission),
    )


def remotes(expressions: Iterable[Expression]) -> tuple[Remote, ...]:
    """Return the `pre.x` and `post.x` that are read in some expressions, each once."""
    return tuple(dict.fromkeys(node for e in expressions for node in walk(e) if isinstance(node, Remote)))


def reductions(expressions: Iterable[Expression]) -> tuple[Reduction, ...]:
    """Return the `mean(pre.x)` and their kin that are read in some expressions, each once."""
    return tuple(dict.fromkeys(node for e in expressions for node in walk(e) if isinstance(node, Reduction)))
