"""What monitors keep of a step, in two forms: packed for storage, dense for gradients.

A record is a pytree `{monitor: {variable: array}}`. Packed, spikes are the words of the whole population; dense, they
are one float per recorded neuron that carries the surrogate derivative. Everything else is the same in both. Spikes are
kept of every step, variables at the period of their monitor.
"""

from collections.abc import Callable
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..compiler import CompiledNetwork
from ..network import MonitorSpec, SynapseMonitorSpec
from ..propagation import Spikes, n_words
from ..step import Emitted, NetworkState, storage_of

AnyMonitor = MonitorSpec | SynapseMonitorSpec
Record = dict[str, dict[str, Array]]
Recorder = Callable[[NetworkState, Emitted], Record]
Writer = Callable[[Record, Array, Array, Record], Record]
Samples = dict[str, dict[str, tuple[int, Any]]]  # monitor -> variable -> (step of the first row, rows)

SPIKES = {"spike": "spikes", "axon_spike": "axon_spikes"}  # what monitors call them, and their place in the state

BUFFER_BYTES = 4 * 2**20
MOST_ROWS, FEWEST_ROWS = 4096, 16


def packed_recorder(compiled: CompiledNetwork) -> Recorder:
    """Return the function that takes from a step what is stored."""

    def spike(monitor: MonitorSpec, spikes: Spikes) -> Array:
        return spikes.words

    return _recorder(compiled, spike)


def dense_recorder(compiled: CompiledNetwork) -> Recorder:
    """Return the function that takes from a step what a loss can differentiate."""

    def spike(monitor: MonitorSpec, spikes: Spikes) -> Array:
        surrogate = compiled.spec.population(monitor.population).neuron.surrogate_function
        return monitor.ranks.take(spikes.values(surrogate))

    return _recorder(compiled, spike)


def _recorder(compiled: CompiledNetwork, spike: Callable[[MonitorSpec, Spikes], Array]) -> Recorder:
    def variable(monitor: AnyMonitor, name: str, state: NetworkState, emitted: Emitted) -> Array:
        if isinstance(monitor, SynapseMonitorSpec):
            return _of_synapses(compiled, monitor, name, state)
        if name in SPIKES:
            return spike(monitor, getattr(state, SPIKES[name])[monitor.population])
        value = emitted.input(monitor.population, name)
        value = state.populations[monitor.population][name] if value is None else value
        return value if value.ndim == 0 else monitor.ranks.take(value)

    def record(state: NetworkState, emitted: Emitted) -> Record:
        return {m.name: {v: variable(m, v, state, emitted) for v in m.variables} for m in compiled.spec.monitors}

    return record


def _of_synapses(compiled: CompiledNetwork, monitor: SynapseMonitorSpec, name: str, state: NetworkState) -> Array:
    """Return a variable of synapses: of all places, or of those of one post-synaptic neuron.

    Synapses that come and go are NaN while they do not exist.
    """
    value, plan = state.projections[monitor.projection][name], compiled.plans[monitor.projection]
    if plan.model.is_structural and value.ndim == 2:
        exists = plan.form.exists(storage_of(plan, state))
        value = value if exists is None else jnp.where(exists, value.astype(compiled.dtype), jnp.nan)
    if monitor.dendrite is None or value.ndim == 0:
        return value
    if value.ndim == 1:
        return value[monitor.dendrite]
    return plan.form.of_post(storage_of(plan, state), value, monitor.dendrite)


def row_shapes(
    compiled: CompiledNetwork, state: NetworkState | None = None
) -> dict[str, dict[str, jax.ShapeDtypeStruct]]:
    """Return the shape and dtype of one packed record.

    Args:
        compiled: the network.
        state: of arrays or their shapes; monitors of synapses need it, since rows may be trimmed.
    """

    def shape(monitor: AnyMonitor, name: str) -> jax.ShapeDtypeStruct:
        if isinstance(monitor, SynapseMonitorSpec):
            of = lambda s: _of_synapses(compiled, monitor, name, s)  # noqa: E731 - a name for eval_shape
            return jax.eval_shape(of, state)
        population = compiled.spec.population(monitor.population)
        if name in SPIKES:
            return jax.ShapeDtypeStruct((n_words(population.size),), jnp.uint32)
        if name not in population.neuron.analysed.names:  # an input `sum(target)`
            return jax.ShapeDtypeStruct((monitor.ranks.size,), compiled.dtype)
        attribute = population.neuron.analysed.attribute(name)
        dtypes = {"float": compiled.dtype, "int": jnp.int32, "bool": jnp.bool_}
        size = () if attribute.shared else (monitor.ranks.size,)
        return jax.ShapeDtypeStruct(size, dtypes[attribute.type.value])

    return {m.name: {v: shape(m, v) for v in m.variables} for m in compiled.spec.monitors}


def row_bytes(compiled: CompiledNetwork, state: NetworkState | None = None) -> int:
    """Return how many bytes one step records, at most."""
    return sum(prod(s.shape) * np.dtype(s.dtype).itemsize for s in jax.tree.leaves(row_shapes(compiled, state)))


def record_bytes(compiled: CompiledNetwork, n: int, state: NetworkState | None = None) -> int:
    """Return how many bytes n steps record."""
    shapes = row_shapes(compiled, state)
    return sum(
        -(-n // _period(m, v)) * prod(shapes[m.name][v].shape) * np.dtype(shapes[m.name][v].dtype).itemsize
        for m, v in _columns(compiled)
    )


def capacity(compiled: CompiledNetwork, state: NetworkState | None = None) -> int:
    """Return how many steps a record buffer holds: a power of two that keeps it near 4 MiB."""
    rows = BUFFER_BYTES // max(1, row_bytes(compiled, state))
    return int(2 ** np.floor(np.log2(min(MOST_ROWS, max(FEWEST_ROWS, rows)))))


def empty_buffer(compiled: CompiledNetwork, rows: int, state: NetworkState | None = None) -> Record:
    """Return a record buffer of so many steps."""
    shapes = row_shapes(compiled, state)
    buffer: Record = {m.name: {} for m in compiled.spec.monitors}
    for m, v in _columns(compiled):
        period, shape = _period(m, v), shapes[m.name][v]
        buffer[m.name][v] = jnp.zeros((rows if period == 1 else rows // period + 2, *shape.shape), shape.dtype)
    return buffer


def build_writer(compiled: CompiledNetwork) -> Writer:
    """Return `write(buffer, i, start, record)`, which writes what step `start + i` records in place.

    A variable with a period is written at every step to the row of its next sample, so that the last one written there
    is the sample itself: a conditional in the loop would cost more.
    """
    periods = {(m.name, v): (_period(m, v), m.offset) for m, v in _columns(compiled)}

    def write(buffer: Record, i: Array, start: Array, record: Record) -> Record:
        def row(column: tuple[str, str]) -> Array:
            period, offset = periods[column]
            return i if period == 1 else _samples_before(start + i, period, offset, start)

        def written(m: str, v: str) -> Array:
            return lax.dynamic_update_index_in_dim(buffer[m][v], record[m][v], row((m, v)), 0)

        return {m: {v: written(m, v) for v in columns} for m, columns in buffer.items()}

    return write


def trimmed(compiled: CompiledNetwork, buffer: Record, start: int, n: int) -> Samples:
    """Return what n steps from `start` have recorded: by monitor and variable, the first step and the rows."""
    samples: Samples = {m.name: {} for m in compiled.spec.monitors}
    for m, v in _columns(compiled):
        period = _period(m, v)
        first = start + (m.offset - start) % period if period > 1 else start
        number = len(range(first, start + n, period))
        samples[m.name][v] = (first, buffer[m.name][v][:number])
    return samples


def at_period(compiled: CompiledNetwork, records: Record) -> Record:
    """Return records of every step at the periods of their monitors, counted from their first row."""
    periods = {(m.name, v): (_period(m, v), m.offset) for m, v in _columns(compiled)}

    def sampled(m: str, v: str, rows: Array) -> Array:
        period, offset = periods[m, v]
        return rows if period == 1 else rows[offset::period]

    return {m: {v: sampled(m, v, rows) for v, rows in columns.items()} for m, columns in records.items()}


def _columns(compiled: CompiledNetwork) -> list[tuple[AnyMonitor, str]]:
    return [(m, v) for m in compiled.spec.monitors for v in m.variables]


def _period(monitor: AnyMonitor, variable: str) -> int:
    return 1 if variable in SPIKES else monitor.period


def _samples_before(step, period: int, offset: int, start):
    """Return how many samples lie in [start, step)."""
    return -((offset - step) // period) + (offset - start) // period
