r"""Equations and statements of models as lines of a report."""

from collections.abc import Iterable

from ..equations import Assignment, Binary, EventDriven, Expression, Name, Ode, Sequence, StructuralRule, parts_of
from ._document import Line, Math
from ._formula import formula
from ._symbols import symbol


def equation_lines(updates: Sequence) -> list[Line]:
    """Return one line for each equation that runs at every step, with its bounds."""
    return [_equation(part) for part in parts_of(updates)]


def _equation(part: Assignment | Ode | EventDriven) -> Line:
    if isinstance(part, Assignment):
        is_plain = part.operator == "="
        text = f"{symbol(part.name)} = {formula(part.expression)}" if is_plain else _change(part)
        return (Math(text), *_bounds(part))
    return (Math(f"{formula(part.left)} = {formula(part.right)}"), *_bounds(part))


def event_driven_lines(odes: Iterable[EventDriven]) -> list[Line]:
    """Return one line for each equation that is solved from spike to spike."""
    return [(*_equation(ode), " (from spike to spike)") for ode in odes]


def statement_lines(statements: Iterable[Assignment]) -> list[Line]:
    """Return one line for each statement that is executed on an event."""
    return [(Math(_change(s)), *_bounds(s), *_exception(s)) for s in statements]


def _exception(statement: Assignment) -> Line:
    return (" (unless both neurons spiked)",) if statement.unless_post else ()


def _change(statement: Assignment) -> str:
    name, new = Name(statement.name), statement.expression
    changed = new if statement.operator == "=" else Binary(statement.operator[0], name, new)
    return rf"{symbol(statement.name)} \leftarrow {formula(changed)}"


def _bounds(part: Assignment | Ode | EventDriven) -> tuple[str | Math, ...]:
    name = symbol(part.name)
    match part.low, part.high:
        case None, None:
            return ()
        case low, None:
            return (", with ", Math(rf"{name} \geq {formula(low)}"))  # type: ignore[arg-type]
        case None, high:
            return (", with ", Math(rf"{name} \leq {formula(high)}"))  # type: ignore[arg-type]
    low, high = formula(part.low), formula(part.high)  # type: ignore[arg-type]
    return (", with ", Math(rf"{low} \leq {name} \leq {high}"))


def condition_line(condition: Expression) -> Line:
    """Return a condition."""
    return (Math(formula(condition)),)


def rule_lines(rule: StructuralRule) -> list[Line]:
    """Return when a synapse is created or pruned, and with which probability."""
    lines: list[Line] = [("if ", Math(formula(rule.condition)), ", with probability ", Math(formula(rule.probability)))]
    values = [("weight", rule.weight), ("delay", rule.delay)]
    return lines + [(f"{what} of a new synapse: ", Math(formula(x))) for what, x in values if x is not None]
