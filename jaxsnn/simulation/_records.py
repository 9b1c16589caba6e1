"""What monitors keep of a step, in two forms: packed for storage, dense for gradients.

A record is a pytree `{monitor: {variable: array}}`. Packed, `spike` holds the words of the whole population; dense, it
holds one float per recorded neuron that carries the surrogate derivative. Everything else is the same in both.
"""

from collections.abc import Callable
from math import prod

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..compiler import Compiled, Emitted, NetworkState
from ..network import MonitorSpec
from ..propagation import n_words

Record = dict[str, dict[str, Array]]
Recorder = Callable[[NetworkState, Emitted], Record]

BUFFER_BYTES = 4 * 2**20
MOST_ROWS, FEWEST_ROWS = 4096, 16


def packed_recorder(compiled: Compiled) -> Recorder:
    """Return the function that takes from a step what is stored."""

    def spike(monitor: MonitorSpec, state: NetworkState) -> Array:
        return state.spikes[monitor.population].words

    return _recorder(compiled, spike)


def dense_recorder(compiled: Compiled) -> Recorder:
    """Return the function that takes from a step what a loss can differentiate."""

    def spike(monitor: MonitorSpec, state: NetworkState) -> Array:
        surrogate = compiled.spec.population(monitor.population).neuron.surrogate_function
        return monitor.ranks.take(state.spikes[monitor.population].values(surrogate))

    return _recorder(compiled, spike)


def _recorder(compiled: Compiled, spike: Callable[[MonitorSpec, NetworkState], Array]) -> Recorder:
    def variable(monitor: MonitorSpec, name: str, state: NetworkState, emitted: Emitted) -> Array:
        if name == "spike":
            return spike(monitor, state)
        inputs = emitted.inputs.get(monitor.population, {})
        value = inputs[name] if name in inputs else state.populations[monitor.population][name]
        return value if value.ndim == 0 else monitor.ranks.take(value)

    def record(state: NetworkState, emitted: Emitted) -> Record:
        return {m.name: {v: variable(m, v, state, emitted) for v in m.variables} for m in compiled.spec.monitors}

    return record


def row_shapes(compiled: Compiled) -> dict[str, dict[str, jax.ShapeDtypeStruct]]:
    """Return the shape and dtype of one packed record."""

    def shape(monitor: MonitorSpec, name: str) -> jax.ShapeDtypeStruct:
        population = compiled.spec.population(monitor.population)
        if name == "spike":
            return jax.ShapeDtypeStruct((n_words(population.size),), jnp.uint32)
        attribute = population.neuron.analysed.attribute(name)
        dtypes = {"float": compiled.dtype, "int": jnp.int32, "bool": jnp.bool_}
        size = () if attribute.shared else (monitor.ranks.size,)
        return jax.ShapeDtypeStruct(size, dtypes[attribute.type.value])

    return {m.name: {v: shape(m, v) for v in m.variables} for m in compiled.spec.monitors}


def row_bytes(compiled: Compiled) -> int:
    """Return how many bytes one step records."""
    return sum(prod(s.shape) * np.dtype(s.dtype).itemsize for s in jax.tree.leaves(row_shapes(compiled)))


def capacity(compiled: Compiled, replicas: int = 1) -> int:
    """Return how many steps a record buffer holds: a power of two that keeps it near 4 MiB per replica."""
    rows = BUFFER_BYTES // max(1, row_bytes(compiled) * replicas)
    return int(2 ** np.floor(np.log2(min(MOST_ROWS, max(FEWEST_ROWS, rows)))))


def empty_buffer(compiled: Compiled, rows: int) -> Record:
    """Return a record buffer of so many steps."""
    return jax.tree.map(lambda s: jnp.zeros((rows, *s.shape), s.dtype), row_shapes(compiled))


def write_row(buffer: Record, i: Array, record: Record) -> Record:
    """Return the buffer with row i written in place."""
    return jax.tree.map(lambda b, r: lax.dynamic_update_index_in_dim(b, r, i, 0), buffer, record)
