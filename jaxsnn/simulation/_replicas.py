"""Many copies of one network: `vmap` in groups, groups one after the other, the groups shared out over the cores.

    replicas  --threads or devices-->  shares  --lax.map-->  groups  --vmap-->  one loop over steps

On a CPU with the event path a group is one replica, whose state stays in cache; on a GPU it is all of them. JAX
releases the interpreter while it computes: one thread per core, each with its share, uses the whole machine without a
flag. Several devices share by `jax.shard_map`.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.sharding import Mesh, PartitionSpec

from ..compiler import (
    Compiled,
    Constants,
    Given,
    NetworkParams,
    NetworkState,
    Path,
    build_reached,
    drawn_paths,
    find,
    put,
)
from ..errors import ArgumentError
from ._carry import forward, without_distances
from ._drive import build_drive
from ._precision import check_precision
from ._records import Record, build_writer, empty_buffer, packed_recorder, row_bytes
from ._simulation import Simulation

BYTES_PER_CALL = 64 * 2**20  # records that one call brings back per core


@dataclass(frozen=True, eq=False)
class Replicas:
    """What differs between replicas and what does not, before a call.

    Args:
        seeds: (R, 2) uint32, raw seed of each.
        shared: values that are one array for all.
        own: declared values with a leading axis of replicas: initial values may depend on them.
        edits: values assigned to a network that has its initial values, with a leading axis of replicas.
        state: stacked states to go on from, None to start.
        steps: (R,) int32, how far each goes.
    """

    seeds: np.ndarray
    shared: Given
    own: Given
    edits: Given
    state: NetworkState | None
    steps: np.ndarray

    @property
    def number(self) -> int:
        """How many."""
        return len(self.seeds)

    def take(self, which: np.ndarray) -> "Replicas":
        """Return some of the replicas, by index."""
        batched = (self.seeds, self.own, self.edits, self.state, self.steps)
        index = _as_slice(which)
        seeds, own, edits, state, steps = jax.tree.map(lambda x: np.asarray(x)[index], batched)
        return Replicas(seeds, self.shared, own, edits, state, steps)


def _as_slice(which: np.ndarray) -> slice | np.ndarray:
    """Return consecutive indices as a slice, which copies nothing."""
    consecutive = len(which) > 0 and (np.diff(which) == 1).all()
    return slice(int(which[0]), int(which[-1]) + 1) if consecutive else which


@dataclass(frozen=True)
class Layout:
    """How replicas are laid out over a machine.

    Args:
        number: of replicas.
        group: how many are advanced together by `vmap`.
        threads: how many shares run at once on one device.
        devices: how many devices share by `jax.shard_map`.
        most: how many one call takes at most; None bounds by memory alone.
    """

    number: int
    group: int
    threads: int
    devices: int
    most: int | None = None


def layout(
    simulation: Simulation,
    number: int,
    batch_size: int | None = None,
    sequential: bool = False,
    processes: int | None = None,
) -> Layout:
    """Choose the layout.

    Args:
        simulation: the network; its kernels tell whether replicas may share out the cores.
        number: of replicas.
        batch_size: how many to advance together; None takes all on a GPU or TPU. On a CPU with the event path replicas
            are always advanced one by one in a loop, which stays in cache and gives the same bits whatever the batch;
            there it bounds how many one call takes.
        sequential: one at a time on one thread.
        processes: at most so many threads; None takes one per core.
    """
    if batch_size is not None and batch_size < 1:
        raise ArgumentError(f"`batch_size` is a number of replicas, at least 1, not {batch_size}")
    if sequential:
        return Layout(number, 1, 1, 1)
    devices = min(jax.local_device_count(simulation.platform), number)
    on_cpu = simulation.platform == "cpu"
    kernels = (link.kernel for link in simulation.compiled.links.values())
    one_core = all(k is not None and k.algorithm.uses_one_core for k in kernels)
    threads = min(processes or _cores(), number) if on_cpu and one_core and devices == 1 else 1
    if on_cpu and one_core:
        return Layout(number, 1, threads, devices, batch_size)
    group = batch_size or (1 if on_cpu else -(-number // devices))
    return Layout(number, min(group, number), threads, devices)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Part:
    """Results of some replicas.

    Args:
        indices: which.
        result: what was kept, NumPy arrays with a leading axis of these replicas.
    """

    indices: np.ndarray
    result: Any


Keep = Callable[[NetworkParams, NetworkState, Record], Any]


def keep_all(params: NetworkParams, state: NetworkState, records: Record) -> tuple[NetworkState, Record]:
    """Keep the state, but for its constants, which the parameters of a replica decide, and records."""
    return replace(state, constants=Constants()), records


def shared_values(simulation: Simulation, seed: np.ndarray, redraw: bool) -> Given:
    """Return the values that all replicas share.

    Args:
        simulation: the network.
        seed: (2,) uint32, raw seed of the network whose draws are shared.
        redraw: whether replicas draw their own weights and initial values; then only numbers are shared.
    """
    if redraw:
        return dict(simulation.declared)
    kept = runner_of(simulation).shared
    if seed.tobytes() not in kept:
        kept.clear()
        params, state = simulation.init_raw(jnp.asarray(seed), simulation.declared)
        kept[seed.tobytes()] = {path: find(params, state, path) for path in drawn_paths(simulation.spec)}
    return simulation.declared | kept[seed.tobytes()]


def runner_of(simulation: Simulation) -> "Runner":
    """Return the runner of a simulation, with what it has compiled so far."""
    return vars(simulation).setdefault("_runner", Runner(simulation))


class Runner:
    """Runs replicas of one simulation; keeps the compiled functions."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.shared: dict[bytes, Given] = {}  # draws that replicas share, by the seed they came from
        self.keeps: dict[Any, Keep] = {}  # by measure, so that the same sweep compiles once
        self._calls: dict[tuple, Callable] = {}
        self._finders: dict[tuple[Path, ...], Callable] = {}
        self._others: dict[Any, Callable] = {}
        self._pools: dict[int, ThreadPoolExecutor] = {}

    def run(self, replicas: Replicas, where: Layout, rows: int, keep: Keep | None = None) -> Iterator[Part]:
        """Advance every replica by its steps, and yield results share by share as they come, in order.

        Args:
            replicas: what to run; fewer than the layout was made for do not compile again.
            where: the layout.
            rows: length of the record buffers, at least the largest number of steps.
            keep: what to keep of (params, state, records), traceable; None keeps state and records.
        """
        check_precision(self.simulation.compiled, ())
        indices = np.arange(replicas.number)
        per_call = _per_call(self.simulation, where, rows)
        parts = [indices[i : i + per_call] for i in range(0, len(indices), per_call)]
        call = self._call(where, rows, keep)
        double = self.simulation.compiled.dtype == np.float64

        def work(part: np.ndarray) -> Part:
            with jax.enable_x64(double):  # a context of the calling thread does not reach this one
                return _run_part(call, replicas, part, per_call)

        together = map if where.threads == 1 else self._pool(where.threads).map
        yield from together(work, parts)

    def _pool(self, threads: int) -> ThreadPoolExecutor:
        """Return the threads of this runner: kept, because new ones would start with cold memory at every call."""
        if threads not in self._pools:
            self._pools[threads] = ThreadPoolExecutor(threads, thread_name_prefix="jaxsnn")
        return self._pools[threads]

    def initial(self, path: Path, seed: np.ndarray, given: Given) -> np.ndarray:
        """Return one value as the initialisation gives it; nothing else of the network is drawn for it."""
        return self.initials((path,), seed, given)[path]

    def initials(self, paths: tuple[Path, ...], seed: np.ndarray, given: Given) -> Given:
        """Return several values as the initialisation gives them, by path."""
        if paths not in self._finders:
            init = self.simulation.compiled.init

            def found(seed: Array, given: Given) -> list:
                begun = init(seed, given)
                return [find(*begun, path) for path in paths]

            self._finders[paths] = jax.jit(found)
        return dict(zip(paths, jax.tree.map(np.asarray, self._finders[paths](seed, given)), strict=True))

    def begun(self, seed: np.ndarray, given: Given) -> NetworkState:
        """Return the state with which a replica begins."""
        return replace(self.simulation.begin(seed, given)[1], constants=Constants())

    def state_of(self, states: NetworkState, i: int) -> NetworkState:
        """Return the state of one replica from those of all."""
        return jax.tree.map(lambda x: x[i], states)

    def reached(self, names: tuple[str, ...], every: bool) -> Callable:
        """Return `reached(seed, given, edits, state)`, which tests the stop conditions of a replica."""
        if ("reached", names, every) not in self._others:
            compiled = self.simulation.compiled
            test = build_reached(compiled, names, every)
            self._others["reached", names, every] = jax.jit(
                lambda seed, given, edits, state: test(*_start(compiled, seed, given, edits, state))
            )
        return self._others["reached", names, every]

    def _call(self, where: Layout, rows: int, keep: Keep | None) -> Callable:
        name = (where.group, where.devices, rows, keep)
        if name not in self._calls:
            call = build_call(self.simulation.compiled, where.group, rows, keep or keep_all)
            self._calls[name] = jax.jit(_sharded(call, where.devices, self.simulation.platform))
        return self._calls[name]


def _per_call(simulation: Simulation, where: Layout, rows: int) -> int:
    """Return how many replicas one call takes: one core's share, in whole groups, with bounded records.

    It does not depend on the number of threads, so that a sequential run uses the same compiled function.
    """
    fits = max(1, BYTES_PER_CALL // max(1, rows * row_bytes(simulation.compiled, simulation.recorded)))
    share = -(-where.number // _cores())
    unit = where.group * where.devices
    return max(1, -(-min(share, fits * where.devices, where.most or where.number) // unit)) * unit


def _run_part(call: Callable, replicas: Replicas, part: np.ndarray, size: int) -> Part:
    """Run some replicas in a call of fixed size; the places that are left over repeat the last one for no steps."""
    padded = np.concatenate([part, np.full(size - len(part), part[-1])])
    some = replicas.take(padded)
    steps = np.where(np.arange(size) < len(part), some.steps, 0).astype(np.int32)
    result = call(some.shared, (some.seeds, some.own, some.edits, some.state, steps))
    return Part(part, jax.tree.map(lambda x: np.asarray(x)[: len(part)], result))


def build_call(compiled: Compiled, group: int, rows: int, keep: Keep) -> Callable:
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


def _one(compiled: Compiled, rows: int, keep: Keep) -> Callable:
    """Return the function for a group of one: no batch axis inside, so the loop is that of a single network."""
    drive = build_drive(compiled)

    def together(shared: Given, seeds: Array, own: Given, edits: Given, state: NetworkState | None, steps: Array):
        seed, own, edits, before, n = jax.tree.map(lambda x: x[0], (seeds, own, edits, state, steps))
        params, start = _start(compiled, seed, shared | own, edits, before)
        result = drive(params, start, empty_buffer(compiled, rows, start), n)
        return jax.tree.map(lambda x: x[None], keep(params, *result))

    return together


def _several(compiled: Compiled, rows: int, keep: Keep) -> Callable:
    """Return the function for a group: all go as far as the farthest, those that are done stand still."""
    record, write = packed_recorder(compiled), build_writer(compiled)

    def member(shared, furthest: Array, seed: Array, own: Given, edits: Given, state: NetworkState | None, n: Array):
        params, start = _start(compiled, seed, shared | own, edits, state)
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


def _start(compiled: Compiled, seed: Array, given: Given, edits: Given, before: NetworkState | None):
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


def _sharded(call: Callable, devices: int, platform: str) -> Callable:
    if devices == 1:
        return call
    mesh = Mesh(np.asarray(jax.local_devices(backend=platform)[:devices]), ("replicas",))
    axis = PartitionSpec("replicas")
    return jax.shard_map(call, mesh=mesh, in_specs=(PartitionSpec(), axis), out_specs=axis, check_vma=False)
