"""Many copies of one network: `vmap` in groups, groups one after the other, the groups shared out over the cores.

    replicas  --hosts, threads or devices-->  shares  --lax.map-->  groups  --vmap-->  one loop over steps

On a CPU with the event path a group is one replica, whose state stays in cache, but for sweeps of small networks
(`_layout.py`); on a GPU it is as many as memory allows. JAX releases the interpreter while it computes: one thread per
core, each with its share, uses the whole machine without a flag. Several devices share by `jax.shard_map`
(`_together.py`). Each of several hosts computes its share on its own devices, and all tell each other what they found,
call by call.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.sharding import Mesh

from ..compiler import drawn_paths
from ..step import Constants, Given, NetworkState, Path, find
from ._budget import tree_bytes
from ._hosts import check_agreement, gathered
from ._layout import Footprint, Layout, call_size, footprint
from ._preconditions import check_precision
from ._replica_batch import NO_LOOK, Keep, Look, build_call, keep_all, shared_out
from ._simulation import Simulation


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

    @property
    def passed(self) -> tuple:
        """What enters a call with a leading axis of replicas, but for seeds and steps."""
        return self.own, self.edits, self.state

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
class Part:
    """Results of some replicas.

    Args:
        indices: which.
        result: what was kept, NumPy arrays with a leading axis of these replicas.
        steps: how many each has made, (n,) int32.
        reached: whether each has reached the goal of the run, (n,) bool.
        is_sound: whether the last state of each is finite, (n,) bool.
        unsound_from: the step in which each place first was not finite, (n, places) int32; no places if
            nobody looked.
    """

    indices: np.ndarray
    result: Any
    steps: np.ndarray
    reached: np.ndarray
    is_sound: np.ndarray
    unsound_from: np.ndarray


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
    if Runner not in simulation.companions:
        simulation.companions[Runner] = Runner(simulation)
    return simulation.companions[Runner]


class Runner:
    """Runs replicas of one simulation; keeps the compiled functions."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.shared: dict[bytes, Given] = {}  # draws that replicas share, by the seed they came from
        self.keeps: dict[Any, Keep] = {}  # by measure, so that the same sweep compiles once
        self._calls: dict[tuple, Callable] = {}
        self._finders: dict[tuple[Path, ...], Callable] = {}
        self._pools: dict[int, ThreadPoolExecutor] = {}
        self._footprints: dict[tuple, Footprint] = {}

    def run(
        self, replicas: Replicas, where: Layout, rows: int, keep: Keep | None = None, look: Look = NO_LOOK
    ) -> Iterator[Part]:
        """Advance every replica by its steps, or to its goal; yield results share by share as they come, in order.

        Args:
            replicas: what to run; fewer than the layout was made for do not compile again.
            where: the layout.
            rows: length of the record buffers, at least the largest number of steps.
            keep: what to keep of (params, state, records), traceable; None keeps state and records.
            look: what is looked for after each step.
        """
        check_precision(self.simulation.compiled, ())
        if where.hosts > 1:
            check_agreement((replicas.seeds, replicas.shared, replicas.passed, replicas.steps))
        keep = keep or keep_all
        one = self._footprint(replicas, rows, keep)
        size = call_size(where, one, self.simulation.platform)
        call = self._call(size.group, where.mesh, rows, keep, look)
        at_once = size.replicas * where.hosts
        blocks = np.split(np.arange(replicas.number), range(at_once, replicas.number, at_once))
        double = self.simulation.compiled.dtype == np.float64

        def work(block: np.ndarray) -> Any:
            with jax.enable_x64(double):  # a context of the calling thread does not reach this one
                return _run_part(call, replicas, block[size.replicas * where.rank :][: size.replicas], size.replicas)

        together = map if where.threads == 1 else self._pool(where.threads).map
        for block, result in zip(blocks, together(work, blocks), strict=True):
            yield Part(block, *_of_all_hosts(result, where.hosts, len(block)))

    def _footprint(self, replicas: Replicas, rows: int, keep: Keep) -> Footprint:
        """Return the bytes of a replica; what is kept of it is traced once, as that takes longer than a short run."""
        name = (rows, keep, frozenset(replicas.shared))
        if name not in self._footprints:
            self._footprints[name] = footprint(self.simulation, replicas.shared, rows, keep)
        return self._footprints[name].passing(tree_bytes(replicas.passed) // replicas.number)

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

    def _call(self, group: int, mesh: Mesh | None, rows: int, keep: Keep, look: Look) -> Callable:
        name = (group, mesh, rows, keep, look)
        if name not in self._calls:
            call = build_call(self.simulation.compiled, group, rows, keep, look)
            self._calls[name] = jax.jit(shared_out(call, mesh))
        return self._calls[name]


def _run_part(call: Callable, replicas: Replicas, part: np.ndarray, size: int) -> Any:
    """Run some replicas in a call of fixed size; the places that are left over repeat a replica for no steps."""
    left_over = part[-1] if len(part) else 0
    some = replicas.take(np.concatenate([part, np.full(size - len(part), left_over)]))
    steps = np.where(np.arange(size) < len(part), some.steps, 0).astype(np.int32)
    result = call(some.shared, (some.seeds, some.own, some.edits, some.state, steps))
    return jax.tree.map(np.asarray, result)


def _of_all_hosts(result: Any, hosts: int, number: int) -> Any:
    """Return the results of so many replicas, those of the other hosts among them."""
    if hosts > 1:
        result = jax.tree.map(lambda x: x.reshape(x.shape[0] * x.shape[1], *x.shape[2:]), gathered(result))
    return jax.tree.map(lambda x: x[:number], result)
