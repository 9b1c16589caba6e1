"""The spike condition and the reset of a neuron, as NIR says them."""

from dataclasses import dataclass

import numpy as np

from ..equations import Boolean, Compare, Expression, NeuronEquations, Number
from ._linear_form import MINUS
from ._match_rows import Known, changed, form_of
from ._numbers import NoMatchError, Numbers

STRICT = "NIR's neurons spike where v > v_threshold"


@dataclass(frozen=True, eq=False)
class SpikeRule:
    """What a spike is.

    Args:
        variable: that is compared.
        threshold: (neurons,) fractions.
        reset: value after a spike; None where there is no reset, or what is left depends on what was there.
        subtracts: what a spike takes off the variable, (neurons,) fractions; None where it sets it, or nothing.
    """

    variable: str
    threshold: np.ndarray
    reset: np.ndarray | None
    subtracts: np.ndarray | None


def spike_rule(model: NeuronEquations, known: Known, numbers: Numbers) -> SpikeRule | None:
    """Return what a spike is; None for a neuron that never spikes.

    Raises:
        NoMatchError: another condition, or another reset.
    """
    if model.spike is None or _never(model.spike):
        return None
    variable, threshold = _threshold(model.spike, known, numbers)
    if not model.reset:
        return SpikeRule(variable, threshold, None, None)
    statement, *others = model.reset
    for other in model.reset:
        if other.name != variable:
            raise NoMatchError(f"the reset changes `{other.name}`, and a reset of NIR changes nothing but `{variable}`")
    if others:
        raise NoMatchError(f"the reset has {len(model.reset)} statements: write one")
    if (statement.low, statement.high) != (None, None):
        raise NoMatchError(f"the reset of `{variable}` has bounds, which NIR does not know")
    form = changed(statement, form_of("the reset", statement.expression, known))
    before = form.factor(("variable", variable))
    if before.is_zero and not form.factors:
        return SpikeRule(variable, threshold, numbers.of(form.constant), None)
    if set(form.factors) == {("variable", variable)} and (numbers.of(before) == 1).all():
        return SpikeRule(variable, threshold, None, -numbers.of(form.constant))
    raise NoMatchError(f"the reset neither sets `{variable}` to a number nor takes a number off it")


def _never(condition: Expression) -> bool:
    return (isinstance(condition, Boolean) and not condition.value) or (
        isinstance(condition, Number) and condition.value == 0
    )


def _threshold(condition: Expression, known: Known, numbers: Numbers) -> tuple[str, np.ndarray]:
    """Return what `a v > b` compares: v, and b / a."""
    match condition:
        case Compare(">", high, low):
            pass
        case Compare("<", low, high):
            pass
        case Compare(operator):
            raise NoMatchError(f"the spike condition has `{operator}`: {STRICT}")
        case _:
            raise NoMatchError(f"the spike condition is no single comparison: {STRICT}")
    one, other = form_of("the spike condition", high, known), form_of("the spike condition", low, known)
    form = one + other.times(MINUS)
    variables = [name for kind, name in form.factors if kind == "variable"]
    if len(variables) != 1 or len(form.factors) != 1:
        moving = ", ".join(f"`{name}`" for _, name in form.factors) or "no variable"
        raise NoMatchError(f"the spike condition compares {moving}: {STRICT}, one variable with a number")
    factor = numbers.of(form.factor(("variable", variables[0])))
    if any(x <= 0 for x in factor):
        raise NoMatchError(f"the spike condition holds below a threshold: {STRICT}")
    return variables[0], -numbers.of(form.constant) / factor
