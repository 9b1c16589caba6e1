"""Forward in time with gradients: a scan of static length, checkpointed so that memory grows with the square root."""

from collections.abc import Callable
from dataclasses import replace
from math import isqrt
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..compiler import Compiled, NetworkParams, NetworkState
from ._carry import forward, without_constants
from ._records import Record, at_period, dense_recorder

Body = Callable[[Any, Array], tuple[Any, Any]]


def build_run(compiled: Compiled) -> Callable[..., tuple[NetworkState, Record]]:
    """Return `run(params, state, n_steps, checkpoint) -> (state, records)` with dense records, differentiable.

    `n_steps` and `checkpoint` are static.
    """
    record = dense_recorder(compiled)

    def run(params: NetworkParams, state: NetworkState, n_steps: int, checkpoint: bool):
        advance = forward(compiled, params, state)

        def body(carried: NetworkState, i: Array):
            new, emitted = advance(carried, i)
            return without_constants(new), record(new, emitted)

        scan = checkpointed_scan if checkpoint else lax.scan
        final, records = scan(body, without_constants(state), jnp.arange(n_steps, dtype=jnp.int32))
        return replace(final, constants=state.constants), at_period(compiled, records)

    return run


def checkpointed_scan(body: Body, init: Any, xs: Array) -> tuple[Any, Any]:
    """Scan like `lax.scan`, storing for the backward pass only every sqrt(n)-th carry and recomputing the rest.

    Args:
        body: as for `lax.scan`.
        init: first carry.
        xs: (n,) array.
    """
    n = xs.shape[0]
    length = max(1, isqrt(n))
    whole = n // length * length

    @jax.checkpoint
    def segment(carry, part):
        return lax.scan(body, carry, part)

    carry, out = lax.scan(segment, init, xs[:whole].reshape(-1, length))
    out = jax.tree.map(lambda x: x.reshape(whole, *x.shape[2:]), out)
    if whole == n:
        return carry, out
    carry, rest = segment(carry, xs[whole:])
    return carry, jax.tree.map(lambda x, y: jnp.concatenate([x, y]), out, rest)
