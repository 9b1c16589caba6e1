"""From the texts of a synapse to `SynapseEquations`: what runs at every step, what at spikes, who changes what."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from ..errors import Remark
from . import _attributes as a
from . import _nodes as n
from ._affine import has_linear_part
from ._context import Context, UserFunction
from ._doubtful_values import doubtful_values, redefinitions
from ._extra_values import ExtraValues, with_extra_values
from ._flags import PARAMETER
from ._functions import define_functions
from ._kinds import SYNAPSE
from ._model import Attribute, Locality, Sequence, ValueType
from ._parse import check_texts, parse_definitions, parse_expression
from ._resolve import Resolver
from ._rules import read_rule
from ._statements import Item, item, remarks_of, sequence, sides_of, without_draws
from ._synapse_events import Events, read_events
from ._synapse_model import WEIGHT, EventDriven, Operation, SynapseEquations


@dataclass(frozen=True)
class SynapseTexts:
    """The texts of a synapse; see `Synapse`."""

    parameters: str = ""
    equations: str = ""
    psp: str | None = None
    pre_spike: str | None = None
    post_spike: str | None = None
    pre_axon_spike: str | None = None
    functions: str = ""
    creating: str | None = None
    pruning: str | None = None
    extra_values: ExtraValues = ()

    @property
    def _parameters(self) -> list[n.Definition]:
        return with_extra_values(parse_definitions(self.parameters), self.extra_values, self.parameters)

    @cached_property
    def constants(self) -> list[Item]:
        """The definitions of parameters."""
        return [item(d, self.parameters, SYNAPSE, PARAMETER) for d in self._parameters]

    @cached_property
    def items(self) -> list[Item]:
        """The equations."""
        return [item(d, self.equations, SYNAPSE) for d in parse_definitions(self.equations)]


def analyse_synapse(texts: SynapseTexts, operation: Operation, context: Context) -> SynapseEquations:
    """Give the texts of a synapse model their meaning; the same texts in the same surroundings are analysed once.

    Args:
        texts: what the user wrote.
        operation: how contributions are combined.
        context: constants and functions of the network, the method of ODEs that name none.

    Raises:
        EquationError: a mistake in one of the texts.

    Example:
        >>> from jaxsnn.equations import Context
        >>> texts = SynapseTexts(equations="tau * dx/dt = -x : event-driven", parameters="tau = 20.0",
        ...                      pre_spike="g_target += w * x ; x += 1.0")
        >>> model = analyse_synapse(texts, Operation.SUM, Context())
        >>> model.names, model.changed_by_pre
        (('tau', 'x', 'w'), ('x',))
    """
    check_texts(texts)
    return _analyse(texts, operation, context)


@lru_cache(maxsize=256)  # of what is frozen, by values that are frozen
def _analyse(texts: SynapseTexts, operation: Operation, context: Context) -> SynapseEquations:
    own = define_functions(texts.functions, context)
    around = replace(context, functions=(*context.functions, *own))
    events = read_events(texts.pre_spike, texts.post_spike, texts.pre_axon_spike)
    attributes = _attributes(texts, events, own, around)
    introduced = [x.name for x in attributes if x.name in events.changed and x.name not in _declared(texts)]
    model = _model(texts, events, attributes, introduced, around)
    return replace(model, operation=operation, functions=own, remarks=(*model.remarks, *redefinitions(own)))


def _attributes(
    texts: SynapseTexts, events: Events, own: tuple[UserFunction, ...], context: Context
) -> list[Attribute]:
    """Return all attributes; a parameter that an event changes is a variable that begins with its value."""
    attributes = a.parameters(texts.constants, texts.parameters, context, SYNAPSE)
    attributes += a.variables(texts.items, texts.equations, texts.constants)
    for definitions, text in ((texts.constants, texts.parameters), (texts.items, texts.equations)):
        _check_names(definitions, text)
    a.check_functions(own, [(texts.constants, texts.parameters), (texts.items, texts.equations)])
    known = {x.name for x in attributes}
    if WEIGHT not in known:
        attributes.append(Attribute(WEIGHT, True, Locality.LOCAL, ValueType.FLOAT, n.Number(0.0)))
    begin = {name: init for name, (init, _) in events.inits.items()}
    attributes += [
        a.automatic_variable(name, begin.get(name)) for name in events.changed if name not in (*known, WEIGHT)
    ]
    structural = texts.creating is not None or texts.pruning is not None
    changed = {*events.changed, *([WEIGHT] if structural else [])}
    return a.with_changed(attributes, changed)


def _declared(texts: SynapseTexts) -> set[str]:
    """Return the names of what has a definition beside the statements on spikes, and of the weight."""
    return {WEIGHT, *(name for _, name, _ in (*texts.constants, *texts.items))}


def _check_names(items: list[Item], text: str) -> None:
    for definition, name, _ in items:
        if name in ("pre", "post", "g_target"):
            message = f"`{name}` is a word of the equation language and cannot be the name of an attribute"
            raise definition.left.at.error(message, text)


def _model(
    texts: SynapseTexts, events: Events, attributes: list[Attribute], introduced: list[str], context: Context
) -> SynapseEquations:
    """Return the model with every name resolved."""
    localities = {x.name: x.locality for x in attributes}
    variables = frozenset(x.name for x in attributes if not x.is_parameter)
    resolver = Resolver(texts.equations, localities, context=context, kind=SYNAPSE, variables=variables)
    driven = tuple(_event_driven(i, resolver, attributes) for i in texts.items if i[2].is_event_driven)

    def updates(locality: Locality) -> Sequence:
        mine = [i for i in texts.items if i[2].locality is locality and not i[2].is_event_driven]
        return sequence(mine, resolver, context.method)

    def text_of(attribute: Attribute) -> str:
        return events.inits[attribute.name][1] if attribute.name in begun else texts.equations

    begun = set(introduced) & set(events.inits)
    ordered = [updates(level) for level in (Locality.SHARED, Locality.POSTSYNAPTIC, Locality.LOCAL)]
    on_spikes = events.resolve(resolver, introduced)
    psp = None if texts.psp is None else without_draws(texts.psp, resolver).resolve(parse_expression(texts.psp))
    rules = [None if t is None else read_rule(t, resolver, c) for t, c in _rules(texts)]
    return SynapseEquations(
        attributes=tuple(a.resolve_init(x, attributes, text_of(x), context, SYNAPSE) for x in attributes),
        shared_updates=ordered[0],
        post_updates=ordered[1],
        updates=ordered[2],
        event_driven=driven,
        psp=psp,
        operation=Operation.SUM,
        transmission=on_spikes.transmission or (() if psp is not None else on_spikes.default),
        on_pre=on_spikes.on_pre,
        on_post=on_spikes.on_post,
        axon_transmission=on_spikes.axon_transmission,
        axon_is_pre=on_spikes.axon_is_pre,
        creating=rules[0],
        pruning=rules[1],
        reads=tuple(resolver.reads),
        remarks=(*remarks_of((*texts.constants, *texts.items)), *_doubts(texts), *resolver.remarks),
    )


def _doubts(texts: SynapseTexts) -> Iterator[Remark]:
    for items, text in ((texts.constants, texts.parameters), (texts.items, texts.equations)):
        yield from doubtful_values((definition for definition, *_ in items), text)
    for text in (texts.pre_spike, texts.post_spike, texts.pre_axon_spike):
        yield from doubtful_values(parse_definitions(text or ""), text or "")


def _rules(texts: SynapseTexts):
    return (texts.creating, True), (texts.pruning, False)


def _event_driven(item: Item, resolver: Resolver, attributes: list[Attribute]) -> EventDriven:
    """Return an ODE that is integrated at events: linear in its variable, with nothing else in it that changes."""
    definition, name, flags = item
    if flags.locality is not Locality.LOCAL:
        raise resolver.fail(
            "an event happens at one synapse: this variable has no value of its own there", definition.at
        )
    left, right, low, high = sides_of(item, resolver)
    fixed = {x.name for x in attributes if x.is_parameter} | {name, "dt"} | set(resolver.context.constants)
    for node in (node for side in (left, right) for node in n.walk(side)):
        changes = isinstance(node, n.Remote | n.Reduction | n.Draw)
        if changes or (
            isinstance(node, n.Name) and node.name not in fixed and node.name in (*resolver.attributes, "t")
        ):
            message = "an event-driven equation is solved over the time since the last event: only parameters can stand"
            raise resolver.fail(f"{message} in it, beside `{name}`", node.at)
    if not any(has_linear_part(side, n.Name(name)) for side in (left, right)):
        raise resolver.fail(f"`event-driven` needs a term that is linear in `{name}`", definition.at)
    return EventDriven(name, left, right, low, high)
