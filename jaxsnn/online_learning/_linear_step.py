"""One step, and how small changes of parameters, state and inputs pass through it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from ..compiler import CompiledNetwork
from ..network import named_leaves, replaced
from ..step import Attributes, Emitted, NetworkParams, NetworkState
from ._leaves import Leaves


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Change:
    """Small changes in several directions, each array with a leading axis of directions.

    Args:
        params: of trained parameters, by public name.
        state: of leaves of the state.
        inputs: of what arrives from outside, by population and target.
    """

    params: dict[str, Array]
    state: tuple[Array, ...]
    inputs: Attributes


Push = Callable[[Change], tuple[tuple[Array, ...], Emitted]]


def linear_step(
    compiled: CompiledNetwork,
    params: NetworkParams,
    state: NetworkState,
    leaves: Leaves,
    names: tuple[str, ...],
    inputs: dict[str, tuple[str, ...]],
) -> tuple[NetworkState, Emitted, Push]:
    """Advance by a step; return what it returns, and what takes changes before it to changes after it.

    Args:
        compiled: the network.
        params, state: before the step.
        leaves: of the state that change.
        names: parameters that change.
        inputs: targets by population whose inputs change.
    """
    opaque, sizes = state.step & 0x7FFFFFFF, {p.name: p.size for p in compiled.spec.populations}
    fed = {p: {t: jnp.zeros(sizes[p], compiled.dtype) for t in targets} for p, targets in inputs.items()}

    def advance(values: dict[str, Array], floats: tuple[Array, ...], fed: Attributes) -> tuple[Any, Any]:
        before = leaves.within(state, floats)
        after, emitted = compiled.advance(replaced(params, values), before, opaque, fed)
        return (leaves.of(after), emitted), after

    known = named_leaves(params)
    primals = {name: known[name] for name in names}, leaves.of(state), fed
    (_, emitted), push, after = jax.linearize(advance, *primals, has_aux=True)
    return after, emitted, lambda change: jax.vmap(push)(change.params, change.state, change.inputs)
