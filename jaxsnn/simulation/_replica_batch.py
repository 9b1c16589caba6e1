"""One call over many replicas: `vmap` in groups, groups one after the other, shared out over the devices of a mesh."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.sharding import Mesh, PartitionSpec

from ..compiler import CompiledNetwork, Goal, build_reached
from ..recording import Record, build_record, build_writer, empty_buffer
from ..step import Constants, Given, NetworkParams, NetworkState, put
from ._finiteness import first_unsound, is_sound, none_unsound
from ._forward_loop import build_drive, build_until_drive, build_watched_drive
from ._loop_state import forward, without_distances

GROUP = "replicas of a group"  # name of the batch axis
_UNSEEN = np.zeros(0, np.int32)  # what was found at no place

Keep = Callable[[NetworkParams, NetworkState, Record], Any]


@dataclass(frozen=True)
class Look:
    """What is looked for after each step; not both at once.

    Args:
        goal: at which a replica stops before its steps are done; None for none.
        finite: whether to note when values stop being finite, at some cost.
    """

    goal: Goal | None = None
    finite: bool = False


NO_LOOK = Look()


def keep_all(params: NetworkParams, state: NetworkState, records: Record) -> tuple[NetworkState, Record]:
    """Keep the state, but for its constants, which the parameters of a replica decide, and records."""
    return replace(state, constants=Constants()), records


def build_call(compiled: CompiledNetwork, group: int, rows: int, keep: Keep, look: Look) -> Callable:
    """Return `call(shared, batched) -> (kept, steps, reached, is_sound, unsound_from)`: group after group.

    Args:
        compiled: the network.
        group: size of a group.
        rows: length of a record buffer.
        keep: see `Runner.run`.
        look: what is looked for after each step.

    `steps` are those that each replica has made, `reached` is whether it has reached the goal, `is_sound` whether its
    last state is finite. `unsound_from` is what `first_unsound` has found, (places,), of no place if nobody looked.
    """
    together = _one(compiled, rows, keep, look) if group == 1 else _several(compiled, rows, keep, look)

    def call(shared: Given, batched: tuple):
        def split(x):
            return x.reshape(x.shape[0] // group, group, *x.shape[1:])

        out = lax.map(lambda some: together(shared, *some), jax.tree.map(split, batched))
        return jax.tree.map(lambda x: x.reshape(x.shape[0] * group, *x.shape[2:]), out)

    return call


def _one(compiled: CompiledNetwork, rows: int, keep: Keep, look: Look) -> Callable:
    """Return the function for a group of one: no batch axis inside, so the loop is that of a single network."""
    drive = _drive(compiled, look)

    def together(shared: Given, seeds: Array, own: Given, edits: Given, state: NetworkState | None, steps: Array):
        seed, own, edits, before, n = jax.tree.map(lambda x: x[0], (seeds, own, edits, state, steps))
        params, start = start_of(compiled, seed, shared | own, edits, before)
        final, buffer, done, reached, bad = drive(params, start, empty_buffer(compiled, rows, start), n)
        final = replace(final, constants=start.constants)
        found = keep(params, final, buffer), done, reached, is_sound(compiled, params, final, done), bad
        return jax.tree.map(lambda x: x[None], found)

    return together


def _drive(compiled: CompiledNetwork, look: Look) -> Callable:
    """Return `drive(params, state, buffer, n) -> (state, buffer, steps, reached, unsound_from)`."""
    if look.goal is not None:
        until = build_until_drive(compiled, look.goal)
        return lambda *given: (*until(*given), _UNSEEN)

    drive = build_watched_drive(compiled) if look.finite else build_drive(compiled)

    def to_end(params: NetworkParams, state: NetworkState, buffer: Record, n: Array):
        final, buffer, *bad = drive(params, state, buffer, n)
        return final, buffer, n, jnp.bool_(False), *(bad or [_UNSEEN])

    return to_end


def _several(compiled: CompiledNetwork, rows: int, keep: Keep, look: Look) -> Callable:
    """Return the function for a group: all go as far as the farthest, those that are done stand still."""
    record, write = build_record(compiled, dense=False), build_writer(compiled)
    reaches = None if look.goal is None else build_reached(compiled, look.goal)

    def member(shared, furthest: Array, seed: Array, own: Given, edits: Given, state: NetworkState | None, n: Array):
        params, start = start_of(compiled, seed, shared | own, edits, state)
        advance, first = forward(compiled, params, start), start.step

        def body(carry):
            i, _, before, buffer, done, reached, bad = carry
            after, emitted = advance(before, i)
            running = (i < n) & ~reached
            if look.finite:
                found = first_unsound(compiled, params, after, emitted, before.step, bad)
                bad = jnp.where(running, found, bad)
            buffer = write(buffer, i, first, record(after, emitted))
            state = _frozen(running, without_distances(after), before)
            done = done + running
            if reaches is not None:
                reached = reached | (running & reaches(params, after, emitted))
            return i + 1, _any_of_group((i + 1 < n) & ~reached), state, buffer, done, reached, bad

        sound = none_unsound(compiled, params, start) if look.finite else jnp.asarray(_UNSEEN)
        begin = without_distances(start), empty_buffer(compiled, rows, start), jnp.int32(0), jnp.bool_(False), sound
        out = lax.while_loop(lambda carry: carry[1], body, (jnp.int32(0), furthest > 0, *begin))
        _, _, final, buffer, done, reached, bad = out
        final = replace(final, constants=start.constants)
        return keep(params, final, buffer), done, reached, is_sound(compiled, params, final, done), bad

    def together(shared: Given, seeds: Array, own: Given, edits: Given, state: NetworkState | None, steps: Array):
        batched = partial(member, shared, jnp.max(steps))
        return jax.vmap(batched, axis_name=GROUP)(seeds, own, edits, state, steps)

    return together


def _any_of_group(flag: Array) -> Array:
    """Return whether a flag holds for any replica of the group.

    The result has no batch axis, and neither has the counter of a loop that goes on while it holds: otherwise `vmap`
    would turn the loop into one over batched counters, and `materialise` would not know that it runs once per step.
    """
    return lax.pmax(flag.astype(jnp.int32), GROUP) > 0


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
