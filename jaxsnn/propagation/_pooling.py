"""Pooling: each post-synaptic neuron reads a region of the pre-synaptic geometry, without weights.

The regions lie side by side, so the pre-synaptic values are reshaped to (regions, places) in each dimension and
reduced; what is left over at the far end of a dimension is not read. Against `lax.reduce_window` that has two merits:
neurons that share a maximum share its derivative, as on the general path, and the derivative of a mean is cheap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..equations import Operation
from ..errors import ArgumentError, ShapeError
from ._shared_weights import Geometry, Windows, check_dimensions, check_values, grid

REDUCE = {Operation.MAX: jnp.max, Operation.MEAN: jnp.mean, Operation.MIN: jnp.min}


@dataclass(frozen=True)
class Pooling:
    """A pooling; `pooling` makes it from what a user gives.

    Args:
        pre, post: geometries.
        extent: of a region, one number per pre-synaptic dimension.
        operation: maximum, mean or minimum. A maximum is the true one: ANNarchy starts at the smallest positive double,
            which it returns for a region of negative values.
    """

    pre: Geometry
    post: Geometry
    extent: Geometry
    operation: Operation = Operation.MAX

    @property
    def regions(self) -> Geometry:
        """Number of regions in each pre-synaptic dimension."""
        return tuple(size // extent for size, extent in zip(self.pre, self.extent, strict=True))

    @cached_property
    def windows(self) -> Windows:
        """The regions as windows, for the general path."""
        return Windows(self.pre, grid(self.regions) * np.asarray(self.extent), self.extent)


def pooling(
    pre: Geometry, post: Geometry, extent: Sequence[int] | None = None, operation: Operation = Operation.MAX
) -> Pooling:
    """Return a pooling after checking that there is one post-synaptic neuron per region.

    Args:
        pre, post: geometries, 1 to 4 dimensions.
        extent: of a region, one number per pre-synaptic dimension; None for the ratio of the geometries, rounded down.
            The post-synaptic geometry may leave out dimensions in which one region covers everything.
        operation: maximum, mean or minimum.

    Raises:
        ShapeError: the geometries do not fit each other or the extent.
        ArgumentError: the operation is a sum.

    Example:
        >>> pooling((100, 100), (50, 50)).extent
        (2, 2)
        >>> pooling((100, 100, 10), (50, 50), (2, 2, 10)).regions
        (50, 50, 1)
        >>> pooling((7, 7), (3, 3)).extent
        (2, 2)
    """
    if operation not in REDUCE:
        raise ArgumentError(
            f"a pooling has the operation max, mean or min, not {operation.value}: "
            "take the mean, or a convolution with a kernel of ones"
        )
    check_dimensions("pooling", pre, post)
    made = Pooling(pre, post, _ratio(pre, post) if extent is None else _given(pre, extent), operation)
    _check_regions(made)
    return made


def _ratio(pre: Geometry, post: Geometry) -> Geometry:
    if len(pre) != len(post):
        raise ShapeError(
            f"the pre-synaptic geometry {pre} and the post-synaptic {post} differ in the number of dimensions: "
            f"give `extent`, the {len(pre)} numbers of neurons of a region"
        )
    if any(n < m for n, m in zip(pre, post, strict=True)):
        raise ShapeError(
            f"the pre-synaptic geometry {pre} is smaller than the post-synaptic {post}: "
            "change one of them, so that each post-synaptic neuron has a region of its own"
        )
    return tuple(n // m for n, m in zip(pre, post, strict=True))


def _given(pre: Geometry, extent: Sequence[int]) -> Geometry:
    given = np.asarray(extent)
    if given.shape != (len(pre),) or given.dtype.kind not in "iu" or (given < 1).any():
        raise ShapeError(f"`extent` has {len(pre)} positive integers for the pre-synaptic geometry {pre}, not {extent}")
    if (given > pre).any():
        raise ShapeError(f"regions of extent {tuple(extent)} do not fit the pre-synaptic geometry {pre}")
    return tuple(int(e) for e in given)


def _check_regions(made: Pooling) -> None:
    """Raise unless there is one post-synaptic neuron per region, in the same geometry but for dimensions of size 1."""
    needed, there = ([n for n in geometry if n > 1] for geometry in (made.regions, made.post))
    if needed != there:
        raise ShapeError(
            f"regions of extent {made.extent} in the pre-synaptic geometry {made.pre} need the post-synaptic geometry "
            f"{made.regions} (dimensions of size 1 may be left out), not {made.post}"
        )


def pool(description: Pooling, values: Array) -> Array:
    """Return the maximum, mean or minimum of each region.

    Args:
        description: a pooling.
        values: (pre size,).

    Returns:
        (post size,).

    Example:
        >>> print(pool(pooling((4, 2), (2, 1)), -jnp.arange(8.0)))
        [-0. -4.]
    """
    check_values(description.pre, values)
    sizes = chain.from_iterable(zip(description.regions, description.extent, strict=True))
    places = tuple(range(1, 2 * len(description.pre), 2))
    return REDUCE[description.operation](_covered(description, values).reshape(tuple(sizes)), axis=places).reshape(-1)


def _covered(description: Pooling, values: Array) -> Array:
    """Return the values that some region covers, in the order of ranks."""
    covered = tuple(slice(n * e) for n, e in zip(description.regions, description.extent, strict=True))
    return values.reshape(description.pre)[covered]
