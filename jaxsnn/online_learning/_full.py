"""Real-time recurrent learning: the derivative of the whole state by each number that is trained.

R. J. Williams and D. Zipser, Neural Computation 1, 1989, doi:10.1162/neco.1989.1.2.270. It is exact, and takes as many
copies of the state as there are numbers.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from ..compiler import CompiledNetwork
from ..network import named_leaves
from ..recording import Record
from ..step import NetworkParams, NetworkState
from ._leaves import Leaves
from ._linear_step import Change, linear_step
from ._loss import CheckedLoss, Error, error_of

FullTraces = tuple[Array, ...]  # by leaf of the state, a leading axis of trained numbers


@dataclass(frozen=True, eq=False)
class FullGradient:
    """The exact gradient.

    Args:
        compiled: the network.
        leaves: everything in the state that has a derivative.
        names: of what is trained.
        loss: of a step.
    """

    compiled: CompiledNetwork
    leaves: Leaves
    names: tuple[str, ...]
    loss: CheckedLoss

    def init(self, params: NetworkParams, state: NetworkState) -> FullTraces:
        """Return the traces of a state that does not depend on the parameters yet."""
        known = named_leaves(params)
        return self.leaves.zeros(state, sum(known[name].size for name in self.names))

    def step(
        self, params: NetworkParams, state: NetworkState, traces: FullTraces, target: Any
    ) -> tuple[NetworkState, FullTraces, dict[str, Array], Record]:
        """Advance by one step; return the state, the traces, the gradient of its loss, and its records."""
        directions = _one_by_one({name: named_leaves(params)[name] for name in self.names})
        after, emitted, push = linear_step(self.compiled, params, state, self.leaves, self.names, {})
        changes = push(Change(directions, traces, {}))
        error, records = error_of(self.compiled, self.loss, self.leaves, after, emitted, target)
        return after, changes[0], _split(_product(error, changes), directions), records


def _one_by_one(values: dict[str, Array]) -> dict[str, Array]:
    """Return a direction for each number, along which it alone changes."""
    total, first, found = sum(x.size for x in values.values()), 0, {}
    for name, x in values.items():
        found[name] = jnp.eye(total, x.size, -first, x.dtype).reshape(total, *x.shape)
        first += x.size
    return found


def _product(error: Error, changes: tuple) -> Array:
    """Return how much the loss changes in each direction."""
    slopes = jax.tree.leaves((error.state, error.emitted))
    along = jax.tree.leaves(changes)
    return jnp.asarray(sum(jnp.tensordot(c, s, s.ndim) for c, s in zip(along, slopes, strict=True)))


def _split(flat: Array, directions: dict[str, Array]) -> dict[str, Array]:
    first, found = 0, {}
    for name, x in directions.items():
        shape = x.shape[1:]
        size = x[0].size
        found[name] = flat[first : first + size].reshape(shape)
        first += size
    return found
