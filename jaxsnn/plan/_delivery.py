"""How what a projection transmits gets from the step that emits it to the synapse: decided once, when it is planned."""

from enum import Enum
from math import ceil, inf

from ..distributions import Distribution
from ..equations import G_TARGET, Name, Number, SynapseEquations, remotes, walk
from ..errors import ArgumentError, UnsupportedError
from ..network import Kind, ProjectionSpec


class Delivery(Enum):
    """How a spike, or a value of a rate-coded neuron, reaches the synapses of a projection; `summary()` prints it.

    A spike may wait at either end of its way. Where synapses decide with their present values what it does, it waits in
    the train of its neuron and is read from there when it is due. Where its effect is made of constants, it is known as
    soon as the spike is emitted, and is added at once to a ring of the inputs of steps to come.
    """

    NEXT_STEP = "in the next step"
    UNIFORM = "one for all synapses"
    PER_SYNAPSE = "one for each synapse, read from the past"
    INPUT_RING = "one for each synapse, in a ring of inputs to come"
    FRACTIONAL_RING = "real numbers, in two parts in a ring of inputs to come"
    INTERPOLATED = "real numbers, interpolated between two steps of the past"

    @property
    def uses_ring(self) -> bool:
        """Whether spikes are added to inputs of steps to come when they are emitted."""
        return self in (Delivery.INPUT_RING, Delivery.FRACTIONAL_RING)

    @property
    def is_fractional(self) -> bool:
        """Whether delays are parameters, real numbers of ms."""
        return self in (Delivery.FRACTIONAL_RING, Delivery.INTERPOLATED)

    @property
    def reads_past(self) -> bool:
        """Whether spikes are read from the train of their neuron when they are due."""
        return self in (Delivery.UNIFORM, Delivery.PER_SYNAPSE)

    @property
    def is_shared(self) -> bool:
        """Whether what one neuron emits reaches all of its synapses in the same step."""
        return self in (Delivery.NEXT_STEP, Delivery.UNIFORM)


def choose_delivery(
    spec: ProjectionSpec,
    model: SynapseEquations,
    *,
    spikes: bool,
    longest: int,
    own_delays: bool,
    along_rows: bool,
    precise: bool = False,
) -> Delivery:
    """Return how what a projection transmits is delivered.

    Args:
        spec: its description.
        model: the equations of the synapses that it uses, its own or those of another projection.
        spikes: whether it transmits spikes.
        longest: the longest delay, steps.
        own_delays: whether synapses have delays of their own.
        along_rows: whether the synapses of a pre-synaptic neuron stand in a row, along which it can send its spikes;
            those of a transposed projection stand in a column.
        precise: whether spikes have moments within a step.

    Raises:
        UnsupportedError: precise spikes arrive at synapses that do more than add; delays are real numbers, but what
            arrives is not made of constants, or synapses come and go.
    """
    if precise and not _adds_alone(model):
        raise _not_precise(spec.name)
    if precise and own_delays and not (along_rows and is_constant(model)):
        raise _not_precise(spec.name)
    if spikes and own_delays and along_rows and is_constant(model):
        return Delivery.FRACTIONAL_RING if spec.fractional_delays else Delivery.INPUT_RING
    if spec.fractional_delays:
        if spikes or model.creating is not None:
            raise _not_fractional(spec.name)
        return Delivery.INTERPOLATED
    if longest == 1:
        return Delivery.NEXT_STEP
    return Delivery.PER_SYNAPSE if own_delays else Delivery.UNIFORM


def _adds_alone(model: SynapseEquations) -> bool:
    """Tell whether spikes add to an input, and nothing else happens at the synapse."""
    only_adds = bool(model.transmission) and adds_up(model)
    return only_adds and not (model.on_pre or model.on_post or model.has_equations or model.event_driven)


def _not_precise(name: str) -> UnsupportedError:
    message = "precise spikes reach synapses that add something to an input and do not change, such as `g_target += w`"
    return UnsupportedError(f"projection `{name}`: {message}: take `spikes='grid'` for its pre-synaptic population")


def _not_fractional(name: str) -> UnsupportedError:
    message = "delays that are parameters need contributions that are made of constants, such as `g_target += w`, and "
    return UnsupportedError(f"projection `{name}`: {message}synapses that stay: leave out `fractional_delays`")


def is_constant(model: SynapseEquations) -> bool:
    """Tell whether an arriving spike adds something that nothing changes, and changes nothing else."""
    fixed = {a.name for a in model.attributes if a.is_parameter}
    names = {node.name for e in model.at_arrival() for node in walk(e) if isinstance(node, Name)}
    known = {a.name for a in model.attributes} | {"t", "t_pre", "t_post", G_TARGET}
    adds = bool(model.transmission) and adds_up(model) and not any(s.unless_post for s in model.transmission)
    return adds and not model.changed_by_pre and not remotes(model.at_arrival()) and (names & known) <= fixed


def adds_up(model: SynapseEquations) -> bool:
    """Tell whether what arriving spikes do to an input adds up, so that their order does not matter."""
    statements = (*model.transmission, *model.axon_transmission)
    reads = any(node == Name(G_TARGET) for s in statements for node in walk(s.expression))
    plain = all(s.operator in ("+=", "-=") and s.low is None and s.high is None for s in statements)
    changes = any(node == Name(G_TARGET) for s in model.on_pre for node in walk(s.expression))
    return plain and not reads and not changes


def longest_delay(spec: ProjectionSpec, dt: float) -> tuple[int, bool]:
    """Return the longest delay in steps, and whether synapses have delays of their own."""
    if spec.kind is Kind.DECODING:
        return 1, False
    longest = max(spec.connector.longest_delay(), spec.longest_delay)
    if longest == inf:
        message = f"projection `{spec.name}`: the delays have no upper bound, so nothing says how much must be kept"
        raise ArgumentError(f"{message}: give the distribution a `max`")
    if spec.fractional_delays:
        return max(1, ceil(longest / dt * (1.0 - 1e-6))) + 1, True
    own = spec.connector.delays is None or isinstance(spec.connector.delays, Distribution)
    created = _delay_of_created(spec)
    if created is None:
        return max(1, round(longest / dt)), own
    return max(1, round(max(longest, created) / dt)), own or created != spec.connector.delays


def _delay_of_created(spec: ProjectionSpec) -> float | None:
    """Return the delay of the synapses that a rule creates, ms; None where it is that of the projection."""
    rule = spec.synapse.analysed.creating
    if rule is None or rule.delay is None:
        return None
    if not isinstance(rule.delay, Number):
        message = "the delay `d` of created synapses is a number of ms, so that it is known how much must be kept"
        raise ArgumentError(f"projection `{spec.name}`: {message}")
    return rule.delay.value
