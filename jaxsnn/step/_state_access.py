"""Values as synapses read them: their own, and those of their neurons, now or some steps ago."""

from collections.abc import Mapping

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import DELAY, Storage
from ..equations import Reduction, Remote, conductance
from ..network import PopulationSpec
from ..plan import ProjectionPlan, value_name
from ..propagation import Spikes
from ._population import reduction_name
from ._state import NetworkParams, NetworkState


def neuron_value(population: PopulationSpec, name: str, params: NetworkParams, state: NetworkState, dtype) -> Array:
    """Return an attribute, or `sum(target)`, of a population at present, (size,) or ()."""
    if name.startswith("sum("):
        return _input(population, name[4:-1], state, dtype)
    for place in (state.populations, params.populations, state.constants.populations):
        if name in place[population.name]:
            return place[population.name][name]
    raise KeyError(name)


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
        return neuron_value(plan.pre if node.owner == "pre" else plan.post, name, params, state, dtype)

    return {node: value(node) for node in nodes}


def _past(history: Array, step: Array) -> Array:
    return lax.dynamic_index_in_dim(history, step % history.shape[0], keepdims=False)


def reduced_values(plan: ProjectionPlan, nodes: tuple[Reduction, ...], state: NetworkState) -> dict[Reduction, Array]:
    """Return `mean(pre.x)` and its kin as the last step has left them."""
    sides = {"pre": plan.pre.name, "post": plan.post.name}
    return {r: state.reductions[sides[r.owner or ""]][reduction_name(r)] for r in nodes}


def last_spikes(plan: ProjectionPlan, state: NetworkState, dt: float, dtype) -> Mapping[str, Array]:
    """Return `t_pre` and `t_post` in ms, (population,) each, and the steps themselves; nothing where nobody asks."""
    found: dict[str, Array] = {}
    for side, population in (("pre", plan.pre.name), ("post", plan.post.name)):
        if population in state.last_spike:
            steps = state.last_spike[population]
            found |= {f"t_{side}": steps.astype(dtype) * dt, f"last spike of {side}": steps}
    return found


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


def past_spikes(state: NetworkState, name: str, delay: Array) -> Spikes:
    """Return the spikes of a population some steps ago."""
    train = state.trains[name]
    return jax.tree.map(lambda x: _past(x, state.step - delay), train)
