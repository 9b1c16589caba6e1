"""Public names of the leaves of a pytree of parameters, and their selection by pattern."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

import jax
import jax.numpy as jnp

from ..errors import ArgumentError, UnknownNameError, did_you_mean

Leaves = dict[str, Any]


def leaf_name(path: tuple) -> str:
    """Return the public name of a leaf: what the user named, joined by dots.

    Fields of jaxsnn's own records are left out, so `params.populations["P"]["noise"]` is `P.noise`.
    """
    keys = [k.key if hasattr(k, "key") else k.idx for k in path if hasattr(k, "key") or hasattr(k, "idx")]
    return ".".join(str(k) for k in keys)


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
    trainable = [trainable] if isinstance(trainable, str) else trainable
    leaves = named_leaves(params)
    if len(leaves) != len(jax.tree.leaves(params)):
        raise ArgumentError("two leaves of these parameters have the same name: rename one of them")
    if trainable is None:
        return {name: x for name, x in leaves.items() if _is_float(x)}
    for pattern in trainable:
        matching = [name for name in leaves if fnmatchcase(name, pattern)]
        if not matching:
            raise UnknownNameError(f"`trainable`: no parameter matches `{pattern}`.{did_you_mean(pattern, leaves)}")
        if not_float := [name for name in matching if not _is_float(leaves[name])]:
            raise ArgumentError(f"`trainable`: `{not_float[0]}` is not a floating-point parameter")
    return {name: x for name, x in leaves.items() if any(fnmatchcase(name, p) for p in trainable)}


def _is_float(x: Any) -> bool:
    return jnp.issubdtype(jnp.result_type(x), jnp.floating)


def replaced(params: Any, leaves: Leaves) -> Any:
    """Return the pytree with some leaves replaced, by name."""

    def choose(path: tuple, leaf: Any) -> Any:
        return leaves.get(leaf_name(path), leaf)

    return jax.tree_util.tree_map_with_path(choose, params)
