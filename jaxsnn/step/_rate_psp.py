"""What pre-synaptic neurons send at every step, where contributions are weights times that."""

import jax.numpy as jnp
from jax import Array

from ..connectivity import WEIGHT
from ..equations import Binary, Expression, Name, Remote, Scope, evaluate, reductions, remotes, walk
from ..plan import ProjectionPlan
from ._state import NetworkParams, NetworkState
from ._state_access import reduced_values, remote_values
from ._synapse_scope import delay_of


def default_psp() -> Expression:
    """Return `w * pre.r`."""
    return Binary("*", Name(WEIGHT), Remote("pre", "r"))


def weighted(psp: Expression) -> Expression | None:
    """Return what `w` is multiplied with, if that is a value of the pre-synaptic neuron and nothing else."""
    match psp:
        case Binary("*", Name(name), rest) | Binary("*", rest, Name(name)) if name == WEIGHT:
            nodes = list(walk(rest))
            remote = [n for n in nodes if isinstance(n, Remote)]
            alone = not any(isinstance(n, Name) for n in nodes) and all(r.owner == "pre" for r in remote)
            return rest if remote and alone else None
    return None


def sent_values(
    plan: ProjectionPlan, sent: Expression, params: NetworkParams, state: NetworkState, dt: float, dtype
) -> Array:
    """Return what every pre-synaptic neuron sends, (population,)."""
    remote = remote_values(plan, remotes((sent,)), params, state, delay_of(plan, state), dtype)
    found = reduced_values(plan, reductions((sent,)), state)
    value = evaluate(sent, Scope({"dt": dt}, reductions=found, constants=params.constants, remote=remote))
    value = jnp.broadcast_to(jnp.asarray(value).astype(dtype), (plan.pre.size,))
    return jnp.where(state.constants.switches[plan.name].transmission, value, 0.0)
