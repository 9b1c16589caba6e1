"""The values that the rule of an event reads, sorted by what they belong to: synapses, neurons of a side, or all."""

from collections.abc import Callable
from dataclasses import dataclass

from jax import Array

from ..connectivity import Side
from ..equations import Locality, reductions, remotes
from ..plan import ProjectionPlan
from ..propagation import Operands
from ._state import NetworkParams, NetworkState
from ._state_access import last_spikes, reduced_values, remote_values, storage_of, synapse_value
from ._synaptic_event import (
    LAST_EVENT,
    LAST_SPIKE,
    MAY_CHANGE_WEIGHT,
    STEP,
    TIME_OF_LAST_SPIKE,
    SynapticEvent,
    constant_key,
    names_in,
    neuron_key,
)


def build_operands(
    plan: ProjectionPlan, event: SynapticEvent, dt: float, dtype
) -> Callable[[NetworkParams, NetworkState], tuple[Operands, dict[str, Array]]]:
    """Return `operands(params, state) -> (operands, changed)`: everything that the rule of an event reads.

    `pre.x` has no delay in events, as in ANNarchy.
    """
    model = plan.model
    expressions = tuple(event.expressions(model))
    names = names_in(expressions)
    driven = any(e.name in event.changed for e in model.event_driven)

    def operands(params: NetworkParams, state: NetworkState) -> tuple[Operands, dict[str, Array]]:
        sorter = _Sorter(plan, event.side, {}, {}, {}, {})
        sorter.shared.update({constant_key(name): x for name, x in params.constants.items() if name in names})
        sorter.shared.update({STEP: state.step, "t": state.step.astype(dtype) * dt})
        sorter.shared[MAY_CHANGE_WEIGHT] = state.constants.switches[plan.name].plasticity
        for name in names:
            if name in model.names and name not in event.changed:
                sorter.attribute(name, synapse_value(plan, name, params, state))
        for side, steps in last_spikes(plan, state).items():
            if TIME_OF_LAST_SPIKE[side] in names:
                sorter.neuron(side, TIME_OF_LAST_SPIKE[side], steps.astype(dtype) * dt)
            if event.compares_spikes:
                sorter.neuron(side, LAST_SPIKE[side], steps)
        for node, value in remote_values(plan, remotes(expressions), params, state, None, dtype).items():
            sorter.neuron(Side(node.owner), neuron_key(node), value)
        found = reduced_values(plan, reductions(expressions), state)
        sorter.shared.update({neuron_key(node): value for node, value in found.items()})
        changed = {name: state.projections[plan.name][name] for name in event.changed}
        if driven:
            changed[LAST_EVENT] = state.last_events[plan.name]
        return sorter.operands(storage_of(plan, state)), changed

    return operands


@dataclass(frozen=True)
class _Sorter:
    """Sorts values by what they belong to.

    Args:
        plan: the projection.
        side: whose neurons spike.
        places: values of synapses, of the shape of the places.
        own: values of the neurons that spike, (population,) each.
        across: values of the neurons at the other end, (population,) each.
        shared: single values.
    """

    plan: ProjectionPlan
    side: Side
    places: dict[str, Array]
    own: dict[str, Array]
    across: dict[str, Array]
    shared: dict[str, Array]

    def attribute(self, name: str, value: Array) -> None:
        """Sort in an attribute of the synapses."""
        if value.ndim == 0:
            self.shared[name] = value
        elif self.plan.model.attribute(name).locality is Locality.POSTSYNAPTIC:
            self.neuron(Side.POST, name, self.plan.form.ends.post.spread(value))
        else:
            self.places[name] = value

    def neuron(self, side: Side, name: str, value: Array) -> None:
        """Sort in a value of the neurons of a side."""
        if value.ndim == 0:
            self.shared[name] = value
        else:
            (self.own if side is self.side else self.across)[name] = value

    def operands(self, storage) -> Operands:
        """Return what was sorted in."""
        return Operands(storage, self.places, self.own, self.across, self.shared)
