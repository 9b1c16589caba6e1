"""Which devices share out a piece of work, on one host or on several."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh

from ..errors import ArgumentError

Device = Any  # of class jax.Device
Devices = Mesh | Sequence[Device]


@dataclass(frozen=True)
class Team:
    """Devices of one platform that share out work, in order.

    Args:
        devices: all of them.
        processes: indices of the processes they belong to, ascending.
        rank: place of this process among them.
    """

    devices: tuple[Device, ...]
    processes: tuple[int, ...]
    rank: int

    @property
    def hosts(self) -> int:
        """How many processes share."""
        return len(self.processes)

    @property
    def local(self) -> tuple[Device, ...]:
        """The devices of this process."""
        return tuple(d for d in self.devices if d.process_index == self.processes[self.rank])


def mesh_over(devices: Sequence[Device], axis: str) -> Mesh:
    """Return a mesh of one axis."""
    return Mesh(np.array(devices, dtype=object), (axis,))


def team_of(devices: Devices | None, platform: str | None = None) -> Team:
    """Return the devices that share.

    Args:
        devices: a mesh, whose devices share whatever its axes are, or a sequence of devices; of this process, or
            equally many of every process. None takes all of this process.
        platform: on which they must be; None for JAX's default.

    Raises:
        ArgumentError: no devices, another platform, one twice, or none of this process; not as many of every process.

    Example:
        >>> import jax
        >>> team = team_of(jax.devices())
        >>> team.hosts, len(team.devices) == jax.device_count()
        (1, True)
    """
    platform = platform or jax.default_backend()
    if devices is None:
        return Team(tuple(jax.local_devices(backend=platform)), (jax.process_index(),), 0)
    listed = _listed(devices)
    _check_platform(listed, platform)
    of_process = Counter(d.process_index for d in listed)
    _check_processes(of_process)
    processes = tuple(sorted(of_process))
    return Team(listed, processes, processes.index(jax.process_index()))


def check_alone(devices: Devices | None) -> None:
    """Refuse devices of several processes where each process fills a folder by itself.

    Raises:
        ArgumentError: says what to do.
    """
    if devices is not None and team_of(devices).hosts > 1:
        raise ArgumentError(
            "with `to`, each process computes parts of its own: give it its own devices, such as jax.local_devices(), "
            "and all of them the same folder"
        )


def _listed(devices: Any) -> tuple[Device, ...]:
    listed = tuple(devices.devices.flat if isinstance(devices, Mesh) else _elements(devices))
    if not listed or not all(isinstance(d, jax.Device) for d in listed):
        raise ArgumentError(
            f"`devices` is a jax.sharding.Mesh or a list of devices, such as jax.devices(), not {devices!r}"
        )
    if len(set(listed)) < len(listed):
        raise ArgumentError(f"`devices` names a device twice: {list(listed)}")
    return listed


def _elements(devices: Any) -> Sequence[Any]:
    return devices if isinstance(devices, Sequence) and not isinstance(devices, str) else ()


def _check_platform(devices: tuple[Device, ...], platform: str) -> None:
    others = [d for d in devices if d not in jax.devices(platform)]
    if others:
        raise ArgumentError(
            f"`devices` has {others[0]}, but this runs on {platform}: give some of jax.devices({platform!r}), or "
            "compile for the other platform"
        )


def _check_processes(of_process: Counter[int]) -> None:
    here, number = jax.process_index(), jax.process_count()
    if here not in of_process:
        raise ArgumentError(f"`devices` has none of this process, {here}: every process that calls takes part")
    if len(of_process) == 1:
        return
    if len(of_process) < number or len(set(of_process.values())) > 1:
        found = ", ".join(f"{n} of process {i}" for i, n in sorted(of_process.items()))
        raise ArgumentError(
            f"`devices` takes those of this process alone, or equally many of all {number} processes, not {found}: "
            "give jax.local_devices() or jax.devices()"
        )
