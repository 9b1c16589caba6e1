"""Forward in time: as many steps as asked, without compiling again for another duration."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..compiler import Compiled, NetworkParams, NetworkState
from ._records import Record, packed_recorder, write_row

FirstBad = dict[str, dict[str, Array]]  # population -> variable -> first step that ended with a non-finite value
NEVER = 2**31 - 1
Drive = Callable[[NetworkParams, NetworkState, Record, Array], tuple[NetworkState, Record]]


def build_drive(compiled: Compiled) -> Drive:
    """Return `drive(params, state, buffer, n) -> (state, buffer)`, n steps with a traced n.

    Row i of the buffer receives the packed record of step i of this call. Traceable; jit it with the buffer donated.
    """
    record = packed_recorder(compiled)

    def drive(params: NetworkParams, state: NetworkState, buffer: Record, n: Array):
        def body(i, carry):
            state, buffer = carry
            state, emitted = compiled.advance(params, state, i)
            return state, write_row(buffer, i, record(state, emitted))

        return lax.fori_loop(0, n, body, (state, buffer))

    return drive


def build_watched_drive(compiled: Compiled) -> Callable:
    """Return `drive(params, state, buffer, n) -> (state, buffer, first_bad)`, which looks at every value it computes.

    `first_bad` holds, for each variable, the step (as `state.step` counts them) whose end first found it non-finite,
    and `NEVER` where it stayed finite.
    """
    record = packed_recorder(compiled)

    def drive(params: NetworkParams, state: NetworkState, buffer: Record, n: Array):
        def body(i, carry):
            before, buffer, bad = carry
            state, emitted = compiled.advance(params, before, i)
            bad = jax.tree.map(jnp.minimum, bad, _bad_now(state, before.step))
            return state, write_row(buffer, i, record(state, emitted)), bad

        nothing = jax.tree.map(lambda x: jnp.full((), NEVER, jnp.int32), state.populations)
        return lax.fori_loop(0, n, body, (state, buffer, nothing))

    return drive


def _bad_now(state: NetworkState, step: Array) -> FirstBad:
    """Return the step for each variable that is not finite, NEVER for the others."""
    return jax.tree.map(lambda x: jnp.where(jnp.isfinite(x).all(), NEVER, step), state.populations)
