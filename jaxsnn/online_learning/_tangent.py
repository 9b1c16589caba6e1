"""How a small change runs through the equations of a neuron: its eligibility trace, as equations of the language.

The change of a variable v is `epsilon_v`. Each equation of the neuron gives the one of its change, by its differential;
the same numerical method then advances both. What is said here is derived from the text. The gradients are not computed
by it, but by forward mode of the step; tests compare both.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from ..equations import (
    Assignment,
    Block,
    Compare,
    Derivative,
    Expression,
    Input,
    Name,
    NeuronEquations,
    Number,
    Ode,
    Sequence,
    ValueType,
    differential,
    minus,
    parts_of,
    plus,
    times,
    walk,
)
from ..errors import UnsupportedError
from ..integrators import SYNAPTIC
from ..models import Neuron

ARRIVED = "z_pre"  # what arrives of a pre-synaptic neuron in a step: its spike, or its rate
ELIGIBILITY = "eligibility"
NOTHING = Number(0.0)
CLOCKS = frozenset(["t", "t_last"])


def change_of(name: str) -> str:
    """Return the name of the change of a variable."""
    return f"epsilon_{name}"


@dataclass(frozen=True)
class Tangent:
    """The eligibility trace of a neuron.

    Args:
        updates: of the changes, in the order of the neuron's equations.
        distance: of the neuron to its threshold; None where it has no spikes with a derivative.
        eligibility: the change of this distance, without the surrogate; None where it does not change.
        through_spikes: what the decision to reset adds to the changes, in terms of the eligibility.
        resets: what a spike does to the changes.
        inputs: targets that have an equation of their own, to whose change an arriving spike adds 1.
        reached: names of all that can change.
        coefficients: names of what multiplies changes.
        obstacles: why the changes are no linear equations with constant coefficients; empty if they are.
    """

    updates: Sequence
    distance: Expression | None
    eligibility: Expression | None
    through_spikes: tuple[Assignment, ...]
    resets: tuple[Assignment, ...]
    inputs: tuple[str, ...]
    reached: frozenset[str]
    coefficients: frozenset[str]
    obstacles: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The changes that have an equation, each once."""
        return tuple(dict.fromkeys(part.name for part in parts_of(self.updates)))


def tangent_of(neuron: Neuron, seeds: Mapping[Expression, Expression], inputs: Collection[str] = ()) -> Tangent:
    """Return how a change runs through a neuron.

    Args:
        neuron: the model.
        seeds: what changes from outside, and the name of its change: an input or a parameter.
        inputs: targets with an equation of their own through which it comes.

    Raises:
        UnsupportedError: an equation has no differential in the language.
    """
    model, own = neuron.analysed, {Name(g): Name(change_of(g)) for g in inputs}
    changes = {**seeds, **_reached(neuron, {**seeds, **own})}
    updates = tuple(_updates(model, changes))
    away = distance_of(model)
    eligibility = None if away is None else differential(away, changes)
    through, resets = _resets(neuron, changes, eligibility)
    coefficients = _coefficients((*updates, *through, *resets), eligibility, set(changes.values()))
    obstacles = (*_of_model(model, set(changes)), *_of_updates(model, updates), *_varying(model, coefficients))
    names, reached = _names(coefficients), _names(changes)
    all_of = tuple(inputs), reached, names, tuple(dict.fromkeys(obstacles))
    return Tangent(updates, away, eligibility, through, resets, *all_of)


def _names(nodes: Iterable[Expression]) -> frozenset[str]:
    return frozenset(node.name for node in nodes if isinstance(node, Name))


def distance_of(model: NeuronEquations) -> Expression | None:
    """Return the distance to the threshold, positive above it; None where the condition is no comparison."""
    match model.spike:
        case Compare("<" | "<=", left, right):
            return plus(right, minus(left))
        case Compare(">" | ">=", left, right):
            return plus(left, minus(right))
    return None


def _reached(neuron: Neuron, changes: Mapping[Expression, Expression]) -> dict[Expression, Expression]:
    """Return the variables that a change reaches, with the names of their changes."""
    model, found = neuron.analysed, dict(changes)
    floats = {a.name for a in model.attributes if not a.is_parameter and a.type is ValueType.FLOAT}
    conditions, size = [c for c in (model.spike, model.axon_spike) if c is not None], -1
    while size < len(found):
        size = len(found)
        spikes = neuron.differentiable_reset and any(node in found for c in conditions for node in walk(c))
        for part in (*parts_of(model.updates), *model.reset, *model.axon_reset):
            is_reset = isinstance(part, Assignment) and part in (*model.reset, *model.axon_reset)
            if part.name in floats and (_changes(part, found) or (is_reset and spikes)):
                found[Name(part.name)] = Name(change_of(part.name))
    return {x: c for x, c in found.items() if isinstance(x, Name)}


def _changes(part: Assignment | Ode, changes: Mapping[Expression, Expression]) -> bool:
    """Tell whether what an equation computes changes, bounds included, whatever becomes of the variable itself."""
    bounds = [bound for bound in (part.low, part.high) if bound is not None]
    return any(differential(side, changes) is not None for side in (*_sides(part), *bounds))


def _updates(model: NeuronEquations, changes: Mapping[Expression, Expression]) -> Iterator[Assignment | Block]:
    for update in model.updates:
        if isinstance(update, Block):
            odes = tuple(_ode(ode, changes) for ode in update.odes if Name(ode.name) in changes)
            yield from (Block(odes),) if odes else ()
        elif Name(update.name) in changes:
            yield from _assignment(update, changes)


def _ode(ode: Ode, changes: Mapping[Expression, Expression]) -> Ode:
    """Return the equation of the change: what multiplies the derivative stands left, everything else right."""
    of_slope: dict[Expression, Expression] = {Derivative(ode.name): Derivative(change_of(ode.name))}
    left = differential(ode.left, of_slope) or NOTHING
    right = plus(minus(differential(ode.left, changes)), differential(ode.right, changes))
    return replace(ode, name=change_of(ode.name), left=left, right=right or NOTHING, low=None, high=None)


def _assignment(part: Assignment, changes: Mapping[Expression, Expression]) -> Iterator[Assignment]:
    """Yield the statement on the change, none where it stays as it is."""
    name, change = change_of(part.name), differential(part.expression, changes)
    if part.operator in ("+=", "-="):
        yield from (Assignment(name, part.operator, change),) if change is not None else ()
    elif part.operator == "*=":
        yield Assignment(name, "=", plus(times(part.expression, Name(name)), times(Name(part.name), change)) or NOTHING)
    elif part.operator == "/=" and change is None:
        yield Assignment(name, "/=", part.expression)
    elif part.operator == "=":
        yield Assignment(name, "=", change or NOTHING)
    else:
        raise UnsupportedError(f"the divisor of `{part.name}` changes")


def _resets(
    neuron: Neuron, changes: Mapping[Expression, Expression], eligibility: Expression | None
) -> tuple[tuple[Assignment, ...], tuple[Assignment, ...]]:
    """Return what the decision to reset adds, and what a spike does, to the changes."""
    reset = [part for part in neuron.analysed.reset if Name(part.name) in changes]
    through = []
    for part in reset if neuron.differentiable_reset and eligibility is not None else ():
        jump = plus(part.expression, minus(Name(part.name))) if part.operator == "=" else part.expression
        operator = "-=" if part.operator == "-=" else "+="
        through.append(Assignment(change_of(part.name), operator, times(jump, Name(ELIGIBILITY)) or NOTHING))
    return tuple(through), tuple(s for part in reset for s in _assignment(part, changes))


def _coefficients(updates: Sequence, eligibility: Expression | None, changes: Collection[Expression]) -> list:
    """Return what stands in the equations of changes beside these: names, and what is no number and no operation."""
    sides = [x for part in parts_of(updates) for x in _sides(part)] + ([] if eligibility is None else [eligibility])
    own = {Name(ELIGIBILITY), Name("dt"), *changes}
    leaves = (node for side in sides for node in walk(side) if hasattr(node, "name") or isinstance(node, Input))
    return [node for node in leaves if node not in own and not isinstance(node, Derivative)]


def _sides(part: Assignment | Ode) -> tuple[Expression, ...]:
    return (part.left, part.right) if isinstance(part, Ode) else (part.expression,)


def _of_model(model: NeuronEquations, reached: Collection[Expression]) -> Iterator[str]:
    """Yield what in a model holds changes back, or makes them depend on where a neuron is."""
    if model.refractory is not None:
        yield f"refractory neurons (`{model.refractory}`) keep their changes; a model without `refractory` has none"
    if model.axon_spike is not None:
        yield "it has axonal spikes"
    for part in parts_of((*model.updates, *model.reset)):
        if Name(part.name) in reached and (part.low is not None or part.high is not None):
            yield f"`{part.name}` has bounds"
    for part in model.reset:
        if part.name in model.instantaneous:
            yield f"the reset writes the input `{part.name}`"


def _of_updates(model: NeuronEquations, updates: Sequence) -> Iterator[str]:
    """Yield what equations of synapses could not say as those of neurons do."""
    if any(isinstance(a, Block) and isinstance(b, Block) for a, b in pairwise(updates)):
        yield "two groups of differential equations would become one"
    for part in parts_of(updates):
        if isinstance(part, Ode) and part.method.name in SYNAPTIC:
            yield f"the method `{part.method.name}` of `{part.name}` means something else in a synapse"
    if model.spike is not None and distance_of(model) is None and any(True for _ in _leaves(model.spike)):
        yield "its spike condition is no comparison"


def _leaves(condition: Expression) -> Iterator[Name]:
    return (node for node in walk(condition) if isinstance(node, Name))


def _varying(model: NeuronEquations, coefficients: list) -> Iterator[str]:
    """Yield that some coefficients are not the same at all steps."""
    settled, found = _settled(model), list[str]()
    for node in coefficients:
        name = getattr(node, "name", None)
        attribute = model.find(name) if isinstance(node, Name) and name is not None else None
        is_constant = isinstance(node, Name) and (attribute.is_parameter if attribute else name not in CLOCKS)
        if not is_constant and not (isinstance(node, Name) and name in settled):
            found.append(f"`{name}`" if name is not None else "an input")
    if found:
        yield f"what multiplies a change depends on {', '.join(dict.fromkeys(found))}, and changes in a run"


def _settled(model: NeuronEquations) -> set[str]:
    """Return the variables that are computed from constants alone, before anybody reads them."""
    parameters, known = {a.name for a in model.attributes if a.is_parameter}, set[str]()
    resets = {part.name for part in (*model.reset, *model.axon_reset)}
    seen: set[str] = set()
    for part in parts_of(model.updates):
        read = {x.name for side in _sides(part) for x in walk(side) if isinstance(x, Name)}
        others = any((hasattr(x, "name") and not isinstance(x, Name)) or isinstance(x, Input) for x in _nodes(part))
        constant = all(name in parameters | known or model.find(name) is None for name in read - CLOCKS)
        is_first = isinstance(part, Assignment) and part.operator == "=" and part.name not in seen | resets
        if is_first and constant and not others and not read & CLOCKS:
            known.add(part.name)
        else:
            known.discard(part.name)
        seen |= {*read, part.name}
    return known


def _nodes(part: Assignment | Ode) -> Iterator[Expression]:
    return (node for side in _sides(part) for node in walk(side))
