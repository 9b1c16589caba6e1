"""The values with which a projection begins: who is connected to whom, weights, delays, attributes of the synapses."""

from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array

from ..connectivity import DELAY, WEIGHT, Dense, Edges, Storage
from ..distributions import Distribution
from ..equations import Attribute, Locality, Scope, evaluate
from ..network import Kind
from ..rng import fold_name
from ._initial import storage as dtype_of
from ._links import Link
from ._state import Given, Switches

NEVER = -10_000  # step of the "last" event at a synapse that has seen none, as in ANNarchy


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


def begun(link: Link, given: Given, named: dict[str, Array], stream: Array, dt: float, dtype) -> Begun:
    """Return a projection at its beginning.

    Args:
        link: the projection.
        given: values by path that are not drawn.
        named: constants of the network.
        stream: key of the network.
        dt: step, ms.
        dtype: of floating-point values.
    """
    name = link.name
    if not link.spec.kind.has_synapses:
        return _without_synapses(link, given, dt, dtype)
    form = link.form
    edges = _edges(link, given, fold_name(stream, f"projection {name}"), dtype)
    storage, drawn = form.build(edges)
    storage = given.get(("connectivity", name, ""), storage)
    if link.model.is_structural:
        storage = Dense(jnp.ones(form.shape, bool)) if storage.exists is None else storage
    mine = {path[2]: x for path, x in given.items() if path[:2] == ("projections", name)}
    values = _attributes(link, storage, drawn, mine, named, dtype)
    params, constants, variables = _sorted_out(link, values, dtype)
    places = form.places(storage)
    delays = _delays(link, storage, mine.get(DELAY), drawn[DELAY], dt, dtype)
    kept = params if link.is_fractional else variables if link.delays_change else constants
    kept[DELAY] = jnp.broadcast_to(delays, places) if link.has_own_delays else delays
    driven, ring = bool(link.model.event_driven), link.longest * link.post.size
    return Begun(
        params=params,
        constants=constants,
        variables=variables,
        storage=storage,
        last_events=jnp.full(places, NEVER, jnp.int32) if driven else None,
        pending=jnp.zeros(ring, dtype) if link.is_pending else None,
        decoded=_silence(link, dt, dtype) if link.spec.kind is Kind.DECODING else None,
    )


def _silence(link: Link, dt: float, dtype) -> Array:
    return jnp.zeros((max(1, round(link.spec.window / dt)), link.post.size), dtype)


def _without_synapses(link: Link, given: Given, dt: float, dtype) -> Begun:
    """Return a projection that shares weights, has none, or uses those of another one."""
    name, params = link.name, {}
    if link.spec.kind is Kind.CONVOLUTION:
        filters = given.get(("projections", name, WEIGHT), given["connector", name, WEIGHT])
        params = {WEIGHT: jnp.asarray(filters).astype(dtype)}
    ring = link.longest * link.post.size
    constants = {} if link.source else {DELAY: _in_steps(jnp.asarray(link.spec.connector.delays), link, dt)}
    return Begun(params, constants, {}, None, pending=jnp.zeros(ring, dtype) if link.is_pending else None)


def _edges(link: Link, given: Given, key: Array, dtype) -> Edges:
    """Return the edges, with everything that is drawn for each synapse."""
    connector = link.spec.connector
    arrays = {path[2]: x for path, x in given.items() if path[:2] == ("connector", link.name)}
    edges = connector.edges(key, link.spec.ends, arrays, dtype)  # type: ignore[union-attr]
    local = {a.name for a in link.model.attributes if a.locality is Locality.LOCAL}
    values = {n: x for n, x in link.spec.values.items() if n in local and isinstance(x, Distribution)}
    return edges.drawn(key, values, link.spec.ends.shape, dtype)


def _delays(link: Link, storage: Storage, given: Array | None, drawn: Array, dt: float, dtype) -> Array:
    """Return the delays: steps, or ms where they are parameters."""
    if not link.is_fractional:
        return _in_steps(drawn, link, dt) if given is None else jnp.asarray(given)
    delays = jnp.asarray(drawn if given is None else given).astype(dtype)
    is_matrix = delays.ndim == 2 and given is not None and delays.shape == link.spec.ends.shape
    return link.form.from_matrix(storage, delays) if is_matrix else delays


def _in_steps(delays: Array, link: Link, dt: float) -> Array:
    return jnp.clip(jnp.round(delays / dt), 1, link.longest).astype(jnp.int32)


def _with_defaults(link: Link, storage: Storage, values: dict[str, Array], own: Scope) -> None:
    """Give places without a synapse, where one may be created, the values that the model declares."""
    exists = link.form.exists(storage)
    for a in link.model.attributes:
        if a.is_parameter and values[a.name].ndim == 2 and exists is not None:
            values[a.name] = jnp.where(exists, values[a.name], evaluate(a.init, own)).astype(values[a.name].dtype)


def _attributes(
    link: Link, storage: Storage, drawn: dict[str, Array], given: dict[str, Array], named: dict[str, Array], dtype
) -> dict[str, Array]:
    """Return the initial value of every attribute, parameters first: variables may begin with what they say."""
    values: dict[str, Array] = {}
    own = Scope({}, constants=named)
    for attribute in sorted(link.model.attributes, key=lambda a: not a.is_parameter):
        own = Scope({**values, "w": drawn[WEIGHT]}, constants=named)
        value = _initial(attribute, link, storage, drawn, given, own, dtype)
        shape = _shape(attribute, link, storage)
        cast = value.astype(dtype_of(attribute, dtype))
        stays = attribute.is_parameter and value.ndim == 0 and not _is_whole(attribute, link)
        values[attribute.name] = cast if stays else jnp.broadcast_to(cast, shape)
    if link.model.creating is not None:
        _with_defaults(link, storage, values, own)
    return values


def _is_whole(attribute: Attribute, link: Link) -> bool:
    """Tell whether an attribute has a value at every place from the beginning: weights of the dense form."""
    return attribute.name == WEIGHT and link.form.name == "dense"


def _shape(attribute: Attribute, link: Link, storage: Storage) -> tuple[int, ...]:
    match attribute.locality:
        case Locality.LOCAL:
            return link.form.places(storage)
        case Locality.POSTSYNAPTIC:
            return (link.form.ends.post.size,)
    return ()


def _initial(
    attribute: Attribute,
    link: Link,
    storage: Storage,
    drawn: dict[str, Array],
    given: dict[str, Array],
    own: Scope,
    dtype,
) -> Array:
    name = attribute.name
    if name in given:
        return _fitted(jnp.asarray(given[name]), attribute, link, storage)
    declared = link.spec.values.get(name)
    if name in drawn and (declared is None or isinstance(declared, Distribution)):
        return drawn[name]
    if declared is None:
        return jnp.asarray(evaluate(attribute.init, own))
    return _fitted(jnp.asarray(declared), attribute, link, storage)


def _fitted(value: Array, attribute: Attribute, link: Link, storage: Storage) -> Array:
    """Return a value in the shape in which it is stored: matrices (pre.size, post.size) at the places."""
    form, places = link.form, link.form.places(storage)
    if attribute.locality is not Locality.LOCAL:
        return value
    if value.shape == link.spec.ends.shape and (form.name == "dense" or value.shape != places):
        value = form.from_matrix(storage, value)
    exists = form.exists(storage)
    return jnp.where(exists, value, 0) if _is_whole(attribute, link) and exists is not None else value


def _sorted_out(link: Link, values: dict[str, Array], dtype) -> tuple[dict, dict, dict]:
    """Return (floating-point parameters, other parameters, variables)."""
    params, constants, variables = {}, {}, {}
    for a in link.model.attributes:
        is_float = jnp.issubdtype(values[a.name].dtype, jnp.floating)
        place = variables if not a.is_parameter else params if is_float else constants
        place[a.name] = values[a.name]
    return params, constants, variables


def all_on() -> Switches:
    """Return the switches of a projection in which all but structural rules takes place at every step."""
    yes, zero = jnp.ones((), bool), jnp.zeros((), jnp.int32)
    return Switches(yes, yes, yes, yes, jnp.ones((), jnp.int32), *(zero,) * 5)
