"""Eligibility traces of weights: d numbers for each synapse, which its post-synaptic neuron carries on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from ..plan import Delivery, ProjectionPlan
from ..step import (
    NetworkParams,
    NetworkState,
    default_psp,
    delays_of,
    factor_of_weight,
    let_through,
    past_spikes,
    sent_values,
    storage_of,
)
from ._columns import Columns


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class SynapticTrace:
    """The trace of the weights of a projection.

    Args:
        values: (variables of the neuron, *places).
        sent: (steps, pre population), spikes that may still be on their way, row `step % steps`; without rows where all
            synapses have one delay.
    """

    values: Array
    sent: Array


def begin(plan: ProjectionPlan, variables: int, weights: Array) -> SynapticTrace:
    """Return the trace of weights that have not acted yet."""
    steps, dtype = 0 if plan.delivery.is_shared else plan.longest, weights.dtype
    return SynapticTrace(jnp.zeros((variables, *weights.shape), dtype), jnp.zeros((steps, plan.pre.size), dtype))


def carry_on(
    plan: ProjectionPlan, params: NetworkParams, state: NetworkState, trace: SynapticTrace, columns: Columns, dt: float
) -> tuple[SynapticTrace, list[Array]]:
    """Return the trace after a step, and what went into the step at the places: the trace before it, what arrives.

    Args:
        plan: the projection.
        params, state: before the step.
        trace: before the step.
        columns: the Jacobian of the post-synaptic population.
        dt: step, ms.
    """
    place, sent = at_places(plan, state), trace.sent
    if not plan.delivery.is_shared:
        sent = sent.at[state.step % sent.shape[0]].set(_leaving(plan, state, sent.dtype))
    drive = _arriving(plan, params, state, sent, dt)

    values, entered = advanced(place, columns.rows(plan.targets), trace.values, drive)
    return SynapticTrace(values, sent), entered


def at_places(plan: ProjectionPlan, state: NetworkState) -> Callable[[Array], Array]:
    """Return what spreads a value of each post-synaptic neuron over its synapses."""
    storage = storage_of(plan, state)
    return lambda x: plan.form.post(storage, x)


def advanced(spread: Callable[[Array], Array], rows: Array, values: Array, drive: Array) -> tuple[Array, list[Array]]:
    """Return the values of a trace after a step, (d, ...), and what went into the step: those before it, what arrives.

    Args:
        spread: brings a value of every neuron to where the values stand.
        rows: the Jacobian by variables and by what arrives, (outputs, d + 1, ...); the first d outputs are variables.
        values: before the step, (d, ...).
        drive: what arrives.
    """
    entered = [*values, drive]
    after = [weighed(spread, row, entered) for row in rows[: len(values)]]
    return jnp.stack(after) if after else values, entered


def weighed(spread: Callable[[Array], Array], weights: Iterable[Array], values: Iterable[Array]) -> Array:
    """Return the sum of values, each times a weight of every neuron, which `spread` brings to where the values are."""
    products = [spread(w) * x for w, x in zip(weights, values, strict=True)]
    return sum(products[1:], start=products[0])


def only_synapses(plan: ProjectionPlan, state: NetworkState, values: Array) -> Array:
    """Return values at the places, 0 where there is no synapse."""
    exists = plan.form.exists(storage_of(plan, state))
    return values if exists is None else jnp.where(exists, values, 0.0)


def _leaving(plan: ProjectionPlan, state: NetworkState, dtype) -> Array:
    """Return the spikes of the last step, (pre population,)."""
    return let_through(state.spikes[plan.pre.name], plan, state).flags.astype(dtype)


def _arriving(plan: ProjectionPlan, params: NetworkParams, state: NetworkState, sent: Array, dt: float) -> Array:
    """Return what each weight is multiplied with in this step, at the places."""
    storage = storage_of(plan, state)
    if plan.delivery.is_shared:
        return plan.form.pre(storage, arriving_at_once(plan, params, state, sent.dtype, dt))
    left = (state.step - delays_of(plan, state) + 1) % sent.shape[0]
    return sent[left, plan.form.pre(storage, jnp.arange(plan.pre.size))]


def arriving_at_once(plan: ProjectionPlan, params: NetworkParams, state: NetworkState, dtype, dt: float) -> Array:
    """Return what all weights of a pre-synaptic neuron are multiplied with, (pre population,)."""
    if not plan.is_spiking:
        factor = factor_of_weight(plan.model.psp or default_psp())
        return sent_values(plan, factor, params, state, dt, dtype)  # type: ignore[arg-type]
    if plan.delivery is Delivery.NEXT_STEP:
        return _leaving(plan, state, dtype)
    late = let_through(past_spikes(state, plan.pre.name, delays_of(plan, state)), plan, state)
    return late.flags.astype(dtype)
