"""Projections whose neurons share weights, or have none: convolutions and poolings."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array

from ..connectivity import WEIGHT
from ..equations import Expression, Name, Remote, Scope, branch, evaluate, is_tame, reductions, remotes, walk
from ..plan import ProjectionPlan
from ..propagation import Convolution, Pooling, combine, convolve, patches, pool, weights_at
from ._clock import present
from ._inputs import Transmit, with_added
from ._rate_transmission import EXTREMES, default_psp, factor_of_weight, sent_values
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
    is_choice = is_convolution and description.operation in EXTREMES
    if sent is None or (is_choice and not is_tame(sent)):
        return lambda params, state: _contributions(plan, psp, params, state, dt, dtype)

    def inputs(params: NetworkParams, state: NetworkState) -> Array:
        if isinstance(description, Convolution):
            return correlated(params, sent_values(plan, sent, params, state, dt, dtype, partial(_covered, description)))
        return pool(description, sent_values(plan, sent, params, state, dt, dtype, partial(_chosen, description)))

    return inputs


def _spikes(plan: ProjectionPlan, state: NetworkState) -> Array:
    """Return the spikes that arrive, (pre size,) floats."""
    delay, name = uniform_delay(plan, state), plan.pre.name
    spikes = state.spikes[name] if delay is None else past_spikes(state, name, delay)
    return let_through(spikes, plan, state).values(plan.pre.neuron.surrogate_function)


def _covered(description: Convolution, values: Array) -> Array:
    """Return which pre-synaptic neurons lie in some window, (pre size,)."""
    weights = jnp.ones(description.weights_shape, values.dtype)
    return jax.grad(lambda x: convolve(description, x, weights).sum())(values) > 0.0


def _chosen(description: Pooling, values: Array) -> Array:
    """Return which pre-synaptic neurons count in the input of some region, (pre size,): it has a slope by them."""
    return jax.grad(lambda x: pool(description, x).sum())(values) != 0.0


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
    inside = branch(psp, scope, on)
    if inside is not scope and description.operation in EXTREMES:
        found = jnp.asarray(evaluate(psp, scope.trial)).astype(dtype)
        inside = inside.within(found == combine(description, found)[:, None])
    contributions = jnp.asarray(evaluate(psp, inside)).astype(dtype)
    return combine(description, jnp.where(on, contributions, 0.0))
