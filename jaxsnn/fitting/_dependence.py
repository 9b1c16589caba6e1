"""Whether a loss depends on a parameter at all, whatever the values.

A gradient of exactly 0 has two reasons that need different advice: the loss happens to be flat here, or no derivative
can ever reach it. JAX tells them apart while it traces: a tangent that no operation carries on is a `SymbolicZero`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array
from jax.custom_derivatives import SymbolicZero

from ..network import named_leaves, replaced

Loss = Callable[[Any, Any], Array]


def find_independent(
    loss: Callable[[Any, Any], Array], params: Any, batch: Any, groups: Sequence[Sequence[str]]
) -> list[str]:
    """Return those groups of parameters, by their first name, through which no derivative reaches the loss.

    The loss is traced, not computed: a tangent of the parameters either ends on the way (in a comparison, an integer,
    `stop_gradient`, or because nothing reads it) or reaches the loss, where a probe sees it.

    Args:
        loss: `loss(params, batch)`.
        params: pytree.
        batch: what the loss gets beside it.
        groups: names of leaves that change together.

    Example:
        >>> loss = lambda p, _: p["x"] ** 2 + (p["y"] > 0)
        >>> find_independent(loss, {"x": 0.0, "y": 1.0, "z": 2.0}, None, [["x"], ["y"], ["z"]])
        ['y', 'z']
    """
    return [names[0] for names in groups if not _reaches(loss, params, batch, names)]


def _reaches(loss: Loss, params: Any, batch: Any, names: Sequence[str]) -> bool:
    """Tell whether a tangent of these leaves arrives at the loss."""
    seen: list[bool] = []

    # The identity, whose derivative rule notes what kind of tangent it is given.
    @jax.custom_jvp
    def probe(x: Array) -> Array:
        return x

    def tangent(primals, tangents):
        seen.append(not isinstance(tangents[0], SymbolicZero))
        return primals[0], jnp.zeros_like(primals[0])

    probe.defjvp(tangent, symbolic_zeros=True)

    def along(params: Any, batch: Any) -> tuple[Array, Array]:
        leaves = named_leaves(params)
        values = {name: jnp.asarray(leaves[name]) for name in names}
        return jax.jvp(lambda x: probe(loss(replaced(params, x), batch)), (values,), (values,))

    jax.eval_shape(along, params, batch)  # traced, not computed: the rule has seen the tangent by then
    return any(seen)
