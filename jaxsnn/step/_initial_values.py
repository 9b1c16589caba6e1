"""The values with which attributes of neurons begin: declared, drawn, or the model's own; and where each belongs."""

from collections.abc import Iterable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from ..distributions import Distribution
from ..equations import Attribute, Scope, ValueType, evaluate
from ..network import Patched, PopulationSpec
from ..rng import fold_name

FIXED_DTYPES = {ValueType.INT: jnp.dtype(jnp.int32), ValueType.BOOL: jnp.dtype(bool)}


def dtype_of(attribute: Attribute, dtype) -> jnp.dtype:
    """Return the dtype that holds an attribute."""
    return jnp.dtype(dtype) if attribute.type is ValueType.FLOAT else FIXED_DTYPES[attribute.type]


def initial_values(
    spec: PopulationSpec, given: dict[str, Array], constants: dict[str, Array], key: Array, dtype
) -> dict[str, Array]:
    """Return the initial value of every attribute.

    Args:
        spec: the population.
        given: values that are already arrays; the others are declared, or the model's own.
        constants: of the network.
        key: for what is drawn; each attribute has its own stream.
        dtype: of floating-point attributes.
    """
    values: dict[str, Array] = {}
    ordered = sorted(spec.neuron.analysed.attributes, key=lambda a: not a.is_parameter)
    for attribute in ordered:
        own = Scope(values, constants=constants)
        value = _initial(attribute, spec, given, own, fold_name(key, attribute.name), dtype)
        shape = () if attribute.shared else (spec.size,)
        stays_scalar = attribute.is_parameter and value.ndim == 0
        cast = value.astype(dtype_of(attribute, dtype))
        values[attribute.name] = cast if stays_scalar else jnp.broadcast_to(cast, shape)
    return values


def _initial(attribute: Attribute, spec: PopulationSpec, given, own: Scope, key: Array, dtype) -> Array:
    if attribute.name in given:
        return jnp.asarray(given[attribute.name])
    declared = spec.values.get(attribute.name)
    shape = () if attribute.shared else (spec.size,)
    return _resolve(declared, attribute, own, key, shape, dtype)


def _resolve(declared, attribute: Attribute, own: Scope, key: Array, shape: tuple[int, ...], dtype) -> Array:
    """Turn a declared value into an array: draw, patch, or evaluate the model's own."""
    if declared is None:
        return jnp.asarray(evaluate(attribute.init, own))
    if isinstance(declared, Distribution):
        return declared.sample(key, shape, dtype)
    if isinstance(declared, Patched):
        whole = jnp.broadcast_to(_resolve(declared.base, attribute, own, key, shape, dtype), shape).astype(dtype)
        for i, (ranks, value) in enumerate(declared.patches):
            part = _resolve(value, attribute, own, jax.random.fold_in(key, i), (ranks.size,), dtype)
            whole = whole.at[ranks.index].set(part.astype(dtype))
        return whole
    return jnp.asarray(declared)


def is_drawn(declared: object) -> bool:
    """Tell whether a declared value needs a key."""
    if isinstance(declared, Patched):
        return is_drawn(declared.base) or any(is_drawn(value) for _, value in declared.patches)
    return isinstance(declared, Distribution)


class Roles(NamedTuple):
    """Values of attributes by what a run does with them.

    Args:
        params: floating-point parameters, which have a derivative.
        constants: the other parameters.
        variables: what a step changes.
    """

    params: dict[str, Array]
    constants: dict[str, Array]
    variables: dict[str, Array]


def by_role(attributes: Iterable[Attribute], values: dict[str, Array]) -> Roles:
    """Return the values of all attributes, each where it belongs."""
    roles = Roles({}, {}, {})
    for a in attributes:
        is_float = jnp.issubdtype(values[a.name].dtype, jnp.floating)
        place = roles.variables if not a.is_parameter else roles.params if is_float else roles.constants
        place[a.name] = values[a.name]
    return roles
