"""Equations as rows: what each variable tends to, and how fast. The numerical method of the text counts.

A row says in continuous time what an equation does in steps, for signals that are constant during a step. Of
`tau * dv/dt = -v + I` it is the equation itself. Of `v = exp(-dt/tau) * v + I`, which adds its input at once, it is
tau dv/dt = -v + R I with R = 1 / (1 - exp(-dt/tau)).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..equations import Assignment, Block, Call, Expression, NeuronEquations, Ode, parts_of, walk
from ._linear_form import LinearForm, NotLinearError, Symbol, linear_form, symbol
from ._numbers import NoMatchError, Numbers
from ._polynomial import Polynomial

SAME_STEPS = {"explicit": "explicit", "exponential": "exponential", "exact": "exponential"}
BOUNDS = "has bounds, which NIR does not know"
Known = dict[str, LinearForm]


@dataclass(frozen=True, eq=False)
class Row:
    """What a variable does: tau dx/dt = -x + (constant + sum of gains times symbols) / leak.

    Args:
        name: of the variable.
        leak: what multiplies -x.
        form: the rest of the right side.
        tau: s, (neurons,) fractions; None for a variable without a leak, and for an assignment.
        divisor: value of `leak`; without a leak, s by which the right side is divided.
        decay: what is left of x after a step, (neurons,) fractions; None where `tau` is None.
        method: `explicit` or `exponential`; None for an assignment, which holds at once.
        block: equations of one block read each other as they were before the step; those of earlier blocks are done.
    """

    name: str
    leak: Polynomial
    form: LinearForm
    tau: np.ndarray | None
    divisor: np.ndarray
    decay: np.ndarray | None
    method: str | None
    block: int = 0

    def inputs(self) -> dict[str, Polynomial]:
        """Return what multiplies each input, by target."""
        return {name: f for (kind, name), f in self.form.factors.items() if kind == "input"}

    def variables(self) -> dict[str, Polynomial]:
        """Return what multiplies each variable."""
        return {name: f for (kind, name), f in self.form.factors.items() if kind == "variable"}


def rows_of(model: NeuronEquations, numbers: Numbers) -> tuple[list[Row], Known]:
    """Return the rows of a neuron, and what names stand for behind its equations.

    Raises:
        NoMatchError: an equation that is no row; says which, and why.
    """
    known: Known = {a.name: symbol("variable", a.name) for a in model.attributes if not a.is_parameter}
    known |= {name: symbol("input", name.removeprefix("g_")) for name in model.instantaneous}
    rows: list[Row] = []
    for i, update in enumerate(model.updates):
        if isinstance(update, Block):
            rows += [_of_ode(ode, known, numbers, i) for ode in update.odes]
            continue
        form = _assigned(update, known)
        if ("variable", update.name) in form.factors:
            rows.append(_of_decay(update.name, form, numbers, i))
        elif _is_read(update.name, model.updates[i + 1 :]):
            _check_is_done(update.name, form, rows)
            known[update.name] = form  # a name for an expression
        else:
            one = np.full(numbers.size, Fraction(1), object)
            rows.append(Row(update.name, Polynomial.of(1), form, None, one, None, None, i))
    return rows, known


def form_of(what: str, expression: Expression, known: Mapping[str, LinearForm]) -> LinearForm:
    """Return an expression as a sum; `what` it is, for the message.

    Raises:
        NoMatchError: it is none.
    """
    try:
        return linear_form(expression, known)
    except NotLinearError as why:
        raise NoMatchError(f"{what}: {why}") from None


def changed(update: Assignment, form: LinearForm) -> LinearForm:
    """Return what a variable is after an assignment."""
    before = symbol("variable", update.name)
    if update.operator == "=":
        return form
    if update.operator in ("+=", "-="):
        return before + (form if update.operator == "+=" else form.times(Polynomial.of(-1)))
    raise NoMatchError(f"the equation of `{update.name}` has the operator `{update.operator}`: write it with `=`")


def _assigned(update: Assignment, known: Known) -> LinearForm:
    if (update.low, update.high) != (None, None):
        raise NoMatchError(f"the equation of `{update.name}` {BOUNDS}")
    return changed(update, form_of(f"the equation of `{update.name}`", update.expression, known))


def _check_is_done(name: str, form: LinearForm, rows: list[Row]) -> None:
    """Raise if a name stands for what a variable was before its equation of this step."""
    done = {row.name for row in rows}
    for kind, variable in form.factors:
        if kind == "variable" and variable not in done:
            raise NoMatchError(f"`{name}` reads `{variable}` before the equation of `{variable}`: put it behind")


def _is_read(name: str, later: tuple) -> bool:
    sides = [side for o in parts_of(later) for side in ((o.left, o.right) if isinstance(o, Ode) else (o.expression,))]
    return any(getattr(node, "name", None) == name for side in sides for node in walk(side))


def _of_ode(ode: Ode, known: Known, numbers: Numbers, block: int) -> Row:
    """Return `C dx/dt = a - b x + ...` as a row."""
    name, what = ode.name, f"the equation of `{ode.name}`"
    if (ode.low, ode.high) != (None, None):
        raise NoMatchError(f"{what} {BOUNDS}")
    form = form_of(what, ode.right, known) + form_of(what, ode.left, known).times(Polynomial.of(-1))
    derivative, mine = ("derivative", name), ("variable", name)
    capacity, leak = -form.factor(derivative), -form.factor(mine)
    form = form.without(derivative).without(mine)
    if ode.method.name not in SAME_STEPS:
        raise NoMatchError(
            f"{what} is integrated by the method `{ode.method.name}`; NIR is said of `explicit`, `exponential` and "
            "`exact`, whose steps other programs can take"
        )
    method, seconds = SAME_STEPS[ode.method.name], numbers.of(capacity) / 1000
    if ode.method.name == "exact" and any(kind == "variable" for kind, _ in form.factors):
        raise NoMatchError(f"{what} is solved by the method `exact` together with others: use `exponential`")
    if leak.is_zero:
        return Row(name, leak, form, None, seconds, None, "explicit", block)
    divisor = numbers.of(leak)
    if any(c * d <= 0 for c, d in zip(seconds, divisor, strict=True)):
        raise NoMatchError(f"{what} does not let `{name}` decay: its time constant is not positive")
    tau = seconds / divisor
    return Row(name, leak, form, tau, divisor, _left_after_step(tau, method, numbers), method, block)


def _left_after_step(tau: np.ndarray, method: str, numbers: Numbers) -> np.ndarray:
    share = numbers.dt / 1000 / tau
    if method == "explicit":
        return 1 - share
    return np.array([Fraction(float(np.exp(-float(x)))) for x in share], object)


def _of_decay(name: str, form: LinearForm, numbers: Numbers, block: int) -> Row:
    """Return `x = b x + ...` as a row: b is exp(-dt / tau), or else 1 - dt / tau."""
    mine: Symbol = ("variable", name)
    kept, rest, step = form.factor(mine), form.without(mine), numbers.dt / 1000
    if kept == Polynomial.of(1):
        return Row(name, Polynomial.of(0), rest, None, np.full(numbers.size, step, object), None, "explicit", block)
    decay, exponential = numbers.of(kept), _exponential(kept)
    if any(not 0 <= b < 1 for b in decay):
        raise NoMatchError(f"the equation of `{name}` does not keep a part of `{name}` between 0 and 1 in each step")
    leak = Polynomial.of(1) - kept
    if exponential is None:
        return Row(name, leak, rest, step / (1 - decay), 1 - decay, decay, "explicit", block)
    exponent = numbers.of(form_of(f"the equation of `{name}`", exponential.arguments[0], {}).constant)
    return Row(name, leak, rest, -step / exponent, 1 - decay, decay, "exponential", block)


def _exponential(factor: Polynomial) -> Call | None:
    """Return exp(x) if that is all that a factor is."""
    if factor.single is None or factor.single[1] != 1 or len(factor.single[0]) != 1:
        return None
    atom, power = factor.single[0][0]
    return atom if power == 1 and isinstance(atom, Call) and atom.function == "exp" else None
