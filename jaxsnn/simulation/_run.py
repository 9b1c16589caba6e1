"""Forward in time with gradients: scans of static length, which keep for the backward pass what a plan says."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp

from ..compiler import CompiledNetwork
from ..recording import Record, at_period, build_record
from ..step import NetworkParams, NetworkState, with_tapes, without_tapes
from ._budget import Cost, residual_bytes, tree_bytes
from ._checkpoint import Checkpoints, checkpointed
from ._layer_scan import build_stretch
from ._loop_state import without_constants

COPIES = 2  # of records and of gradients of parameters: the values, and what the backward pass makes of them


def build_run(compiled: CompiledNetwork) -> Callable[..., tuple[NetworkState, Record]]:
    """Return `run(params, state, n_steps, checkpoints) -> (state, records)` with dense records, differentiable.

    `n_steps` and `checkpoints` are static. The state returned has no constants, as `jit` would copy them.
    """
    stretch = build_stretch(compiled)

    def run(params: NetworkParams, state: NetworkState, n_steps: int, checkpoints: Checkpoints):
        advance = partial(stretch, params, state.constants)
        counter = jnp.arange(n_steps, dtype=jnp.int32)
        start = with_tapes(compiled.plans.values(), params, state)
        final, records = checkpointed(advance, checkpoints, without_constants(start), counter)
        return without_tapes(final), at_period(compiled, records)

    return run


def build_step(compiled: CompiledNetwork) -> Callable[[NetworkParams, NetworkState], tuple[NetworkState, Record]]:
    """Return `step(params, state) -> (state, records)`, with dense records; the state returned has no constants."""
    record = build_record(compiled, dense=True)

    def step(params: NetworkParams, state: NetworkState) -> tuple[NetworkState, Record]:
        state, emitted = compiled.advance(params, state, state.step & 0x7FFFFFFF)
        return without_constants(state), record(state, emitted)

    return step


def cost_of_run(
    compiled: CompiledNetwork, params: NetworkParams, state: NetworkState, n_steps: int, batch: int
) -> Cost:
    """Return what the backward pass of a run keeps.

    Args:
        compiled: the network.
        params, state: arrays or their shapes.
        n_steps: of the run.
        batch: how many stimuli share the parameters under `vmap`.
    """
    stretch = build_stretch(compiled)

    def of(params: NetworkParams, state: NetworkState, counter):
        return stretch(params, state.constants, without_constants(state), counter)

    step = residual_bytes(of, params, state)
    row = tree_bytes(_records(of, params, state))
    carried = tree_bytes(without_constants(state))
    return Cost(COPIES * (batch * n_steps * row + tree_bytes(params)), batch * carried, batch * (step + row))


def _records(stretch: Callable, params: NetworkParams, state: NetworkState):
    return jax.eval_shape(stretch, params, state, jax.ShapeDtypeStruct((1,), jnp.int32))[1]
