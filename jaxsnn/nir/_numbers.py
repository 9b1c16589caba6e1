"""The numbers of one population: values of parameters, and of what equations compute from them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..equations import Call, Name, Scope, evaluate
from ._linear_form import linear_form
from ._polynomial import Atom, Polynomial, fractions


class NoMatchError(Exception):
    """No node does what the equations do; says which equation, and why."""


class Numbers:
    """Values for each neuron, as exact fractions.

    Args:
        values: of parameters and of the constants of the network, by name, (neurons,) or ().
        size: number of neurons.
        dt: step, ms.
    """

    def __init__(self, values: Mapping[str, Any], size: int, dt: float) -> None:
        self.size, self.dt = size, fractions(np.asarray(dt), 1)[0]
        self._plain: dict[str, Any] = {**values, "dt": dt}
        self._known: dict[Atom, np.ndarray] = {}

    def of(self, polynomial: Polynomial) -> np.ndarray:
        """Return the value of a polynomial, (neurons,) fractions."""
        for atom in polynomial.atoms - set(self._known):
            self._known[atom] = self._exact(atom)
        try:
            return polynomial.values(self._known, self.size)
        except ZeroDivisionError:
            raise NoMatchError("a parameter by which it divides is 0") from None

    def _exact(self, atom: Atom) -> np.ndarray:
        """Return the value of an atom; sums are exact, and exp is that of double precision."""
        if isinstance(atom, str):
            return fractions(self._value(atom), self.size)
        inside = linear_form(atom, {}).constant
        if inside != Polynomial.atom(atom):
            return self.of(inside)
        if isinstance(atom, Call) and atom.function == "exp":
            exponents = self.of(linear_form(atom.arguments[0], {}).constant)
            return fractions(np.exp(exponents.astype(float)), self.size)
        return fractions(self._value(atom), self.size)

    def plain(self, name: str) -> Any:
        """Return the value of a parameter as it is stored; None where it has none."""
        return self._plain.get(name)

    def _value(self, atom: Atom) -> np.ndarray:
        known = atom if isinstance(atom, str) and atom in self._plain else None
        try:
            expression = Name(atom) if isinstance(atom, str) else atom
            value = np.asarray(self._plain[known] if known else evaluate(expression, Scope(dict(self._plain))))
        except KeyError as missing:
            raise NoMatchError(f"{missing} has no number") from None
        if not np.isfinite(value.astype(float)).all():
            raise NoMatchError("a number in it is not finite")
        return value
