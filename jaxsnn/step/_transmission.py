"""The first phase of a step: what a projection adds to the inputs of its post-synaptic population."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from jax import Array

from ..equations import Operation
from ..network import Kind
from ..plan import ProjectionPlan
from ._convolution import build_shared
from ._hybrid import build_decoding, build_injection
from ._input_ring import build_departure, build_ring_arrival
from ._inputs import Transmit
from ._population_mean import build_population_mean
from ._rate_transmission import build_contributions, build_rates
from ._spike_transmission import build_arrival, build_axonal_arrival
from ._state import NetworkParams, NetworkState
from ._synaptic_event import arrival, axonal_arrival

_HYBRID = (Kind.DECODING, Kind.INJECTION, Kind.POPULATION_MEAN)  # neither spikes nor rates alone


def build_transmissions(
    plans: Sequence[ProjectionPlan], dt: float, dtype, by_halves: bool, within: Callable[[Transmit], Transmit]
) -> Iterator[tuple[str, Transmit, bool]]:
    """Yield (name of the scope, what happens, whether spikes are walked), in the order of a step.

    Args:
        plans: the projections, in the order of creation.
        dt: step, ms.
        dtype: of floating-point values.
        by_halves: whether projections that do no more than fill and read rings, one after the other, take turns by
            halves, see `_input_ring`: the same bits, and fewer passes over the neurons.
        within: what each phase is wrapped into.
    """
    for only_rings, together in groupby(plans, lambda q: by_halves and _only_fills_ring(q)):
        some = list(together)
        if only_rings and len(some) > 1:
            for q in some:
                yield q.name, within(build_departure(q, arrival(q.model), dt, dtype)), True
            yield "rings", within(build_ring_arrival(some)), False
        else:
            yield from ((q.name, within(build_transmission(q, dt, dtype)), q.is_spiking) for q in some)


def _only_fills_ring(plan: ProjectionPlan) -> bool:
    """Tell whether all that a projection does in this phase is to add to a ring of inputs, and to take from it."""
    sends_axonal = plan.pre.neuron.axon_spike is not None and axonal_arrival(plan.model).happens
    usual = plan.is_spiking and not (plan.spec.kind.shares_weights or plan.spec.kind in _HYBRID)
    happens = usual and plan.delivery.uses_ring and arrival(plan.model).happens
    return happens and not sends_axonal and plan.model.psp is None


def build_transmission(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what a projection does in the first phase of a step."""
    if plan.spec.kind.shares_weights:
        return build_shared(plan, dt, dtype)
    match plan.spec.kind:
        case Kind.DECODING:
            return build_decoding(plan, dt, dtype)
        case Kind.INJECTION:
            return build_injection(plan, dtype)
        case Kind.POPULATION_MEAN:
            return build_population_mean(plan, dt, dtype)
    return _build_spikes(plan, dt, dtype) if plan.is_spiking else build_rates(plan, dt, dtype)


def _build_spikes(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what arriving spikes do, and what synapses of spiking neurons contribute at every step."""
    phases: list[Transmit] = []
    if arrival(plan.model).happens:
        phases.append(build_arrival(plan, dt, dtype))
    if plan.pre.neuron.axon_spike is not None and axonal_arrival(plan.model).happens:
        phases.append(build_axonal_arrival(plan, dt, dtype))
    if plan.model.psp is not None:
        phases.append(build_contributions(plan, plan.model.psp, Operation.SUM, dt, dtype))

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        for phase in phases:
            state = phase(params, state, opaque)
        return state

    return transmit
