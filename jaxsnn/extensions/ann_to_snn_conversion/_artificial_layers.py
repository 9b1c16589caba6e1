"""What a layer of an artificial network is, and those without weights: poolings, and what flattens."""

from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np

from ...arguments import as_number
from ...errors import ArgumentError, ShapeError

Shape = tuple[int, ...]


class Layer(Protocol):
    """A layer, from a batch of activations to the next."""

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of its output for one sample, from that of its input.

        Raises:
            ShapeError: it does not fit.
        """
        ...

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Return the output of a batch, (samples, *shape)."""
        ...


@dataclass(frozen=True)
class Pooling2D:
    """A pooling over height and width, in regions side by side; `MaxPooling2D` and `AveragePooling2D` make it.

    Args:
        operation: `max` or `mean`.
        size: of a region, (height, width); None for all of it.
    """

    operation: str
    size: tuple[int, int] | None

    def output_shape(self, shape: Shape) -> Shape:
        """Return (height, width, channels), rounded down."""
        if len(shape) != 3:
            raise ShapeError(
                f"a pooling reads (height, width, channels), but what comes before it has the shape {shape}"
            )
        size = self.extent(shape)
        if shape[0] < size[0] or shape[1] < size[1]:
            raise ShapeError(f"regions of {size} do not fit into {shape[:2]}")
        return (shape[0] // size[0], shape[1] // size[1], shape[2])

    def extent(self, shape: Shape) -> tuple[int, int]:
        """Return the size of a region in an input of this shape."""
        return (shape[0], shape[1]) if self.size is None else self.size

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Return the pooled activations, (samples, height, width, channels)."""
        height, width, channels = self.output_shape(x.shape[1:])
        a, b = self.extent(x.shape[1:])
        regions = x[:, : height * a, : width * b].reshape(-1, height, a, width, b, channels)
        return getattr(regions, self.operation)(axis=(2, 4))


def MaxPooling2D(size: int | tuple[int, int] | None = 2) -> Pooling2D:
    """Return a pooling that takes the maximum of each region of `size`; None for one region."""
    return Pooling2D("max", pair(size))


def AveragePooling2D(size: int | tuple[int, int] | None = 2) -> Pooling2D:
    """Return a pooling that takes the mean of each region of `size`; None for one region."""
    return Pooling2D("mean", pair(size))


@dataclass(frozen=True)
class Flatten:
    """From (height, width, channels) to a vector.

    Args:
        channels_first: in the order (channels, height, width), as in PyTorch.
    """

    channels_first: bool = False

    def output_shape(self, shape: Shape) -> Shape:
        """Return (neurons,)."""
        return (prod(shape),)

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Return a batch of vectors."""
        return (np.moveaxis(x, -1, 1) if self.channels_first else x).reshape(len(x), -1)


def pair(size: Any) -> Any:
    """Return a number twice; a pair, or None, as it is."""
    if size is None:
        return None
    both = (size, size) if np.ndim(size) == 0 else tuple(size)
    sizes = [as_number(n) for n in both]
    if len(both) != 2 or any(n is None or not n.is_integer() or n < 1 for n in sizes):
        raise ArgumentError(f"a size in two dimensions is an integer or a pair of them, at least 1, not {size!r}")
    return int(both[0]), int(both[1])
