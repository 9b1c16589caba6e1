"""How replicas are laid out over a machine, and how many of them one call takes.

A call has a fixed size, so that one compiled function serves all calls of a batch. Its size follows from the bytes of
one replica: memory stays bounded, however many replicas there are.
"""

import os
from dataclasses import dataclass, replace
from math import ceil, inf
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh

from .. import arguments
from ..compiler import drawn_paths
from ..recording import buffer_shapes, row_bytes
from ..step import Given, find
from ._budget import tree_bytes
from ._devices import Devices, mesh_over, team_of
from ._hosts import gathered
from ._loop_state import without_constants
from ._simulation import Simulation

CPU_BYTES = 64 * 2**20  # what one call takes and brings back, on one core
DEVICE_SHARE = 0.5  # of the memory of an accelerator
DEVICE_BYTES = 4 * 2**30  # on an accelerator that does not say how much memory it has
MOST_PER_CALL = 128  # replicas of one core in a call: progress is seen, and cores end together

# ns of a step and for each byte it moves, one by one and together, on a core of an AMD EPYC: docs/performance.md
STEP_ALONE, BYTE_ALONE = 1500.0, 0.20
STEP_TOGETHER, BYTE_TOGETHER = 3600.0, 0.41


@dataclass(frozen=True)
class Layout:
    """How replicas are laid out over a machine, or over several.

    Args:
        number: of replicas.
        group: how many are advanced together by `vmap`; None takes as many as memory allows, on a CPU as many as pay.
        threads: how many shares run at once on one device.
        mesh: devices of this process, which share by `jax.shard_map`; None takes JAX's default device.
        most: how many one call takes at most; None bounds by memory and `MOST_PER_CALL`.
        hosts: how many processes share.
        rank: place of this process among them.
    """

    number: int
    group: int | None
    threads: int = 1
    mesh: Mesh | None = None
    most: int | None = None
    hosts: int = 1
    rank: int = 0

    @property
    def devices(self) -> int:
        """How many devices of this process share."""
        return 1 if self.mesh is None else self.mesh.size


def layout(
    simulation: Simulation,
    number: int,
    batch_size: int | None = None,
    sequential: bool = False,
    processes: int | None = None,
    devices: Devices | None = None,
    together: bool = False,
) -> Layout:
    """Choose the layout.

    Args:
        simulation: the network; its kernels tell whether replicas may share out the cores.
        number: of replicas.
        batch_size: how many to advance together; None takes as many as memory allows on a GPU or TPU. On a CPU with the
            event path replicas are advanced one by one in a loop, which stays in cache and gives the same bits whatever
            the batch; there it bounds how many one call takes.
        sequential: one at a time on one thread of JAX's default device; every process does it for itself.
        processes: at most so many threads; None takes one per core.
        devices: which share; see `team_of`. None takes all of this process.
        together: whether small networks are advanced together on a CPU, too, where it is quicker; see `pays_together`.
            Last bits may then be other ones. Where devices or hosts share, bits must not depend on how many.

    Raises:
        ArgumentError: a batch size of 0 or less; devices of another platform, or of no use.
    """
    batch_size = None if batch_size is None else arguments.whole(batch_size, "batch_size", least=1)
    team = team_of(devices, simulation.platform)
    if sequential:
        return Layout(number, 1)
    local = team.local[: ceil(number / team.hosts)]
    mesh = None if devices is None and len(local) == 1 else mesh_over(local, "replicas")
    on_cpu = simulation.platform == "cpu"
    one_core = on_cpu and _uses_one_core(simulation)
    threads = min(processes or cores(), number) if one_core and len(local) == 1 else 1
    together = together and mesh is None and team.hosts == 1
    group = (None if together else 1) if one_core else batch_size or (1 if on_cpu else None)
    most = batch_size if one_core else None
    return Layout(number, group and min(group, number), threads, mesh, most, team.hosts, team.rank)


def _uses_one_core(simulation: Simulation) -> bool:
    kernels = (plan.kernel for plan in simulation.compiled.plans.values())
    return all(k is not None and k.uses_one_core for k in kernels)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Footprint:
    """Bytes of one replica.

    Args:
        carried: while it is advanced: its state and what is drawn for it, twice, since a loop writes another state than
            it reads and a draw needs bits; its records.
        passed: what a call takes and brings back.
        moved: what a step of it may read and write: state, draws, the row that it records.
    """

    carried: int
    passed: int
    moved: float = inf

    def passing(self, entering: int) -> "Footprint":
        """Return the bytes of a replica for which so many more enter the call."""
        return replace(self, carried=self.carried + entering, passed=self.passed + entering)


def footprint(simulation: Simulation, shared: Given, rows: int, keep: Any) -> Footprint:
    """Return the bytes of a replica to which nothing of its own is given, from shapes alone.

    Args:
        simulation: the network.
        shared: values that are one array for all.
        rows: length of the record buffers.
        keep: what a call brings back of (params, state, records).
    """
    params, state = simulation.shapes
    buffer = buffer_shapes(simulation.compiled, rows, state)
    drawn = [find(params, state, path) for path in drawn_paths(simulation.spec) if path not in shared]
    changing = 2 * tree_bytes((without_constants(state), drawn))
    passed = tree_bytes(jax.eval_shape(keep, params, state, buffer))
    return Footprint(changing + tree_bytes(buffer), passed, changing + row_bytes(simulation.compiled, state))


@dataclass(frozen=True)
class CallSize:
    """Sizes of one call in one process.

    Args:
        group: replicas that are advanced together.
        replicas: in the call, a multiple of the groups of all its devices.
    """

    group: int
    replicas: int


def call_size(where: Layout, one: Footprint, platform: str) -> CallSize:
    """Return the sizes of a call that stays within memory, the same in all processes.

    They do not depend on the number of threads, so that a sequential run uses the same compiled function; shares are as
    equal as they can be.
    """
    budget = budget_of(where, platform)
    each = ceil(where.number / (where.hosts * where.devices))
    share = ceil(each / cores()) if platform == "cpu" and where.devices == 1 else each
    in_memory = max(1, int(budget // max(1, one.carried + one.passed)))
    group = where.group or (
        _paying(where, one, share, in_memory) if platform == "cpu" else _equal_share(each, in_memory)
    )
    most = min(where.most or MOST_PER_CALL, max(1, int(budget // max(1, one.passed))))
    groups = ceil(_equal_share(share, most) / group)
    if where.hosts > 1:
        group, groups = gathered(np.array([group, groups], np.int32)).min(axis=0).tolist()
    return CallSize(group, groups * group * where.devices)


def _paying(where: Layout, one: Footprint, share: int, in_memory: int) -> int:
    """Return the size of a group on a core: equal shares, or 1 where they would not be quicker."""
    group = _equal_share(share, min(where.most or MOST_PER_CALL, in_memory))
    return group if pays_together(group, one.moved) else 1


def pays_together(group: int, moved: float) -> bool:
    """Tell whether a core advances a group sooner by `vmap` than one by one.

    A step of one has a price of its own, whatever its size, which a group pays once, for a batched step. A batched step
    has more to do for each byte: less stays in registers and in the first cache, and those that are done are held.

    Args:
        group: number of replicas.
        moved: bytes that a step of one may read and write.

    Example:
        >>> pays_together(128, 1600), pays_together(3, 1600), pays_together(128, 70_000)
        (True, False, False)
    """
    return STEP_TOGETHER / group + BYTE_TOGETHER * moved < STEP_ALONE + BYTE_ALONE * moved


def _equal_share(number: int, most: int) -> int:
    """Return the size of equal shares that are no larger than `most`."""
    return ceil(number / ceil(number / most))


def budget_of(where: Layout, platform: str) -> float:
    """Return the bytes that one call may take on one device."""
    if platform == "cpu":
        return CPU_BYTES
    device = jax.local_devices(backend=platform)[0] if where.mesh is None else where.mesh.devices.flat[0]
    stats = device.memory_stats() or {}
    return DEVICE_SHARE * stats["bytes_limit"] if "bytes_limit" in stats else DEVICE_BYTES
