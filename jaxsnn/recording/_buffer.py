"""The buffer into which a loop records: a row for each step, or for each sample of a monitor with a period."""

from collections.abc import Callable
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..compiler import CompiledNetwork
from ..step import NetworkState
from ._recorder import Record, Recorder, recorders_of

Writer = Callable[[Record, Array, Array, Record], Record]
Samples = dict[str, dict[str, tuple[int, Any]]]  # monitor -> variable -> (step of the first row, rows)
Rows = dict[tuple[str, str], jax.ShapeDtypeStruct]  # (monitor, variable) -> what one step stores

BUFFER_BYTES = 4 * 2**20
MOST_ROWS, FEWEST_ROWS = 4096, 16


def _columns(compiled: CompiledNetwork) -> list[tuple[Recorder, str]]:
    return [(r, v) for r in recorders_of(compiled) for v in r.variables]


def _rows(compiled: CompiledNetwork, state: NetworkState | None) -> Rows:
    return {(r.name, v): r.row(v, compiled, state) for r, v in _columns(compiled)}


def _bytes(row: jax.ShapeDtypeStruct) -> int:
    return prod(row.shape) * np.dtype(row.dtype).itemsize


def row_bytes(compiled: CompiledNetwork, state: NetworkState | None = None) -> int:
    """Return how many bytes one step records, at most."""
    return sum(_bytes(row) for row in _rows(compiled, state).values())


def record_bytes(compiled: CompiledNetwork, n: int, state: NetworkState | None = None) -> int:
    """Return how many bytes n steps record."""
    rows = _rows(compiled, state)
    return sum(-(-n // r.period_of(v)) * _bytes(rows[r.name, v]) for r, v in _columns(compiled))


def capacity(compiled: CompiledNetwork, state: NetworkState | None = None) -> int:
    """Return how many steps a record buffer holds: a power of two that keeps it near 4 MiB."""
    rows = BUFFER_BYTES // max(1, row_bytes(compiled, state))
    return int(2 ** np.floor(np.log2(min(MOST_ROWS, max(FEWEST_ROWS, rows)))))


def buffer_shapes(compiled: CompiledNetwork, steps: int, state: NetworkState | None = None) -> Any:
    """Return shapes and types of a record buffer of so many steps."""
    rows = _rows(compiled, state)
    buffer: dict[str, dict[str, Any]] = {r.name: {} for r in recorders_of(compiled)}
    for r, v in _columns(compiled):
        period, row = r.period_of(v), rows[r.name, v]
        number = steps if period == 1 else steps // period + 2
        buffer[r.name][v] = jax.ShapeDtypeStruct((number, *row.shape), row.dtype)
    return buffer


def empty_buffer(compiled: CompiledNetwork, steps: int, state: NetworkState | None = None) -> Record:
    """Return a record buffer of so many steps."""
    return jax.tree.map(lambda x: jnp.zeros(x.shape, x.dtype), buffer_shapes(compiled, steps, state))


def build_writer(compiled: CompiledNetwork) -> Writer:
    """Return `write(buffer, i, start, record)`, which writes what step `start + i` records in place.

    A variable with a period is written at every step to the row of its next sample, so that the last one written there
    is the sample itself: a conditional in the loop would cost more.
    """
    periods = {(r.name, v): (r.period_of(v), r.offset) for r, v in _columns(compiled)}

    def write(buffer: Record, i: Array, start: Array, record: Record) -> Record:
        def row(column: tuple[str, str]) -> Array:
            period, offset = periods[column]
            return i if period == 1 else _samples_before(start + i, period, offset, start)

        def written(m: str, v: str) -> Array:
            return lax.dynamic_update_index_in_dim(buffer[m][v], record[m][v], row((m, v)), 0)

        return {m: {v: written(m, v) for v in columns} for m, columns in buffer.items()}

    return write


def samples_of(compiled: CompiledNetwork, buffer: Record, start: int, n: int) -> Samples:
    """Return what n steps from `start` have recorded: by monitor and variable, the first step and the rows."""
    samples: Samples = {r.name: {} for r in recorders_of(compiled)}
    for r, v in _columns(compiled):
        period = r.period_of(v)
        first = start + (r.offset - start) % period if period > 1 else start
        number = len(range(first, start + n, period))
        samples[r.name][v] = (first, buffer[r.name][v][:number])
    return samples


def _samples_before(step, period: int, offset: int, start):
    """Return how many samples lie in [start, step)."""
    return -((offset - step) // period) + (offset - start) // period
