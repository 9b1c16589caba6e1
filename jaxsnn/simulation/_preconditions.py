"""What must hold before a run: one precision in the whole process, and memory for its records."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import dtypes

from ..compiler import CompiledNetwork
from ..errors import ArgumentError, PrecisionError, RecordMemoryError
from ..plan import ProjectionPlan
from ..recording import record_bytes
from ..step import NetworkParams, NetworkState
from ._process import check_process

BYTES_OF_A_STEP = 8  # that a neuron on either side of a delayed projection takes at most
KEPT_FREE = 0.9  # share of the available memory that records may take


def check_precision(compiled: CompiledNetwork, tree) -> None:
    """Raise if a floating-point array, or JAX's switch, has another precision than the network.

    Raises:
        PrecisionError: it has.
        StateError: JAX cannot run in this process.
    """
    check_process()
    now = jnp.result_type(float)
    found = {x.dtype for x in jax.tree.leaves(tree) if jnp.issubdtype(x.dtype, jnp.floating)} | {now}
    wrong = found - {compiled.dtype}
    if wrong:
        raise PrecisionError(
            f"the network was compiled for {compiled.dtype.name}, but meets {wrong.pop().name}. One process has one "
            "precision: call `jaxsnn.setup(precision=...)` or set `jax_enable_x64` before the first array"
        )


def check_memory(compiled: CompiledNetwork, n: int, state: NetworkState | None = None) -> None:
    """Raise if the records of n steps would not fit in the memory that is available now.

    Args:
        compiled: the network.
        n: number of steps.
        state: for monitors of synapses; see `Recorder.row`.

    Raises:
        RecordMemoryError: says how much is needed, and what to do.
    """
    needed = record_bytes(compiled, n, state)
    if needed > 2**26:  # smaller ones are not worth the question
        available = available_bytes()
        if available is not None and needed > KEPT_FREE * available:
            raise RecordMemoryError(n, n * compiled.spec.dt, needed, available)


def too_long_past(plan: ProjectionPlan, steps: int) -> tuple[float, float] | None:
    """Return how much the past of so many steps of both sides of a projection takes, and what there is, GiB.

    None where it fits in memory, or the system does not say.
    """
    needed, available = steps * (plan.pre.size + plan.post.size) * BYTES_OF_A_STEP, available_bytes()
    return None if available is None or needed <= available else (needed / 2**30, available / 2**30)


def available_bytes() -> int | None:
    """Return how much memory a process can still take; None where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            found = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
        return found["MemAvailable"] * 1024
    except (OSError, KeyError, ValueError):
        return None


def check_moment(params: Any, state: Any) -> None:
    """Raise unless these are the parameters and the state of a network, with a key that a step can read.

    Raises:
        ArgumentError: they are not, or stand in the wrong order.
    """
    for name, value, kind in (("params", params, NetworkParams), ("state", state, NetworkState)):
        if not isinstance(value, kind):
            given = type(value).__name__
            raise ArgumentError(f"`{name}` is a `{kind.__name__}`, as `sim.init` returns one, not a `{given}`")
    if jnp.issubdtype(jnp.result_type(state.key), dtypes.prng_key):
        raise ArgumentError("`state.key` is raw data, uint32[2]: give it `jax.random.key_data(key)`, not a typed key")


def check_numbers(name: str, value: Any) -> None:
    """Raise for a value that is no number and no array of them; arrays of JAX are not looked at."""
    if not isinstance(value, jax.Array) and np.asarray(value).dtype.kind not in "biuf":
        raise ArgumentError(f"`{name}` takes numbers, not {value!r}")


def check_simulation(simulation: Any, name: str, kind: type) -> None:
    """Raise unless this is what `compile()` returns."""
    if not isinstance(simulation, kind):
        raise ArgumentError(f"`{name}` is the `Simulation` that `compile()` returns, not {simulation!r}")
