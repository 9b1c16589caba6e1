"""The equations of a population for a part of a step, which each neuron has for itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from ..equations import (
    Assignment,
    Block,
    Draw,
    Name,
    NeuronEquations,
    Scope,
    branch,
    evaluate,
    expressions_of,
    run_event,
    run_updates,
    truth_of,
    walk,
)
from ..equations import distance as distance_of

Values = dict[str, Any]


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Neurons:
    """Everything that neurons read in a step: a number for each, or one for all.

    Args:
        values: what names mean at its beginning, but for `dt`.
        inputs: `sum(target)` by target.
        reductions: `mean(x)` and its kin, in the order of the model.
        constants: of the network.
        drawn: random numbers, by the index of their draw.
        refractory: what is left of the refractory period, in steps; None without one.
    """

    values: Values
    inputs: dict[str, Array]
    reductions: tuple[Array, ...]
    constants: dict[str, Array]
    drawn: dict[int, Array]
    refractory: Array | None

    def some(self, ranks: Array) -> "Neurons":
        """Return some of the neurons; a rank that is out of range stands for the last."""
        return jax.tree.map(lambda x: x.at[ranks].get(mode="clip") if jnp.ndim(x) else x, self)


def neurons_of(model: NeuronEquations, scope: Scope, refractory: Array | None) -> Neurons:
    """Return what the neurons of a population read in a step; their random numbers are drawn."""
    expressions = (*expressions_of((*model.updates, *model.reset)), model.spike)
    draws = [node for e in expressions if e is not None for node in walk(e) if isinstance(node, Draw)]
    drawn = {node.index: scope.draw(node) for node in draws}  # type: ignore[misc]
    values = {name: jnp.asarray(x) for name, x in scope.values.items() if name != "dt"}
    reductions = tuple(scope.reductions[r] for r in model.reductions)
    return Neurons(values, dict(scope.inputs), reductions, dict(scope.constants), drawn, refractory)


@dataclass(frozen=True)
class Parts:
    """The equations of some neurons, executed for a part of a step.

    Args:
        model: their equations.
        neurons: what they read.
        size: how many they are.
        dt: of a whole step, ms.
    """

    model: NeuronEquations
    neurons: Neurons
    size: int
    dt: float

    def at(self, values: Mapping[str, Any]) -> Scope:
        """Return what names mean with these values."""
        own = self.neurons
        reductions = dict(zip(self.model.reductions, own.reductions, strict=True))
        scope = Scope({**values, "dt": self.dt}, own.inputs, reductions, own.constants)
        scope.draw = lambda node: own.drawn[node.index]
        return scope

    def move(self, values: Mapping[str, Any], share: Array, active: Array | None = None) -> Values:
        """Return the values a share of the step later; of neurons that are not active, as in a refractory period."""
        return self._run(self.model.updates, values, share, active)

    def move_on(self, values: Mapping[str, Any], share: Array) -> Values:
        """Return the values a share of the step later, in a further part of the step; what happens once is left out."""
        return self._run(self._repeated, values, share, None)

    def wait(self, values: Mapping[str, Any], share: Array) -> Values:
        """Return the values of refractory neurons a share of the step later; what happens once is left out."""
        return self._run(self._repeated, values, share, jnp.zeros(self.size, bool))

    def _run(
        self, updates: tuple[Assignment | Block, ...], values: Mapping[str, Any], share: Array, active: Any
    ) -> Values:
        scope, length = self.at(values), share * self.dt
        scope.values["dt"] = length
        run_updates(updates, scope, length, active, span=self.dt)
        return without_step(scope.values)

    @property
    def _repeated(self) -> tuple[Assignment | Block, ...]:
        return tuple(u for u in self.model.updates if not (isinstance(u, Assignment) and _happens_once(u)))

    def is_met(self, values: Mapping[str, Any]) -> Array:
        """Tell where the spike condition is met, (n,)."""
        return jnp.broadcast_to(truth_of(evaluate(self.model.spike, self.at(values))), (self.size,))  # type: ignore[arg-type]

    def distance(self, values: Mapping[str, Any]) -> Array:
        """Return the distance to the threshold, (n,)."""
        scope = branch(self.model.spike, self.at(values), None)
        return jnp.broadcast_to(distance_of(self.model.spike, scope), (self.size,))  # type: ignore[arg-type]

    def reset(self, values: Mapping[str, Any], flags: Array) -> Values:
        """Return the values after the reset of neurons that spiked."""
        scope = self.at(values)
        for statement in self.model.reset:
            run_event(statement, scope, flags)
        return without_step(scope.values)


def _happens_once(update: Assignment) -> bool:
    """Tell whether an assignment adds something in each step, however long it is: `v += g_exc`, `count += 1`."""
    names = {node.name for node in walk(update.expression) if isinstance(node, Name)}
    return (update.operator != "=" or update.name in names) and "dt" not in names


def without_step(values: Mapping[str, Any]) -> Values:
    """Return the values without the length of the step."""
    return {name: x for name, x in values.items() if name != "dt"}
