"""Which parameters of a pytree are trained: those that a pattern names, of floating-point type."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from .. import arguments
from ..arguments import as_number
from ..errors import ArgumentError
from ..network import match_names, named_leaves

Leaves = dict[str, Any]  # by public name


def select_trainable(params: Any, trainable: Sequence[str] | str | None) -> Leaves:
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
    patterns = arguments.names(trainable, "trainable")
    chosen = {name for pattern in patterns for name in match_names(pattern, leaves, "trainable")}
    if not_float := [name for name in leaves if name in chosen and not is_float(leaves[name])]:
        raise ArgumentError(f"`trainable`: `{not_float[0]}` is not a floating-point parameter")
    return {name: x for name, x in leaves.items() if name in chosen}


def unique_leaves(params: Any) -> Leaves:
    """Return all leaves by name.

    Raises:
        ArgumentError: two leaves share a name.
    """
    leaves = named_leaves(params)
    for name, leaf in leaves.items():
        if isinstance(leaf, str | bytes) or (not hasattr(leaf, "dtype") and as_number(leaf) is None):
            raise ArgumentError(f"`params`: `{name or 'it'}` is a number or an array of numbers, not {leaf!r}")
    if len(leaves) != len(jax.tree.leaves(params)):
        raise ArgumentError("two leaves of these parameters have the same name: rename one of them")
    return leaves


def is_float(x: Any) -> bool:
    """Tell whether a leaf is of floating-point type."""
    return jnp.issubdtype(jnp.result_type(x), jnp.floating)
