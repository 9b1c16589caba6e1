"""Forward in time: as many steps as asked, without compiling again for another duration."""

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array, lax

from ..compiler import CompiledNetwork, Goal, build_reached
from ..recording import Record, build_record, build_writer
from ..step import NetworkParams, NetworkState
from ._finiteness import first_unsound, none_unsound
from ._loop_state import forward, without_distances

Drive = Callable[[NetworkParams, NetworkState, Record, Array], tuple[NetworkState, Record]]


def build_drive(compiled: CompiledNetwork) -> Drive:
    """Return `drive(params, state, buffer, n) -> (state, buffer)`, n steps with a traced n.

    Row i of the buffer receives the packed record of step i of this call. Traceable; jit it with the buffer donated.
    Distances of spikes to their threshold, which only gradients read, are 0 afterwards: not to carry them is quicker.
    The state returned has no constants, as `jit` would copy them: who calls a compiled drive puts them back.
    """
    record, write = build_record(compiled, dense=False), build_writer(compiled)

    def drive(params: NetworkParams, state: NetworkState, buffer: Record, n: Array):
        advance, start = forward(compiled, params, state), state.step

        def body(i, carry):
            before, buffer = carry
            after, emitted = advance(before, i)
            return without_distances(after), write(buffer, i, start, record(after, emitted))

        final, buffer = lax.fori_loop(0, n, body, (without_distances(state), buffer))
        return final, buffer

    return drive


def build_watched_drive(compiled: CompiledNetwork) -> Callable:
    """Return `drive(params, state, buffer, n) -> (state, buffer, first_bad)`, which looks at every value it computes.

    `first_bad` has, for each place in the order of `places`, the step (as `state.step` counts them) in which its value
    first was not finite, and `FINITE` where it stayed finite.
    """
    record, write = build_record(compiled, dense=False), build_writer(compiled)

    def drive(params: NetworkParams, state: NetworkState, buffer: Record, n: Array):
        advance, start = forward(compiled, params, state), state.step

        def body(i, carry):
            before, buffer, bad = carry
            after, emitted = advance(before, i)
            bad = first_unsound(compiled, params, after, emitted, before.step, bad)
            return without_distances(after), write(buffer, i, start, record(after, emitted)), bad

        nothing = none_unsound(compiled, params, state)
        final, buffer, bad = lax.fori_loop(0, n, body, (without_distances(state), buffer, nothing))
        return final, buffer, bad

    return drive


def build_until_drive(compiled: CompiledNetwork, goal: Goal) -> Callable:
    """Return `drive(params, state, buffer, n) -> (state, buffer, steps, reached)`: at most n steps, fewer once a goal
    is reached.

    Args:
        compiled: the network.
        goal: tested after each step.
    """
    record, write = build_record(compiled, dense=False), build_writer(compiled)
    reached = build_reached(compiled, goal)

    def drive(params: NetworkParams, state: NetworkState, buffer: Record, n: Array):
        advance, start = forward(compiled, params, state), state.step

        def going(carry):
            i, _, _, done = carry
            return (i < n) & ~done

        def body(carry):
            i, before, buffer, _ = carry
            after, emitted = advance(before, i)
            buffer = write(buffer, i, start, record(after, emitted))
            return i + 1, without_distances(after), buffer, reached(params, after, emitted)

        begin = jnp.int32(0), without_distances(state), buffer, jnp.bool_(False)
        i, final, buffer, done = lax.while_loop(going, body, begin)
        return final, buffer, i, done

    return drive
