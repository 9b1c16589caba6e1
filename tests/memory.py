"""How much memory a process has taken."""

import resource
from math import nan
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_memory() -> float:
    """Return the most memory that this program has held, MiB.

    What `getrusage` says of a process includes what the process that started it held, a test worker of gigabytes.
    """
    if not STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return _told("VmHWM")


def resident_memory() -> float:
    """Return the memory that this program holds now, MiB; NaN where the system does not say so."""
    return _told("VmRSS") if STATUS.exists() else nan


def _told(what: str) -> float:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1024
