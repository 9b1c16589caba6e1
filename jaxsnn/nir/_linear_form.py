"""Equations of a neuron as sums: a constant, and multiples of variables and of inputs."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..equations import (
    Apply,
    Binary,
    Call,
    Derivative,
    Draw,
    Expression,
    Input,
    Name,
    Noise,
    Number,
    Reduction,
    Unary,
    walk,
)
from ._polynomial import Polynomial

Symbol = tuple[str, str]  # ("variable", "v"), ("derivative", "v"), ("input", "exc")
MOVING = (Draw, Noise, Reduction, Input, Derivative)


class NotLinearError(Exception):
    """A part of an equation is no sum of multiples of variables and inputs."""


@dataclass(frozen=True)
class LinearForm:
    """constant + the sum of multiples of symbols."""

    constant: Polynomial
    factors: Mapping[Symbol, Polynomial]

    def __add__(self, other: "LinearForm") -> "LinearForm":
        """Return the sum."""
        names = dict.fromkeys((*self.factors, *other.factors))
        zero = Polynomial({})
        total = {s: self.factors.get(s, zero) + other.factors.get(s, zero) for s in names}
        return LinearForm(self.constant + other.constant, {s: f for s, f in total.items() if not f.is_zero})

    def times(self, factor: Polynomial) -> "LinearForm":
        """Return a multiple."""
        return LinearForm(self.constant * factor, {s: f * factor for s, f in self.factors.items()})

    def without(self, symbol: Symbol) -> "LinearForm":
        """Return the sum without a symbol."""
        return LinearForm(self.constant, {s: f for s, f in self.factors.items() if s != symbol})

    def factor(self, symbol: Symbol) -> Polynomial:
        """Return what multiplies a symbol, 0 where it does not occur."""
        return self.factors.get(symbol, Polynomial({}))


MINUS = Polynomial.of(-1)


def constant(polynomial: Polynomial) -> LinearForm:
    """Return a form without symbols."""
    return LinearForm(polynomial, {})


def symbol(kind: str, name: str) -> LinearForm:
    """Return a single symbol."""
    return LinearForm(Polynomial({}), {(kind, name): Polynomial.of(1)})


def linear_form(node: Expression, known: Mapping[str, LinearForm]) -> LinearForm:
    """Return an expression as a sum.

    Args:
        node: the expression.
        known: variables, inputs and what earlier assignments have computed, by name; other names are parameters.

    Raises:
        NotLinearError: it is none; says which part.
    """
    match node:
        case Number(value):
            return constant(Polynomial.of(value))
        case Name("t" | "t_last" as name):
            raise NotLinearError(f"it reads the time `{name}`, which NIR does not know")
        case Name(name):
            return known[name] if name in known else constant(Polynomial.atom(name))
        case Derivative(name):
            return symbol("derivative", name)
        case Input(target):
            if target is None:
                raise NotLinearError("`sum()` adds up all targets: name one, as in `sum(exc)`")
            return symbol("input", target)
        case Unary(operator, operand):
            inside = linear_form(operand, known)
            return inside.times(MINUS) if operator == "-" else inside
        case Binary("+" | "-" as operator, left, right):
            one, two = linear_form(left, known), linear_form(right, known)
            return one + (two.times(MINUS) if operator == "-" else two)
        case Binary("*", left, right):
            one, two = linear_form(left, known), linear_form(right, known)
            if one.factors and two.factors:
                raise NotLinearError("it multiplies two things that change in time")
            return one.times(two.constant) if not two.factors else two.times(one.constant)
        case Binary("/", left, right) if not _moves(right, known):
            divisor = linear_form(right, known).constant
            if divisor.single is not None:
                monomial, factor = divisor.single
                return linear_form(left, known).times(Polynomial.of(1).over(monomial, factor))
            return linear_form(left, known).times(_inverse(right))
    return _opaque(node, known)


def _inverse(node: Expression) -> Polynomial:
    return Polynomial({((node, -1),): Polynomial.of(1).terms[()]})


def _opaque(node: Expression, known: Mapping[str, LinearForm]) -> LinearForm:
    """Return a function of parameters as one number that does not change."""
    if not _moves(node, known):
        return constant(Polynomial.atom(node))
    moving = next((x for x in walk(node) if isinstance(x, Draw | Noise)), None)
    if moving is not None:
        raise NotLinearError("it has random numbers, which NIR does not know")
    if any(isinstance(x, Reduction) for x in walk(node)):
        raise NotLinearError("it reads a mean or extreme of the population, which NIR does not know")
    clock = next((x.name for x in walk(node) if isinstance(x, Name) and x.name in ("t", "t_last")), None)
    if clock is not None:
        raise NotLinearError(f"it reads the time `{clock}`, which NIR does not know")
    what = f"the function `{node.function}`" if isinstance(node, Call | Apply) else f"{_word(node)}"
    raise NotLinearError(f"it is not linear: {what} of something that changes in time")


def _moves(node: Expression, known: Mapping[str, LinearForm]) -> bool:
    """Tell whether an expression changes in time."""
    for below in walk(node):
        if isinstance(below, MOVING):
            return True
        if isinstance(below, Name) and (below.name in ("t", "t_last") or _has_symbols(known.get(below.name))):
            return True
    return False


def _has_symbols(form: LinearForm | None) -> bool:
    return form is not None and bool(form.factors)


def _word(node: Expression) -> str:
    match node:
        case Binary("**"):
            return "a power"
        case Binary("/"):
            return "a quotient by, or"
    return "a condition"
