"""Results as arrays by name: what a measure returns, and back."""

from typing import Any

import jax

SINGLE = "value"  # the name of results that are one array


def array_names(tree: Any) -> dict[str, Any]:
    """Return the leaves of a tree by name, `cells.spike`; those of one array are called `value`.

    Example:
        >>> sorted(array_names({"cells": {"v": 1.0, "spike": 2.0}})), array_names(3.0)
        (['cells.spike', 'cells.v'], {'value': 3.0})
    """
    leaves = jax.tree_util.tree_leaves_with_path(tree)
    return {".".join(_key(k) for k in keys) or SINGLE: leaf for keys, leaf in leaves}


def _key(key: Any) -> str:
    for attribute in ("key", "name", "idx"):
        if hasattr(key, attribute):
            return str(getattr(key, attribute)).replace("/", "_")
    return str(key)
