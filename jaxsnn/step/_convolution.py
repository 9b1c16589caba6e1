"""Projections whose neurons share weights, or have none: convolutions and poolings."""

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array

from ..connectivity import WEIGHT
from ..equations import Expression, Name, Remote, Scope, branch, evaluate, reductions, remotes, walk
from ..plan import ProjectionPlan
from ..propagation import Convolution, combine, convolve, patches, pool, weights_at
from ._clock import present
from ._inputs import Transmit, with_added
from ._rate_transmission import default_psp, factor_of_weight, sent_values
from ._state import NetworkParams, NetworkState
from ._state_access import let_through, past_spikes, reduced_values, remote_values, uniform_delay


def build_shared(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what a convolution or a pooling adds to its inputs."""
    made = _build_inputs(plan, dt, dtype)

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        return with_added(plan, state, made(params, state))

    return transmit


def _build_inputs(plan: ProjectionPlan, dt: float, dtype) -> Callable[[NetworkParams, NetworkState], Array]:
    """Return the function that computes (post size,) inputs."""
    description = plan.spec.connector.description  # type: ignore[union-attr]
    is_convolution = isinstance(description, Convolution)
    as_product = plan.kernel is not None and plan.kernel.is_matrix_product

    def correlated(params: NetworkParams, values: Array) -> Array:
        return convolve(description, values, params.projections[plan.name][WEIGHT], as_product)

    if plan.is_spiking and plan.model.psp is None:
        return lambda params, state: correlated(params, _spikes(plan, state))
    psp = plan.model.psp or default_psp()
    sent = factor_of_weight(psp) if is_convolution else _of_pre(psp)
    if sent is None:
        return lambda params, state: _contributions(plan, psp, params, state, dt, dtype)

    def inputs(params: NetworkParams, state: NetworkState) -> Array:
        values = sent_values(plan, sent, params, state, dt, dtype)
        return correlated(params, values) if is_convolution else pool(description, values)

    return inputs


def _spikes(plan: ProjectionPlan, state: NetworkState) -> Array:
    """Return the spikes that arrive, (pre size,) floats."""
    delay, name = uniform_delay(plan, state), plan.pre.name
    spikes = state.spikes[name] if delay is None else past_spikes(state, name, delay)
    return let_through(spikes, plan, state).values(plan.pre.neuron.surrogate_function)


def _of_pre(psp: Expression) -> Expression | None:
    """Return a contribution that depends on the pre-synaptic neuron alone, None for another."""
    nodes = list(walk(psp))
    others = any(isinstance(n, Name) or (isinstance(n, Remote) and n.owner == "post") for n in nodes)
    return None if others else psp


def _contributions(
    plan: ProjectionPlan, psp: Expression, params: NetworkParams, state: NetworkState, dt: float, dtype
) -> Array:
    """Return the inputs that any contribution makes, place by place of each window."""
    description = plan.spec.connector.description  # type: ignore[union-attr]

    def at_places(node: Remote, x: Array) -> Array:
        if jnp.ndim(x) == 0:
            return x
        return patches(description, x)[0] if node.owner == "pre" else x[:, None]

    found = remote_values(plan, remotes((psp,)), params, state, uniform_delay(plan, state), dtype)
    own = params.projections[plan.name]
    values = present(state.step, dt, dtype)
    values |= {WEIGHT: weights_at(description, own[WEIGHT])} if WEIGHT in own else {}
    scope = Scope(
        values,
        reductions=reduced_values(plan, reductions((psp,)), state),
        constants=params.constants,
        remote={node: at_places(node, x) for node, x in found.items()},
    )
    on = state.constants.switches[plan.name].transmission
    contributions = jnp.asarray(evaluate(psp, branch(psp, scope, on))).astype(dtype)
    return combine(description, jnp.where(on, contributions, 0.0))
