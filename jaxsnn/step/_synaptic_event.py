"""What happens at a synapse when a neuron spikes, and under which keys a rule finds the values that it reads."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..connectivity import Side
from ..equations import WEIGHT, Assignment, Expression, Name, Reduction, Remote, SynapseEquations, walk

# Keys of values that a rule reads beside attributes of the synapse. None of them can be a name in an equation.
LAST_EVENT = "last event"  # step of the last event at the synapse
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
        changed: names of the attributes that it changes, those of event-driven equations included.
    """

    side: Side
    transmission: tuple[Assignment, ...]
    statements: tuple[Assignment, ...]
    changed: tuple[str, ...]

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

    def expressions(self, model: SynapseEquations) -> Iterator[Expression]:
        """Yield every expression that the event evaluates, those of event-driven equations included."""
        for statement in (*self.transmission, *self.statements):
            yield from (e for e in (statement.expression, statement.low, statement.high) if e is not None)
        for equation in model.event_driven:
            if equation.name in self.changed:
                yield from (e for e in (equation.left, equation.right, equation.low, equation.high) if e is not None)


def arrival(model: SynapseEquations) -> SynapticEvent:
    """Return what happens when a spike arrives."""
    return SynapticEvent(Side.PRE, model.transmission, model.on_pre, model.changed_by_pre)


def axonal_arrival(model: SynapseEquations) -> SynapticEvent:
    """Return what happens when an axonal spike arrives."""
    if model.axon_is_pre:
        return arrival(model)
    return SynapticEvent(Side.PRE, model.axon_transmission, (), ())


def post_spike(model: SynapseEquations) -> SynapticEvent:
    """Return what happens when a post-synaptic neuron spikes."""
    return SynapticEvent(Side.POST, (), model.on_post, model.changed_by_post)


def names_in(expressions: tuple[Expression, ...]) -> tuple[str, ...]:
    """Return every name in some expressions, each once, in their order."""
    return tuple(dict.fromkeys(node.name for e in expressions for node in walk(e) if isinstance(node, Name)))
