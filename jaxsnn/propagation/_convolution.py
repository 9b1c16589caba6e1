"""Convolution (cross-correlation): one kernel, or a bank of them, slides over the pre-synaptic geometry."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from ..equations import Operation
from ..errors import ArgumentError, ShapeError
from ._shared_weights import Geometry, Windows, check_dimensions, grid

BORDER = "border"


@dataclass(frozen=True)
class Convolution:
    """A convolution; `convolution` makes it from what a user gives.

    A window is placed by its centre, (n - 1) / 2 in a dimension of odd size and n / 2 - 1 in one of even size.

    Args:
        pre, post: geometries; with a bank, the last dimension of `post` counts the filters. Before that `post` has the
            dimensions of `pre`, or lacks the last one, which then is under the kernel as a whole.
        kernel: shape of a filter.
        filters: number of filters of a bank; None for a single filter, whose weights have the shape of the kernel.
        keep_last_dimension: whether the kernel lacks the last dimension, and is applied to each of its layers.
        padding: what an index outside adds, once and unweighted (see `combine`); None repeats the border.
        subsampling: (positions) coordinates of the centres, where they do not follow from the geometries.
        operation: how the contributions of a window become an input.
    """

    pre: Geometry
    post: Geometry
    kernel: Geometry
    filters: int | None = None
    keep_last_dimension: bool = False
    padding: float | None = 0.0
    subsampling: tuple[Geometry, ...] | None = None
    operation: Operation = Operation.SUM

    @property
    def weights_shape(self) -> Geometry:
        """Shape of the weights."""
        return self.kernel if self.filters is None else (self.filters, *self.kernel)

    @property
    def extent(self) -> Geometry:
        """Shape of a window, one number per pre-synaptic dimension."""
        return (*self.kernel, 1) if self.keep_last_dimension else self.kernel

    @property
    def positions(self) -> Geometry:
        """Number of windows in each pre-synaptic dimension."""
        own = self.post if self.filters is None else self.post[:-1]
        return (*own, 1) if self.covers_last_dimension else own

    @property
    def covers_last_dimension(self) -> bool:
        """Whether the last pre-synaptic dimension is under the kernel as a whole."""
        return len(self.post) - (self.filters is not None) < len(self.pre)

    @property
    def strides(self) -> Geometry:
        """Distance of two windows in each pre-synaptic dimension, without subsampling."""
        return tuple(n // m for n, m in zip(self.pre, self.positions, strict=True))

    @property
    def begin(self) -> Geometry:
        """Coordinates at which the first window begins, without subsampling."""
        return tuple((s - 1) // 2 - (k - 1) // 2 for s, k in zip(self.strides, self.extent, strict=True))

    @cached_property
    def windows(self) -> Windows:
        """Where the windows lie, (positions) rows."""
        first = self.centres - (np.asarray(self.extent) - 1) // 2
        return Windows(self.pre, first, self.extent, self.filters or 1, self.padding)

    @cached_property
    def centres(self) -> np.ndarray:
        """Coordinates of the centres, (positions, pre dimensions)."""
        if self.subsampling is None:
            return grid(self.positions) * np.asarray(self.strides) + (np.asarray(self.strides) - 1) // 2
        return np.asarray(self.subsampling)

    def centre(self, rank: int) -> Geometry:
        """Return the pre-synaptic coordinates of the centre of a post-synaptic neuron's window."""
        return tuple(map(int, self.centres[rank // (self.filters or 1)]))


def convolution(
    pre: Geometry,
    post: Geometry,
    weights_shape: Geometry,
    bank: bool = False,
    keep_last_dimension: bool = False,
    padding: float | str = 0.0,
    subsampling: Sequence[Sequence[int]] | np.ndarray | None = None,
    operation: Operation = Operation.SUM,
) -> Convolution:
    """Return a convolution after checking that kernel and geometries fit each other.

    Args:
        pre, post: geometries, 1 to 4 dimensions.
        weights_shape: of the kernel, with a bank (filters, *kernel). The kernel has the dimensions of `pre`.
        bank: whether there are several filters; the post-synaptic population then has them in its last dimension.
        keep_last_dimension: whether a kernel of one dimension less is applied to each layer of the last dimension.
        padding: a number, or "border" to repeat the border.
        subsampling: (post size, pre dimensions) coordinates of the centres, the filters of a bank sharing theirs. The
            last coordinate is not looked at where it has no choice: with `keep_last_dimension`, and where `post` lacks
            the last dimension. None: window i has the centre (s - 1) // 2 + s i, with s the ratio of the geometries.
        operation: how the contributions of a window become an input.

    Raises:
        ShapeError: the geometries do not fit each other or the kernel.
        ArgumentError: options do not go together, or have no meaning.

    Example:
        >>> convolution((100, 100), (50, 50, 16), (16, 3, 3), bank=True).strides
        (2, 2)
        >>> convolution((100, 100, 3), (100, 100), (3, 3, 3)).positions
        (100, 100, 1)
    """
    check_dimensions("convolution", pre, post)
    if keep_last_dimension:
        _check_keeping(pre, bank)
    _check_kernel(pre, weights_shape, bank, keep_last_dimension)
    filters, kernel = (weights_shape[0], weights_shape[1:]) if bank else (None, weights_shape)
    made = Convolution(pre, post, kernel, filters, keep_last_dimension, _padding(padding), None, operation)
    _check_post(made)
    if subsampling is not None:
        return replace(made, subsampling=_centres(made, subsampling))
    _check_strides(made)
    return made


def _check_keeping(pre: Geometry, bank: bool) -> None:
    if bank:
        raise ArgumentError(
            "a bank of filters does not go with `keep_last_dimension`: give filters of size 1 in the last dimension, "
            f"and a post-synaptic population of geometry (..., {pre[-1]}, filters)"
        )
    if len(pre) == 1:
        raise ArgumentError(f"`keep_last_dimension` needs a pre-synaptic geometry of 2 or more dimensions, not {pre}")


def _check_kernel(pre: Geometry, shape: Geometry, bank: bool, keep_last_dimension: bool) -> None:
    needed = len(pre) + bank - keep_last_dimension
    if len(shape) == needed and all(shape):
        return
    advice = ""
    if not bank and len(shape) == len(pre) + 1:
        advice = ". Or are these the weights of a bank of filters?"
    elif not bank and len(shape) == len(pre) - 1:
        advice = ". Set `keep_last_dimension=True` to apply this kernel to each layer of the last dimension"
    what = "a bank of filters of shape (filters, *kernel)" if bank else "a kernel"
    raise ShapeError(
        f"the weights have shape {shape}; the pre-synaptic geometry {pre} needs {what} with {needed} dimensions, "
        f"each of size 1 or more{advice}"
    )


def _check_post(made: Convolution) -> None:
    pre, post, filters = made.pre, made.post, made.filters
    own = post if filters is None else post[:-1]
    if filters is not None and post[-1] != filters:
        raise ShapeError(f"a bank of {filters} filters needs a post-synaptic geometry (..., {filters}), not {post}")
    if made.keep_last_dimension and (len(own) != len(pre) or own[-1] != pre[-1]):
        raise ShapeError(
            f"`keep_last_dimension` needs a post-synaptic geometry of {len(pre)} dimensions whose last has size "
            f"{pre[-1]}, as in the pre-synaptic geometry {pre}, not {post}"
        )
    if len(own) not in (len(pre), len(pre) - 1):
        bank = ", and a last one for the filters" if filters else ""
        raise ShapeError(
            f"the post-synaptic geometry {post} does not fit the pre-synaptic geometry {pre}: give it as many "
            f"dimensions or one less{bank}"
        )
    if made.covers_last_dimension and made.kernel[-1] != pre[-1]:
        raise ShapeError(
            f"the post-synaptic geometry {post} lacks the last dimension of the pre-synaptic geometry {pre}, so the "
            f"kernel must have size {pre[-1]} in it, not {made.kernel[-1]}"
        )


def _check_strides(made: Convolution) -> None:
    if any(n % m for n, m in zip(made.pre, made.positions, strict=True)):
        raise ShapeError(
            f"the pre-synaptic geometry {made.pre} is not a multiple of the post-synaptic {made.post}: "
            "give `subsampling`, the coordinates of the centre for every post-synaptic neuron"
        )


def _padding(given: float | str) -> float | None:
    if isinstance(given, str) and given == BORDER:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float | np.number) or not np.isfinite(given):
        raise ArgumentError(f"`padding` is a finite number or '{BORDER}', not {given!r}")
    return float(given)


def _centres(made: Convolution, subsampling: Any) -> tuple[Geometry, ...]:
    """Return the coordinates of the centres, (positions, pre dimensions)."""
    given = _coordinates(made, subsampling).reshape(-1, made.filters or 1, len(made.pre))
    if (given != given[:, :1]).any():
        raise ArgumentError(
            "the filters of a bank look through the same windows: in `subsampling`, give the same centre to all "
            f"{made.filters} neurons of a position"
        )
    centres = given[:, 0].copy()
    if made.keep_last_dimension:
        centres[:, -1] = np.arange(len(centres)) % made.pre[-1]
    elif made.covers_last_dimension:
        centres[:, -1] = (made.pre[-1] - 1) // 2
    return tuple(tuple(map(int, centre)) for centre in centres)


def _coordinates(made: Convolution, subsampling: Any) -> np.ndarray:
    needed = prod(made.post), len(made.pre)
    try:
        given = np.asarray(subsampling)
    except ValueError:
        given = np.empty(0)
    if given.shape != needed or given.dtype.kind not in "iu":
        raise ShapeError(
            f"`subsampling` has shape {given.shape} of {given.dtype}; it needs {needed[0]} lists of {needed[1]} "
            "integers, for every post-synaptic neuron the pre-synaptic coordinates of the centre"
        )
    outside = given[((given < 0) | (given >= made.pre)).any(axis=1)]
    if len(outside):
        raise ArgumentError(
            f"`subsampling` has the centre {tuple(map(int, outside[0]))}, which lies outside the pre-synaptic geometry "
            f"{made.pre}"
        )
    return given
