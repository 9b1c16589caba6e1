"""The values with which a projection begins: who is connected to whom, weights, delays, attributes of the synapses."""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax import Array

from ..connectivity import DELAY, WEIGHT, Edges, Storage
from ..distributions import Distribution
from ..equations import Attribute, Locality, Scope, evaluate
from ..network import Kind
from ..plan import EventClock, ProjectionPlan
from ..rng import fold_name
from ._initial_values import by_role, dtype_of
from ._last_events import no_events
from ._population_mean import initial_baseline
from ._state import Switches
from ._state_fields import LONG_AGO
from ._state_paths import Given


@dataclass(frozen=True)
class InitialProjection:
    """A projection at its beginning.

    Args:
        params, constants: parameters by name.
        storage: who is connected to whom, None where it has no synapses of its own.
        state: its part of the state, by field.
    """

    params: dict[str, Array]
    constants: dict[str, Array]
    storage: Storage
    state: dict[str, Any]


def initial_projection(
    plan: ProjectionPlan, given: Given, named: dict[str, Array], stream: Array, dt: float, dtype
) -> InitialProjection:
    """Return a projection at its beginning.

    Args:
        plan: the projection.
        given: values by path that are not drawn.
        named: constants of the network.
        stream: key of the network.
        dt: step, ms.
        dtype: of floating-point values.
    """
    if not plan.spec.kind.has_synapses:
        return _without_synapses(plan, given, dt, dtype)
    name, form = plan.name, plan.form
    edges = _edges(plan, given, fold_name(stream, f"projection {name}"), dtype)
    storage, drawn = form.build(edges)
    storage = given.get(("connectivity", name, ""), storage)
    if plan.model.is_structural:
        storage = form.with_exists(storage, jnp.ones(form.shape, bool)) if form.exists(storage) is None else storage
    mine = {path[2]: x for path, x in given.items() if path[:2] == ("projections", name)}
    roles = by_role(plan.model.attributes, _attributes(plan, storage, drawn, mine, named, dtype))
    places = form.places(storage)
    delays = _delays(plan, storage, mine.get(DELAY), drawn[DELAY], dt, dtype)
    role = roles.variables if plan.delays_change else roles.constants
    role = roles.params if plan.delivery.is_fractional else role
    role[DELAY] = jnp.broadcast_to(delays, places) if plan.has_own_delays else delays
    state: dict[str, Any] = {"projections": roles.variables} | _nothing_on_its_way(plan, dt, dtype)
    if plan.event_clock is EventClock.OF_NEURONS:
        state["last_events"] = no_events(plan.pre.size, plan.post.size)
    elif plan.event_clock is EventClock.OF_SYNAPSES:
        state["last_events"] = jnp.full(places, LONG_AGO, jnp.int32)
    return InitialProjection(roles.params, roles.constants, storage, state)


def _without_synapses(plan: ProjectionPlan, given: Given, dt: float, dtype) -> InitialProjection:
    """Return a projection that shares weights, has none, or uses those of another one."""
    name = plan.name
    params = {
        a: jnp.asarray(given.get(("projections", name, a), given["connector", name, a])).astype(dtype)
        for a in plan.spec.attributes
    }
    constants = {} if plan.source else {DELAY: _in_steps(jnp.asarray(plan.spec.connector.delays), plan, dt)}
    return InitialProjection(params, constants, None, {"projections": {}} | _nothing_on_its_way(plan, dt, dtype))


def _nothing_on_its_way(plan: ProjectionPlan, dt: float, dtype) -> dict[str, Array]:
    """Return what a projection keeps of spikes that wait, or have arrived, where there are none yet."""
    empty: dict[str, Array] = {}
    if plan.steps_ahead:
        empty["pending"] = jnp.zeros(plan.steps_ahead * plan.post.size, dtype)
    empty |= initial_baseline(plan, dtype)
    if plan.spec.kind is Kind.DECODING:
        empty["decoded"] = jnp.zeros((max(1, round(plan.spec.window / dt)), plan.post.size), dtype)
    return empty


def _edges(plan: ProjectionPlan, given: Given, key: Array, dtype) -> Edges:
    """Return the edges, with everything that is drawn for each synapse."""
    connector = plan.spec.connector
    arrays = {path[2]: x for path, x in given.items() if path[:2] == ("connector", plan.name)}
    edges = connector.edges(key, plan.spec.ends, arrays, dtype)  # type: ignore[union-attr]
    local = {a.name for a in plan.model.attributes if a.locality is Locality.LOCAL}
    values = {n: x for n, x in plan.spec.values.items() if n in local and isinstance(x, Distribution)}
    return edges.drawn(key, values, plan.spec.ends.shape, dtype)


def _delays(plan: ProjectionPlan, storage: Storage, given: Array | None, drawn: Array, dt: float, dtype) -> Array:
    """Return the delays: steps, or ms where they are parameters."""
    if not plan.delivery.is_fractional:
        return _in_steps(drawn, plan, dt) if given is None else jnp.asarray(given).astype(plan.delay_dtype)
    delays = jnp.asarray(drawn if given is None else given).astype(dtype)
    is_matrix = delays.ndim == 2 and given is not None and delays.shape == plan.spec.ends.shape
    return plan.form.from_matrix(storage, delays) if is_matrix else delays


def _in_steps(delays: Array, plan: ProjectionPlan, dt: float) -> Array:
    return jnp.clip(jnp.round(delays / dt), 1, plan.longest).astype(plan.delay_dtype)


def _with_defaults(plan: ProjectionPlan, storage: Storage, values: dict[str, Array], own: Scope) -> None:
    """Give places without a synapse, where one may be created, the values that the model declares."""
    exists = plan.form.exists(storage)
    for a in plan.model.attributes:
        if a.is_parameter and values[a.name].ndim == 2 and exists is not None:
            values[a.name] = jnp.where(exists, values[a.name], evaluate(a.init, own)).astype(values[a.name].dtype)


def _attributes(
    plan: ProjectionPlan,
    storage: Storage,
    drawn: dict[str, Array],
    given: dict[str, Array],
    named: dict[str, Array],
    dtype,
) -> dict[str, Array]:
    """Return the initial value of every attribute, parameters first: variables may begin with what they say."""
    values: dict[str, Array] = {}
    own = Scope({}, constants=named)
    for attribute in sorted(plan.model.attributes, key=lambda a: not a.is_parameter):
        own = Scope({**values, "w": drawn[WEIGHT]}, constants=named)
        value = _initial(attribute, plan, storage, drawn, given, own, dtype)
        shape = _shape(attribute, plan, storage)
        cast = value.astype(dtype_of(attribute, dtype))
        stays = attribute.is_parameter and value.ndim == 0 and not _is_whole(attribute, plan)
        values[attribute.name] = cast if stays else jnp.broadcast_to(cast, shape)
    if plan.model.creating is not None:
        _with_defaults(plan, storage, values, own)
    return values


def _is_whole(attribute: Attribute, plan: ProjectionPlan) -> bool:
    """Tell whether an attribute has a value at every place from the beginning: weights of the dense form."""
    return attribute.name == WEIGHT and plan.form.is_dense


def _shape(attribute: Attribute, plan: ProjectionPlan, storage: Storage) -> tuple[int, ...]:
    match attribute.locality:
        case Locality.LOCAL:
            return plan.form.places(storage)
        case Locality.POSTSYNAPTIC:
            return (plan.form.ends.post.size,)
    return ()


def _initial(
    attribute: Attribute,
    plan: ProjectionPlan,
    storage: Storage,
    drawn: dict[str, Array],
    given: dict[str, Array],
    own: Scope,
    dtype,
) -> Array:
    name = attribute.name
    if name in given:
        return _fitted(jnp.asarray(given[name]), attribute, plan, storage)
    declared = plan.spec.values.get(name)
    if name in drawn and (declared is None or isinstance(declared, Distribution)):
        return drawn[name]
    if declared is None:
        return jnp.asarray(evaluate(attribute.init, own))
    return _fitted(jnp.asarray(declared), attribute, plan, storage)


def _fitted(value: Array, attribute: Attribute, plan: ProjectionPlan, storage: Storage) -> Array:
    """Return a value in the shape in which it is stored: matrices (pre.size, post.size) at the places."""
    form, places = plan.form, plan.form.places(storage)
    if attribute.locality is not Locality.LOCAL:
        return value
    if value.shape == plan.spec.ends.shape and (form.is_dense or value.shape != places):
        value = form.from_matrix(storage, value)
    exists = form.exists(storage)
    return jnp.where(exists, value, 0) if _is_whole(attribute, plan) and exists is not None else value


def all_on() -> Switches:
    """Return the switches of a projection in which all but structural rules takes place at every step."""
    yes, zero = jnp.ones((), bool), jnp.zeros((), jnp.int32)
    return Switches(yes, yes, yes, yes, jnp.ones((), jnp.int32), *(zero,) * 5)
