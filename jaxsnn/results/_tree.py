"""Results as arrays by name, as a folder can hold them."""

from typing import Any

from ..network import named_leaves

SINGLE = "value"  # the name of results that are one array


def array_names(tree: Any) -> dict[str, Any]:
    """Return the leaves of a tree by name, `cells.spike`, without slashes; those of one array are called `value`.

    Example:
        >>> sorted(array_names({"cells": {"v": 1.0, "spike": 2.0}})), array_names(3.0)
        (['cells.spike', 'cells.v'], {'value': 3.0})
    """
    return {name.replace("/", "_") or SINGLE: leaf for name, leaf in named_leaves(tree).items()}
