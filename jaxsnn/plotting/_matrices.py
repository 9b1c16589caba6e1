"""Values in two dimensions: of synapses, of a sweep."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError
from ._axes import Axes, given_or_new, whole_ticks


def matrix(values: np.ndarray, axes: Any = None, label: str = "w", **style: Any) -> Axes:
    """Draw values of synapses as an image, post-synaptic neurons by pre-synaptic ones, with a scale beside it.

    Args:
        values: (n_post, n_pre); NaN, where there is no synapse, stay white.
        axes: where to draw; None makes a figure.
        label: what they are.
        **style: for `Axes.imshow`.

    Returns:
        The axes.

    Raises:
        ArgumentError: if the values are not a matrix with at least one neuron on each side.

    Example:
        >>> axes = matrix(np.array([[0.1, np.nan, 0.3], [0.4, 0.2, np.nan]]))
        >>> axes.get_xlabel(), axes.get_ylabel()
        ('pre-synaptic neuron', 'post-synaptic neuron')
    """
    values = arguments.array(values, "values", "(n_post, n_pre), at least one of each,", 2, least=1)
    label = arguments.text(label, "label")
    axes = given_or_new(axes)
    image = axes.imshow(values, **{"aspect": "auto", "origin": "lower", "interpolation": "nearest", **style})
    axes.figure.colorbar(image, ax=axes, label=label)
    axes.set(xlabel="pre-synaptic neuron", ylabel="post-synaptic neuron")
    for axis in (axes.xaxis, axes.yaxis):
        whole_ticks(axis)
    return axes


def heatmap(
    values: np.ndarray, grid: Mapping[str, Sequence[float]], axes: Any = None, label: str = "", **style: Any
) -> Axes:
    """Draw what a sweep over two parameters gave, as an image with a scale beside it.

    Args:
        values: (n, m), one number for each pair of values.
        grid: the two parameters, by name: n values that lie along the vertical axis, then m along the horizontal one.
        axes: where to draw; None makes a figure.
        label: what the numbers are, with their unit.
        **style: for `Axes.pcolormesh`.

    Returns:
        The axes.

    Raises:
        ArgumentError: a grid of other than two parameters, or of another shape than the numbers.

    Example:
        >>> axes = heatmap(np.ones((2, 3)), {"g": [4.0, 5.0], "rate (Hz)": [1.0, 2.0, 3.0]}, label="CV")
        >>> axes.get_ylabel(), axes.get_xlabel()
        ('g', 'rate (Hz)')
    """
    if not isinstance(grid, Mapping) or len(grid) != 2:
        raise ArgumentError(f"`grid` has the values of two parameters by name, not {grid!r}")
    (below, vertical), (along, horizontal) = grid.items()
    values = np.asarray(values)
    if values.shape != (len(vertical), len(horizontal)):
        shape = f"({len(vertical)}, {len(horizontal)})"
        raise ArgumentError(f"`values` has one number for each pair of the grid, {shape}, not the shape {values.shape}")
    axes = given_or_new(axes)
    image = axes.pcolormesh(horizontal, vertical, values, **{"shading": "nearest", **style})
    axes.figure.colorbar(image, ax=axes, label=label)
    axes.set(xlabel=along, ylabel=below)
    return axes
