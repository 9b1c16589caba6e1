"""What rate-coded neurons transmit at every step: the sum, or another combination, of what each synapse contributes.

Most synapses contribute their weight times something that the pre-synaptic neuron alone decides, its rate. Then that
factor is computed once for each neuron, and the sum is a product of the weights and a vector.
"""

import jax.numpy as jnp
from jax import Array

from ..connectivity import WEIGHT
from ..equations import Binary, Expression, Name, Operation, Remote, Scope, branch, evaluate, reductions, remotes, walk
from ..plan import ProjectionPlan
from ._inputs import Transmit, inputs_of, with_inputs
from ._state import NetworkParams, NetworkState
from ._state_access import reduced_values, remote_values, storage_of, synapse_value, uniform_delay
from ._synapse_scope import scope_at_places


def build_rates(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what a projection of rate-coded neurons adds to its inputs."""
    psp, operation = plan.model.psp or default_psp(), plan.model.operation
    factor = factor_of_weight(psp) if operation is Operation.SUM and plan.delivery.is_shared else None
    if factor is None:
        return build_contributions(plan, psp, operation, dt, dtype)

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        sent = sent_values(plan, factor, params, state, dt, dtype)
        storage, weights = storage_of(plan, state), synapse_value(plan, WEIGHT, params, state)
        new = {t: plan.form.weighted(storage, weights, sent, x) for t, x in inputs_of(plan, state).items()}
        return with_inputs(plan, state, new)

    return transmit


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
        storage, values = storage_of(plan, state), _contributions(plan, psp, params, state, dt, dtype)
        new = {t: plan.form.combine(storage, values, operation, x) for t, x in inputs_of(plan, state).items()}
        return with_inputs(plan, state, new)

    return transmit


def _contributions(
    plan: ProjectionPlan, psp: Expression, params: NetworkParams, state: NetworkState, dt: float, dtype
) -> Array:
    """Return the value of `psp` at every place."""
    scope = scope_at_places(plan, (psp,), params, state, dt, dtype)
    places = plan.form.places(storage_of(plan, state))
    on = state.constants.switches[plan.name].transmission
    values = jnp.broadcast_to(jnp.asarray(evaluate(psp, branch(psp, scope, on))).astype(dtype), places)
    return jnp.where(on, values, 0.0)


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
    plan: ProjectionPlan, factor: Expression, params: NetworkParams, state: NetworkState, dt: float, dtype
) -> Array:
    """Return the factor that every pre-synaptic neuron decides, (pre population,), 0 without transmission."""
    remote = remote_values(plan, remotes((factor,)), params, state, uniform_delay(plan, state), dtype)
    found = reduced_values(plan, reductions((factor,)), state)
    scope, on = Scope({"dt": dt}, {}, found, params.constants, remote), state.constants.switches[plan.name].transmission
    value = jnp.asarray(evaluate(factor, branch(factor, scope, on))).astype(dtype)
    return jnp.where(on, jnp.broadcast_to(value, (plan.pre.size,)), 0.0)
