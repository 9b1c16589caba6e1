"""What is derived for a parameter: the equations of its eligibility trace, and whether synapses share one."""

from collections.abc import Iterator
from typing import Any

import jax.numpy as jnp

from ..compiler import CompiledNetwork
from ..equations import Expression, Input, Name, NeuronEquations, conductance
from ..errors import UnsupportedError
from ..plan import ProjectionPlan
from ._tangent import ARRIVED, Tangent, tangent_of


def tangent_of_weights(plan: ProjectionPlan) -> Tangent:
    """Return how a weight that merely adds to an input acts on its neuron.

    Raises:
        UnsupportedError: an equation has no differential in the language.
    """
    model = plan.post.neuron.analysed
    seeds, own = _inputs(plan, model)
    return tangent_of(plan.post.neuron, seeds, own)


def _inputs(plan: ProjectionPlan, model: NeuronEquations) -> tuple[dict[Expression, Expression], tuple[str, ...]]:
    """Return the inputs that a weight adds to: those that hold what arrives in this step, and those with equations."""
    if not plan.is_spiking:
        return {Input(t): Name(ARRIVED) for t in (*plan.targets, None)}, ()
    names = [conductance(t) for t in plan.targets]
    at_once: dict[Expression, Expression] = {Name(g): Name(ARRIVED) for g in names if g in model.instantaneous}
    return at_once, tuple(g for g in names if g not in model.instantaneous)


def reached_by_weights(plan: ProjectionPlan) -> frozenset[str] | None:
    """Return the variables of a neuron that a weight can act on, and that the next step begins with.

    An input that is there for one step is none, unless it may wait: for a refractory neuron, or as a reset has left it.
    None where the equations do not tell.
    """
    try:
        tangent = tangent_of_weights(plan)
    except UnsupportedError:
        return None
    model = plan.post.neuron.analysed
    written = {part.name for part in (*model.reset, *model.axon_reset)}
    gone = set() if model.refractory is not None else {*model.instantaneous} - written
    return (tangent.reached | {conductance(t) for t in plan.targets}) - gone


def why_traces_differ(compiled: CompiledNetwork, shapes: Any, plan: ProjectionPlan) -> tuple[str, ...]:
    """Return why the synapses of one pre-synaptic neuron have different traces; () where one trace serves them all.

    One does if the trace follows linear equations with constant coefficients, the same for all neurons, and starts from
    what the pre-synaptic neuron alone decides. It is read off the equations; no value is looked at.

    Args:
        compiled: the network.
        shapes: of parameters and state.
        plan: a projection whose weights merely add to inputs.
    """
    try:
        tangent = tangent_of_weights(plan)
    except UnsupportedError as error:
        return (str(error),)
    return tuple(_differences(compiled, shapes, plan, tangent))


def _differences(compiled: CompiledNetwork, shapes: Any, plan: ProjectionPlan, tangent: Tangent) -> Iterator[str]:
    yield from tangent.obstacles
    if not plan.delivery.is_shared:
        yield "synapses have delays of their own"
    if tangent.through_spikes or tangent.resets:
        yield "a reset changes the trace of the neuron that spikes"
    if compiled.spec.population(plan.post.name).source is not None:
        yield "parameters of the neurons follow a table"
    several = sorted(name for name in tangent.coefficients if _is_several(shapes, plan.post.name, name))
    if several:
        yield f"neurons have values of their own of {', '.join(f'`{name}`' for name in several)}"


def _is_several(shapes: Any, population: str, name: str) -> bool:
    """Tell whether neurons of a population have values of their own of a parameter."""
    params, state = shapes
    known = {**state.constants.populations[population], **params.populations[population]}
    return name in known and jnp.shape(known[name]) != ()
