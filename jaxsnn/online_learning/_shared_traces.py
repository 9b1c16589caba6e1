"""Eligibility traces of weights where one for each pre-synaptic neuron serves all of its synapses.

Where a change runs through all neurons of a population in the same way at all times, the trace of a synapse is that of
its pre-synaptic neuron: what arrived of it, filtered (the trace epsilon_i of G. Bellec et al., Nature Communications
11, 2020, doi:10.1038/s41467-020-17236-y). `_synapses` is the plain path, which needs no such proof.
"""

import jax.numpy as jnp
from jax import Array

from ..plan import ProjectionPlan
from ..step import NetworkParams, NetworkState, storage_of
from ._columns import Columns
from ._synapses import SynapticTrace, advanced, arriving_at_once


def begin(plan: ProjectionPlan, variables: int, weights: Array) -> SynapticTrace:
    """Return the trace, (variables, pre population), of weights that have not acted yet."""
    nothing = jnp.zeros((variables, plan.pre.size), weights.dtype)
    return SynapticTrace(nothing, jnp.zeros((0, plan.pre.size), weights.dtype))


def carry_on(
    plan: ProjectionPlan, params: NetworkParams, state: NetworkState, trace: SynapticTrace, columns: Columns, dt: float
) -> tuple[SynapticTrace, list[Array]]:
    """Return the trace after a step, and what went into the step at the places: the trace before it, what arrives.

    The Jacobian of all neurons is that of the first one.
    """
    drive = arriving_at_once(plan, params, state, trace.values.dtype, dt)
    values, entered = advanced(lambda x: x, columns.rows(plan.targets)[..., 0], trace.values, drive)
    storage = storage_of(plan, state)
    return SynapticTrace(values, trace.sent), [plan.form.pre(storage, x) for x in entered]
