"""How the variables of a neuron act on each other in a step: the columns of the Jacobian of each population."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from ..compiler import CompiledNetwork
from ..step import Attributes, Emitted
from ._leaves import Leaves
from ._loss import Error


@dataclass(frozen=True)
class Own:
    """What a neuron of a population has, and what reaches it.

    The outputs of a step are its variables, then its distance to the threshold, then the inputs that have arrived, as
    monitors see them.

    Args:
        population: its name.
        size: of the population.
        variables: positions, among the leaves of the state, of what it carries from step to step.
        distance: position of its distance to the threshold; empty for a neuron without spikes.
        targets: inputs through which trained weights act.
    """

    population: str
    size: int
    variables: tuple[int, ...]
    distance: tuple[int, ...]
    targets: tuple[str, ...]

    @property
    def spike(self) -> int:
        """Row of the distance to the threshold among the outputs."""
        return len(self.variables)

    @property
    def directions(self) -> int:
        """In how many directions a neuron must be changed to know its Jacobian."""
        return len(self.variables) + len(self.targets)

    def outputs(self, state: tuple[Array, ...], emitted: Emitted, row: int | slice = slice(None)) -> Array:
        """Return the outputs (outputs, ..., n) of arrays by leaf, or a row of their leading axis."""
        inputs = jax.tree.leaves((emitted.conductances[self.population], emitted.sums[self.population]))
        return jnp.stack([x[row] for x in (*(state[i] for i in (*self.variables, *self.distance)), *inputs)])


def own_of(compiled: CompiledNetwork, leaves: Leaves, shapes: tuple, population: str, targets: tuple[str, ...]) -> Own:
    """Return what a neuron has.

    Args:
        compiled: the network.
        leaves: of the state.
        shapes: of these leaves.
        population: its name.
        targets: inputs through which trained weights act.
    """
    size = compiled.spec.population(population).size

    def mine(field: str) -> tuple[int, ...]:
        found = [i for i, p in enumerate(leaves.places) if (p.field, p.owner) == (field, population)]
        return tuple(i for i in found if shapes[i].shape == (size,))

    return Own(population, size, mine("populations"), mine("spikes"), targets)


def unit_changes(owns: list[Own], state: tuple[Array, ...], first: int, total: int) -> tuple[list[Array], Attributes]:
    """Return changes of the state and of inputs that tell the Jacobians, by one variable or input of each neuron.

    Args:
        owns: of the populations; they share directions, as no change in one reaches another.
        state: the leaves.
        first: of the directions.
        total: number of directions, whatever they are for.
    """
    floats = [jnp.zeros((total, *x.shape), x.dtype) for x in state]
    inputs: Attributes = {}
    for own in owns:
        for k, position in enumerate(own.variables):
            floats[position] = floats[position].at[first + k].set(1.0)
        nothing = jnp.zeros((total, own.size), jnp.result_type(float))
        after = first + len(own.variables)
        inputs[own.population] = {t: nothing.at[after + i].set(1.0) for i, t in enumerate(own.targets)}
    return floats, inputs


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Columns:
    """The Jacobian of the neurons of a population.

    Args:
        variables: (outputs, variables, n), the derivative of each output by each variable before the step.
        targets: (outputs, n) each, that by an input, by target.
    """

    variables: Array
    targets: dict[str, Array]

    def rows(self, targets: Sequence[str]) -> Array:
        """Return the Jacobian by variables and, last, by what arrives through targets, (outputs, variables + 1, n)."""
        by_input = jnp.asarray(sum(self.targets[t] for t in targets))
        return jnp.concatenate([self.variables, by_input[:, None]], 1)

    def among(self, reached: tuple[int, ...]) -> "Columns":
        """Return the Jacobian among some variables; of other variables neither rows nor columns are left."""
        rows = rows_of(reached, self.variables.shape[1], len(self.variables))
        variables = self.variables[rows][:, jnp.asarray(reached, int)]
        return Columns(variables, {t: x[rows] for t, x in self.targets.items()})


def rows_of(reached: tuple[int, ...], variables: int, outputs: int) -> Array:
    """Return the positions of outputs without those of variables that are not reached."""
    return jnp.asarray((*reached, *range(variables, outputs)), int)


def columns_of(own: Own, state: tuple[Array, ...], emitted: Emitted, first: int) -> Columns:
    """Return the Jacobian of a population from what changes, from a first direction on, have become."""
    made, d = own.outputs(state, emitted, slice(first, first + own.directions)), len(own.variables)
    return Columns(made[:, :d], {t: made[:, d + i] for i, t in enumerate(own.targets)})


def slopes_of(own: Own, error: Error) -> Array:
    """Return the derivative of the loss by each output, (outputs, n)."""
    return own.outputs(error.state, error.emitted)
