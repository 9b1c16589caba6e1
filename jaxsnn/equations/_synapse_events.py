"""What a synapse does when a spike arrives, and when its post-synaptic neuron spikes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from . import _nodes as n
from ._flags import ARRIVAL, POST_SPIKE, Role, read_flags
from ._input_names import is_conductance
from ._model import Assignment, Locality
from ._parse import parse_definitions
from ._resolve import Resolver
from ._statements import without_draws
from ._synapse_model import G_TARGET, WEIGHT
from ._vocabulary import is_free_name

DEFAULT = (Assignment(G_TARGET, "+=", n.Name(WEIGHT)),)


@dataclass(frozen=True)
class Events:
    """The statements of a synapse on spikes, as they were parsed."""

    pre_text: str
    post_text: str
    axon_text: str | None

    @cached_property
    def pre(self) -> tuple[n.Definition, ...]:
        """On an arriving spike."""
        return parse_definitions(self.pre_text)

    @cached_property
    def post(self) -> tuple[n.Definition, ...]:
        """On a spike of the post-synaptic neuron."""
        return parse_definitions(self.post_text)

    @property
    def axon_is_pre(self) -> bool:
        """Whether an axonal spike does what a spike does."""
        return self.axon_text is not None and self.axon_text.split() == self.pre_text.split()

    @property
    def changed(self) -> list[str]:
        """Names of the attributes that some statement changes."""
        names = (d.left.name for d in (*self.pre, *self.post) if isinstance(d.left, n.Name))
        return [name for name in dict.fromkeys(names) if name != G_TARGET]

    @property
    def inits(self) -> dict[str, tuple[n.Expression, str]]:
        """The initial values that statements give to what they change, and the text in which each stands."""
        found: dict[str, tuple[n.Expression, str]] = {}
        for definitions, text in ((self.pre, self.pre_text), (self.post, self.post_text)):
            for d in definitions:
                values = [f.value for f in d.flags if f.name == "init" and f.value is not None]
                if isinstance(d.left, n.Name) and values:
                    found[d.left.name] = values[-1], text
        return found

    def resolve(self, resolver: Resolver, introduced: Collection[str]) -> "OnSpikes":
        """Return the statements with every name resolved.

        Args:
            resolver: of the synapse's equations.
            introduced: names of the variables that no text but these defines: they can have an initial value here.

        Raises:
            EquationError: a mistake in one of them.
        """
        arriving = _with_input(without_draws(self.pre_text, resolver))
        pre = [_statement(d, arriving, ARRIVAL, introduced) for d in self.pre]
        after = without_draws(self.post_text, resolver)
        post = tuple(_statement(d, after, POST_SPIKE, introduced) for d in self.post)
        transmission, rest = _split(pre)
        return OnSpikes(transmission, rest, post, self._axonal(resolver), self.axon_is_pre)

    def _axonal(self, resolver: Resolver) -> tuple[Assignment, ...]:
        """Return what an axonal spike does to the input, where it does not do all that a spike does."""
        if self.axon_text is None or self.axon_is_pre:
            return ()
        arriving = _with_input(without_draws(self.axon_text, resolver))
        definitions = parse_definitions(self.axon_text)
        statements = [_statement(d, arriving, ARRIVAL, ()) for d in definitions]
        for statement, definition in zip(statements, definitions, strict=True):
            if statement.name != G_TARGET:
                message = "an axonal spike changes the input only, `g_target`, unless the text is that of `pre_spike`"
                raise arriving.fail(message, definition.at)
        return tuple(statements)


@dataclass(frozen=True)
class OnSpikes:
    """The statements of a synapse on spikes; see `SynapseEquations`."""

    transmission: tuple[Assignment, ...]
    on_pre: tuple[Assignment, ...]
    on_post: tuple[Assignment, ...]
    axon_transmission: tuple[Assignment, ...]
    axon_is_pre: bool

    @property
    def default(self) -> tuple[Assignment, ...]:
        """What an arriving spike does to the input where no text says anything else."""
        return DEFAULT


def read_events(pre_spike: str | None, post_spike: str | None, pre_axon_spike: str | None) -> Events:
    """Read the texts of a synapse on spikes."""
    return Events(pre_spike or "", post_spike or "", pre_axon_spike)


def _with_input(resolver: Resolver) -> Resolver:
    """Return a resolver for a text in which the input of the post-synaptic neuron can stand."""
    return replace(resolver, attributes={**resolver.attributes, G_TARGET: Locality.LOCAL})


def _split(statements: Iterable[Assignment]) -> tuple[tuple[Assignment, ...], tuple[Assignment, ...]]:
    """Return the statements on the input, which come first whatever their order in the text, and the others."""
    listed = list(statements)
    return tuple(s for s in listed if s.name == G_TARGET), tuple(s for s in listed if s.name != G_TARGET)


def _statement(definition: n.Definition, resolver: Resolver, role: Role, introduced: Collection[str]) -> Assignment:
    left = definition.left
    if any(isinstance(node, n.Derivative) for node in n.walk(left)):
        message = "an ODE is integrated in `equations`: on a spike, values are assigned, `name = value`"
        raise resolver.fail(message, definition.at)
    if not isinstance(left, n.Name):
        raise resolver.fail("on a spike, values are assigned: `name = value` or `name += value`", definition.at)
    _check_event_variable(left, resolver, arrives=role is ARRIVAL)
    role = role.taking("init") if left.name in introduced else role
    flags = read_flags(definition, resolver.text, resolver.kind, role)
    resolver.remarks.extend(flags.remarks)
    low, high = (resolver.resolve_optional(bound) for bound in (flags.low, flags.high))
    return Assignment(left.name, definition.operator, resolver.resolve(definition.right), low, high, flags.unless_post)


def _check_event_variable(left: n.Name, resolver: Resolver, arrives: bool) -> None:
    """Refuse a statement that changes anything but an attribute of the synapse, or its input."""
    name, known = left.name, resolver.attributes
    if name == G_TARGET and not arrives:
        message = "`g_target` is the input, which arriving spikes change: write this in `pre_spike`"
        raise resolver.fail(message, left.at)
    if name != G_TARGET and not is_free_name(name):
        hint = ": the input is called `g_target`" if is_conductance(name) else ""
        raise resolver.fail(f"`{name}` is a word of the equation language, no attribute of a synapse{hint}", left.at)
    if known.get(name) is not Locality.LOCAL:
        raise resolver.fail(f"`{name}` has no value per synapse that a spike could change", left.at)
