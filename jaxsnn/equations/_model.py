"""What the analysis of a neuron's text yields: a frozen description in which every name has a meaning."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from math import inf

from ..errors import Remark
from ..integrators import Integrator
from ._context import UserFunction
from ._nodes import Draw, Expression, Reduction, literal, walk


class Locality(Enum):
    """How many values an attribute has, in the order from most to fewest; an equation sees what has no more than it."""

    LOCAL = 0  # one per neuron, or one per synapse
    POSTSYNAPTIC = 1  # one per post-synaptic neuron: flag `postsynaptic`
    SHARED = 2  # one in all: flag `population` in neurons, `projection` in synapses


class ValueType(Enum):
    """How the values of an attribute are stored."""

    FLOAT = "float"
    INT = "int"
    BOOL = "bool"


@dataclass(frozen=True)
class Attribute:
    """A parameter or a variable.

    Args:
        name: as in the text.
        is_parameter: parameters are constants of a run, variables are computed at each step.
        locality: how many values it has.
        type: storage.
        init: initial value; may name parameters.
        low, high: bounds of a parameter, in which it is fitted. A run does not read them; those of variables stand with
            their equations.
    """

    name: str
    is_parameter: bool
    locality: Locality
    type: ValueType
    init: Expression
    low: Expression | None = None
    high: Expression | None = None

    @cached_property
    def limits(self) -> tuple[float, float] | None:
        """The bounds of a parameter as far as they are numbers in the text; None where it has none."""
        if not self.is_parameter or (self.low, self.high) == (None, None):
            return None
        low, high = literal(self.low), literal(self.high)
        return (-inf if low is None else low, inf if high is None else high)

    @cached_property
    def shared(self) -> bool:
        """Whether it has one value in all."""
        return self.locality is Locality.SHARED


@dataclass(frozen=True)
class Assignment:
    """`name operator expression`, then the bounds.

    `unless_post` leaves it out at a synapse whose two neurons last spiked in the same step.
    """

    name: str
    operator: str
    expression: Expression
    low: Expression | None = None
    high: Expression | None = None
    unless_post: bool = False


@dataclass(frozen=True)
class Ode:
    """`left = right`, an equation that is linear in the derivative of `name`; the bounds apply at the switch."""

    name: str
    left: Expression
    right: Expression
    method: Integrator
    low: Expression | None = None
    high: Expression | None = None


@dataclass(frozen=True)
class Block:
    """Consecutive ODEs: all slopes are taken from the state before the block, then all variables switch."""

    odes: tuple[Ode, ...]


Sequence = tuple[Assignment | Block, ...]


@dataclass(frozen=True)
class NeuronEquations:
    """An analysed neuron model.

    Args:
        attributes: parameters and variables in the order of the text.
        shared_updates: updates of variables with one value per population; they run first.
        updates: updates of per-neuron variables.
        spike: condition, None for a rate-coded neuron.
        reset: statements on spike.
        refractory: the name of the attribute that holds the duration in ms, or None.
        targets: names of the conductances `g_target` that receive spikes.
        instantaneous: variables `g_target` without an equation, which hold what arrives for the step in which it does.
        sums: names of the inputs that are read by `sum(target)`; `sums_all` tells whether `sum()` is read too.
        axon_spike, axon_reset: condition for an axonal spike and statements on it, None and () where there are none.
        rate_window: over which the mean firing rate `r` is taken, ms; None where it is not.
        functions: that the model defines.
        remarks: what is suspicious in its texts.
    """

    attributes: tuple[Attribute, ...]
    shared_updates: Sequence
    updates: Sequence
    spike: Expression | None
    reset: tuple[Assignment, ...]
    refractory: str | None
    targets: tuple[str, ...]
    sums: tuple[str, ...] = ()
    sums_all: bool = False
    axon_spike: Expression | None = None
    axon_reset: tuple[Assignment, ...] = ()
    instantaneous: tuple[str, ...] = ()
    rate_window: float | None = None
    functions: tuple[UserFunction, ...] = ()
    remarks: tuple[Remark, ...] = field(default=(), compare=False)

    def attribute(self, name: str) -> Attribute:
        """Return the attribute of this name; KeyError if there is none."""
        return self._by_name[name]

    def find(self, name: str) -> Attribute | None:
        """Return the attribute of this name, None if there is none."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Attribute]:
        return {a.name: a for a in self.attributes}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all attributes."""
        return tuple(a.name for a in self.attributes)

    @property
    def reductions(self) -> tuple[Reduction, ...]:
        """The `mean(x)`, `max(x)` ... that the equations read, each once."""
        found = (node for e in self.expressions() for node in walk(e) if isinstance(node, Reduction))
        return tuple(dict.fromkeys(found))

    def uses(self, name: str) -> bool:
        """Tell whether a name such as `t_last` is read anywhere."""
        return any(getattr(node, "name", None) == name for e in self.expressions() for node in walk(e))

    def expressions(self) -> Iterator[Expression]:
        """Yield every expression of the model."""
        yield from expressions_of((*self.shared_updates, *self.updates, *self.reset, *self.axon_reset))
        yield from (condition for condition in (self.spike, self.axon_spike) if condition is not None)

    @property
    def written(self) -> frozenset[str]:
        """Names of what the updates of neurons and the reset write."""
        return frozenset(part.name for part in parts_of((*self.updates, *self.reset)))

    @property
    def shared_draws(self) -> frozenset[int]:
        """Indices of the random draws that are made once for the whole population."""
        nodes = (node for e in expressions_of(self.shared_updates) for node in walk(e))
        return frozenset(node.index for node in nodes if isinstance(node, Draw))


def parts_of(updates: Sequence) -> Iterator[Assignment | Ode]:
    """Yield the assignments and differential equations of updates, one by one, in their order."""
    for update in updates:
        yield from update.odes if isinstance(update, Block) else (update,)


def expressions_of(updates: Sequence) -> Iterator[Expression]:
    """Yield every expression of some updates."""
    for part in parts_of(updates):
        yield from (part.left, part.right) if isinstance(part, Ode) else (part.expression,)
        yield from (bound for bound in (part.low, part.high) if bound is not None)
