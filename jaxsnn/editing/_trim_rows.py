"""Storages of synapses without the places that no neuron uses."""

from collections.abc import Iterable
from dataclasses import replace

import jax

from ..connectivity import Storage, first_places
from ..plan import ProjectionPlan
from ..step import NetworkParams, NetworkState, Owner, state_fields, storage_of


def trimmed(
    plans: Iterable[ProjectionPlan], params: NetworkParams, state: NetworkState
) -> tuple[NetworkParams, NetworkState]:
    """Return parameters and state whose storages have only the places that neurons use.

    The numbers of a run stay the same, to the bit. This cannot be traced by JAX: it looks at the synapses.
    """
    for plan in plans:
        if not plan.spec.kind.has_synapses:
            continue
        old = storage_of(plan, state)
        new = plan.form.trimmed(old)
        if new is not old:
            params, state = _with_storage(plan, old, new, params, state)
    return params, state


def _with_storage(
    plan: ProjectionPlan, old: Storage, new: Storage, params: NetworkParams, state: NetworkState
) -> tuple[NetworkParams, NetworkState]:
    """Return parameters and state with a trimmed storage, and with every array at its places trimmed alike."""
    places, (rows, width) = plan.form.places(old), plan.form.places(new)

    def cut(x: jax.Array) -> jax.Array:
        return first_places(x, rows, width) if x.shape == places else x

    def cut_all(by_projection: dict) -> dict:
        if plan.name not in by_projection:
            return by_projection
        return {**by_projection, plan.name: jax.tree.map(cut, by_projection[plan.name])}

    constants = replace(
        state.constants,
        projections=cut_all(state.constants.projections),
        connectivity={**state.constants.connectivity, plan.name: new},
    )
    at_places = [f.name for f in state_fields(Owner.PROJECTION) if f.at_places]
    cut_fields = {name: cut_all(getattr(state, name)) for name in ("projections", *at_places)}
    state = replace(state, constants=constants, **cut_fields)
    return replace(params, projections=cut_all(params.projections)), state
