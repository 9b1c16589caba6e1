"""From the texts of a neuron to `NeuronEquations`: who is a parameter, who a variable, in which order they change.

The order is ANNarchy's: consecutive ODEs form a block that switches at once, assignments run one after the other, and
population-wide variables come before per-neuron ones. A spiking neuron that names `g_target` without an equation for
it gets `g_target = 0` at the end.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from . import _attributes as a
from . import _nodes as n
from ._context import Context, UserFunction
from ._functions import define_functions
from ._input_names import conductance_target
from ._model import Assignment, Attribute, Locality, NeuronEquations
from ._parse import checked, parse_definitions, parse_expression
from ._resolve import Resolver
from ._statements import Item, condition, item, sequence, statements


def analyse_neuron(  # noqa: PLR0913 - the texts of a neuron
    parameters: str,
    equations: str,
    spike: str | None = None,
    reset: str | None = None,
    refractory: float | str | None = None,
    *,
    axon_spike: str | None = None,
    axon_reset: str | None = None,
    functions: str = "",
    rate_window: float | None = None,
    rate_inputs: bool = False,
    context: Context = Context(),  # noqa: B008 - frozen
) -> NeuronEquations:
    """Read the texts of a neuron model.

    Args:
        parameters: `name = value` definitions.
        equations: assignments and ODEs.
        spike: condition for a spike; None makes the neuron rate-coded.
        reset: statements on spike.
        refractory: a duration in ms, or the name of the attribute that holds it.
        axon_spike, axon_reset: condition for an axonal spike, and statements on it.
        functions: `f(x) = expression` definitions.
        rate_window: ms over which the mean firing rate is taken; None leaves it out.
        rate_inputs: whether a spiking neuron may read the input of rate-coded ones by `sum(target)`.
        context: constants and functions of the network, the method of ODEs that name none.

    Raises:
        EquationError: a mistake in one of the texts.

    Example:
        >>> model = analyse_neuron("tau = 10.0", "tau * dv/dt = -v + g_exc", spike="v > 1", reset="v = 0")
        >>> model.names, model.targets
        (('tau', 'v', 'g_exc'), ('exc',))
    """
    given = {"parameters": parameters, "equations": equations, "spike": spike, "reset": reset}
    given |= {"axon_spike": axon_spike, "axon_reset": axon_reset, "functions": functions}
    for name, text in given.items():
        checked("" if text is None else text, name)
    own = define_functions(functions, context)
    read = _Read(parameters, equations, spike, reset or "", axon_spike, axon_reset or "")
    around = replace(context, functions=(*context.functions, *own))
    attributes, plain = _attributes(read, own, refractory, rate_window, around)
    model = _model(read, attributes, plain, rate_inputs or spike is None, around)
    held = a.REFRACTORY if isinstance(refractory, int | float) else refractory
    return replace(model, refractory=held, rate_window=rate_window, functions=own)


@dataclass(frozen=True)
class _Read:
    """The texts of a neuron, and what the parser makes of them."""

    parameters: str
    equations: str
    spike: str | None
    reset: str
    axon_spike: str | None
    axon_reset: str

    @cached_property
    def constants(self) -> list[Item]:
        return [item(d, self.parameters) for d in parse_definitions(self.parameters)]

    @cached_property
    def items(self) -> list[Item]:
        return [item(d, self.equations) for d in parse_definitions(self.equations)]

    @cached_property
    def conditions(self) -> dict[str, n.Expression]:
        return {text: parse_expression(text) for text in (self.spike, self.axon_spike) if text is not None}

    @cached_property
    def events(self) -> tuple[tuple[n.Definition, ...], tuple[n.Definition, ...]]:
        return parse_definitions(self.reset), parse_definitions(self.axon_reset)


def _attributes(
    read: _Read,
    own: tuple[UserFunction, ...],
    refractory: float | str | None,
    rate_window: float | None,
    context: Context,
) -> tuple[list[Attribute], list[str]]:
    """Return all attributes, and the names of conductances that no equation defines."""
    texts, spiking = [(read.constants, read.parameters), (read.items, read.equations)], read.spike is not None
    expressions = _expressions(read.items, (*read.conditions.values(),), (*read.events[0], *read.events[1]))
    attributes = a.parameters(read.constants, read.parameters, context)
    attributes += a.variables(read.items, read.equations, read.constants)
    a.check_conductances(read.items, read.equations)
    a.check_rate(texts, spiking)
    a.check_functions(own, texts)
    plain = a.conductances(expressions, attributes) if spiking else []
    attributes += [a.automatic_variable(name) for name in plain]
    attributes += a.refractory_attribute(refractory, attributes)
    if spiking and (rate_window is not None or n.Name(a.RATE) in (x for e in expressions for x in n.walk(e))):
        attributes.append(a.automatic_variable(a.RATE))
    return attributes, plain


def _model(
    read: _Read, attributes: list[Attribute], plain: list[str], reads_inputs: bool, context: Context
) -> NeuronEquations:
    """Return the model with every name resolved."""
    localities = {x.name: x.locality for x in attributes}
    resolver = Resolver(read.equations, localities, context=context, reads_inputs=reads_inputs)
    shared = sequence([i for i in read.items if i[2].locality is Locality.SHARED], resolver, context.method)
    local = sequence([i for i in read.items if i[2].locality is Locality.LOCAL], resolver, context.method)
    local += tuple(Assignment(name, "=", n.Number(0.0)) for name in plain)
    fixed = {x.name for x in attributes if x.is_parameter}
    texts = (read.spike, read.axon_spike)
    spike, axon_spike = (None if c is None else condition(c, resolver, read.conditions[c]) for c in texts)
    reset = statements(read.events[0], read.reset, resolver, fixed)
    axon_reset = statements(read.events[1], read.axon_reset, resolver, fixed)
    return NeuronEquations(
        attributes=tuple(a.with_checked_init(x, attributes, read.equations, context) for x in attributes),
        shared_updates=shared,
        updates=local,
        spike=spike,
        reset=reset,
        refractory=None,
        targets=_conducting(attributes) if read.spike is not None else (),
        sums=tuple(resolver.targets),
        sums_all=any(node.target is None for node in resolver.inputs),
        axon_spike=axon_spike,
        axon_reset=axon_reset,
    )


def _expressions(
    items: list[Item], conditions: tuple[n.Expression, ...], on_spikes: tuple[n.Definition, ...]
) -> list[n.Expression]:
    """Return every expression of the texts in which names are read."""
    roots = [e for d, _, flags in items for e in (d.left, d.right, flags.low, flags.high) if e is not None]
    return [*roots, *(e for d in on_spikes for e in (d.left, d.right)), *conditions]


def _conducting(attributes: list[Attribute]) -> tuple[str, ...]:
    targets = (conductance_target(x.name) for x in attributes if not x.is_parameter)
    return tuple(dict.fromkeys(target for target in targets if target is not None))
