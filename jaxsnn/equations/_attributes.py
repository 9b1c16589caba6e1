"""Who is a parameter and who a variable of a neuron, with initial values and the attributes that it gets by itself."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from numbers import Real

from ..errors import ArgumentError, EquationError, did_you_mean
from . import _nodes as n
from ._context import Context, UserFunction
from ._flags import Flags
from ._input_names import is_conductance
from ._kinds import NEURON, Kind
from ._model import Attribute, Locality, ValueType
from ._resolve import Resolver
from ._statements import Item
from ._vocabulary import LANGUAGE_NAMES, REDUCTIONS, RESERVED

RATE, REFRACTORY = "r", "refractory"  # attributes that a spiking neuron has by itself


def parameters(items: list[Item], text: str, context: Context, kind: Kind = NEURON) -> list[Attribute]:
    """Return the parameters: their values are expressions of numbers and constants of the network."""
    _check_names(items, text, {})
    return [_parameter(item, text, context, [name for _, name, _ in items], kind) for item in items]


def _parameter(item: Item, text: str, context: Context, names: list[str], kind: Kind) -> Attribute:
    definition, name, flags = item
    at = definition.at
    if definition.operator != "=" or not isinstance(definition.left, n.Name):
        raise at.error("a parameter is defined by `name = value`", text)
    resolver = Resolver(text, {}, context=context, random=False, is_function=True, kind=kind)

    def number(what: str, expression: n.Expression) -> n.Expression:
        for node in n.walk(expression):
            if isinstance(node, n.Name) and (node.name in names or node.name in kind.words):
                message = f"the {what} of parameter `{name}` is a number, or an expression of numbers and Constants"
                raise resolver.fail(f"{message}: `{node.name}` is neither", node.at)
        return resolver.resolve(expression)

    value = number("value", definition.right)
    low, high = (b if b is None else number("bound", b) for b in (flags.low, flags.high))
    is_bool = isinstance(definition.right, n.Boolean)
    return Attribute(name, True, flags.locality, ValueType.BOOL if is_bool else flags.type, value, low, high)


def variables(items: list[Item], text: str, constants: list[Item]) -> list[Attribute]:
    """Return the variables, in the order of the text."""
    _check_names(items, text, {name: d for d, name, _ in constants})
    return [Attribute(name, False, flags.locality, flags.type, flags.init or _zero(flags)) for _, name, flags in items]


def _zero(flags: Flags) -> n.Expression:
    return n.Boolean(False) if flags.type is ValueType.BOOL else n.Number(0.0)


def _check_names(items: list[Item], text: str, taken: dict) -> None:
    seen = dict(taken)
    for definition, name, _ in items:
        at = definition.left.at
        if name in RESERVED or name in LANGUAGE_NAMES:
            message = f"`{name}` is a word of the equation language and cannot be the name of an attribute"
            raise at.error(message, text)
        if name in seen:
            raise at.error(f"`{name}` is defined twice", text)
        seen[name] = definition


def check_conductances(items: list[Item], text: str) -> None:
    """Refuse a `g_target` that could not receive one floating-point input per neuron."""
    for definition, name, flags in items:
        if is_conductance(name) and (flags.locality is not Locality.LOCAL or flags.type is not ValueType.FLOAT):
            at = definition.at
            message = f"`{name}` receives spikes: it has one floating-point value per neuron, without these flags"
            raise at.error(message, text)


def check_rate(texts: list[tuple[list[Item], str]], spiking: bool) -> None:
    """Refuse a rate-coded neuron without `r`, and a spiking one that defines it."""
    found = [(definition.left.at, text) for items, text in texts for definition, name, _ in items if name == RATE]
    if spiking and found:
        at, text = found[0]
        message = "a spiking neuron cannot define `r`: that name holds its mean firing rate"
        raise at.error(message, text)
    if not spiking and not found:
        message = "a rate-coded neuron needs a variable or parameter `r` (a spiking one needs `spike=`)"
        raise EquationError(message, texts[-1][1], 1, 1)


def check_functions(functions: tuple[UserFunction, ...], texts: list[tuple[list[Item], str]]) -> None:
    """Refuse an attribute with the name of a function of the model: `population.f` could be either."""
    names = {f.name for f in functions}
    for items, text in texts:
        for definition, name, _ in items:
            if name in names:
                message = f"`{name}` is the name of a function of this neuron: give the attribute another one"
                raise definition.left.at.error(message, text)


def conductances(expressions: Iterable[n.Expression], attributes: list[Attribute]) -> list[str]:
    """Return the `g_target` names that are read somewhere and that no equation defines."""
    known = {a.name for a in attributes}
    names = (node.name for root in expressions for node in n.walk(root) if isinstance(node, n.Name))
    return [name for name in dict.fromkeys(names) if is_conductance(name) and name not in known]


def automatic_variable(name: str, init: n.Expression | None = None) -> Attribute:
    """Return a local variable that no equation of the text defines; it begins with 0 where no value is given."""
    return Attribute(name, False, Locality.LOCAL, ValueType.FLOAT, init or n.Number(0.0))


def with_changed(attributes: list[Attribute], changed: Collection[str]) -> list[Attribute]:
    """Return the attributes, those parameters that an event changes as variables that begin with their values."""
    return [replace(x, is_parameter=x.is_parameter and x.name not in changed) for x in attributes]


def check_refractory(duration: object) -> None:
    """Refuse a refractory period that is neither a number nor a name."""
    if not (duration is None or isinstance(duration, str | Real)):
        raise ArgumentError(f"`refractory` is a duration in ms or the name of an attribute, not {duration!r}")


def refractory_attribute(duration: float | str | None, attributes: list[Attribute]) -> list[Attribute]:
    """Return the parameter that holds a refractory period given as a number; check one given by name."""
    names = [a.name for a in attributes]
    if isinstance(duration, str) and duration not in names:
        message = f"`refractory` names no attribute: `{duration}`.{did_you_mean(duration, names)}"
        raise EquationError(message, duration, 1, 1)
    if duration is None or isinstance(duration, str):
        return []
    return [Attribute(REFRACTORY, True, Locality.LOCAL, ValueType.FLOAT, n.Number(float(duration)))]


def resolve_init(
    attribute: Attribute, attributes: list[Attribute], text: str, context: Context, kind: Kind = NEURON
) -> Attribute:
    """Resolve the initial value of a variable: it may depend on parameters and constants."""
    if attribute.is_parameter:
        return attribute
    known = {a.name: a.locality for a in attributes if a.is_parameter}
    checker = Resolver(text, known, context=context, random=False, level=attribute.locality, kind=kind)
    names = {*kind.words, *(a.name for a in attributes if not a.is_parameter)}
    calls = {"sum", *REDUCTIONS}
    for node in n.walk(attribute.init):
        is_call = isinstance(node, n.Call) and node.function in calls
        if is_call or isinstance(node, n.Remote) or (isinstance(node, n.Name) and node.name in names):
            message = f"the initial value of `{attribute.name}` can depend on numbers, constants and parameters only"
            raise checker.fail(message, node.at)
    return replace(attribute, init=checker.resolve(attribute.init))
