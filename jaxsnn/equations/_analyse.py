"""From the texts of a neuron to `NeuronEquations`: who is a parameter, who a variable, in which order they change.

The order is ANNarchy's: consecutive ODEs form a block that switches at once, assignments run one after the other, and
population-wide variables come before per-neuron ones. A spiking neuron that names `g_target` without an equation for
it gets `g_target = 0` at the end.
"""

from dataclasses import replace

from . import _attributes as a
from . import _nodes as n
from ._context import Context
from ._functions import define_functions
from ._model import Assignment, Attribute, NeuronEquations
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
    context = replace(context, functions=(*context.functions, *own))
    constants = [item(d, parameters) for d in parse_definitions(parameters)]
    items = [item(d, equations) for d in parse_definitions(equations)]
    conditions = {text: parse_expression(text) for text in (spike, axon_spike) if text is not None}
    on_spike, on_axon = parse_definitions(reset or ""), parse_definitions(axon_reset or "")
    spiking = spike is not None

    attributes = a.parameters(constants, parameters, context) + a.variables(items, equations, constants)
    a.check_conductances(items, equations)
    a.check_rate([(constants, parameters), (items, equations)], spiking)
    a.check_functions(own, [(constants, parameters), (items, equations)])
    expressions = _expressions(items, (*conditions.values(),), (*on_spike, *on_axon))
    plain = a.conductances(expressions, attributes) if spiking else []
    attributes += [a.automatic_variable(name) for name in plain]
    attributes += a.refractory_attribute(refractory, attributes)
    if spiking and (rate_window is not None or n.Name(a.RATE) in (x for e in expressions for x in n.walk(e))):
        attributes.append(a.automatic_variable(a.RATE))

    reads_inputs = rate_inputs or not spiking
    resolver = Resolver(equations, {x.name: x.shared for x in attributes}, context=context, reads_inputs=reads_inputs)
    shared = sequence([i for i in items if i[2].shared], resolver, context.method)
    local = sequence([i for i in items if not i[2].shared], resolver, context.method)
    local += tuple(Assignment(name, "=", n.Number(0.0)) for name in plain)
    fixed = {x.name for x in attributes if x.is_parameter}
    spikes, axon_spikes = (None if c is None else condition(c, resolver, conditions[c]) for c in (spike, axon_spike))
    after_spike = statements(on_spike, reset or "", resolver, fixed)
    after_axon_spike = statements(on_axon, axon_reset or "", resolver, fixed)
    return NeuronEquations(
        attributes=tuple(a.with_checked_init(x, attributes, equations, context) for x in attributes),
        shared_updates=shared,
        updates=local,
        spike=spikes,
        reset=after_spike,
        refractory=a.REFRACTORY if isinstance(refractory, int | float) else refractory,
        targets=_conducting(attributes) if spiking else (),
        sums=tuple(resolver.targets),
        sums_all=any(node.target is None for node in resolver.inputs),
        axon_spike=axon_spikes,
        axon_reset=after_axon_spike,
        rate_window=rate_window,
        functions=own,
    )


def _expressions(
    items: list[Item], conditions: tuple[n.Expression, ...], on_spikes: tuple[n.Definition, ...]
) -> list[n.Expression]:
    """Return every expression of the texts in which names are read."""
    roots = [e for d, _, flags in items for e in (d.left, d.right, flags.low, flags.high) if e is not None]
    return [*roots, *(e for d in on_spikes for e in (d.left, d.right)), *conditions]


def _conducting(attributes: list[Attribute]) -> tuple[str, ...]:
    names = (x.name.removeprefix("g_") for x in attributes if not x.is_parameter and x.name.startswith("g_"))
    return tuple(dict.fromkeys(names))
