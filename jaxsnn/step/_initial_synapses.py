"""The values with which a projection begins: who is connected to whom, weights, delays, attributes of the synapses."""

from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array

from ..connectivity import DELAY, WEIGHT, Edges, Storage
from ..distributions import Distribution
from ..equations import Attribute, Locality, Scope, evaluate
from ..network import Kind
from ..plan import ProjectionPlan
from ..rng import fold_name
from ._initial_neurons import dtype_of
from ._state import LONG_AGO, Given, Switches


@dataclass(frozen=True)
class Begun:
    """A projection at its beginning.

    Args:
        params, constants, variables: attributes by name.
        storage: who is connected to whom.
        last_events: of event-driven equations, None without any.
        pending: the ring of inputs to come, None where nothing is on its way so long.
        decoded: the ring of what has arrived, None where nothing decodes it.
    """

    params: dict[str, Array]
    constants: dict[str, Array]
    variables: dict[str, Array]
    storage: Storage
    last_events: Array | None = None
    pending: Array | None = None
    decoded: Array | None = None


def begun(plan: ProjectionPlan, given: Given, named: dict[str, Array], stream: Array, dt: float, dtype) -> Begun:
    """Return a projection at its beginning.

    Args:
        plan: the projection.
        given: values by path that are not drawn.
        named: constants of the network.
        stream: key of the network.
        dt: step, ms.
        dtype: of floating-point values.
    """
    name = plan.name
    if not plan.spec.kind.has_synapses:
        return _without_synapses(plan, given, dt, dtype)
    form = plan.form
    edges = _edges(plan, given, fold_name(stream, f"projection {name}"), dtype)
    storage, drawn = form.build(edges)
    storage = given.get(("connectivity", name, ""), storage)
    if plan.model.is_structural:
        storage = form.with_exists(storage, jnp.ones(form.shape, bool)) if form.exists(storage) is None else storage
    mine = {path[2]: x for path, x in given.items() if path[:2] == ("projections", name)}
    values = _attributes(plan, storage, drawn, mine, named, dtype)
    params, constants, variables = _sorted_out(plan, values, dtype)
    places = form.places(storage)
    delays = _delays(plan, storage, mine.get(DELAY), drawn[DELAY], dt, dtype)
    kept = params if plan.is_fractional else variables if plan.delays_change else constants
    kept[DELAY] = jnp.broadcast_to(delays, places) if plan.has_own_delays else delays
    driven, ring = bool(plan.model.event_driven), plan.longest * plan.post.size
    return Begun(
        params=params,
        constants=constants,
        variables=variables,
        storage=storage,
        last_events=jnp.full(places, LONG_AGO, jnp.int32) if driven else None,
        pending=jnp.zeros(ring, dtype) if plan.is_pending else None,
        decoded=_silence(plan, dt, dtype) if plan.spec.kind is Kind.DECODING else None,
    )


def _silence(plan: ProjectionPlan, dt: float, dtype) -> Array:
    return jnp.zeros((max(1, round(plan.spec.window / dt)), plan.post.size), dtype)


def _without_synapses(plan: ProjectionPlan, given: Given, dt: float, dtype) -> Begun:
    """Return a projection that shares weights, has none, or uses those of another one."""
    name, params = plan.name, {}
    if plan.spec.kind is Kind.CONVOLUTION:
        filters = given.get(("projections", name, WEIGHT), given["connector", name, WEIGHT])
        params = {WEIGHT: jnp.asarray(filters).astype(dtype)}
    ring = plan.longest * plan.post.size
    constants = {} if plan.source else {DELAY: _in_steps(jnp.asarray(plan.spec.connector.delays), plan, dt)}
    return Begun(params, constants, {}, None, pending=jnp.zeros(ring, dtype) if plan.is_pending else None)


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
    if not plan.is_fractional:
        return _in_steps(drawn, plan, dt) if given is None else jnp.asarray(given)
    delays = jnp.asarray(drawn if given is None else given).astype(dtype)
    is_matrix = delays.ndim == 2 and given is not None and delays.shape == plan.spec.ends.shape
    return plan.form.from_matrix(storage, delays) if is_matrix else delays


def _in_steps(delays: Array, plan: ProjectionPlan, dt: float) -> Array:
    return jnp.clip(jnp.round(delays / dt), 1, plan.longest).astype(jnp.int32)


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


def _sorted_out(plan: ProjectionPlan, values: dict[str, Array], dtype) -> tuple[dict, dict, dict]:
    """Return (floating-point parameters, other parameters, variables)."""
    params, constants, variables = {}, {}, {}
    for a in plan.model.attributes:
        is_float = jnp.issubdtype(values[a.name].dtype, jnp.floating)
        place = variables if not a.is_parameter else params if is_float else constants
        place[a.name] = values[a.name]
    return params, constants, variables


def all_on() -> Switches:
    """Return the switches of a projection in which all but structural rules takes place at every step."""
    yes, zero = jnp.ones((), bool), jnp.zeros((), jnp.int32)
    return Switches(yes, yes, yes, yes, jnp.ones((), jnp.int32), *(zero,) * 5)
