"""What online learning can train, and which trace each parameter needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from ..compiler import CompiledNetwork
from ..connectivity import DELAY, WEIGHT
from ..equations import Locality
from ..errors import UnknownNameError, UnsupportedError
from ..fitting._trainable import select_trainable
from ..network import Kind
from ..plan import ProjectionPlan
from ..simulation import Simulation
from ..step import arrival, factor_of_weight, post_spike
from ._derived import why_traces_differ


class Trace(Enum):
    """How a parameter reaches the neurons: what its eligibility trace must hold."""

    PER_NEURON = "one value per neuron, which acts on this neuron"
    SHARED = "one value, which acts on all neurons of a population, or synapses of a projection"
    PER_SYNAPSE = "weights of which each adds its share to the input of one neuron"
    PER_SENDER = "such weights, where all synapses of a pre-synaptic neuron have the same trace"
    PER_ROW = "values of synapses that reach the input by way of other equations"

    @property
    def is_of_weights(self) -> bool:
        """Whether it is that of weights that merely add to an input."""
        return self in (Trace.PER_SYNAPSE, Trace.PER_SENDER)


@dataclass(frozen=True)
class Trainable:
    """A parameter that is trained.

    Args:
        name: public.
        trace: what it needs.
        population: whose neurons it acts on; "" for a constant of the network, which acts on all.
        projection: whose synapses it belongs to, "" for none.
    """

    name: str
    trace: Trace
    population: str
    projection: str = ""


def trainables_of(sim: Simulation, patterns: Sequence[str] | str | None) -> tuple[Trainable, ...]:
    """Return what is trained, by names or patterns as for `fit`.

    Raises:
        UnknownNameError: a pattern matches nothing.
        UnsupportedError: a parameter that has no trace, with the reason.
    """
    params = sim.shapes[0]
    try:
        chosen = select_trainable(params, patterns)
    except UnknownNameError:
        for name in [patterns] if isinstance(patterns, str) else patterns or ():
            _check_parameter(sim, name)
        raise
    found = (_trainable(sim.compiled, name, sim.path(name), x.shape) for name, x in chosen.items())
    return tuple(_with_shared_trace(sim, t) for t in found)


def _with_shared_trace(sim: Simulation, trained: Trainable) -> Trainable:
    """Return what is trained with one trace for each pre-synaptic neuron, where that is enough."""
    if trained.trace is not Trace.PER_SYNAPSE:
        return trained
    plan = sim.compiled.plans[trained.projection]
    return trained if why_traces_differ(sim.compiled, sim.shapes, plan) else replace(trained, trace=Trace.PER_SENDER)


def _check_parameter(sim: Simulation, name: str) -> None:
    """Say why a name that the network knows is no parameter of it."""
    if name in sim.names:
        reason = "the network changes it itself, or it is no floating-point number; what is trained must be a parameter"
        raise UnsupportedError(f"`{name}` has no eligibility trace: {reason}")


def _trainable(compiled: CompiledNetwork, name: str, path: tuple[str, str, str], shape: tuple[int, ...]) -> Trainable:
    kind, owner, attribute = path
    if kind == "constants":
        return Trainable(name, Trace.SHARED, "")
    if kind == "populations":
        source = compiled.spec.population(owner).source
        if source is not None and attribute in source.arrays:
            raise UnsupportedError(f"`{name}` has no eligibility trace: it is a table of inputs, one row for each step")
        return Trainable(name, Trace.PER_NEURON if shape else Trace.SHARED, owner)
    plan = compiled.plans[owner]
    return Trainable(name, _trace_of_synapses(plan, attribute, name, shape), plan.post.name, owner)


def _trace_of_synapses(plan: ProjectionPlan, attribute: str, name: str, shape: tuple[int, ...]) -> Trace:
    if plan.spec.kind is not Kind.SYNAPSES or plan.source is not None or plan.spec.kind.shares_weights:
        reason = "its synapses are shared (a filter, a copy, or no synapses at all)"
        raise UnsupportedError(f"`{name}` has no eligibility trace: {reason}")
    if not shape:
        return Trace.SHARED
    if attribute in plan.model.names and plan.model.attribute(attribute).locality is Locality.POSTSYNAPTIC:
        return Trace.PER_NEURON
    if attribute == WEIGHT and adds_its_share(plan):
        return Trace.PER_SYNAPSE
    if attribute not in (WEIGHT, DELAY) or _is_read_by_synapse(plan, attribute):
        reason = "variables of the synapse depend on it; train one value for all synapses of the projection"
        raise UnsupportedError(f"`{name}` has one value per synapse, and no eligibility trace: {reason}")
    return Trace.PER_ROW


def _is_read_by_synapse(plan: ProjectionPlan, attribute: str) -> bool:
    """Tell whether what a synapse does to itself, rather than to the input, depends on an attribute."""
    event = arrival(plan.model)
    alone = replace(event, transmission=())
    return attribute in (*alone.names, *post_spike(plan.model).names) or plan.model.has_equations


def adds_its_share(plan: ProjectionPlan) -> bool:
    """Tell whether what a weight adds to an input is a multiple of it that the pre-synaptic neuron alone decides."""
    if not plan.is_spiking:
        psp = plan.model.psp
        return plan.delivery.is_shared and (psp is None or factor_of_weight(psp) is not None)
    event = arrival(plan.model)
    only = event.adds_weight and plan.model.psp is None and plan.pre.neuron.axon_spike is None
    return only and not plan.delivery.is_fractional
