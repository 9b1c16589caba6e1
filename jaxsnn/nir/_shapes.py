"""The shape of what each node of a graph gives."""

from typing import Any

import numpy as np

from ..errors import ShapeError, UnsupportedError
from ._flat_graph import ELEMENTWISE, FlatGraph, Shape, kind_of
from ._windows import whole, windows_of


def shapes_of(flat: FlatGraph) -> dict[str, Shape]:
    """Return the shape of what each node gives, in NIR's order of axes.

    Raises:
        UnsupportedError: a node whose shape nothing tells.
    """
    shapes: dict[str, Shape] = {}
    while missing := [name for name in flat.nodes if name not in shapes]:
        found = _found(flat, missing, shapes, False) or _found(flat, missing, shapes, True)
        if not found:
            raise UnsupportedError(
                f"nothing tells the shape of node `{missing[0]}`: its parameters are single numbers, or its "
                "`input_shape` is None, and no node before it has a shape. Give its parameters an axis"
            )
        shapes |= found
    return shapes


def _found(flat: FlatGraph, missing: list[str], shapes: dict[str, Shape], own: bool) -> dict[str, Shape]:
    """Return the shapes that can be told now; by the `input_shape` of convolutions only if nothing else helps."""
    found = {}
    for name in missing:
        node = flat.nodes[name]
        given = next((shapes[a] for a in flat.before(name) if a in shapes), None)
        if given is None and kind_of(node).startswith("Conv") and own and node.input_shape is not None:
            given = (int(np.shape(node.weight)[1]), *whole(node.input_shape))
        shape = _output_shape(name, node, given)
        if shape is not None:
            found[name] = shape
    return found


def _output_shape(name: str, node: Any, given: Shape | None) -> Shape | None:
    """Return the shape of what a node gives, None where it cannot be told yet.

    Args:
        name, node: the node.
        given: the shape of what feeds it, None where that is not known.

    Raises:
        ShapeError: windows that do not fit, or weights with other than two axes.
    """
    kind = kind_of(node)
    if kind == "Input":
        return _as_shape(name, node.input_type["input"])
    if kind in ELEMENTWISE:
        own = np.shape(_first_parameter(node))
        return given if own in ((), (1,)) and given is not None else own or given
    if kind in ("Affine", "Linear"):
        if np.ndim(node.weight) != 2:
            raise ShapeError(
                f"node `{name}`: the weight of {kind} has the shape {np.shape(node.weight)}; (outputs, inputs) is "
                "expected: weights for further axes are nodes of their own"
            )
        return (int(np.shape(node.weight)[0]),)
    if given is None:
        return None
    channels = given[0] if kind.endswith("Pool2d") else int(np.shape(node.weight)[0])
    return (channels, *windows_of(name, node, given).positions)


def _first_parameter(node: Any) -> Any:
    names = ("v_threshold", "v_leak", "r", "threshold", "scale", "delay")
    return next(getattr(node, n) for n in names if hasattr(node, n))


def _as_shape(name: str, given: Any) -> Shape:
    if given is None:
        raise ShapeError(f"node `{name}`: the type of the input is not given; its shape is needed")
    return tuple(int(n) for n in np.ravel(given))
