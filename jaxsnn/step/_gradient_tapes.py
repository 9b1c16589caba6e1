"""Tapes of weights for the sparse backward pass: which projections have one during a run; see `propagation`."""

from collections.abc import Iterable
from dataclasses import replace
from math import isfinite

from ..connectivity import WEIGHT, Side
from ..plan import Delivery, ProjectionPlan, adds_up
from ..propagation import tape_of
from ._state import NetworkParams, NetworkState
from ._state_access import synapse_value
from ._synaptic_event import arrival


def with_tapes(plans: Iterable[ProjectionPlan], params: NetworkParams, state: NetworkState) -> NetworkState:
    """Return the state with a tape for every projection whose backward pass is sparse."""
    tapes = {q.name: tape_of(synapse_value(q, WEIGHT, params, state)) for q in plans if is_taped(q, params)}
    return replace(state, tapes=tapes)


def without_tapes(state: NetworkState) -> NetworkState:
    """Return the state as it is between runs."""
    return replace(state, tapes={})


def is_taped(q: ProjectionPlan, params: NetworkParams) -> bool:
    """Tell whether a projection adds constant weights by the event path, with a surrogate of compact support."""
    if (
        q.pre.neuron.is_precise
        or not q.is_spiking
        or q.kernel is None
        or not q.kernel.has_sparse_gradient
        or q.form.by is not Side.PRE
    ):
        return False
    only_adds = adds_up(q.model) and arrival(q.model).adds_weight and not arrival(q.model).statements
    reaches_all = q.delivery in (Delivery.NEXT_STEP, Delivery.UNIFORM, Delivery.INPUT_RING)
    constant = WEIGHT in params.projections.get(q.owner, {})
    return only_adds and reaches_all and constant and isfinite(q.pre.neuron.surrogate_function.support)
