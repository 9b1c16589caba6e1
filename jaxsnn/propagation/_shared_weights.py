"""Windows: the pre-synaptic neurons that a post-synaptic neuron reads when a projection shares its weights.

This is the general path of convolutions and poolings, for any contribution of a synapse: `patches` shows each
post-synaptic neuron the values in its window, the caller makes contributions of them, `combine` makes inputs of those.
Which neuron lies where is arithmetic on the host; only values are traced.
"""

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Protocol

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..equations import Operation
from ..errors import ShapeError

Geometry = tuple[int, ...]
MOST_DIMENSIONS = 4


@dataclass(frozen=True, eq=False)
class Windows:
    """Where the window of each post-synaptic neuron lies.

    Args:
        geometry: of the pre-synaptic population, D dimensions.
        first: (rows, D) integers, where each window begins; may lie outside the geometry.
        extent: of every window, D numbers.
        copies: how many consecutive post-synaptic neurons look through the same window: the filters of a bank.
        padding: what the outside adds, see `combine`; None where the border goes on, so that nothing is outside.
    """

    geometry: Geometry
    first: np.ndarray
    extent: Geometry
    copies: int = 1
    padding: float | None = 0.0

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of contributions: (post size, kernel size)."""
        return len(self.first) * self.copies, prod(self.extent)

    @cached_property
    def index(self) -> np.ndarray:
        """Ranks of pre-synaptic neurons, (rows, kernel size) int32; a place outside has that of the nearest neuron."""
        nearest = np.clip(self._coordinates, 0, np.asarray(self.geometry) - 1)
        return np.asarray(np.ravel_multi_index(tuple(np.moveaxis(nearest, -1, 0)), self.geometry), np.int32)

    @cached_property
    def inside(self) -> np.ndarray:
        """Which places count as part of the population, (rows, kernel size) booleans."""
        if self.padding is None:
            return np.ones((len(self.first), prod(self.extent)), bool)
        return np.all(_are_inside(self._coordinates, np.asarray(self.geometry)), axis=-1)

    @cached_property
    def skips(self) -> np.ndarray:
        """How often ANNarchy adds the padding, (rows,) integers.

        It walks a window dimension by dimension: an index that is outside adds the padding once and skips the
        dimensions below.
        """
        total, reached = np.zeros(len(self.first), int), np.ones(len(self.first), int)
        if self.padding is None:
            return total
        for first, extent, size in zip(self.first.T, self.extent, self.geometry, strict=True):
            inside = _are_inside(first[:, None] + np.arange(extent), size).sum(axis=1)
            total, reached = total + reached * (extent - inside), reached * inside
        return total

    @property
    def _coordinates(self) -> np.ndarray:
        """Coordinates of all places, (rows, kernel size, D)."""
        return self.first[:, None, :] + grid(self.extent)[None, :, :]


class Description(Protocol):
    """What convolutions and poolings have in common."""

    @cached_property
    def windows(self) -> Windows:
        """Where the post-synaptic neurons look."""
        ...

    @property
    def operation(self) -> Operation:
        """How contributions become an input."""
        ...


def patches(description: Description, x: Array) -> tuple[Array, np.ndarray]:
    """Show each post-synaptic neuron the values in its window.

    Args:
        description: a convolution or pooling.
        x: (pre size,) values.

    Returns:
        values: (post size, kernel size); outside the population, that of the nearest neuron.
        inside: (post size, kernel size) booleans: which of them count.

    Example:
        >>> from jaxsnn.propagation._convolution import convolution
        >>> values, inside = patches(convolution((4,), (4,), (3,)), jnp.arange(4.0))
        >>> print(values[0], inside[0])
        [0. 0. 1.] [False  True  True]
    """
    windows = description.windows
    return jnp.repeat(window_values(windows, x), windows.copies, axis=0), np.repeat(
        windows.inside, windows.copies, axis=0
    )


def window_values(windows: Windows, x: Array) -> Array:
    """Return what is in each window, (rows, kernel size), of x (pre size,)."""
    check_values(windows.geometry, x)
    return jnp.take(x, windows.index, axis=0, mode="clip")


def check_dimensions(what: str, pre: Geometry, post: Geometry) -> None:
    """Raise unless both geometries have 1 to 4 dimensions, as in ANNarchy."""
    for side, geometry in (("pre", pre), ("post", post)):
        if not 1 <= len(geometry) <= MOST_DIMENSIONS:
            raise ShapeError(
                f"a {what} is defined in 1 to {MOST_DIMENSIONS} dimensions, the {side}-synaptic geometry is "
                f"{geometry}: create this population with fewer dimensions"
            )


def check_values(geometry: Geometry, x: Array) -> None:
    """Raise unless there is one value per pre-synaptic neuron."""
    if x.shape != (prod(geometry),):
        raise ShapeError(
            f"the values have shape {x.shape}, the pre-synaptic population of geometry {geometry} needs "
            f"({prod(geometry)},): give one value per neuron, in the order of ranks"
        )


def combine(description: Description, contributions: Array) -> Array:
    """Make the input of each post-synaptic neuron from the contributions of its window.

    Places outside the population do not take part. A padding other than 0 is a further contribution, by the rule of
    ANNarchy (`Windows.skips`): a sum or mean adds it, unweighted, once per index that is outside; a maximum or minimum
    takes it into account. A mean divides by the size of the kernel, wherever the window lies.

    Args:
        description: a convolution or pooling.
        contributions: what broadcasts to (post size, kernel size).

    Returns:
        (post size,).

    Example:
        >>> from jaxsnn.propagation._convolution import convolution
        >>> box = convolution((4,), (4,), (3,), padding=10.0)
        >>> print(combine(box, patches(box, jnp.ones(4))[0]))
        [12.  3.  3. 12.]
    """
    windows, operation = description.windows, description.operation
    inside = np.repeat(windows.inside, windows.copies, axis=0)
    contributions = jnp.broadcast_to(contributions, windows.shape)
    if operation in (Operation.SUM, Operation.MEAN):
        return pad_and_average(description, jnp.where(inside, contributions, 0.0).sum(axis=1))
    if operation is Operation.MAX:
        return pad_and_average(description, jnp.where(inside, contributions, -jnp.inf).max(axis=1))
    return pad_and_average(description, jnp.where(inside, contributions, jnp.inf).min(axis=1))


def pad_and_average(description: Description, combined: Array) -> Array:
    """Return the inputs from what the inside of each window gives, both (post size,).

    The padding is added, and a mean is divided by the size of the kernel.
    """
    windows, operation = description.windows, description.operation
    padded = _padded(windows, windows.padding, operation, combined) if windows.padding else combined
    return padded / prod(windows.extent) if operation is Operation.MEAN else padded


def _padded(windows: Windows, padding: float, operation: Operation, combined: Array) -> Array:
    skips = np.repeat(windows.skips, windows.copies)
    if operation in (Operation.SUM, Operation.MEAN):
        return combined + jnp.asarray(padding * skips, combined.dtype)
    extreme = jnp.maximum if operation is Operation.MAX else jnp.minimum
    return jnp.where(skips > 0, extreme(combined, padding), combined)


def grid(shape: Geometry) -> np.ndarray:
    """Return the coordinates of all places of a grid in the order of ranks, (places, D).

    Example:
        >>> grid((2, 2)).tolist()
        [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    return np.indices(shape).reshape(len(shape), -1).T


def _are_inside(coordinates: np.ndarray, size: np.ndarray | int) -> np.ndarray:
    return (coordinates >= 0) & (coordinates < size)
