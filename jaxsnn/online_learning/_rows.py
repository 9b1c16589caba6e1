"""Eligibility traces of what weights become on their way to the input, such as a weight times a resource.

One row of synapses is changed at a time. The synapses of a row end in different neurons, so what becomes of each can be
told; it takes as many copies of the neurons as there are rows.
"""

from typing import Any

import jax.numpy as jnp
from jax import Array

from ..compiler import CompiledNetwork
from ..connectivity import Side
from ..network import named_leaves
from ..plan import ProjectionPlan
from ..step import NetworkParams, NetworkState
from ._columns import own_of
from ._leaves import Leaves, Place, float_leaves
from ._linear_step import Change, linear_step
from ._synapses import at_places

Tangents = tuple[Array, ...]


def leaves_of(plan: ProjectionPlan, state: Any) -> Leaves:
    """Return the leaves of a state that a value of a synapse acts on: those of the neuron, and what is on its way."""

    def belongs(place: Place) -> bool:
        if place.owner == plan.post.name:
            return place.field in ("populations", "spikes", "axon_spikes")
        return place.owner == plan.name and place.field == "pending"

    return float_leaves(state, belongs)


def begin(plan: ProjectionPlan, values: Array, state: NetworkState) -> Tangents:
    """Return the trace of values that have not acted yet."""
    return leaves_of(plan, state).zeros(state, _rows(plan, values))


def carry_on(
    compiled: CompiledNetwork,
    plan: ProjectionPlan,
    name: str,
    params: NetworkParams,
    state: NetworkState,
    trace: Tangents,
) -> tuple[Tangents, Array]:
    """Return the trace after a step, and the derivative of each output of the neurons, (outputs, *places)."""
    leaves, values = leaves_of(plan, state), named_leaves(params)[name]
    own = own_of(compiled, leaves, leaves.of(state), plan.post.name, ())
    _, _, push = linear_step(compiled, params, state, leaves, (name,), {})
    tangents, emitted = push(Change({name: _row_by_row(plan, values)}, trace, {}))
    neurons = at_places(plan, state)(jnp.arange(plan.post.size))
    return tangents, jnp.stack([_at(plan, x, neurons) for x in own.outputs(tangents, emitted)])


def _rows(plan: ProjectionPlan, values: Array) -> int:
    """Return how many changes tell apart the synapses of each post-synaptic neuron."""
    return values.shape[0 if plan.form.by is Side.PRE else 1]


def _row_by_row(plan: ProjectionPlan, values: Array) -> Array:
    """Return changes of the values, (rows, *places)."""
    axis = 0 if plan.form.by is Side.PRE else 1
    one = jnp.eye(values.shape[axis], dtype=values.dtype)
    shape = (*one.shape, 1) if axis == 0 else (one.shape[0], 1, one.shape[1])
    return jnp.broadcast_to(one.reshape(shape), (one.shape[0], *values.shape))


def _at(plan: ProjectionPlan, x: Array, neurons: Array) -> Array:
    """Return for every place the value of its row and neuron; x is (rows, post population)."""
    if plan.form.by is Side.PRE:
        return jnp.take_along_axis(x, jnp.broadcast_to(neurons, (x.shape[0], neurons.shape[-1])), 1)
    return jnp.take_along_axis(x, jnp.broadcast_to(neurons, (neurons.shape[0], x.shape[0])).T, 1).T
