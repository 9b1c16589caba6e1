"""Synapses that are windows of equal weights: poolings."""

from typing import Any

import numpy as np

from ..connectivity import SynapseTable
from ._flat_graph import Shape
from ._package import nir_package
from ._windows import Windows


def pooling_node(table: SynapseTable, weights: np.ndarray, pre: Shape, post: Shape) -> Any:
    """Return the node of synapses that pool, None where they do not.

    Args:
        table: of the projection.
        weights: of its synapses.
        pre, post: geometries, channels last.
    """
    if len(pre) != 3 or len(post) != 3 or pre[-1] != post[-1] or not table.size or (weights != weights[0]).any():
        return None
    windows = _windows(table, pre, post)
    if windows is None or not _are_all(windows, table, pre, post):
        return None
    nir, sides = nir_package(), (windows.kernel, windows.stride, windows.padding)
    arrays = [np.array(side) for side in sides]
    if weights[0] == 1:
        return nir.SumPool2d(*arrays)
    return nir.AvgPool2d(*arrays) if weights[0] == weights.dtype.type(1.0 / np.prod(windows.kernel)) else None


def _windows(table: SynapseTable, pre: Shape, post: Shape) -> Windows | None:
    """Return the windows that synapses would lie in, from the extent of each."""
    sides = []
    for axis in range(2):
        reads = np.unravel_index(table.pre, pre)[axis]
        at = np.unravel_index(table.post, post)[axis]
        first, last = np.full(post[axis], pre[axis]), np.full(post[axis], -1)
        np.minimum.at(first, at, reads)
        np.maximum.at(last, at, reads)
        side = _side(first, last, pre[axis])
        if side is None:
            return None
        sides.append(side)
    kernels, strides, paddings = zip(*sides, strict=True)
    return None if min(paddings) < 0 or min(strides) < 1 else Windows(kernels, strides, paddings, tuple(pre[:2]))


def _side(first: np.ndarray, last: np.ndarray, size: int) -> tuple[int, int, int] | None:
    """Return kernel, stride and padding along an axis from the first and last place that each window reads.

    A window that the border cuts off shows one of its two ends.
    """
    kernel = int((last - first + 1).max())
    whole = last - first + 1 == kernel
    begins = np.where((first > 0) | whole, first, last - kernel + 1)
    known = whole | (first > 0) | (last < size - 1)
    steps = np.diff(begins)
    if kernel < 1 or not known.all() or (steps != steps[:1]).any():
        return None
    return kernel, int(steps[0]) if len(steps) else kernel, -int(begins[0])


def _are_all(windows: Windows, table: SynapseTable, pre: Shape, post: Shape) -> bool:
    """Tell whether the synapses are all of those in the windows, and no others."""
    if windows.positions != tuple(post[:2]):
        return False
    expected = set()
    for rank in range(int(np.prod(post))):
        expected |= {(int(p), rank) for p in windows.members(rank, pre, post)}
    return expected == set(zip(table.pre.tolist(), table.post.tolist(), strict=True))
