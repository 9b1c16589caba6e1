"""The monitor of neurons: variables, inputs and spikes of a population or of a part of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .. import analysis, plotting
from ..compiler import CompiledNetwork
from ..connectivity import Ranks
from ..equations import RATE, sum_name, sum_target
from ..errors import ArgumentError, Remark, UnknownNameError, did_you_mean
from ..network import NetworkSpec, PopulationSpec
from ..plan import has_no_window, sum_targets
from ..propagation import n_words, unpack, unpack_events
from ..step import Emitted, NetworkState
from ._moments import Moments
from ._recorder import Axes, Source
from ._recording import Recording

SPIKES = {"spike": "spikes", "axon_spike": "axon_spikes"}  # what monitors call them, and their field of the state
SPIKE_TIMES = "spike_times"  # the moments of precise spikes


@dataclass(frozen=True)
class NeuronRecorder:
    """What is recorded of a population.

    Args:
        name: unique in the network.
        owner: name of the population.
        ranks: the neurons that are recorded.
        variables: names of variables; `spike` and `axon_spike` for spikes, `spike_times` for the moments of precise
            ones, `sum(target)` for inputs.
        period: steps between two samples of a variable; spikes are recorded at every step.
        offset: a variable is sampled at the end of steps t with `t % period == offset`.
    """

    name: str
    owner: str
    ranks: Ranks
    variables: tuple[str, ...]
    period: int = 1
    offset: int = 0

    @property
    def reads_dendrite(self) -> bool:
        """Whether it asks for the synapses of one post-synaptic neuron."""
        return False

    @property
    def shape_follows_state(self) -> bool:
        """Whether it takes the state to tell how much a step records."""
        return False

    @property
    def waits_for_projections(self) -> bool:
        """Whether `check` can tell only after all projections are described: they decide which inputs there are."""
        return any(sum_target(v) is not None for v in self.variables)

    def describe(self) -> str:
        """Return what is recorded of whom."""
        return f"{self.ranks.size} neurons"

    def period_of(self, variable: str) -> int:
        """Return the steps between two samples of a variable."""
        return 1 if variable in (*SPIKES, SPIKE_TIMES) else self.period

    def check(self, spec: NetworkSpec) -> None:
        """Check that everything that is recorded exists and changes."""
        population = spec.population(self.owner)
        known = recordable(population, spec)
        for name in self.variables:
            if name not in known:
                raise _unknown(self.owner, name, population, known)

    def remarks(self, spec: NetworkSpec) -> Iterator[Remark]:
        """Yield what is suspicious: mean rates that are not computed, one value for all seen through a view."""
        population = spec.population(self.owner)
        model = population.neuron.analysed
        if RATE in self.variables and has_no_window(population):
            message = f"population `{self.owner}` computes no mean firing rate `r`: call `compute_firing_rate(window)`"
            yield Remark(UnknownNameError, (f"{message} first",))
        for name in self.variables:
            if name in model.names and model.attribute(name).shared and not self.ranks.is_everything:
                message = f"`{name}` has one value for the population: record it from the population, not a view"
                yield Remark(ArgumentError, (message,))

    # In a compiled step

    def sample(
        self, variable: str, compiled: CompiledNetwork, state: NetworkState, emitted: Emitted, dense: bool
    ) -> Array:
        """Return what is recorded of a variable at the end of a step; see `Recorder.sample`."""
        if variable in SPIKES:
            spikes = getattr(state, SPIKES[variable])[self.owner]
            surrogate = compiled.spec.population(self.owner).neuron.surrogate_function
            return self.ranks.take(spikes.values(surrogate)) if dense else spikes.words
        if variable == SPIKE_TIMES:
            return self.ranks.take(_moments(state, self.owner, compiled.spec.dt if dense else None))
        value = emitted.input(self.owner, variable)
        value = state.populations[self.owner][variable] if value is None else value
        return value if value.ndim == 0 else self.ranks.take(value)

    def row(self, variable: str, compiled: CompiledNetwork, state: NetworkState | None) -> jax.ShapeDtypeStruct:
        """Return the shape and type of what is stored of a variable in one step."""
        population = compiled.spec.population(self.owner)
        if variable in SPIKES:
            return jax.ShapeDtypeStruct((n_words(population.size),), jnp.uint32)
        if variable not in population.neuron.analysed.names:  # an input `sum(target)`, or moments of spikes
            return jax.ShapeDtypeStruct((self.ranks.size,), compiled.dtype)
        attribute = population.neuron.analysed.attribute(variable)
        dtypes = {"float": compiled.dtype, "int": jnp.int32, "bool": jnp.bool_}
        return jax.ShapeDtypeStruct(() if attribute.shared else (self.ranks.size,), dtypes[attribute.type.value])

    def values(self, variable: str, rows: Array, compiled: CompiledNetwork) -> Array:
        """Return stored rows as numbers, spikes as booleans of the recorded neurons."""
        if variable not in SPIKES:
            return rows
        size = compiled.spec.population(self.owner).size
        return jax.vmap(lambda words: self.ranks.take(unpack(words, size)))(rows)

    # On the host

    def get(self, recording: Recording, variable: str, source: Source, reshape: bool) -> Any:
        """Return a spike dictionary, or samples (samples, n)."""
        if variable in SPIKES:
            return analysis.spike_dict(*self.spikes(recording, variable), self.ranks.array.tolist())
        if variable == SPIKE_TIMES:
            times, ranks = self.spike_times(recording, source.dt)
            return {rank: times[ranks == rank].tolist() for rank in self.ranks.array.tolist()}
        values = self._samples(recording, variable, source)
        fits = self.ranks.is_everything and values.ndim == 2
        return values.reshape(len(values), *source.spec.population(self.owner).geometry) if reshape and fits else values

    def _samples(self, recording: Recording, variable: str, source: Source) -> np.ndarray:
        """Return the samples of a variable, (samples, n), or (samples,) where the population has one value."""
        rows = recording.rows(variable)
        if rows is not None:
            return rows
        model = source.spec.population(self.owner).neuron.analysed
        if variable not in model.names:
            return np.zeros((0, self.ranks.size))
        attribute = model.attribute(variable)
        return np.zeros((0,) if attribute.shared else (0, self.ranks.size), attribute.type.value)

    def axes(self, variable: str, source: Source) -> Axes:
        """Return one axis, of neurons by their ranks; none where the population has one value."""
        model = source.spec.population(self.owner).neuron.analysed
        shared = variable in model.names and model.attribute(variable).shared
        return {} if shared else {"rank": {"rank": self.ranks.array}}

    def spikes(self, recording: Recording, variable: str = "spike") -> tuple[np.ndarray, np.ndarray]:
        """Return (steps, ranks) of all recorded spikes, neuron by neuron; of `spike_times` each at its moment."""
        if variable == SPIKE_TIMES:
            return self._moments(recording)
        found = [_events(first, words) for first, words in recording.stretches(variable)]
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        steps, ranks = (np.concatenate(parts) for parts in zip(*found, strict=True))
        if len(found) > 1:
            order = np.argsort(ranks, kind="stable")
            steps, ranks = steps[order], ranks[order]
        if not self.ranks.is_everything:
            mine = self.ranks.mask[ranks]
            steps, ranks = steps[mine], ranks[mine]
        return steps, ranks

    def events(self, recording: Recording, variable: str, dt: float) -> tuple[np.ndarray, np.ndarray]:
        """Return (times, ranks) of all recorded spikes, neuron by neuron; times in ms, precise if spikes are."""
        if SPIKE_TIMES in (variable, *(self.variables if variable == "spike" else ())):
            return self.spike_times(recording, dt)
        steps, ranks = self.spikes(recording, variable)
        return steps * dt, ranks

    def spike_times(self, recording: Recording, dt: float) -> tuple[np.ndarray, np.ndarray]:
        """Return (times, ranks) of all recorded spikes, neuron by neuron; times in ms, each at its moment."""
        moments, ranks = self._moments(recording)
        return moments * dt, ranks

    def _moments(self, recording: Recording) -> tuple[np.ndarray, np.ndarray]:
        """Return (moments, ranks) of all recorded spikes, neuron by neuron; moments in steps, with the part of one that
        had passed."""
        pieces = [(first, rows) for first, rows, _ in recording.chunks.get(SPIKE_TIMES, [])]
        kept = [(first, x if isinstance(x, Moments) else Moments.of(x)) for first, x in pieces]
        found = [(first + x.steps + x.passed.astype(float), self.ranks.array[x.neurons]) for first, x in kept]
        if not found:
            return np.zeros(0), np.zeros(0, np.int64)
        moments, ranks = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((moments, ranks))
        return moments[order], ranks[order]

    def plot(self, recording: Recording, variable: str, source: Source, axes: Any, **style: Any) -> Any:
        """Draw a raster of spikes, or the trace of each neuron."""
        if variable in (*SPIKES, SPIKE_TIMES):
            return plotting.raster(*self.events(recording, variable, source.dt), axes, **style)
        times = (recording.sample_steps(variable) + 1) * source.dt
        axes = plotting.traces(self._samples(recording, variable, source), source.dt, axes, times=times, **style)
        axes.set(ylabel=variable)
        return axes


def recordable(population: PopulationSpec, spec: NetworkSpec) -> list[str]:
    """Return what a monitor can record of a population."""
    model = population.neuron.analysed
    names = [a.name for a in model.attributes if not a.is_parameter]
    names += [SPIKE_TIMES] * population.neuron.is_precise
    names += ["spike"] * (model.spike is not None) + ["axon_spike"] * (model.axon_spike is not None)
    return names + [sum_name(t) for t in (*model.targets, *sum_targets(spec, population))]


def _moments(state: NetworkState, owner: str, dt: float | None) -> Array:
    """Return when each neuron has spiked in the last step, (n,).

    Of a step of `dt` ms it is the time, infinite where there was no spike; for None the part of the step that had
    passed, NaN where there was none.
    """
    spikes = state.spikes[owner]
    passed = jnp.ones_like(spikes.distance) if spikes.offset is None else spikes.offset
    if dt is None:
        return jnp.where(spikes.flags, passed, jnp.nan)
    return jnp.where(spikes.flags, ((state.step - 1).astype(passed.dtype) + passed) * dt, jnp.inf)


def _unknown(owner: str, name: str, population: PopulationSpec, known: list[str]) -> UnknownNameError:
    model = population.neuron.analysed
    why = " is a parameter: it does not change" if name in model.names else " is not a variable of the model"
    return UnknownNameError(f"monitor of population `{owner}`: `{name}`{why}.{did_you_mean(name, known)}")


def _events(first: int, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    steps, ranks = unpack_events(words)
    return steps + first, ranks
