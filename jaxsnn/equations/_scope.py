"""What the names in an expression stand for, and where what is computed from them counts.

A branch is evaluated for all neurons, and `where` picks those that take it. Forward, what the others compute is
dropped. In reverse it is not: the gradient 0 that they receive is multiplied by the slopes of the branch, and 0 times
infinity is NaN. So each value that a branch reads is itself a choice, between the value and the same number without a
derivative. Forward both are equal, and XLA leaves out the choice: no bit changes. In reverse, nothing gets past it
where the branch is not taken.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from . import _nodes as n
from ._vocabulary import CONSTANTS


@dataclass
class Scope:
    """What the names in an expression stand for during one step of one population.

    Args:
        values: attributes, `t`, `dt` and `t_last`; updates write their results here.
        inputs: `sum(target)` by target.
        reductions: `mean(x)` and its kin, from the end of the previous step.
        remote: `pre.x` and `post.x` in a synapse.
        constants: of the network, by name; attributes hide them.
        draw: returns the random numbers of a `Draw`.
        noise: the white noise of this step, by name; no parameter decides it.
        taken: where what is computed counts, () or a boolean for each; None for everywhere.
        stage: variables within a step of a numerical method. They come from values that were read where `taken` holds.
        taken_in_stage: where what is computed from the stage counts.
        is_trial: whether only the numbers are asked for: then nothing has a derivative.
        once: returns a pytree of numbers as it is, and has it computed once, however many will read it.
    """

    values: dict[str, Any]
    inputs: Mapping[str, Array] = field(default_factory=dict)
    reductions: Mapping[n.Reduction, Array] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    remote: Mapping[n.Remote, Any] = field(default_factory=dict)
    draw: Callable[[n.Draw], Array] | None = None
    noise: Mapping[str, Array] = field(default_factory=dict)
    taken: Any = None
    stage: Mapping[str, Any] = field(default_factory=dict)
    taken_in_stage: Any = None
    is_trial: bool = False
    once: Callable[[Any], Any] = lambda x: x

    def within(self, taken: Any) -> "Scope":
        """Return the same names in a branch: they have a derivative where it is taken, None for everywhere."""
        return replace(self, taken=both(self.taken, taken), taken_in_stage=both(self.taken_in_stage, taken))

    @property
    def trial(self) -> "Scope":
        """The same numbers without a derivative, from which it is decided who takes a branch."""
        return replace(self, is_trial=True)

    def at_stage(self, values: Mapping[str, Any]) -> "Scope":
        """Return the scope in which a numerical method has moved some variables."""
        return replace(self, stage={**self.stage, **values}, taken_in_stage=None)

    def value_of(self, name: str) -> Any:
        """Return what a name stands for: an attribute before a constant of the network before one of the language."""
        if name in self.stage:
            return only_where(self.taken_in_stage, self.stage[name])
        if name in self.values:
            return self.read(self.values[name])
        return self.read(self.constants[name]) if name in self.constants else CONSTANTS[name]

    def read(self, value: Any) -> Any:
        """Return a value with the derivative that it has here."""
        return without_derivative(value) if self.is_trial else only_where(self.taken, value)

    def spread(self, operands: Sequence[Any]) -> Sequence[Any]:
        """Return operands, among which a single value for many has its derivative where these take the branch."""
        if self.taken is None or not any(jnp.ndim(x) for x in operands):
            return operands
        return [self.used(x) if jnp.ndim(x) == 0 else x for x in operands]

    def used(self, result: Any) -> Any:
        """Return a result, a number for each that could take the branch; a choice by factors 0 and 1 follows."""
        return _only_where(self.taken, result) if self.taken is not None and _is_real(result) else result

    def of_body(self, arguments: Mapping[str, Any]) -> "Scope":
        """Return the scope of a function's body: it sees its arguments and the constants of the network."""
        values = dict(arguments)
        return Scope(values, constants=self.constants, taken=self.taken, is_trial=self.is_trial)


def both(one: Any, two: Any) -> Any:
    """Return where both hold; None holds everywhere."""
    return two if one is None else one if two is None else one & two


def only_where(taken: Any, value: Any) -> Any:
    """Return a value that has a derivative only where a branch is taken.

    Args:
        taken: booleans, () or one for each; None for everywhere.
        value: real numbers; anything else has no derivative, and is returned as it is. A single value for many stays
            single, and has one if any of them takes the branch. `Scope.spread` sees to it where it meets several.
    """
    if taken is None or not _is_real(value):
        return value
    return _only_where(jnp.any(taken) if jnp.ndim(value) == 0 else taken, value)


def _only_where(taken: Any, value: Array) -> Array:
    # Broadcast once, before the choice: so XLA sees that both are one array, and leaves the choice out.
    taken, value = jnp.broadcast_arrays(taken, value)
    return jnp.where(taken, value, lax.stop_gradient(value))


def without_derivative(value: Any) -> Any:
    """Return the number alone."""
    return lax.stop_gradient(value) if _is_real(value) else value


def _is_real(value: Any) -> bool:
    return isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jnp.floating)
