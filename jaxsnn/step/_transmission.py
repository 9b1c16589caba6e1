"""The first phase of a step: what a projection adds to the inputs of its post-synaptic population."""

from jax import Array

from ..equations import Operation
from ..network import Kind
from ..plan import ProjectionPlan
from ._convolution import build_shared
from ._hybrid import build_decoding, build_injection
from ._inputs import Transmit
from ._population_mean import build_population_mean
from ._rate_transmission import build_contributions, build_rates
from ._spike_transmission import build_arrival, build_axonal_arrival
from ._state import NetworkParams, NetworkState
from ._synaptic_event import arrival, axonal_arrival


def build_transmission(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what a projection does in the first phase of a step."""
    match plan.spec.kind:
        case Kind.CONVOLUTION | Kind.POOLING:
            return build_shared(plan, dt, dtype)
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
