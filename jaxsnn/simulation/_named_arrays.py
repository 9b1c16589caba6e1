"""Parameters and state as a dictionary of arrays: for programs that do not know our dataclasses."""

from collections.abc import Mapping
from typing import Any, TypeVar

import jax
from jax import Array

Arrays = Mapping[str, Any]
Tree = TypeVar("Tree")

ATTRIBUTES = ("populations", "projections")


def names_of(tree: Any) -> tuple[str, ...]:
    """Return a name for each array of parameters or of a state, in the order of its leaves.

    Attributes have their public name, `P.v`, `exc.w`, and `tau` for a constant of the network; other arrays have their
    path, `spikes/P/words`, `key`.
    """
    return tuple(_name(path) for path, _ in jax.tree.leaves_with_path(tree))


def named(tree: Any) -> dict[str, Array]:
    """Return the arrays of parameters or of a state by name."""
    return dict(zip(names_of(tree), jax.tree.leaves(tree), strict=True))


def rebuilt(like: Tree, arrays: Arrays) -> Tree:
    """Return a tree of the structure of another one, with these arrays.

    Args:
        like: parameters or a state, of arrays or shapes.
        arrays: by name, each name of `like` and no other.
    """
    return jax.tree.unflatten(jax.tree.structure(like), [arrays[name] for name in names_of(like)])


def _name(path: tuple) -> str:
    parts = [jax.tree_util.keystr((key,), simple=True) for key in path]
    if parts[0] == "constants" and len(parts) == 2:
        return parts[1]  # of the network, in its parameters
    own = parts[1:] if parts[0] == "constants" else parts
    return ".".join(own[1:]) if own[0] in ATTRIBUTES and len(own) == 3 else "/".join(parts)
