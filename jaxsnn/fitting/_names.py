"""Public names of the leaves of a pytree of parameters, and their selection by pattern."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ..errors import ArgumentError
from ..network import matching

Leaves = dict[str, Any]


def leaf_name(path: tuple) -> str:
    """Return the public name of a leaf: what the user named, joined by dots.

    Fields of jaxsnn's own records are left out, so `params.populations["P"]["noise"]` is `P.noise`.
    """
    keys = (next(getattr(k, kind) for kind in ("key", "idx", "name") if hasattr(k, kind)) for k in path if not _ours(k))
    return ".".join(str(k) for k in keys)


def _ours(key: Any) -> bool:
    return getattr(key, "name", None) in ("populations", "projections", "constants")


def named_leaves(params: Any) -> Leaves:
    """Return all leaves by name.

    Example:
        >>> sorted(named_leaves({"gain": 1.0, "layer": {"w": 2.0}}))
        ['gain', 'layer.w']
    """
    leaves = jax.tree_util.tree_flatten_with_path(params)[0]
    return {leaf_name(path): leaf for path, leaf in leaves}


def select(params: Any, trainable: Sequence[str] | str | None) -> Leaves:
    """Return the leaves whose names match one of the patterns; None takes all of floating-point type.

    Args:
        params: pytree.
        trainable: names or shell patterns, such as `exc.w`, `P.*`.

    Raises:
        UnknownNameError: a pattern matches nothing.
        ArgumentError: a pattern matches an integer or boolean, or two leaves share a name.
    """
    leaves = unique_leaves(params)
    if trainable is None:
        return {name: x for name, x in leaves.items() if is_float(x)}
    patterns = [trainable] if isinstance(trainable, str) else trainable
    chosen = {name for pattern in patterns for name in matching(pattern, leaves, "trainable")}
    if not_float := [name for name in leaves if name in chosen and not is_float(leaves[name])]:
        raise ArgumentError(f"`trainable`: `{not_float[0]}` is not a floating-point parameter")
    return {name: x for name, x in leaves.items() if name in chosen}


def unique_leaves(params: Any) -> Leaves:
    """Return all leaves by name.

    Raises:
        ArgumentError: two leaves share a name.
    """
    leaves = named_leaves(params)
    if len(leaves) != len(jax.tree.leaves(params)):
        raise ArgumentError("two leaves of these parameters have the same name: rename one of them")
    return leaves


def is_float(x: Any) -> bool:
    """Tell whether a leaf is of floating-point type."""
    return jnp.issubdtype(jnp.result_type(x), jnp.floating)


def replaced(params: Any, leaves: Leaves) -> Any:
    """Return the pytree with some leaves replaced, by name."""

    def choose(path: tuple, leaf: Any) -> Any:
        return leaves.get(leaf_name(path), leaf)

    return jax.tree_util.tree_map_with_path(choose, params)
