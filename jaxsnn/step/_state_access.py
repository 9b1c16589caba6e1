"""The state as synapses see it: values of their own, and of their neurons, now or some steps ago; what they change."""

from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import DELAY, Side, Storage
from ..equations import Reduction, Remote, conductance
from ..network import PopulationSpec
from ..plan import Delivery, ProjectionPlan, value_name
from ..propagation import TAPE, Spikes
from ._last_events import LastEvents
from ._population import reduction_name
from ._state import NetworkParams, NetworkState
from ._synaptic_event import LAST_EVENT


def neuron_value(population: PopulationSpec, node: Remote, params: NetworkParams, state: NetworkState, dtype) -> Array:
    """Return what a synapse reads of a population, an attribute or an input, at present, (size,) or ()."""
    if node.called:
        return _input(population, node.target or "", state, dtype)
    for place in (state.populations, params.populations, state.constants.populations):
        if node.name in place[population.name]:
            return place[population.name][node.name]
    raise KeyError(node.name)


def _input(population: PopulationSpec, target: str, state: NetworkState, dtype) -> Array:
    if population.neuron.is_spiking:
        return state.populations[population.name].get(conductance(target), jnp.zeros((), dtype))
    return state.sums.get(population.name, {}).get(target, jnp.zeros((), dtype))


def remote_values(
    plan: ProjectionPlan,
    nodes: tuple[Remote, ...],
    params: NetworkParams,
    state: NetworkState,
    delay: Array | None,
    dtype,
) -> dict[Remote, Array]:
    """Return the values of `pre.x` and `post.x`, (population,) or () each.

    Args:
        plan: the projection.
        nodes: what is read.
        params, state: present values.
        delay: () int32, how many steps ago `pre.x` is read; None for now.
        dtype: of floating-point values.
    """

    def value(node: Remote) -> Array:
        name = value_name(node)
        if delay is not None and node.owner == "pre" and name in state.histories.get(plan.pre.name, {}):
            return _past(state.histories[plan.pre.name][name], state.step - delay)
        return neuron_value(plan.pre if node.owner == "pre" else plan.post, node, params, state, dtype)

    return {node: value(node) for node in nodes}


def _past(history: Array, step: Array) -> Array:
    return lax.dynamic_index_in_dim(history, step % history.shape[0], keepdims=False)


def reduced_values(plan: ProjectionPlan, nodes: tuple[Reduction, ...], state: NetworkState) -> dict[Reduction, Array]:
    """Return `mean(pre.x)` and its kin as the last step has left them."""
    sides = {"pre": plan.pre.name, "post": plan.post.name}
    return {r: state.reductions[sides[r.owner or ""]][reduction_name(r)] for r in nodes}


def last_spikes(plan: ProjectionPlan, state: NetworkState) -> dict[Side, Array]:
    """Return the step of the last spike of every neuron, (population,), by side; nothing where nobody asks."""
    names = {Side.PRE: plan.pre.name, Side.POST: plan.post.name}
    return {side: state.last_spike[name] for side, name in names.items() if name in state.last_spike}


def storage_of(plan: ProjectionPlan, state: NetworkState) -> Storage:
    """Return who is connected to whom at present."""
    changing, name = state.connectivity, plan.owner
    return changing[name] if name in changing else state.constants.connectivity[name]


def synapse_value(plan: ProjectionPlan, name: str, params: NetworkParams, state: NetworkState) -> Array:
    """Return an attribute of the synapses, in the shape in which it is stored."""
    for place in (state.projections, params.projections, state.constants.projections):
        if name in place.get(plan.owner, {}):
            return place[plan.owner][name]
    raise KeyError(name)


def delays_of(plan: ProjectionPlan, state: NetworkState) -> Array:
    """Return the delays in steps, () or at the places."""
    return (state.projections if plan.delays_change else state.constants.projections)[plan.owner][DELAY]


def uniform_delay(plan: ProjectionPlan, state: NetworkState) -> Array | None:
    """Return the delay of all synapses in steps, (); None where everything arrives in the next step."""
    return delays_of(plan, state) if plan.delivery is Delivery.UNIFORM else None


def past_spikes(state: NetworkState, name: str, delay: Array) -> Spikes:
    """Return the spikes of a population some steps ago."""
    train = state.trains[name]
    return jax.tree.map(lambda x: _past(x, state.step - delay), train)


def let_through(spikes: Spikes, plan: ProjectionPlan, state: NetworkState) -> Spikes:
    """Return the spikes, none of them where the projection does not transmit."""
    return spikes.where(state.constants.switches[plan.name].transmission)


def tape(plan: ProjectionPlan, state: NetworkState) -> dict[str, Array]:
    """Return what stands for the weights in the backward pass, where it is sparse."""
    return {TAPE: state.tapes[plan.name]} if plan.name in state.tapes else {}


def with_event(plan: ProjectionPlan, state: NetworkState, side: Side, spikes: Spikes) -> NetworkState:
    """Return the state in which an event has happened now at all synapses of the neurons that spiked."""
    last = state.last_events[plan.name]
    if not isinstance(last, LastEvents):
        return state  # each synapse keeps its own, which the rule has changed
    return replace(state, last_events={**state.last_events, plan.name: last.after(side, spikes.flags, state.step)})


def with_changes(plan: ProjectionPlan, state: NetworkState, changed: dict[str, Array]) -> NetworkState:
    """Return the state with what an event has changed at the synapses of a projection."""
    name = plan.name
    if LAST_EVENT in changed:
        state = replace(state, last_events={**state.last_events, name: changed[LAST_EVENT]})
    if TAPE in changed:
        state = replace(state, tapes={**state.tapes, name: changed[TAPE]})
    values = {key: x for key, x in changed.items() if key not in (LAST_EVENT, TAPE)}
    if not values:
        return state
    return replace(state, projections={**state.projections, name: {**state.projections[name], **values}})
