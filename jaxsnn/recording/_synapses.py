"""The monitor of synapses: variables of a projection, or of the synapses of one post-synaptic neuron."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .. import plotting
from ..compiler import CompiledNetwork
from ..connectivity import SynapseTable
from ..equations import Locality
from ..errors import ArgumentError, Remark, UnknownNameError, did_you_mean
from ..network import NetworkSpec
from ..step import Emitted, NetworkState, storage_of
from ._recorder import Axes, Source
from ._recording import Recording

MOST_TRACES = 20  # of synapses, before a picture shows their distribution


@dataclass(frozen=True)
class SynapseRecorder:
    """What is recorded of a projection.

    Args:
        name: unique in the network.
        owner: name of the projection.
        variables: names of variables of the synapse.
        dendrite: position of the post-synaptic neuron whose synapses are recorded; None for all.
        period: steps between two samples.
        offset: a sample is taken at the end of steps t with `t % period == offset`.
    """

    name: str
    owner: str
    variables: tuple[str, ...]
    dendrite: int | None = None
    period: int = 1
    offset: int = 0

    @property
    def reads_dendrite(self) -> bool:
        """Whether it asks for the synapses of one post-synaptic neuron."""
        return self.dendrite is not None

    @property
    def shape_follows_state(self) -> bool:
        """Whether it takes the state to tell how much a step records: rows of synapses may be trimmed."""
        return True

    @property
    def waits_for_projections(self) -> bool:
        """Whether `check` can tell only after all projections are described: they decide which inputs there are."""
        return False

    def describe(self) -> str:
        """Return what is recorded of whom."""
        return f"projection {self.owner}"

    def period_of(self, variable: str) -> int:
        """Return the steps between two samples of a variable."""
        return self.period

    def check(self, spec: NetworkSpec) -> None:
        """Check that everything that is recorded exists and changes."""
        model = spec.projection(self.owner).synapse.analysed
        known = [a.name for a in model.attributes if not a.is_parameter]
        for name in self.variables:
            if name not in known:
                is_parameter = name in model.names
                why = " is a parameter: it does not change" if is_parameter else " is not a variable of the synapse"
                message = f"monitor of projection `{self.owner}`: `{name}`{why}.{did_you_mean(name, known)}"
                raise UnknownNameError(message)

    def remarks(self, spec: NetworkSpec) -> Iterator[Remark]:
        """Yield what is suspicious: nothing."""
        return iter(())

    # In a compiled step

    def sample(
        self, variable: str, compiled: CompiledNetwork, state: NetworkState, emitted: Emitted, dense: bool
    ) -> Array:
        """Return a variable of all places, or of those of one post-synaptic neuron.

        Synapses that come and go are NaN while they do not exist.
        """
        value, plan = state.projections[self.owner][variable], compiled.plans[self.owner]
        if plan.model.is_structural and value.ndim == 2:
            exists = plan.form.exists(storage_of(plan, state))
            value = value if exists is None else jnp.where(exists, value.astype(compiled.dtype), jnp.nan)
        if self.dendrite is None or value.ndim == 0:
            return value
        if value.ndim == 1:
            return value[self.dendrite]
        return plan.form.of_post(storage_of(plan, state), value, self.dendrite)

    def row(self, variable: str, compiled: CompiledNetwork, state: NetworkState | None) -> jax.ShapeDtypeStruct:
        """Return the shape and type of what is stored of a variable in one step."""
        of = lambda s: self.sample(variable, compiled, s, Emitted({}, {}), dense=False)  # noqa: E731 - a name for eval_shape
        return jax.eval_shape(of, state)

    def values(self, variable: str, rows: Array, compiled: CompiledNetwork) -> Array:
        """Return stored rows as they are."""
        return rows

    # On the host

    def get(self, recording: Recording, variable: str, source: Source, reshape: bool) -> np.ndarray:
        """Return what was recorded, (samples, post neurons, synapses).

        Post neurons with different numbers of synapses give an object array (samples, post neurons) of arrays. A
        dendrite gives (samples, synapses), a `postsynaptic` variable (samples, post neurons), a `projection`-wide one
        (samples,). Where rules create and prune synapses, all pairs are given, NaN while there is no synapse.
        """
        spec, table, rows = source.spec.projection(self.owner), source.synapses(self.owner), recording.rows(variable)
        if rows is None:
            return np.zeros((0,))
        model, n = spec.synapse.analysed, len(rows)
        locality, post, whole = model.attribute(variable).locality, spec.ends.post, self.dendrite is None
        if locality is Locality.SHARED or not (whole or locality is Locality.LOCAL):
            return rows
        if locality is Locality.POSTSYNAPTIC:
            of_all = np.zeros((n, post.population_size), rows.dtype)
            of_all[:, post.array] = rows.reshape(n, post.size)
            return of_all[:, table.post_ranks]
        if model.is_structural:
            return np.moveaxis(rows, 1, 2) if whole else rows
        return _of_all(table, rows) if whole else self._of_dendrite(source, rows)

    def _of_dendrite(self, source: Source, rows: np.ndarray) -> np.ndarray:
        """Return the synapses of one post neuron from what its form records of it."""
        form = source.plan(self.owner).form
        rank = int(form.ends.post.array[self.dendrite])
        places = form.places_in_dendrite(source.synapses(self.owner).of(rank))
        return rows.reshape(len(rows), prod(rows.shape[1:]))[:, places]

    def axes(self, variable: str, source: Source) -> Axes:
        """Return one axis, of synapses or of post neurons; of pairs where rules create and prune synapses."""
        ends = source.spec.projection(self.owner).ends
        model, whole = source.spec.projection(self.owner).synapse.analysed, self.dendrite is None
        locality, table = model.attribute(variable).locality, source.synapses(self.owner)
        if locality is Locality.SHARED or not (whole or locality is Locality.LOCAL):
            return {}
        if locality is Locality.POSTSYNAPTIC:
            return {"post": {"post": table.post_ranks}}
        if model.is_structural:
            return {**({"post": {"post": ends.post.array}} if whole else {}), "pre": {"pre": ends.pre.array}}
        if whole:
            return {"synapse": {"pre": table.pre, "post": table.post}}
        rank = int(source.plan(self.owner).form.ends.post.array[self.dendrite])
        return {"pre": {"pre": table.of(rank).pre}}

    def spikes(self, recording: Recording, variable: str) -> tuple[np.ndarray, np.ndarray]:
        """Raise: synapses do not spike."""
        raise ArgumentError(f"monitor `{self.name}` records synapses, which do not spike")

    def plot(self, recording: Recording, variable: str, source: Source, axes: Any, **style: Any) -> Any:
        """Draw the trace of each synapse, or, of more than 20, how their values are distributed."""
        values = _flat(self.get(recording, variable, source, reshape=False))
        draw = plotting.bands if values[:1].size > MOST_TRACES else plotting.traces
        times = (recording.sample_steps(variable) + 1) * source.dt
        axes = draw(values, source.dt, axes, times=times, **style)
        axes.set(ylabel=variable)
        return axes


def _of_all(table: SynapseTable, rows: np.ndarray) -> np.ndarray:
    """Return the synapses of each post neuron, in the order of ranks, from what all places have recorded."""
    flat = rows.reshape(len(rows), table.shape[0] * table.shape[1])[:, table.place]
    if len(set(table.counts.tolist())) == 1:
        return flat.reshape(len(rows), len(table.counts), -1)
    ragged = np.empty((len(rows), len(table.counts)), object)
    for k, part in enumerate(table.split(flat.T)):
        ragged[:, k] = list(part.T)
    return ragged


def _flat(values: np.ndarray) -> np.ndarray:
    """Return values of synapses as (samples, synapses)."""
    if values.dtype != object:
        return values.reshape(len(values), -1)
    return np.stack([np.concatenate(list(row)) for row in values])
