"""What an event does at a synapse: the statements of the model as a rule for the kernels, and the values it reads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax import Array

from ..connectivity import Side
from ..equations import (
    G_TARGET,
    WEIGHT,
    Assignment,
    Expression,
    Locality,
    Name,
    Reduction,
    Remote,
    Scope,
    SynapseEquations,
    decayed,
    evaluate,
    reductions,
    remotes,
    run_event,
    walk,
    within_bounds,
)
from ..plan import ProjectionPlan, adds_up
from ..propagation import Operands, Outcome, Rule
from ._state import NetworkParams, NetworkState
from ._state_access import last_spikes, reduced_values, remote_values, storage_of, synapse_value

LAST = "last event"
MAY_CHANGE_W = "may change w"
WORDS = ("t_pre", "t_post", "last spike of pre", "last spike of post")


@dataclass(frozen=True)
class Happening:
    """One kind of event at the synapses of a projection.

    Args:
        side: whose neurons spike.
        transmission: statements on the input.
        statements: on the synapse.
        changed: names of the attributes that it changes, those of event-driven equations included.
    """

    side: Side
    transmission: tuple[Assignment, ...]
    statements: tuple[Assignment, ...]
    changed: tuple[str, ...]

    @property
    def happens(self) -> bool:
        """Whether it does anything."""
        return bool(self.transmission or self.statements)

    @property
    def adds_weight(self) -> bool:
        """Whether all that it does to the input is `g_target += w`."""
        if len(self.transmission) != 1:
            return False
        (only,) = self.transmission
        return only.operator == "+=" and only.expression == Name(WEIGHT) and not only.unless_post


def arrival(model: SynapseEquations) -> Happening:
    """Return what happens when a spike arrives."""
    return Happening(Side.PRE, model.transmission, model.on_pre, model.changed_by_pre)


def axonal_arrival(model: SynapseEquations) -> Happening:
    """Return what happens when an axonal spike arrives."""
    if model.axon_is_pre:
        return arrival(model)
    return Happening(Side.PRE, model.axon_transmission, (), ())


def post_spike(model: SynapseEquations) -> Happening:
    """Return what happens when a post-synaptic neuron spikes."""
    return Happening(Side.POST, (), model.on_post, model.changed_by_post)


def key_of(node: Remote | Reduction) -> str:
    """Return the name under which a rule finds the value of a neuron, or a reduction."""
    if isinstance(node, Reduction):
        return f"{node.operation}({node.owner}.{node.name})"
    return f"{node.owner}.{node.name}" if not node.called else f"{node.owner}.sum({node.target})"


def build_rule(plan: ProjectionPlan, happening: Happening, dt: float, dtype, only_delay: bool = False) -> Rule:
    """Return the rule of an event.

    Args:
        plan: the projection.
        happening: the event.
        dt: step, ms.
        dtype: of floating-point values.
        only_delay: whether it reaches only the synapses whose `delay` is the value `arriving`.
    """
    model, adds = plan.model, adds_up(plan.model)
    driven = [e for e in model.event_driven if e.name in happening.changed]

    def apply(values: Mapping[str, Any]) -> Outcome:
        scope = _scope(model, values, dt)
        reached = values["delay"] == values["arriving"] if only_delay else None
        if driven:
            since = values["step"] - (1 if happening.side is Side.PRE else 0)
            elapsed = (since - values[LAST]).astype(dtype) * dt
            for equation in driven:
                scope.values[equation.name] = within_bounds(equation, decayed(equation, scope, elapsed), scope)
        gain, target = _transmitted(happening.transmission, scope, values, adds, reached)
        for statement in happening.statements:
            run_event(statement, scope, _allowed(statement, values))
        changes = {name: scope.values[name] for name in happening.changed}
        if driven:
            changes[LAST] = values["step"]
        if reached is not None:
            changes = {name: jnp.where(reached, x, values[name]) for name, x in changes.items()}
        return Outcome(changes, gain, target)

    return Rule(apply, adds, adds_weight=adds and not only_delay and happening.adds_weight)


def _scope(model: SynapseEquations, values: Mapping[str, Any], dt: float) -> Scope:
    """Return what names mean at some synapses."""
    names = (*model.names, "t", *WORDS, G_TARGET)
    here = {name: values[name] for name in names if name in values} | {"dt": dt}
    constants = {name[len("constant ") :]: x for name, x in values.items() if name.startswith("constant ")}
    expressions = (*model.at_arrival(), *model.at_post_spike())
    remote = {node: values[key_of(node)] for node in remotes(expressions) if key_of(node) in values}
    found = {node: values[key_of(node)] for node in reductions(expressions) if key_of(node) in values}
    return Scope(here, reductions=found, constants=constants, remote=remote)


def _allowed(statement: Assignment, values: Mapping[str, Any]) -> Array | None:
    """Return where a statement is executed, None for everywhere."""
    allowed = None
    if statement.name == WEIGHT:
        allowed = values[MAY_CHANGE_W]
    if statement.unless_post:
        apart = values["last spike of pre"] != values["last spike of post"]
        allowed = apart if allowed is None else allowed & apart
    return allowed


def _transmitted(
    statements: tuple[Assignment, ...], scope: Scope, values: Mapping[str, Any], adds: bool, reached: Array | None
) -> tuple[Array | None, Array | None]:
    """Return what is added to the input, or its new value."""
    if not statements:
        return None, None
    if adds:
        gain = jnp.asarray(sum(_gain(s, scope, values) for s in statements))
        return gain if reached is None else jnp.where(reached, gain, 0.0), None
    old = values[G_TARGET]
    for statement in statements:
        run_event(statement, scope, _allowed(statement, values))
    new = scope.values[G_TARGET]
    return None, new if reached is None else jnp.where(reached, new, old)


def _gain(statement: Assignment, scope: Scope, values: Mapping[str, Any]) -> Any:
    value = evaluate(statement.expression, scope)
    value = -value if statement.operator == "-=" else value
    allowed = _allowed(statement, values)
    return value if allowed is None else jnp.where(allowed, value, 0.0)


def build_operands(
    plan: ProjectionPlan, happening: Happening, dt: float, dtype
) -> Callable[[NetworkParams, NetworkState], tuple[Operands, dict[str, Array]]]:
    """Return `operands(params, state) -> (operands, changed)`: everything that the rule of an event reads.

    `pre.x` has no delay in events, as in ANNarchy.
    """
    model, own_side = plan.model, happening.side
    expressions = tuple(_expressions(model, happening))
    names = dict.fromkeys(node.name for e in expressions for node in walk(e) if isinstance(node, Name))
    guarded = any(s.unless_post for s in (*happening.transmission, *happening.statements))
    words = [w for w in WORDS if w in names or (guarded and w.startswith("last"))]
    driven = any(e.name in happening.changed for e in model.event_driven)

    def operands(params: NetworkParams, state: NetworkState) -> tuple[Operands, dict[str, Array]]:
        sorter = _Sorter(plan, own_side, {}, {}, {}, {})
        sorter.shared.update({f"constant {name}": x for name, x in params.constants.items() if name in names})
        sorter.shared.update({"step": state.step, "t": state.step.astype(dtype) * dt})
        sorter.shared[MAY_CHANGE_W] = state.constants.switches[plan.name].plasticity
        for name in names:
            if name in model.names and name not in happening.changed:
                sorter.attribute(name, synapse_value(plan, name, params, state))
        clock = last_spikes(plan, state, dt, dtype)
        for word in words:
            sorter.neuron(Side.PRE if word.endswith("pre") else Side.POST, word, clock[word])
        for node, value in remote_values(plan, remotes(expressions), params, state, None, dtype).items():
            sorter.neuron(Side(node.owner), key_of(node), value)
        found = reduced_values(plan, reductions(expressions), state)
        sorter.shared.update({key_of(node): value for node, value in found.items()})
        changed = {name: state.projections[plan.name][name] for name in happening.changed}
        if driven:
            changed[LAST] = state.last_events[plan.name]
        own, across = sorter.own, sorter.across
        return Operands(storage_of(plan, state), sorter.places, own, across, sorter.shared), changed

    return operands


@dataclass(frozen=True)
class _Sorter:
    """Sorts values by what they belong to: the synapse, the neuron that spikes, the one across, all."""

    plan: ProjectionPlan
    side: Side
    places: dict[str, Array]
    own: dict[str, Array]
    across: dict[str, Array]
    shared: dict[str, Array]

    def attribute(self, name: str, value: Array) -> None:
        if value.ndim == 0:
            self.shared[name] = value
        elif self.plan.model.attribute(name).locality is Locality.POSTSYNAPTIC:
            self.neuron(Side.POST, name, self.plan.form.ends.post.spread(value))
        else:
            self.places[name] = value

    def neuron(self, side: Side, name: str, value: Array) -> None:
        if value.ndim == 0:
            self.shared[name] = value
        else:
            (self.own if side is self.side else self.across)[name] = value


def _expressions(model: SynapseEquations, happening: Happening) -> Iterable[Expression]:
    for statement in (*happening.transmission, *happening.statements):
        yield from (e for e in (statement.expression, statement.low, statement.high) if e is not None)
    for equation in model.event_driven:
        if equation.name in happening.changed:
            yield from (e for e in (equation.left, equation.right, equation.low, equation.high) if e is not None)
