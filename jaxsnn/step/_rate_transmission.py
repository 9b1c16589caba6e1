"""What rate-coded neurons transmit at every step: the sum, or another combination, of what each synapse contributes.

Most synapses contribute their weight times something that the pre-synaptic neuron alone decides, its rate. Then that
factor is computed once for each neuron, and the sum is a product of the weights and a vector.
"""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import WEIGHT, Storage
from ..equations import (
    Binary,
    Expression,
    Name,
    Operation,
    Remote,
    Scope,
    branch,
    evaluate,
    is_tame,
    reductions,
    remotes,
    walk,
)
from ..plan import ProjectionPlan
from ._inputs import Transmit, inputs_of, with_inputs
from ._state import NetworkParams, NetworkState
from ._state_access import reduced_values, remote_values, storage_of, synapse_value, uniform_delay
from ._synapse_scope import scope_at_places

EXTREMES = (Operation.MAX, Operation.MIN)  # one contribution decides


def build_rates(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what a projection of rate-coded neurons adds to its inputs."""
    psp, operation = plan.model.psp or default_psp(), plan.model.operation
    factor = factor_of_weight(psp) if operation is Operation.SUM and plan.delivery.is_shared else None
    by_synapse = build_contributions(plan, psp, operation, dt, dtype)
    if factor is None:
        return by_synapse

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        storage = storage_of(plan, state)
        sent = sent_values(plan, factor, params, state, dt, dtype, partial(_have_synapses, plan, storage))

        def by_neuron() -> NetworkState:
            weights = synapse_value(plan, WEIGHT, params, state)
            new = {t: plan.form.weighted(storage, weights, sent, x) for t, x in inputs_of(plan, state).items()}
            return with_inputs(plan, state, new)

        if is_tame(factor) or not plan.form.is_dense or plan.form.exists(storage) is None:
            return by_neuron()
        # In a matrix product, what is not finite would reach neurons to which there is no synapse.
        return lax.cond(jnp.isfinite(sent).all(), by_neuron, lambda: by_synapse(params, state, opaque))

    return transmit


def _have_synapses(plan: ProjectionPlan, storage: Storage, values: Array) -> Array:
    """Return which pre-synaptic neurons have synapses, (pre population,): a sum over all has a slope by these."""
    exists, nothing = plan.form.exists(storage), jnp.zeros(plan.post.size, values.dtype)
    there = jnp.where(True if exists is None else exists, jnp.ones(plan.form.places(storage), values.dtype), 0.0)
    return jax.grad(lambda x: plan.form.weighted(storage, there, x, nothing).sum())(values) > 0.0


def build_contributions(plan: ProjectionPlan, psp: Expression, operation: Operation, dt: float, dtype) -> Transmit:
    """Return a combination of what every synapse contributes at every step, rate-coded or spiking.

    Args:
        plan: the projection.
        psp: what a synapse contributes.
        operation: how contributions are combined.
        dt: step, ms.
        dtype: of floating-point values.
    """

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        storage, values = storage_of(plan, state), _contributions(plan, psp, operation, params, state, dt, dtype)
        new = {t: plan.form.combine(storage, values, operation, x) for t, x in inputs_of(plan, state).items()}
        return with_inputs(plan, state, new)

    return transmit


def _contributions(
    plan: ProjectionPlan,
    psp: Expression,
    operation: Operation,
    params: NetworkParams,
    state: NetworkState,
    dt: float,
    dtype,
) -> Array:
    """Return the value of `psp` at every place; beside an extreme one, the others are branches that are not taken."""
    storage = storage_of(plan, state)
    scope, places = scope_at_places(plan, (psp,), params, state, dt, dtype), plan.form.places(storage)
    on = state.constants.switches[plan.name].transmission

    def values(scope: Scope) -> Array:
        return jnp.broadcast_to(jnp.asarray(evaluate(psp, scope)).astype(dtype), places)

    inside = branch(psp, scope, on)
    if inside is not scope and operation in EXTREMES:
        found = values(scope.trial)
        chosen = plan.form.combine(storage, found, operation, jnp.zeros(plan.post.size, dtype))
        inside = inside.within(found == plan.form.post(storage, chosen))
    return jnp.where(on, values(inside), 0.0)


def default_psp() -> Expression:
    """Return `w * pre.r`."""
    return Binary("*", Name(WEIGHT), Remote("pre", "r"))


def factor_of_weight(psp: Expression) -> Expression | None:
    """Return what a contribution multiplies `w` with, if only the pre-synaptic neuron decides it; else None."""
    match psp:
        case Binary("*", Name(name), rest) | Binary("*", rest, Name(name)) if name == WEIGHT:
            nodes = list(walk(rest))
            remote = [n for n in nodes if isinstance(n, Remote)]
            alone = not any(isinstance(n, Name) for n in nodes) and all(r.owner == "pre" for r in remote)
            return rest if remote and alone else None
    return None


def sent_values(
    plan: ProjectionPlan,
    factor: Expression,
    params: NetworkParams,
    state: NetworkState,
    dt: float,
    dtype,
    counts: Callable[[Array], Array] | None = None,
) -> Array:
    """Return the factor that every pre-synaptic neuron decides, (pre population,), 0 without transmission.

    `counts` tells from the values which of them count; those of the others are branches that are not taken.
    """
    remote = remote_values(plan, remotes((factor,)), params, state, uniform_delay(plan, state), dtype)
    found = reduced_values(plan, reductions((factor,)), state)
    scope, on = Scope({"dt": dt}, {}, found, params.constants, remote), state.constants.switches[plan.name].transmission

    def values(scope: Scope) -> Array:
        return jnp.broadcast_to(jnp.asarray(evaluate(factor, scope)).astype(dtype), (plan.pre.size,))

    inside = branch(factor, scope, on)
    if inside is not scope and counts is not None:
        inside = inside.within(counts(values(scope.trial)))
    return jnp.where(on, values(inside), 0.0)
