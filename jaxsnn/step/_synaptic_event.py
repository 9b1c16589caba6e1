"""What happens at a synapse when a neuron spikes, and under which keys a rule finds the values that it reads."""

from dataclasses import dataclass
from functools import cached_property

from ..connectivity import Side
from ..equations import (
    WEIGHT,
    Assignment,
    EventDriven,
    Expression,
    Name,
    Reduction,
    Remote,
    SynapseEquations,
    times_read,
    walk,
)

# Keys of values that a rule reads beside attributes of the synapse. None of them can be a name in an equation.
LAST_EVENT = "last event"  # step of the last event at the synapse
LAST_EVENT_OF = {Side.PRE: "last event of pre", Side.POST: "last event of post"}  # at all synapses of a neuron
MAY_CHANGE_WEIGHT = "may change w"
ARRIVING = "delay of arrival"  # the delay of the spikes that arrive, where these reach only some synapses
STEP = "present step"
LAST_SPIKE = {Side.PRE: "last spike of pre", Side.POST: "last spike of post"}  # steps
TIME_OF_LAST_SPIKE = {Side.PRE: "t_pre", Side.POST: "t_post"}  # ms: words of the equation language


def constant_key(name: str) -> str:
    """Return the key of a constant of the network, which may have the name of an attribute."""
    return f"constant {name}"


def neuron_key(node: Remote | Reduction) -> str:
    """Return the key of the value of a neuron, or of a reduction."""
    if isinstance(node, Reduction):
        return f"{node.operation}({node.owner}.{node.name})"
    return f"{node.owner}.{node.name}" if not node.called else f"{node.owner}.sum({node.target})"


@dataclass(frozen=True)
class SynapticEvent:
    """One kind of event at the synapses of a projection.

    Args:
        side: whose neurons spike.
        transmission: statements on the input.
        statements: on the synapse.
        driven: event-driven equations, which are solved up to the event before its statements.
        changed: names of the attributes that it changes.
    """

    side: Side
    transmission: tuple[Assignment, ...]
    statements: tuple[Assignment, ...]
    driven: tuple[EventDriven, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def happens(self) -> bool:
        """Whether it does anything."""
        return bool(self.transmission or self.statements)

    @property
    def adds_weight(self) -> bool:
        """Whether all that it does to the input is `g_target += w`."""
        if len(self.transmission) != 1:
            return False
        (only,) = self.transmission
        return only.operator == "+=" and only.expression == Name(WEIGHT) and not only.unless_post

    @property
    def compares_spikes(self) -> bool:
        """Whether a statement is executed only where the two neurons have not spiked in the same step."""
        return any(s.unless_post for s in (*self.transmission, *self.statements))

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """Every expression that it evaluates."""
        statements = (*self.transmission, *self.statements)
        parts = [(s.expression, s.low, s.high) for s in statements]
        parts += [(e.left, e.right, e.low, e.high) for e in self.driven]
        return tuple(e for several in parts for e in several if e is not None)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name that it reads, each once."""
        return tuple(dict.fromkeys(node.name for e in self.expressions for node in walk(e) if isinstance(node, Name)))

    @cached_property
    def times(self) -> frozenset[str]:
        """The times that it reads, by name or by the key of the time since then."""
        return times_read(self.expressions)


def arrival(model: SynapseEquations) -> SynapticEvent:
    """Return what happens when a spike arrives."""
    changed = model.changed_by_pre
    return SynapticEvent(Side.PRE, model.transmission, model.on_pre, _driven(model, changed), changed)


def axonal_arrival(model: SynapseEquations) -> SynapticEvent:
    """Return what happens when an axonal spike arrives."""
    return arrival(model) if model.axon_is_pre else SynapticEvent(Side.PRE, model.axon_transmission, ())


def post_spike(model: SynapseEquations) -> SynapticEvent:
    """Return what happens when a post-synaptic neuron spikes."""
    changed = model.changed_by_post
    return SynapticEvent(Side.POST, (), model.on_post, _driven(model, changed), changed)


def _driven(model: SynapseEquations, changed: tuple[str, ...]) -> tuple[EventDriven, ...]:
    return tuple(e for e in model.event_driven if e.name in changed)
