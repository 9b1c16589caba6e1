"""What a convolution computes: by XLA's convolution, or as a product of all windows with the filters."""

from math import prod

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..equations import Operation
from ..errors import ShapeError
from ._convolution import Convolution
from ._shared_weights import check_values, combine, pad_and_average, patches, window_values


def convolve(description: Convolution, values: Array, weights: Array, as_product: bool = False) -> Array:
    """Return the inputs that a convolution makes of the contributions weight * value.

    Args:
        description: a convolution.
        values: (pre size,).
        weights: of the shape `description.weights_shape`.
        as_product: whether sums and means in a regular grid are a matrix product of the patches, as they are where
            `subsampling` is given. It takes memory for the patches; on a CPU, in single precision, it is faster.

    Returns:
        (post size,). A maximum is that of the places inside, with a padding other than 0 also of the padding (a minimum
        likewise). ANNarchy 4.8 gives exactly 0 at a border where all products inside are negative, where this gives
        the greatest of them.

    Example:
        >>> from jaxsnn.propagation import convolution
        >>> print(convolve(convolution((4,), (4,), (2,)), jnp.arange(4.0), jnp.array([1.0, 10.0])))
        [10. 21. 32.  3.]
    """
    check_values(description.pre, values)
    if weights.shape != description.weights_shape:
        raise ShapeError(f"the weights have shape {weights.shape}, the convolution needs {description.weights_shape}")
    dtype = jnp.result_type(values, weights)
    values, weights = values.astype(dtype), weights.astype(dtype)
    if description.operation in (Operation.MAX, Operation.MIN):
        return combine(description, weights_at(description, weights) * patches(description, values)[0])
    correlate = _product if as_product or description.subsampling is not None else _slide
    return pad_and_average(description, correlate(description, values, weights))


def weights_at(description: Convolution, weights: Array) -> Array:
    """Return the weights beside the patches: (1, kernel size), or (post size, kernel size) of a bank."""
    rows = weights.reshape(description.filters or 1, -1)
    return rows if description.filters is None else jnp.tile(rows, (prod(description.post) // len(rows), 1))


def _product(description: Convolution, values: Array, weights: Array) -> Array:
    """Return the sums over the inside of windows that lie anywhere, as a matrix product."""
    windows = description.windows
    patch = jnp.where(windows.inside, window_values(windows, values), 0.0)
    rows = weights.reshape(description.filters or 1, -1)
    return jnp.matmul(patch, rows.T, precision=lax.Precision.HIGHEST).reshape(-1)


def _slide(description: Convolution, values: Array, weights: Array) -> Array:
    """Return the sums over the inside of windows in a regular grid, from XLA's convolution.

    Dimensions in which nothing slides are its batch (a kernel of one place that visits every index) or its channels (a
    kernel that covers everything).
    """
    d = description
    batch, slid, channels = _roles(d)
    n = len(slid)
    x = _bordered(d, values.reshape(d.pre), slid).transpose(*batch, *slid, *channels)
    w = weights.reshape(-1, *d.extent).transpose(0, *(1 + i for i in (*batch, *slid, *channels)))
    channels_last = (0, n + 1, *range(1, n + 1))
    out = lax.conv_general_dilated(
        x.reshape(prod(d.pre[i] for i in batch), *x.shape[len(batch) :][:n], -1),
        w.reshape(len(w), *(d.extent[i] for i in slid), -1),
        [d.strides[i] for i in slid],
        [_margins(d, i) for i in slid],
        dimension_numbers=lax.ConvDimensionNumbers(channels_last, channels_last, channels_last),
        precision=lax.Precision.HIGHEST,
    ).reshape(*(d.positions[i] for i in (*batch, *slid)), -1)
    return out.transpose(*np.argsort((*batch, *slid, len(d.pre)))).reshape(-1)


def _roles(d: Convolution) -> tuple[list[int], list[int], list[int]]:
    """Return the dimensions that XLA sees as its batch, as places that the kernel slides over, and as channels."""
    dimensions = range(len(d.pre))
    batch = [i for i in dimensions if d.extent[i] == d.strides[i] == 1]
    channels = [i for i in dimensions if d.positions[i] == 1 and d.extent[i] == d.pre[i] and i not in batch]
    return batch, [i for i in dimensions if i not in batch + channels], channels


def _end(d: Convolution, i: int) -> int:
    """Return the coordinate after the last place of the last window."""
    return d.begin[i] + (d.positions[i] - 1) * d.strides[i] + d.extent[i]


def _margins(d: Convolution, i: int) -> tuple[int, int]:
    """Return how many zeros precede and follow a dimension; less than 0 where the windows leave something out."""
    return (0, 0) if d.padding is None else (-d.begin[i], _end(d, i) - d.pre[i])


def _bordered(d: Convolution, x: Array, dimensions: list[int]) -> Array:
    """Return the values from the begin of the first window to the end of the last, if the border is repeated."""
    for i in dimensions if d.padding is None else ():
        x = jnp.take(x, np.arange(d.begin[i], _end(d, i)), axis=i, mode="clip")
    return x
