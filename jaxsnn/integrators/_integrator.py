"""What a numerical method is, and what it sees of the equations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jax import Array

Values = Mapping[str, Array]
Step = float | Array  # length of a step, ms; an array where one step stands for several


@dataclass(frozen=True)
class System:
    """Coupled equations dx/dt = f(x, y, ...), one for each variable, evaluated per neuron.

    Args:
        slopes: returns f of every variable.
        linear: returns (a, b) of every variable, with f = a + b x for its own x. Only terms that are linear in x by
            their form contribute to b; powers and functions of x are part of a.
        coefficients: returns for every variable the factor of each variable in its f, by their names, of equations
            that are affine in all of them; one number where all neurons share it.
        spread: prepares numbers that meet each other in a sum or product, as some may be one for all neurons, and the
            results may be used by some neurons alone.
        noise: by variable, for each equation with exactly one white noise: its value in this step, and what returns
            the factor that multiplies it.
        once: returns numbers as they are, and has them computed once, however many slopes will read them.
    """

    slopes: Callable[[Values], dict[str, Array]]
    linear: Callable[[Values], dict[str, tuple[Array, Array]]]
    coefficients: Callable[[Values], dict[str, dict[str, Array]]]
    spread: Callable[[Sequence[Any]], Sequence[Any]] = lambda numbers: numbers
    noise: Mapping[str, tuple[Array, Callable[[Values], Array]]] = field(default_factory=dict)
    once: Callable[[Any], Any] = lambda numbers: numbers


@dataclass(frozen=True)
class Integrator:
    """A numerical method.

    Args:
        name: the flag that selects it in an equation.
        advance: `advance(system, values, dt)` returns the values one step later.
        couples: all variables of a block move together through the stages, so that no other coupling method may stand
            in the same block.
        needs_affine: the equations must be affine in all variables of the block together.
        needs_constant_coefficients: what multiplies the variables of the block must be parameters and numbers.
        needs_linear_part: each equation needs a term that is linear in its own variable.
        repeats_increment: several steps in one are a multiple of what one changes, not one step of their total length.
        takes_multiplied_noise: white noise may be multiplied by what the method advances, not only added.
        needs_own_noise: then it is one noise, and nothing but its own variable and what has no noise multiplies it.
    """

    name: str
    advance: Callable[[System, Values, Step], dict[str, Array]]
    couples: bool = False
    needs_affine: bool = False
    needs_constant_coefficients: bool = False
    needs_linear_part: bool = False
    repeats_increment: bool = False
    takes_multiplied_noise: bool = False
    needs_own_noise: bool = False
