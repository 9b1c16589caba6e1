"""From resolved definitions to what a step executes: assignments, blocks of ODEs, conditions, statements on spikes."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from ..errors import Remark, did_you_mean
from ..integrators import EXPLICIT, Integrator
from . import _nodes as n
from ._affine import factors, has_linear_part, is_linear
from ._context import Context
from ._flags import ASSIGNMENT, ODE, RESET, Flags, Role, read_flags
from ._kinds import NEURON, Kind
from ._model import Assignment, Block, Locality, NeuronEquations, Ode, Sequence
from ._parse import parse_expression
from ._resolve import Resolver
from ._vocabulary import CONSTANTS
from ._white_noise import MISPLACED, noise_objection

Bound = n.Expression | None
Item = tuple[n.Definition, str, Flags]  # a definition, the name it defines, its flags


def item(definition: n.Definition, text: str, kind: Kind = NEURON, role: Role | None = None) -> Item:
    """Return a definition with its name and its flags; without a role it is an equation."""
    name = _defined_name(definition, text)
    if role is None:
        role = ASSIGNMENT if isinstance(definition.left, n.Name) else ODE
    return definition, name, read_flags(definition, text, kind, role)


def remarks_of(items: Iterable[Item]) -> Iterator[Remark]:
    """Yield what is suspicious in the flags of some definitions."""
    for _, _, flags in items:
        yield from flags.remarks


def _defined_name(definition: n.Definition, text: str) -> str:
    """Return the variable that a definition changes: the name on the left, or that of the derivative there."""
    if isinstance(definition.left, n.Name):
        return definition.left.name
    derivatives = [node for node in n.walk(definition.left) if isinstance(node, n.Derivative)]
    if len(derivatives) != 1:
        what = "two derivatives" if derivatives else "neither a single name nor a derivative"
        message = f"the left-hand side holds {what}: write `name = ...`, or an ODE with one `dx/dt`"
        raise definition.at.error(message, text)
    if definition.operator != "=":
        message = f"an ODE is written with `=`, not `{definition.operator}`"
        raise definition.at.error(message, text)
    return derivatives[0].name


def sequence(items: list[Item], resolver: Resolver, method: Integrator) -> Sequence:
    """Return the updates in order, with consecutive ODEs gathered in blocks."""
    updates = [(_update(i, resolver, method), i[0].at) for i in items]
    result: list[Assignment | Block] = []
    for _, group in groupby(updates, key=lambda u: isinstance(u[0], Ode)):
        members = list(group)
        odes = [(u, at) for u, at in members if isinstance(u, Ode)]
        _check_block(odes, resolver)
        result += [Block(tuple(ode for ode, _ in odes))] if odes else []
        result += [u for u, _ in members if isinstance(u, Assignment)]
    return tuple(result)


def _update(item: Item, resolver: Resolver, method: Integrator) -> Assignment | Ode:
    definition, name, flags = item
    if not isinstance(definition.left, n.Name):
        left, right, low, high = sides_of(item, resolver)
        ode = Ode(name, left, right, flags.integrator(method, resolver.text, definition.at), low, high)
        return _solvable(ode, definition.at, resolver)
    right, low, high = _right_side(item, resolver)
    return Assignment(name, definition.operator, right, low, high)


def _solvable(ode: Ode, at: n.Position, resolver: Resolver) -> Ode:
    """Return an ODE; a conditional one that its method cannot solve is explicit, as each of them is in ANNarchy."""
    objection = _objection(ode, [n.Name(ode.name)], resolver) if isinstance(ode.right, n.Conditional) else None
    if objection is None:
        return ode
    resolver.remarks.append(at.remark(objection, resolver.text))
    return replace(ode, method=EXPLICIT)


def sides_of(item: Item, resolver: Resolver) -> tuple[n.Expression, n.Expression, Bound, Bound]:
    """Return an ODE with every name resolved: left, right, lower bound, upper bound."""
    definition, name, _ = item
    with resolver.with_noise():
        right, low, high = _right_side(item, resolver)
        left = _left_side(definition.left, name, resolver)
    _check_bounds((low, high), resolver)
    if not is_linear(definition.left, n.Derivative(name)):
        raise resolver.fail(f"the equation must be linear in `d{name}/dt`", definition.at)
    return left, right, low, high


def _check_bounds(bounds: Iterable[Bound], resolver: Resolver) -> None:
    """Refuse white noise in the bounds of an ODE."""
    for node in (node for bound in bounds if bound is not None for node in n.walk(bound)):
        if isinstance(node, n.Noise):
            raise resolver.fail(MISPLACED.format(node.name), node.at)


def _right_side(item: Item, resolver: Resolver) -> tuple[n.Expression, Bound, Bound]:
    """Return the right-hand side and the bounds, resolved."""
    definition, _, flags = item
    resolver.level = flags.locality
    bounds = [flags.low, flags.high]
    given = [definition.right, *(b for b in bounds if b is not None)]
    right, *rest = resolver.equation(*given)
    low, high = (rest.pop(0) if b is not None else None for b in bounds)
    return right, low, high


def _left_side(node: n.Expression, name: str, resolver: Resolver) -> n.Expression:
    """Resolve the left of an ODE, where the derivative of its own variable may stand."""
    if node == n.Derivative(name):
        return node
    if any(isinstance(below, n.Derivative) for below in n.walk(node)):
        return n.rebuild(node, lambda child: _left_side(child, name, resolver))
    return resolver.resolve(node)


def _check_block(odes: list[tuple[Ode, n.Position]], resolver: Resolver) -> None:
    """Check that the method of each ODE can solve it, among those that it is coupled with."""
    coupling = [(ode, at) for ode, at in odes if ode.method.couples]
    for ode, at in coupling:
        if ode.method != coupling[0][0].method:
            both = f"`{coupling[0][0].method.name}` and `{ode.method.name}`"
            message = f"{both} cannot be mixed in consecutive ODEs: both couple their variables within the step"
            raise resolver.fail(message, at)
    names = [n.Name(ode.name) for ode, _ in odes if ode.method.needs_affine]
    for ode, at in odes:
        objection = noise_objection(ode, [o for o, _ in odes if o.method == ode.method])
        objection = objection or _objection(ode, names, resolver)
        if objection is not None:
            raise resolver.fail(objection, at)


def _objection(ode: Ode, names: list[n.Name], resolver: Resolver) -> str | None:
    """Return why the method of an ODE cannot solve it beside others of these names, None where it can."""
    if ode.method.needs_affine and not _is_affine(ode, names):
        known = ", ".join(f"`{x.name}`" for x in names)
        message = f"`{ode.method.name}` solves equations that are linear in {known}; this one is not. Use "
        return message + "`exponential`, `rosenbrock` or `rk4`"
    if ode.method.needs_constant_coefficients and (found := _that_changes(ode, names, resolver)):
        factor = f"`{found.name}`" if isinstance(found, n.Name) else "what multiplies them"
        known = ", ".join(f"`{x.name}`" for x in names)
        message = (
            f"`{ode.method.name}` solves equations in which the factors of {known} are constant, but {factor} changes"
        )
        return message + ". Use `exponential` or `rk4`"
    if ode.method.needs_linear_part and not any(has_linear_part(x, n.Name(ode.name)) for x in (ode.left, ode.right)):
        return f"`{ode.method.name}` needs a term that is linear in `{ode.name}`: use `explicit`"
    return None


def _that_changes(ode: Ode, names: list[n.Name], resolver: Resolver) -> n.Expression | None:
    """Return what changes among the factors of variables, or of the derivative; None where nothing does."""
    symbols = (n.Derivative(ode.name), *names)
    found = (below for side in (ode.left, ode.right) for f in factors(side, *symbols) for below in n.walk(f))
    return next((x for x in found if resolver.changes(x)), None)


def _is_affine(ode: Ode, names: list[n.Name]) -> bool:
    return is_linear(ode.left, n.Derivative(ode.name), *names) and is_linear(ode.right, *names)


def condition(text: str, resolver: Resolver, parsed: n.Expression) -> n.Expression:
    """Resolve a spike condition."""
    return without_draws(text, resolver).resolve(parsed)


def statements(
    definitions: Iterable[n.Definition], text: str, resolver: Resolver, parameters: set[str]
) -> tuple[Assignment, ...]:
    """Return what happens on a spike."""
    quiet = without_draws(text, resolver)
    return tuple(_statement(d, quiet, parameters) for d in definitions)


def without_draws(text: str, resolver: Resolver) -> Resolver:
    """Return a resolver for another text of the same model, in which nothing is drawn."""
    return replace(resolver, text=text, random=False, level=Locality.LOCAL)


def _statement(definition: n.Definition, resolver: Resolver, parameters: set[str]) -> Assignment:
    left = definition.left
    if not isinstance(left, n.Name):
        raise resolver.fail("a reset statement is an assignment, `name = value` or `name += value`", definition.at)
    _check_reset_variable(left, resolver, parameters)
    flags = read_flags(definition, resolver.text, resolver.kind, RESET)
    resolver.remarks.extend(flags.remarks)
    low, high = (resolver.resolve_optional(bound) for bound in (flags.low, flags.high))
    return Assignment(left.name, definition.operator, resolver.resolve(definition.right), low, high)


def _check_reset_variable(left: n.Name, resolver: Resolver, parameters: set[str]) -> None:
    """Refuse a statement that changes anything but an attribute of each neuron, remark on a parameter."""
    name, known = left.name, resolver.attributes
    if name in parameters:
        message = f"`{name}` is a parameter and keeps its value: declare it in `equations` to change it on spike"
        resolver.remarks.append(left.at.remark(message, resolver.text))
    if name in (*known, *resolver.kind.words, *CONSTANTS, *resolver.context.constants):
        if known.get(name) is not Locality.LOCAL:
            raise resolver.fail(f"`{name}` has no value per neuron that a spike could change", left.at)
        return
    variables = [x for x, level in known.items() if level is Locality.LOCAL and x not in parameters]
    raise resolver.fail(f"unknown variable `{name}`.{did_you_mean(name, variables)}", left.at)


def resolve_condition(text: str, model: NeuronEquations, context: Context) -> n.Expression:
    """Return a condition on the attributes of a neuron, written apart from its equations.

    Raises:
        EquationError: not a condition, or one that names something unknown.
    """
    attributes = {a.name: a.locality for a in model.attributes}
    around = replace(context, functions=(*context.functions, *model.functions))
    resolver = Resolver(text, attributes, context=around, random=False)
    resolved = resolver.resolve(parse_expression(text))
    for node in n.walk(resolved):
        if not _is_at_hand(node, model):
            what = "a stop condition sees what the equations of the neuron compute, and none of them reads this"
            raise resolver.fail(f"{what}: assign it to a variable there", node.at)
    return resolved


def _is_at_hand(node: n.Expression, model: NeuronEquations) -> bool:
    """Tell whether the value of a node is there when a step has ended."""
    match node:
        case n.Reduction():
            return node in model.reductions
        case n.Input(target):
            return model.sums_all if target is None else target in model.sums
        case n.Name("t_last"):
            return model.uses("t_last")
    return True
