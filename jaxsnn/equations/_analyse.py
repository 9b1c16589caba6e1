"""From the texts of a neuron to `NeuronEquations`: who is a parameter, who a variable, in which order they change.

The order is ANNarchy's: consecutive ODEs form a block that switches at once, assignments run one after the other, and
population-wide variables come before per-neuron ones. A spiking neuron that names `g_target` without an equation for
it has it for one step: `instantaneous`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from ..errors import Remark
from . import _attributes as a
from . import _nodes as n
from ._context import Context, UserFunction
from ._doubtful_values import doubtful_values, redefinitions
from ._extra_values import ExtraValues, with_extra_values
from ._flags import PARAMETER
from ._functions import define_functions
from ._input_names import conductance_target
from ._model import Attribute, Locality, NeuronEquations
from ._parse import check_texts, parse_definitions, parse_expression
from ._resolve import Resolver
from ._statements import Item, condition, item, remarks_of, sequence, statements


@dataclass(frozen=True)
class NeuronTexts:
    """The texts of a neuron; see `Neuron`."""

    parameters: str = ""
    equations: str = ""
    spike: str | None = None
    reset: str | None = None
    axon_spike: str | None = None
    axon_reset: str | None = None
    functions: str = ""
    extra_values: ExtraValues = ()

    @property
    def _parameters(self) -> list[n.Definition]:
        return with_extra_values(parse_definitions(self.parameters), self.extra_values, self.parameters)

    @cached_property
    def constants(self) -> list[Item]:
        """The definitions of parameters."""
        return [item(d, self.parameters, role=PARAMETER) for d in self._parameters]

    @cached_property
    def items(self) -> list[Item]:
        """The equations."""
        return [item(d, self.equations) for d in parse_definitions(self.equations)]

    @property
    def conditions(self) -> tuple[n.Expression | None, n.Expression | None]:
        """The condition for a spike and that for an axonal spike."""
        spike, axon_spike = (None if t is None else parse_expression(t) for t in (self.spike, self.axon_spike))
        return spike, axon_spike

    @property
    def on_spikes(self) -> tuple[tuple[n.Definition, ...], tuple[n.Definition, ...]]:
        """The statements on a spike and those on an axonal spike."""
        return parse_definitions(self.reset or ""), parse_definitions(self.axon_reset or "")


def analyse_neuron(
    texts: NeuronTexts,
    refractory: float | str | None = None,
    rate_window: float | None = None,
    rate_inputs: bool = False,
    has_rate: bool = False,
    context: Context = Context(),  # noqa: B008 - frozen
) -> NeuronEquations:
    """Give the texts of a neuron model their meaning; the same texts in the same surroundings are analysed once.

    Args:
        texts: what the user wrote; without a condition `spike` the neuron is rate-coded.
        refractory: a duration in ms, or the name of the attribute that holds it.
        rate_window: ms over which the mean firing rate is taken; None leaves it out.
        rate_inputs: whether a spiking neuron may read the input of rate-coded ones by `sum(target)`.
        has_rate: whether a spiking neuron has `r` even where nothing computes it.
        context: constants and functions of the network, the method of ODEs that name none.

    Raises:
        EquationError: a mistake in one of the texts.

    Example:
        >>> model = analyse_neuron(NeuronTexts("tau = 10.0", "tau * dv/dt = -v + g_exc", spike="v > 1", reset="v = 0"))
        >>> model.names, model.targets
        (('tau', 'v', 'g_exc'), ('exc',))
    """
    check_texts(texts)
    a.check_refractory(refractory)
    model = _analyse(texts, refractory, has_rate or rate_window is not None, rate_inputs, context)
    return replace(model, rate_window=rate_window)


@lru_cache(maxsize=256)  # of what is frozen, by values that are frozen
def _analyse(
    texts: NeuronTexts,
    refractory: float | str | None,
    has_rate: bool,
    rate_inputs: bool,
    context: Context,
) -> NeuronEquations:
    own = define_functions(texts.functions, context)
    around = replace(context, functions=(*context.functions, *own))
    attributes, plain = _attributes(texts, own, refractory, has_rate, around)
    model = _model(texts, attributes, plain, rate_inputs or texts.spike is None, around)
    held = refractory if refractory is None or isinstance(refractory, str) else a.REFRACTORY
    return replace(model, refractory=held, functions=own, remarks=(*model.remarks, *redefinitions(own)))


def _attributes(
    texts: NeuronTexts,
    own: tuple[UserFunction, ...],
    refractory: float | str | None,
    has_rate: bool,
    context: Context,
) -> tuple[list[Attribute], list[str]]:
    """Return all attributes, and the names of conductances that no equation defines."""
    definitions = [(texts.constants, texts.parameters), (texts.items, texts.equations)]
    spiking, expressions = texts.spike is not None, _expressions(texts)
    attributes = a.parameters(texts.constants, texts.parameters, context)
    attributes += a.variables(texts.items, texts.equations, texts.constants)
    a.check_conductances(texts.items, texts.equations)
    a.check_rate(definitions, spiking)
    a.check_functions(own, definitions)
    plain = a.conductances(expressions, attributes) if spiking else []
    attributes += [a.automatic_variable(name) for name in plain]
    attributes += a.refractory_attribute(refractory, attributes)
    if spiking and (has_rate or n.Name(a.RATE) in (x for e in expressions for x in n.walk(e))):
        attributes.append(a.automatic_variable(a.RATE))
    changed = {d.left.name for on_spike in texts.on_spikes for d in on_spike if isinstance(d.left, n.Name)}
    return a.with_changed(attributes, changed), plain


def _model(
    texts: NeuronTexts, attributes: list[Attribute], plain: list[str], reads_inputs: bool, context: Context
) -> NeuronEquations:
    """Return the model with every name resolved."""
    localities = {x.name: x.locality for x in attributes}
    variables = frozenset(x.name for x in attributes if not x.is_parameter)
    resolver = Resolver(texts.equations, localities, context=context, reads_inputs=reads_inputs, variables=variables)
    shared = sequence([i for i in texts.items if i[2].locality is Locality.SHARED], resolver, context.method)
    local = sequence([i for i in texts.items if i[2].locality is Locality.LOCAL], resolver, context.method)
    declared = {name for _, name, _ in texts.constants}
    spike, axon_spike = (
        None if parsed is None else condition(text or "", resolver, parsed)
        for text, parsed in zip((texts.spike, texts.axon_spike), texts.conditions, strict=True)
    )
    reset, axon_reset = (
        statements(parsed, text or "", resolver, declared)
        for text, parsed in zip((texts.reset, texts.axon_reset), texts.on_spikes, strict=True)
    )
    return NeuronEquations(
        attributes=tuple(a.resolve_init(x, attributes, texts.equations, context) for x in attributes),
        shared_updates=shared,
        updates=local,
        spike=spike,
        reset=reset,
        refractory=None,
        targets=_conducting(attributes) if texts.spike is not None else (),
        sums=tuple(resolver.targets),
        sums_all=any(node.target is None for node in resolver.inputs),
        axon_spike=axon_spike,
        axon_reset=axon_reset,
        instantaneous=tuple(plain),
        remarks=(*remarks_of((*texts.constants, *texts.items)), *_doubts(texts), *resolver.remarks),
    )


def _doubts(texts: NeuronTexts) -> Iterator[Remark]:
    on_spikes = zip(texts.on_spikes, (texts.reset, texts.axon_reset), strict=True)
    for items, text in ((texts.constants, texts.parameters), (texts.items, texts.equations)):
        yield from doubtful_values((definition for definition, *_ in items), text)
    for definitions, text in on_spikes:
        yield from doubtful_values(definitions, text or "")


def _expressions(texts: NeuronTexts) -> list[n.Expression]:
    """Return every expression of the texts in which names are read."""
    conditions = [e for e in texts.conditions if e is not None]
    on_spikes = [e for definitions in texts.on_spikes for d in definitions for e in (d.left, d.right)]
    roots = [e for d, _, flags in texts.items for e in (d.left, d.right, flags.low, flags.high) if e is not None]
    return [*roots, *on_spikes, *conditions]


def _conducting(attributes: list[Attribute]) -> tuple[str, ...]:
    targets = (conductance_target(x.name) for x in attributes if not x.is_parameter)
    return tuple(dict.fromkeys(target for target in targets if target is not None))
