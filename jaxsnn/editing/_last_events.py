"""When something last happened at synapses one by one, where a running network keeps it for their neurons."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np

from ..connectivity import SynapseTable
from ..equations import Locality, Scope, decayed, within_bounds
from ..plan import ProjectionPlan
from ..step import LONG_AGO, LastEvents, NetworkParams, NetworkState, find, put


def at_synapses(last: LastEvents, found: SynapseTable) -> np.ndarray:
    """Return the steps of the last events at synapses, (synapses,): the later of those of their two neurons."""
    return np.maximum(np.asarray(last.pre)[found.pre], np.asarray(last.post)[found.post])


def of_neurons(plan: ProjectionPlan, found: SynapseTable, steps: np.ndarray) -> LastEvents:
    """Return steps of last events of neurons, from those of their synapses, (synapses,).

    What spikes of neurons have brought about is the later of two numbers, and these can be found: each neuron has the
    earliest step of its synapses. Other steps have no such neurons; then pre-synaptic neurons have the latest one, and
    `brought_to` lets the variables decay until then.
    """
    pre, post = (np.full(p.size, LONG_AGO, np.int32) for p in (plan.pre, plan.post))
    for side, ranks in ((pre, found.pre), (post, found.post)):
        side[ranks] = np.iinfo(np.int32).max
        np.minimum.at(side, ranks, steps)
    if not np.array_equal(np.maximum(pre[found.pre], post[found.post]), steps):
        np.maximum.at(pre, found.pre, steps)
    return LastEvents(jnp.asarray(pre), jnp.asarray(post))


def brought_to(
    last: LastEvents,
    plan: ProjectionPlan,
    now: tuple[NetworkParams, NetworkState],
    found: SynapseTable,
    steps: np.ndarray,
    dt: float,
) -> NetworkState:
    """Return a state with steps of last events of neurons, in which event-driven variables have decayed until then.

    Args:
        last: the steps of the neurons, which are those of the synapses, or later.
        plan: the projection.
        now: parameters and state.
        found: its synapses.
        steps: (synapses,), the last event at each of them.
        dt: step, ms.
    """
    params, state = now
    state = replace(state, last_events={**state.last_events, plan.name: last})
    late = np.maximum(at_synapses(last, found) - steps, 0)
    if not late.any():
        return state
    scope = _scope(plan, (params, state), found)
    for equation in plan.model.event_driven:
        path = ("projections", plan.name, equation.name)
        old = np.asarray(find(params, state, path))
        new = within_bounds(equation, decayed(equation, scope, late.astype(old.dtype) * dt), scope)
        mine = found.read(old)
        whole = found.written(old, np.where(late == 0, mine, np.asarray(new)).astype(old.dtype))
        params, state = put(params, state, path, jnp.asarray(whole))
    return state


def _scope(plan: ProjectionPlan, now: tuple[NetworkParams, NetworkState], found: SynapseTable) -> Scope:
    """Return what names in event-driven equations mean at the synapses: parameters, and variables of their own."""

    def value(name: str, locality: Locality) -> np.ndarray:
        stored = np.asarray(find(*now, ("projections", plan.name, name)))
        if locality is Locality.LOCAL:
            return found.read(stored)
        return np.asarray(plan.form.ends.post.spread(jnp.asarray(stored)))[found.post] if stored.ndim else stored

    return Scope({a.name: value(a.name, a.locality) for a in plan.model.attributes}, constants=now[0].constants)
