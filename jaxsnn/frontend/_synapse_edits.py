"""Synapses that are created and pruned by hand while a network runs."""

from dataclasses import replace

import numpy as np

from ..connectivity import DELAY
from ..editing import Wiring, rewired
from ..errors import ArgumentError, UnsupportedError
from . import _synapse_attributes as synapse_attributes
from ._changes import change_longest_delay
from ._core import Core
from ._delays import in_steps
from ._records import forget_records


def create_synapses(
    core: Core, name: str, post: int, ranks: np.ndarray, weights: np.ndarray, delays: np.ndarray
) -> None:
    """Create synapses of one post neuron; see `Dendrite.create_synapses`."""
    core.check_free()
    table = core.synapses(name)
    _check_pairs(core, name, post, ranks)
    there = np.isin(ranks, table.of(post).pre)
    if there.any():
        raise ArgumentError(f"there is a synapse from neuron {ranks[there][0]} to neuron {post} already")
    steps = _created_steps(core, name, delays)
    pre, after = np.append(table.pre, ranks), np.append(table.post, np.full(len(ranks), post))
    source = np.append(np.arange(table.size), np.full(len(ranks), -1))
    order = np.lexsort((pre, after))
    begin: dict[str, np.ndarray] = {"w": np.append(np.zeros(table.size), weights)[order]}
    if steps is not None:
        begin[DELAY] = np.append(np.ones(table.size, np.int32), steps)[order]
    _rewire(core, name, Wiring(pre[order], after[order], source[order], begin))


def prune_synapses(core: Core, name: str, post: int, ranks: np.ndarray) -> None:
    """Remove synapses of one post neuron; see `Dendrite.prune_synapses`."""
    core.check_free()
    table = core.synapses(name)
    _check_pairs(core, name, post, ranks)
    missing = ranks[~np.isin(ranks, table.of(post).pre)]
    if len(missing):
        raise ArgumentError(f"there is no synapse from neuron {missing[0]} to neuron {post}")
    kept = np.flatnonzero((table.post != post) | ~np.isin(table.pre, ranks))
    _rewire(core, name, Wiring(table.pre[kept], table.post[kept], kept, {}))


def _rewire(core: Core, name: str, wiring: Wiring) -> None:
    if core.projection(name).fractional_delays:
        raise UnsupportedError(f"projection `{name}`: synapses whose delays are parameters stay as they are")
    if core.original is not None:  # synapses of all replicas stand in arrays of one shape
        message = "synapses of replicas are not created or pruned by hand: do it before `parallel_run`"
        raise UnsupportedError(f"projection `{name}`: {message}, or write rules, `creating` and `pruning`")
    arrays, place = core.arrays, core.synapses(name).place
    moment = arrays.moment
    params, state = rewired(core.plan(name), (moment.params, moment.state), place, wiring, core.dt)
    provenance = replace(moment.provenance, rewired=moment.provenance.rewired | {name})
    arrays.moment = replace(moment, params=params, state=state, provenance=provenance)
    if not core.projection(name).synapse.analysed.is_structural:  # there, every pair has its own place
        forget_records(core, frozenset([name]))


def _check_pairs(core: Core, name: str, post: int, ranks: np.ndarray) -> None:
    ends = core.projection(name).ends
    for side, given, known in (("pre", ranks, ends.pre), ("post", np.array([post]), ends.post)):
        strange = given[~np.isin(given, known.array)]
        if len(strange):
            message = f"neuron {strange[0]} is not on the {side}-synaptic side of projection `{name}`"
            raise ArgumentError(f"{message}, which has {known.size} neurons")
    if len(np.unique(ranks)) < len(ranks):
        raise ArgumentError(f"a pre neuron stands twice in {ranks.tolist()}")


def _created_steps(core: Core, name: str, delays: np.ndarray) -> np.ndarray | None:
    """Return the delays of new synapses in steps, None where all synapses of the projection have the same."""
    steps = in_steps(delays, core.dt)
    old = synapse_attributes.stored(core, name, DELAY)
    if old.ndim == 0:
        if (delays > 0).any() and (steps != old).any():
            message = f"all synapses of projection `{name}` have the same delay of {int(old) * core.dt:g} ms"
            raise ArgumentError(f"{message}: leave `delays` out, or connect it with a distribution of delays")
        return None
    change_longest_delay(core, {name: int(steps.max(initial=1))})
    return steps
