"""From the texts of a neuron to `NeuronEquations`: who is a parameter, who a variable, in which order they change.

The order is ANNarchy's: consecutive ODEs form a block that switches at once, assignments run one after the other, and
population-wide variables come before per-neuron ones. A spiking neuron that names `g_target` without an equation for
it gets `g_target = 0` at the end.
"""

from collections.abc import Iterable
from itertools import groupby

from ..errors import EquationError, did_you_mean
from ..integrators import EXPLICIT, Integrator
from . import _nodes as n
from ._affine import is_linear
from ._flags import Flags, read_flags
from ._model import Assignment, Attribute, Block, NeuronEquations, Ode, Sequence, ValueType
from ._parse import parse_definitions, parse_expression
from ._resolve import Resolver
from ._vocabulary import LANGUAGE_NAMES, PROVIDED, RESERVED

Item = tuple[n.Definition, str, Flags]  # a definition, the name it defines, its flags


def analyse_neuron(
    parameters: str,
    equations: str,
    spike: str | None = None,
    reset: str | None = None,
    refractory: float | str | None = None,
    method: Integrator = EXPLICIT,
) -> NeuronEquations:
    """Read the texts of a neuron model.

    Args:
        parameters: `name = value` definitions.
        equations: assignments and ODEs.
        spike: condition for a spike; None makes the neuron rate-coded.
        reset: statements on spike.
        refractory: a duration in ms, or the name of the attribute that holds it.
        method: for ODEs that name none.

    Raises:
        EquationError: a mistake in one of the texts.

    Example:
        >>> model = analyse_neuron("tau = 10.0", "tau * dv/dt = -v + g_exc", spike="v > 1", reset="v = 0")
        >>> model.names, model.targets
        (('tau', 'v', 'g_exc'), ('exc',))
    """
    constants = [_item(d, parameters) for d in parse_definitions(parameters)]
    items = [_item(d, equations) for d in parse_definitions(equations)]
    condition = None if spike is None else parse_expression(spike)
    statements = parse_definitions(reset or "")
    spiking = condition is not None

    attributes = _parameters(constants, parameters) + _variables(items, equations, constants, parameters)
    _check_conductances(items, equations)
    _check_rate([(constants, parameters), (items, equations)], spiking)
    conductances = _conductances(items, condition, statements, attributes) if spiking else []
    attributes += [_conductance_attribute(name) for name in conductances]
    _check_refractory(refractory, attributes)

    resolver = Resolver(equations, {a.name: a.shared for a in attributes})
    shared = _sequence([i for i in items if i[2].shared], resolver, method)
    local = _sequence([i for i in items if not i[2].shared], resolver, method)
    local += tuple(Assignment(name, "=", n.Number(0.0)) for name in conductances)
    _check_inputs(resolver, spiking)
    return NeuronEquations(
        attributes=tuple(_with_checked_init(a, attributes, equations) for a in attributes),
        shared_updates=shared,
        updates=local,
        spike=None if condition is None else _condition(condition, spike or "", resolver),
        reset=_reset(statements, reset or "", resolver, {a.name for a in attributes if a.is_parameter}),
        refractory=refractory,
        targets=_targets(attributes, resolver) if spiking else tuple(resolver.targets),
    )


def _item(definition: n.Definition, text: str) -> Item:
    return definition, _defined_name(definition, text), read_flags(definition, text)


def _defined_name(definition: n.Definition, text: str) -> str:
    """Return the variable that a definition changes: the name on the left, or that of the derivative there."""
    if isinstance(definition.left, n.Name):
        return definition.left.name
    derivatives = [node for node in n.walk(definition.left) if isinstance(node, n.Derivative)]
    if len(derivatives) != 1:
        what = "two derivatives" if derivatives else "neither a single name nor a derivative"
        message = f"the left-hand side holds {what}: write `name = ...`, or an ODE with one `dx/dt`"
        raise EquationError(message, text, definition.at.line, definition.at.column)
    if definition.operator != "=":
        message = f"an ODE is written with `=`, not `{definition.operator}`"
        raise EquationError(message, text, definition.at.line, definition.at.column)
    return derivatives[0].name


def _parameters(items: list[Item], text: str) -> list[Attribute]:
    _check_names(items, text, {})
    return [_parameter(item, text) for item in items]


def _parameter(item: Item, text: str) -> Attribute:
    definition, name, flags = item
    at = definition.at
    if definition.operator != "=" or not isinstance(definition.left, n.Name):
        raise EquationError("a parameter is defined by `name = value`", text, at.line, at.column)
    for node in n.walk(definition.right):
        if not isinstance(node, n.Number | n.Boolean | n.Unary | n.Binary):
            message = f"the value of parameter `{name}` must be a number or arithmetic on numbers"
            raise EquationError(message, text, node.at.line, node.at.column)
    is_bool = isinstance(definition.right, n.Boolean)
    return Attribute(name, True, flags.shared, ValueType.BOOL if is_bool else flags.type, definition.right)


def _variables(items: list[Item], text: str, constants: list[Item], parameters: str) -> list[Attribute]:
    _check_names(items, text, {name: d for d, name, _ in constants})
    return [Attribute(name, False, flags.shared, flags.type, flags.init or _zero(flags)) for _, name, flags in items]


def _zero(flags: Flags) -> n.Expression:
    return n.Boolean(False) if flags.type is ValueType.BOOL else n.Number(0.0)


def _check_names(items: list[Item], text: str, taken: dict) -> None:
    seen = dict(taken)
    for definition, name, _ in items:
        at = definition.left.at
        if name in RESERVED or name in LANGUAGE_NAMES:
            message = f"`{name}` is a word of the equation language and cannot be the name of an attribute"
            raise EquationError(message, text, at.line, at.column)
        if name in seen:
            raise EquationError(f"`{name}` is defined twice", text, at.line, at.column)
        seen[name] = definition


def _check_conductances(items: list[Item], text: str) -> None:
    """Refuse a `g_target` that could not receive one floating-point input per neuron."""
    for definition, name, flags in items:
        if name.startswith("g_") and (flags.shared or flags.type is not ValueType.FLOAT):
            at = definition.at
            message = f"`{name}` receives spikes: it has one floating-point value per neuron, without these flags"
            raise EquationError(message, text, at.line, at.column)


def _check_rate(texts: list[tuple[list[Item], str]], spiking: bool) -> None:
    found = [(definition.left.at, text) for items, text in texts for definition, name, _ in items if name == "r"]
    if spiking and found:
        at, text = found[0]
        message = "a spiking neuron cannot define `r`: that name holds its mean firing rate"
        raise EquationError(message, text, at.line, at.column)
    if not spiking and not found:
        message = "a rate-coded neuron needs a variable or parameter `r` (a spiking one needs `spike=`)"
        raise EquationError(message, texts[-1][1], 1, 1)


def _conductances(
    items: list[Item], condition: n.Expression | None, statements: Iterable[n.Definition], attributes: list[Attribute]
) -> list[str]:
    """Return the `g_target` names that are read somewhere and that no equation defines."""
    known = {a.name for a in attributes}
    roots = [e for d, _, flags in items for e in (d.left, d.right, flags.low, flags.high) if e is not None]
    roots += [e for d in statements for e in (d.left, d.right)]
    roots += [condition] if condition is not None else []
    names = (node.name for root in roots for node in n.walk(root) if isinstance(node, n.Name))
    return [name for name in dict.fromkeys(names) if name.startswith("g_") and name not in known]


def _conductance_attribute(name: str) -> Attribute:
    return Attribute(name, False, False, ValueType.FLOAT, n.Number(0.0))


def _check_inputs(resolver: Resolver, spiking: bool) -> None:
    if spiking and resolver.inputs:
        node = resolver.inputs[0]
        name = "g_target" if node.target is None else f"g_{node.target}"
        raise resolver.fail(f"a spiking neuron reads its input as `{name}`; `sum()` is for rate-coded ones", node.at)


def _targets(attributes: list[Attribute], resolver: Resolver) -> tuple[str, ...]:
    conductances = (a.name.removeprefix("g_") for a in attributes if not a.is_parameter and a.name.startswith("g_"))
    return tuple(dict.fromkeys((*conductances, *resolver.targets)))


def _check_refractory(refractory: float | str | None, attributes: list[Attribute]) -> None:
    names = [a.name for a in attributes]
    if isinstance(refractory, str) and refractory not in names:
        message = f"`refractory` names no attribute: `{refractory}`.{did_you_mean(refractory, names)}"
        raise EquationError(message, refractory, 1, 1)


def _with_checked_init(attribute: Attribute, attributes: list[Attribute], text: str) -> Attribute:
    """Check the names in an initial value: it may depend on parameters."""
    parameters = {a.name: a.shared for a in attributes if a.is_parameter}
    checker = Resolver(text, parameters, random=False, shared=attribute.shared)
    for node in n.walk(checker.resolve(attribute.init)):
        if isinstance(node, n.Input | n.Reduction) or (isinstance(node, n.Name) and node.name in PROVIDED):
            message = f"the initial value of `{attribute.name}` can depend on numbers, constants and parameters only"
            raise checker.fail(message, node.at)
    return attribute


def _sequence(items: list[Item], resolver: Resolver, method: Integrator) -> Sequence:
    """Return the updates in order, with consecutive ODEs gathered in blocks."""
    updates = [_update(item, resolver, method) for item in items]
    result: list[Assignment | Block] = []
    for is_ode, group in groupby(updates, key=lambda u: isinstance(u, Ode)):
        members = list(group)
        result += [Block(tuple(members))] if is_ode else members  # type: ignore[arg-type, operator]
    return tuple(result)


def _update(item: Item, resolver: Resolver, method: Integrator) -> Assignment | Ode:
    definition, name, flags = item
    resolver.shared = flags.shared
    bounds = [flags.low, flags.high]
    given = [definition.right, *(b for b in bounds if b is not None)]
    right, *rest = resolver.equation(*given)
    low, high = (rest.pop(0) if b is not None else None for b in bounds)
    if isinstance(definition.left, n.Name):
        return Assignment(name, definition.operator, right, low, high)
    if not is_linear(definition.left, n.Derivative(name)):
        raise resolver.fail(f"the equation must be linear in `d{name}/dt`", definition.at)
    integrator = flags.integrator(method, resolver.text, definition.at)
    return Ode(name, _left_side(definition.left, name, resolver), right, integrator, low, high)


def _left_side(node: n.Expression, name: str, resolver: Resolver) -> n.Expression:
    """Resolve the left of an ODE, where the derivative of its own variable may stand."""
    if node == n.Derivative(name):
        return node
    if any(isinstance(below, n.Derivative) for below in n.walk(node)):
        return n.rebuild(node, lambda child: _left_side(child, name, resolver))
    return resolver.resolve(node)


def _condition(condition: n.Expression, text: str, resolver: Resolver) -> n.Expression:
    quiet = Resolver(text, resolver.attributes, resolver.targets, random=False)
    return quiet.resolve(condition)


def _reset(
    statements: Iterable[n.Definition], text: str, resolver: Resolver, parameters: set[str]
) -> tuple[Assignment, ...]:
    quiet = Resolver(text, resolver.attributes, resolver.targets, random=False)
    return tuple(_statement(d, quiet, parameters) for d in statements)


def _statement(definition: n.Definition, resolver: Resolver, parameters: set[str]) -> Assignment:
    left = definition.left
    if not isinstance(left, n.Name):
        raise resolver.fail("a reset statement is an assignment, `name = value` or `name += value`", definition.at)
    resolver.resolve(left)
    if left.name in parameters:
        message = f"`{left.name}` is a parameter and keeps its value: declare it in `equations` to change it on spike"
        raise resolver.fail(message, definition.at)
    if resolver.attributes.get(left.name, True):
        raise resolver.fail(f"`{left.name}` has no value per neuron that a spike could change", definition.at)
    flags = read_flags(definition, resolver.text)
    low, high = (None if bound is None else resolver.resolve(bound) for bound in (flags.low, flags.high))
    return Assignment(left.name, definition.operator, resolver.resolve(definition.right), low, high)
