"""Parameters and state as text: names, types and shapes, no values."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

OWNERS = 12  # per field, so that a network of any size stays readable


def pytree_text(tree: Any) -> str:
    """Return one line per field of a dataclass that holds something.

    Args:
        tree: a dataclass of arrays, of mappings of arrays by owner, or of mappings by owner and name. Whatever a
            transformation of JAX has put in their place is shown by its type.
    """
    lines = [f"  {f.name}: {_text(value)}" for f in fields(tree) if not _is_empty(value := getattr(tree, f.name))]
    return "\n".join([type(tree).__name__, *lines])


def _is_empty(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_is_empty(x) for x in value.values())


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        shown = [f"{name} {_text(x)}" for name, x in list(value.items())[:OWNERS] if not _is_empty(x)]
        more = [f"and {len(value) - OWNERS} more"] if len(value) > OWNERS else []
        return f"{{{', '.join(shown + more)}}}"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{value.dtype}{list(value.shape)}"
    return type(value).__name__
