"""How much memory the records of a run take, before it starts."""

from ..compiler import CompiledNetwork
from ..errors import RecordMemoryError
from ..recording import record_bytes
from ..step import NetworkState

KEPT_FREE = 0.9  # share of the available memory that records may take


def check_memory(compiled: CompiledNetwork, n: int, state: NetworkState | None = None) -> None:
    """Raise if the records of n steps would not fit in the memory that is available now.

    Args:
        compiled: the network.
        n: number of steps.
        state: for monitors of synapses; see `row_shapes`.

    Raises:
        RecordMemoryError: says how much is needed, and what to do.
    """
    needed = record_bytes(compiled, n, state)
    if needed > 2**26:  # smaller ones are not worth the question
        available = available_bytes()
        if available is not None and needed > KEPT_FREE * available:
            raise RecordMemoryError(n, n * compiled.spec.dt, needed, available)


def available_bytes() -> int | None:
    """Return how much memory a process can still take; None where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            found = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
        return found["MemAvailable"] * 1024
    except (OSError, KeyError, ValueError):
        return None
