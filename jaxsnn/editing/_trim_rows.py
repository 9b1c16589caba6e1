"""Sparse rows without the places that no neuron uses.

Random connectivity is drawn into rows that are wide enough for (almost) any outcome, so that shapes are known before
anything is drawn. Once a network has been drawn, the places beyond its longest row only cost.
"""

from collections.abc import Iterable
from dataclasses import replace

import jax
import numpy as np

from ..connectivity import Rows, RowsForm
from ..plan import ProjectionPlan
from ..step import NetworkParams, NetworkState, Owner, state_fields, storage_of

UNIT = 8  # rows are rounded up to a multiple: vectors of a CPU are so long


def trimmed(
    plans: Iterable[ProjectionPlan], params: NetworkParams, state: NetworkState
) -> tuple[NetworkParams, NetworkState]:
    """Return parameters and state whose sparse rows are as wide as the longest.

    The numbers of a run stay the same, to the bit. Not traceable: it looks at the synapses.
    """
    for plan in plans:
        if plan.source is not None:  # it has no synapses of its own
            continue
        storage = storage_of(plan, state)
        if isinstance(storage, Rows) and isinstance(plan.form, RowsForm):
            params, state = _trimmed(plan, plan.form, storage, params, state)
    return params, state


def _trimmed(
    plan: ProjectionPlan, form: RowsForm, storage: Rows, params: NetworkParams, state: NetworkState
) -> tuple[NetworkParams, NetworkState]:
    ends = np.asarray(storage.ends)
    old = ends.shape[1]
    width = _width(ends < form.other.population_size)
    columns = storage.columns
    if columns is not None:
        columns = _trimmed_columns(np.asarray(columns), ends.shape[0], old, width)

    def cut(x: jax.Array) -> jax.Array:
        return x[:, :width] if x.shape == ends.shape else x

    def cut_all(place: dict) -> dict:
        return {**place, plan.name: jax.tree.map(cut, place[plan.name])} if plan.name in place else place

    constants = replace(
        state.constants,
        projections=cut_all(state.constants.projections),
        connectivity={**state.constants.connectivity, plan.name: Rows(storage.ends[:, :width], columns)},
    )
    at_places = [f.name for f in state_fields(Owner.PROJECTION) if f.at_places]
    cut_fields = {name: cut_all(getattr(state, name)) for name in ("projections", *at_places)}
    state = replace(state, constants=constants, **cut_fields)
    return replace(params, projections=cut_all(params.projections)), state


def _width(used: np.ndarray) -> int:
    """Return the number of places up to the last one that some row uses, rounded up."""
    longest = int(np.flatnonzero(used.any(axis=0)).max(initial=-1)) + 1
    return min(used.shape[1], max(UNIT, -(-longest // UNIT) * UNIT))


def _trimmed_columns(columns: np.ndarray, rows: int, old: int, width: int) -> jax.Array:
    """Return the places of the columns in rows of another width."""
    there = columns < rows * old
    depth = _width(there)
    row, place = np.divmod(columns[:, :depth], old)
    return jax.numpy.asarray(np.where(there[:, :depth], row * width + place, rows * width).astype(np.int32))
