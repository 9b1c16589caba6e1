"""`Recorder`: what a kind of monitor takes from a step, and what it makes of its samples afterwards."""

from collections.abc import Callable
from typing import Any, Protocol, cast

import jax
import numpy as np
from jax import Array

from ..compiler import CompiledNetwork
from ..connectivity import SynapseTable
from ..network import MonitorSpec, NetworkSpec
from ..plan import ProjectionPlan
from ..step import Emitted, NetworkState
from ._recording import Recording

Record = dict[str, dict[str, Array]]  # monitor -> variable -> what one step, or several, record
Axes = dict[str, dict[str, np.ndarray]]  # axis of a sample -> arrays that tell what its entries stand for


class Source(Protocol):
    """What a recorder asks of the network whose samples it reads."""

    @property
    def spec(self) -> NetworkSpec:
        """The description, as far as it goes."""
        ...

    @property
    def dt(self) -> float:
        """Step, ms."""
        ...

    def plan(self, projection: str) -> ProjectionPlan:
        """Return what was decided about a projection; raises `StateError` before compilation."""
        ...

    def synapses(self, projection: str) -> SynapseTable:
        """Return where the synapses of a projection are stored; raises `StateError` before compilation."""
        ...


class Recorder(MonitorSpec, Protocol):
    """A kind of monitor. In a compiled step it samples; on the host it reads and draws its samples."""

    def describe(self) -> str:
        """Return of whom something is recorded, for the summary of a network."""
        ...

    def period_of(self, variable: str) -> int:
        """Return the steps between two samples of a variable."""
        ...

    def sample(
        self, variable: str, compiled: CompiledNetwork, state: NetworkState, emitted: Emitted, dense: bool
    ) -> Array:
        """Return what is recorded of a variable at the end of a step. Traceable.

        Args:
            variable: its name.
            compiled: the network.
            state, emitted: what the step returned.
            dense: whether a loss reads it: spikes are then numbers, one for each neuron, that carry the derivative of
                the surrogate. Otherwise it is stored, and spikes are packed into words.
        """
        ...

    def row(self, variable: str, compiled: CompiledNetwork, state: NetworkState | None) -> jax.ShapeDtypeStruct:
        """Return the shape and type of what is stored of a variable in one step.

        Args:
            variable: its name.
            compiled: the network.
            state: arrays or their shapes; what is recorded of synapses depends on the width of their rows.
        """
        ...

    def values(self, variable: str, rows: Array, compiled: CompiledNetwork) -> Array:
        """Return stored rows as a measure of `sweep` reads them: spikes as booleans. Traceable."""
        ...

    def get(self, recording: Recording, variable: str, source: Source, reshape: bool) -> Any:
        """Return the samples of a variable as `Monitor.get` gives them."""
        ...

    def axes(self, variable: str, source: Source) -> Axes:
        """Return the axes of one sample: of each its name, and arrays that tell what its entries stand for, by name.

        The values of all synapses are one axis `synapse`, in the order in which `get` gives them.
        """
        ...

    def spikes(self, recording: Recording, variable: str) -> tuple[Any, Any]:
        """Return `(steps, ranks)` of the recorded spikes, neuron by neuron; of `spike_times` with parts of steps."""
        ...

    def plot(self, recording: Recording, variable: str, source: Source, axes: Any, **style: Any) -> Any:
        """Draw the samples of a variable; return the matplotlib axes."""
        ...


def recorders_of(compiled: CompiledNetwork) -> tuple[Recorder, ...]:
    """Return the monitors of a network; all that a network describes as a monitor is a recorder."""
    return cast(tuple[Recorder, ...], compiled.spec.monitors)


def build_record(compiled: CompiledNetwork, dense: bool) -> Callable[[NetworkState, Emitted], Record]:
    """Return the function that takes from a step what its monitors record; see `Recorder.sample`."""
    recorders = recorders_of(compiled)

    def record(state: NetworkState, emitted: Emitted) -> Record:
        return {r.name: {v: r.sample(v, compiled, state, emitted, dense) for v in r.variables} for r in recorders}

    return record


def at_period(compiled: CompiledNetwork, records: Record) -> Record:
    """Return records of every step at the periods of their monitors, counted from their first row."""
    recorders = {r.name: r for r in recorders_of(compiled)}

    def thinned(r: Recorder, variable: str, rows: Array) -> Array:
        period = r.period_of(variable)
        return rows if period == 1 else rows[r.offset :: period]

    return {m: {v: thinned(recorders[m], v, rows) for v, rows in columns.items()} for m, columns in records.items()}
