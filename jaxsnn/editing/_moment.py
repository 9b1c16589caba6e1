"""`Moment`: the arrays of a network between two calls, as a value; functions lead from one moment to the next.

A call that fails leaves the network at the moment it had before, because nothing changes a moment in place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np

from .. import rng
from ..compiler import CompiledNetwork
from ..inputs import Schedule
from ..step import NetworkParams, NetworkState
from ._reset import forget_events
from ._step_counter import with_step


@dataclass(frozen=True, eq=False)
class Provenance:
    """Where the arrays of a network come from, and what decides the random numbers that it has not drawn yet.

    Args:
        seed: raw seed of the network, (2,) uint32.
        weights_seed: raw seed from which its synapses were drawn last, (2,) uint32.
        schedules: what drives its inputs, by population; None for a population that follows no table.
        resets: how many resets there were; each leads to random numbers of its own.
        assignments: how many distributions were assigned after compilation; each draws from a stream of its own.
        rewired: projections with other synapses than those that `weights_seed` draws: made by hand, or from a file.
    """

    seed: np.ndarray
    weights_seed: np.ndarray
    schedules: Mapping[str, Schedule | None]
    resets: int = 0
    assignments: int = 0
    rewired: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, eq=False)
class Moment:
    """The arrays of a network at one moment.

    Args:
        params, state: the arrays, small ones on the host. The parameters of a replica are empty: a compiled call draws
            them.
        provenance: where they come from.
    """

    params: NetworkParams
    state: NetworkState
    provenance: Provenance

    @cached_property
    def on_device(self) -> tuple[NetworkParams, NetworkState]:
        """Parameters and state with all arrays where JAX computes."""
        return jax.tree.map(jnp.asarray, (self.params, self.state))


def with_new_seed(provenance: Provenance, compiled: CompiledNetwork) -> tuple[Provenance, np.ndarray]:
    """Return the provenance after one more reset, and a raw seed that was not used before.

    The seed of the network and the count of its resets decide.
    """
    resets = provenance.resets + 1
    raw = rng.raw_of_stream(compiled.generator, provenance.seed, f"reset {resets}")
    return replace(provenance, resets=resets), raw


def with_key(moment: Moment, raw: np.ndarray) -> Moment:
    """Return the moment with another raw seed of the random numbers of the steps to come."""
    return replace(moment, state=replace(moment.state, key=raw))


def at_step(moment: Moment, compiled: CompiledNetwork, step: int) -> Moment:
    """Return the moment at another number of steps done; inputs that follow a table keep their place in it."""
    return replace(moment, state=with_step(compiled.plans, moment.state, step))


def rewound(moment: Moment, compiled: CompiledNetwork) -> Moment:
    """Return the moment at time 0, with other random numbers to come: a second run is another trial."""
    provenance, raw = with_new_seed(moment.provenance, compiled)
    return with_key(at_step(replace(moment, provenance=provenance), compiled, 0), raw)


def silent(moment: Moment, population: str) -> Moment:
    """Return the moment in which a population has sent no spikes that its targets have not received yet."""
    changes = {}
    for kind in ("spikes", "axon_spikes"):
        spikes = getattr(moment.state, kind)
        if population in spikes:
            quiet = replace(spikes[population], words=jnp.zeros_like(spikes[population].words))
            changes[kind] = {**spikes, population: quiet}
    return replace(moment, state=replace(moment.state, **changes))


def without_window(moment: Moment, population: str) -> Moment:
    """Return the moment without the spikes that the mean firing rate of a population counts."""
    windows = {name: x for name, x in moment.state.windows.items() if name != population}
    return replace(moment, state=replace(moment.state, windows=windows))


def without_events(moment: Moment, projections: frozenset[str], pending: bool = False) -> Moment:
    """Return the moment in which no event has happened at any synapse of some projections; see `forget_events`."""
    return replace(moment, state=forget_events(moment.state, projections, pending))
