"""One call over many replicas: `vmap` in groups, groups one after the other, shared out over the devices of a mesh."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.sharding import Mesh, PartitionSpec

from ..compiler import CompiledNetwork
from ..step import Constants, Given, NetworkParams, NetworkState, put
from ._forward_loop import build_drive
from ._loop_state import forward, without_distances
from ._records import Record, build_writer, empty_buffer, packed_recorder

Keep = Callable[[NetworkParams, NetworkState, Record], Any]


def keep_all(params: NetworkParams, state: NetworkState, records: Record) -> tuple[NetworkState, Record]:
    """Keep the state, but for its constants, which the parameters of a replica decide, and records."""
    return replace(state, constants=Constants()), records


def build_call(compiled: CompiledNetwork, group: int, rows: int, keep: Keep) -> Callable:
    """Return `call(shared, batched)`: groups one after the other, replicas of a group together.

    Args:
        compiled: the network.
        group: size of a group.
        rows: length of a record buffer.
        keep: see `Runner.run`.
    """
    together = _one(compiled, rows, keep) if group == 1 else _several(compiled, rows, keep)

    def call(shared: Given, batched: tuple):
        def split(x):
            return x.reshape(x.shape[0] // group, group, *x.shape[1:])

        out = lax.map(lambda some: together(shared, *some), jax.tree.map(split, batched))
        return jax.tree.map(lambda x: x.reshape(-1, *x.shape[2:]), out)

    return call


def _one(compiled: CompiledNetwork, rows: int, keep: Keep) -> Callable:
    """Return the function for a group of one: no batch axis inside, so the loop is that of a single network."""
    drive = build_drive(compiled)

    def together(shared: Given, seeds: Array, own: Given, edits: Given, state: NetworkState | None, steps: Array):
        seed, own, edits, before, n = jax.tree.map(lambda x: x[0], (seeds, own, edits, state, steps))
        params, start = start_of(compiled, seed, shared | own, edits, before)
        final, buffer = drive(params, start, empty_buffer(compiled, rows, start), n)
        return jax.tree.map(lambda x: x[None], keep(params, replace(final, constants=start.constants), buffer))

    return together


def _several(compiled: CompiledNetwork, rows: int, keep: Keep) -> Callable:
    """Return the function for a group: all go as far as the farthest, those that are done stand still."""
    record, write = packed_recorder(compiled), build_writer(compiled)

    def member(shared, furthest: Array, seed: Array, own: Given, edits: Given, state: NetworkState | None, n: Array):
        params, start = start_of(compiled, seed, shared | own, edits, state)
        advance, first = forward(compiled, params, start), start.step

        def body(i: Array, carry: tuple[NetworkState, Record]):
            before, buffer = carry
            after, emitted = advance(before, i)
            return _frozen(i < n, without_distances(after), before), write(buffer, i, first, record(after, emitted))

        begin = without_distances(start), empty_buffer(compiled, rows, start)
        final, buffer = lax.fori_loop(0, furthest, body, begin)
        return keep(params, replace(final, constants=start.constants), buffer)

    def together(shared: Given, seeds: Array, own: Given, edits: Given, state: NetworkState | None, steps: Array):
        # `furthest` is not batched, so neither is the counter of the loop: what `materialise` needs.
        return jax.vmap(partial(member, shared, jnp.max(steps)))(seeds, own, edits, state, steps)

    return together


def start_of(compiled: CompiledNetwork, seed: Array, given: Given, edits: Given, before: NetworkState | None):
    """Return parameters and state from which a replica goes on: drawn or given, then as they were assigned."""
    params, fresh = compiled.init(seed, given)
    state = fresh if before is None else replace(before, constants=fresh.constants)
    for path, value in edits.items():
        params, state = put(params, state, path, value)
    return params, state


def _frozen(running: Array, after: NetworkState, before: NetworkState) -> NetworkState:
    """Return the state after the step where the replica is running, else the one before."""
    chosen = jax.tree.map(lambda x, y: jnp.where(running, x, y), after, before)
    return replace(chosen, key=after.key)


def shared_out(call: Callable, mesh: Mesh | None) -> Callable:
    """Return a call whose devices take equal shares of the replicas; None leaves it to JAX's default device."""
    if mesh is None:
        return call
    axis = PartitionSpec(mesh.axis_names[0])
    return jax.shard_map(call, mesh=mesh, in_specs=(PartitionSpec(), axis), out_specs=axis, check_vma=False)
