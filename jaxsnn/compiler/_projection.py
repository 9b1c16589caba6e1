"""The values with which a projection begins: who is connected to whom, weights, delays, attributes of the synapses."""

from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array

from ..connectivity import DELAY, WEIGHT, Edges, Storage
from ..distributions import Distribution
from ..equations import Attribute, Locality, Scope, evaluate
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
        exists: which pairs are synapses, None where that does not change.
    """

    params: dict[str, Array]
    constants: dict[str, Array]
    variables: dict[str, Array]
    storage: Storage
    last_events: Array | None
    pending: Array | None
    exists: Array | None


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
    name, form = link.name, link.form
    edges = _edges(link, given, fold_name(stream, f"projection {name}"), dtype)
    storage, drawn = form.build(edges)
    storage = given.get(("connectivity", name, ""), storage)
    mine = {path[2]: x for path, x in given.items() if path[:2] == ("projections", name)}
    values = _attributes(link, storage, drawn, mine, named, dtype)
    params, constants, variables = _sorted_out(link, values, dtype)
    constants[DELAY] = jnp.asarray(mine[DELAY]) if DELAY in mine else _in_steps(drawn[DELAY], link, dt)
    places = form.places(storage)
    driven, ring = bool(link.model.event_driven), link.longest * link.post.size
    return Begun(
        params=params,
        constants=constants,
        variables=variables,
        storage=storage,
        last_events=jnp.full(places, NEVER, jnp.int32) if driven else None,
        pending=jnp.zeros(ring, dtype) if link.is_pending else None,
        exists=_all_pairs(link, storage) if link.model.is_structural else None,
    )


def _edges(link: Link, given: Given, key: Array, dtype) -> Edges:
    """Return the edges, with everything that is drawn for each synapse."""
    connector = link.spec.connector
    arrays = {path[2]: x for path, x in given.items() if path[:2] == ("connector", link.name)}
    edges = connector.edges(key, link.spec.ends, arrays, dtype)
    local = {a.name for a in link.model.attributes if a.locality is Locality.LOCAL}
    values = {n: x for n, x in link.spec.values.items() if n in local and isinstance(x, Distribution)}
    return edges.drawn(key, values, link.spec.ends.shape, dtype)


def _in_steps(delays: Array, link: Link, dt: float) -> Array:
    return jnp.clip(jnp.floor(delays / dt + 0.5), 1, link.longest).astype(jnp.int32)


def _all_pairs(link: Link, storage: Storage) -> Array:
    exists = link.form.exists(storage)
    return jnp.ones(link.form.places(storage), bool) if exists is None else exists


def _attributes(
    link: Link, storage: Storage, drawn: dict[str, Array], given: dict[str, Array], named: dict[str, Array], dtype
) -> dict[str, Array]:
    """Return the initial value of every attribute, parameters first: variables may begin with what they say."""
    values: dict[str, Array] = {}
    for attribute in sorted(link.model.attributes, key=lambda a: not a.is_parameter):
        own = Scope({**values, "w": drawn[WEIGHT]}, constants=named)
        value = _initial(attribute, link, storage, drawn, given, own, dtype)
        shape = _shape(attribute, link, storage)
        cast = value.astype(dtype_of(attribute, dtype))
        stays = attribute.is_parameter and value.ndim == 0 and not _is_whole(attribute, link)
        values[attribute.name] = cast if stays else jnp.broadcast_to(cast, shape)
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
    attribute: Attribute, link: Link, storage: Storage, drawn: dict[str, Array], given: dict[str, Array], own: Scope, dtype
) -> Array:
    name, form = attribute.name, link.form
    if name in given:
        return _fitted(jnp.asarray(given[name]), attribute, link, storage)
    if name in drawn:
        return drawn[name]
    declared = link.spec.values.get(name)
    if declared is None:
        return jnp.asarray(evaluate(attribute.init, own))
    return _fitted(jnp.asarray(declared), attribute, link, storage)


def _fitted(value: Array, attribute: Attribute, link: Link, storage: Storage) -> Array:
    """Return a value in the shape in which it is stored: matrices (pre.size, post.size) at the places."""
    form, places = link.form, link.form.places(storage)
    if attribute.locality is not Locality.LOCAL:
        return value
    if value.shape == link.spec.ends.shape and (form.name == "dense" or value.shape != places):
        return form.from_matrix(storage, value)
    exists = form.exists(storage)
    if value.ndim == 0 and _is_whole(attribute, link) and exists is not None:
        return jnp.where(exists, value, 0)
    return value


def _sorted_out(link: Link, values: dict[str, Array], dtype) -> tuple[dict, dict, dict]:
    """Return (floating-point parameters, other parameters, variables)."""
    params, constants, variables = {}, {}, {}
    for a in link.model.attributes:
        is_float = jnp.issubdtype(values[a.name].dtype, jnp.floating)
        place = variables if not a.is_parameter else params if is_float else constants
        place[a.name] = values[a.name]
    return params, constants, variables


def all_on() -> Switches:
    """Return the switches of a projection in which everything takes place at every step."""
    yes = jnp.ones((), bool)
    return Switches(yes, yes, yes, yes, jnp.ones((), jnp.int32), jnp.zeros((), jnp.int32))
