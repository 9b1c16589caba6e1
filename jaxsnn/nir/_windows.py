"""Where the windows of convolutions and poolings lie."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..errors import ShapeError, UnsupportedError
from ._flat_graph import Shape, kind_of


@dataclass(frozen=True)
class Windows:
    """Windows over the places of an image, one number for each of its axes.

    Args:
        kernel, stride, padding: extent of a window, distance of two, and how far the first begins before the image.
        shape: of the image, without channels.
    """

    kernel: Shape
    stride: Shape
    padding: Shape
    shape: Shape
    same: bool = False

    @property
    def positions(self) -> Shape:
        """How many windows there are along each axis."""
        if self.same:
            return self.shape
        sides = zip(self.shape, self.padding, self.kernel, self.stride, strict=True)
        return tuple((n + 2 * p - k) // s + 1 for n, p, k, s in sides)

    def first(self, axis: int) -> np.ndarray:
        """Return where each window begins along an axis."""
        return np.arange(self.positions[axis]) * self.stride[axis] - self.padding[axis]

    def members(self, rank: int, pre: Shape, post: Shape) -> np.ndarray:
        """Return the ranks of the neurons in the window of a neuron, in its own channel; geometries, channels last."""
        *place, channel = np.unravel_index(rank, post)
        sides = []
        for axis, at in enumerate(place):
            first = self.first(axis)[at]
            sides.append(np.arange(max(first, 0), min(first + self.kernel[axis], self.shape[axis])))
        grid = np.meshgrid(*sides, [channel], indexing="ij")
        return np.ravel_multi_index(tuple(g.ravel() for g in grid), pre)


def windows_of(name: str, node: Any, given: Shape) -> Windows:
    """Return the windows of a convolution or pooling over what feeds it, of the shape (channels, ...).

    Raises:
        ShapeError: no window fits. UnsupportedError: filters with holes, or in groups.
    """
    kind, axes = kind_of(node), 1 if kind_of(node) == "Conv1d" else 2
    if len(given) != axes + 1:
        raise ShapeError(f"node `{name}`: a {kind} needs an input (channels{', size' * axes}), not {given}")
    if kind.startswith("Conv"):
        if set(whole(node.dilation)) != {1}:
            raise UnsupportedError(f"node `{name}`: {kind} with dilation {node.dilation}: filters have no holes here")
        if int(node.groups) != 1:
            raise UnsupportedError(
                f"node `{name}`: {kind} in {node.groups} groups: a filter reads all channels here. Divide the node "
                "into one for each group"
            )
        channels, *kernel = np.shape(node.weight)[1:]
        if channels != given[0]:
            raise ShapeError(f"node `{name}`: a {kind} that reads {channels} channels gets {given[0]}")
    else:
        kernel = _pair(node.kernel_size, axes)
    stride, same = _pair(node.stride, axes), node.padding == "same" if isinstance(node.padding, str) else False
    if isinstance(node.padding, str):
        padding = tuple((k - 1) // 2 if same else 0 for k in kernel)
    else:
        padding = _pair(node.padding, axes)
    made = Windows(tuple(kernel), stride, padding, tuple(given[1:]), same)
    if min(made.positions) < 1 or prod(kernel) < 1 or min(stride) < 1:
        raise ShapeError(f"node `{name}`: no window of {kernel} with stride {stride} fits into {given[1:]}")
    return made


def whole(value: Any) -> Shape:
    """Return one or several whole numbers as a tuple."""
    return tuple(int(n) for n in np.ravel(value))


def _pair(value: Any, axes: int) -> Shape:
    found = whole(value)
    return found * axes if len(found) == 1 else found
