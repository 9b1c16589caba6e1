"""A projection that sends all of its neurons as one number: the mean of a value, or its change from a baseline."""

from collections.abc import Callable
from dataclasses import replace

import jax.numpy as jnp
from jax import Array

from ..network import SCALE, PopulationMean
from ..plan import ProjectionPlan
from ._inputs import Transmit, with_added
from ._population import is_on
from ._rate_transmission import default_psp, sent_values
from ._state import NetworkParams, NetworkState

SMALL = 1e-7  # keeps the relative change from a baseline of 0 finite, as in ANNarchy


def build_population_mean(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what a population mean adds to its inputs: `scale` times the mean, or its relative change."""
    psp, ends = plan.model.psp or default_psp(), plan.spec.ends
    measured = _through_baseline(plan, dtype) if _baseline_steps(plan) else lambda state, mean: (state, mean)

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        mean = ends.pre.take(sent_values(plan, psp, params, state, dt, dtype)).mean()
        state, signal = measured(state, mean)
        return with_added(plan, state, params.projections[plan.name][SCALE] * signal)

    return transmit


def _baseline_steps(plan: ProjectionPlan) -> int:
    connector = plan.spec.connector
    return connector.baseline_steps if isinstance(connector, PopulationMean) else 0


def initial_baseline(plan: ProjectionPlan, dtype) -> dict[str, Array]:
    """Return the state in which no step has been measured; nothing for a projection without a baseline."""
    return {"baselines": jnp.zeros(2, dtype)} if _baseline_steps(plan) else {}


def _through_baseline(plan: ProjectionPlan, dtype) -> Callable[[NetworkState, Array], tuple[NetworkState, Array]]:
    """Return the function that measures the baseline first, and then gives the relative change from it."""
    steps = _baseline_steps(plan)

    def measured(state: NetworkState, mean: Array) -> tuple[NetworkState, Array]:
        count, total = state.baselines[plan.name]
        is_measuring, baseline = count < steps, total / steps
        counts = is_measuring if (on := is_on(plan.post, state)) is None else is_measuring & on
        change = (mean - baseline) / (jnp.abs(baseline) + SMALL)
        added = jnp.where(counts, jnp.stack([jnp.ones((), dtype), mean]), 0.0)
        baselines = {**state.baselines, plan.name: state.baselines[plan.name] + added}
        return replace(state, baselines=baselines), jnp.where(is_measuring, 0.0, change)

    return measured
