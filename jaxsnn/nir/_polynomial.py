"""Polynomials of parameters with rational coefficients, and numbers of neurons that are computed from them exactly.

A parameter that is multiplied by 1000 and divided by 1000 must come out as it was, to the last bit. So numbers are
fractions until the end, where they are rounded once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..equations import Expression

Atom = str | Expression  # a parameter, or an expression of parameters that is no polynomial
Monomial = tuple[tuple[Atom, int], ...]  # atoms with their powers, in the order in which they were first seen
Values = Mapping[Atom, np.ndarray]  # (neurons,) fractions, by atom
ONE: Monomial = ()


@dataclass(frozen=True)
class Polynomial:
    """A sum of monomials; those with the coefficient 0 are left out."""

    terms: Mapping[Monomial, Fraction]

    @classmethod
    def of(cls, value: float | Fraction | int) -> "Polynomial":
        """Return a number."""
        return cls({ONE: Fraction(value)} if value else {})

    @classmethod
    def atom(cls, atom: Atom) -> "Polynomial":
        """Return a single atom."""
        return cls({((atom, 1),): Fraction(1)})

    @property
    def is_zero(self) -> bool:
        """Whether nothing is left."""
        return not self.terms

    @property
    def atoms(self) -> frozenset[Atom]:
        """All atoms."""
        return frozenset(atom for monomial in self.terms for atom, _ in monomial)

    @property
    def single(self) -> tuple[Monomial, Fraction] | None:
        """The only term; None where there are none or several."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None

    def __add__(self, other: "Polynomial") -> "Polynomial":
        """Return the sum."""
        total = dict(self.terms)
        for monomial, factor in other.terms.items():
            total[monomial] = total.get(monomial, Fraction(0)) + factor
        return Polynomial({m: f for m, f in total.items() if f})

    def __neg__(self) -> "Polynomial":
        """Return the negative."""
        return Polynomial({m: -f for m, f in self.terms.items()})

    def __sub__(self, other: "Polynomial") -> "Polynomial":
        """Return the difference."""
        return self + -other

    def __mul__(self, other: "Polynomial") -> "Polynomial":
        """Return the product."""
        total = Polynomial({})
        for m1, f1 in self.terms.items():
            for m2, f2 in other.terms.items():
                total = total + Polynomial({_product(m1, m2): f1 * f2})
        return total

    def over(self, monomial: Monomial, factor: Fraction) -> "Polynomial":
        """Return the quotient by a single term."""
        inverse = tuple((atom, -power) for atom, power in monomial)
        return self * Polynomial({inverse: 1 / factor})

    def having(self, atom: Atom, holds: bool = True) -> "Polynomial":
        """Return the terms in which an atom occurs, or those in which it does not."""
        return Polynomial({m: f for m, f in self.terms.items() if (atom in dict(m)) is holds})

    def without(self, atom: Atom) -> "Polynomial":
        """Return the polynomial with 1 in the place of an atom."""
        total = Polynomial({})
        for monomial, factor in self.terms.items():
            rest = tuple((a, p) for a, p in monomial if a != atom)
            total = total + Polynomial({rest: factor})
        return total

    def values(self, known: Values, size: int) -> np.ndarray:
        """Return the value for each neuron, (size,) fractions."""
        total = np.full(size, Fraction(0), object)
        for monomial, factor in self.terms.items():
            product = np.full(size, factor, object)
            for atom, power in monomial:
                product = product * known[atom] ** power
            total = total + product
        return total


def _product(one: Monomial, two: Monomial) -> Monomial:
    powers = dict(one)
    for atom, power in two:
        powers[atom] = powers.get(atom, 0) + power
    kept = [(atom, power) for atom, power in powers.items() if power]
    return tuple(sorted(kept, key=repr))


def fractions(values: np.ndarray, size: int) -> np.ndarray:
    """Return numbers as exact fractions, (size,)."""
    flat = np.broadcast_to(np.ravel(np.asarray(values)).astype(float), (size,))
    unique, where = np.unique(flat, return_inverse=True)
    return np.array([Fraction(float(x)) for x in unique], object)[where]


def rounded(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Return fractions as floating-point numbers."""
    return np.array([float(x) for x in values]).astype(dtype)
