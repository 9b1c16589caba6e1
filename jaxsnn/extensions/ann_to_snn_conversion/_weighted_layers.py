"""The layers that have weights, as plain arrays: what can be converted, whatever program has trained it."""

from dataclasses import dataclass, replace
from math import prod
from typing import Any, Self

import numpy as np

from ...arguments import numbers as as_numbers
from ...errors import ArgumentError, ShapeError
from ._artificial_layers import Shape


@dataclass(frozen=True, eq=False)
class Dense:
    """A fully connected layer; it reads an input of any shape, in the order of ranks.

    Args:
        weights: (inputs, outputs).
        bias: (outputs,); None for none.
        activation: `relu`, or `linear` where the class is read, as in the last layer.
    """

    weights: np.ndarray
    bias: np.ndarray | None = None
    activation: str = "relu"

    def __post_init__(self) -> None:
        _set_numbers(self, "weights", 2)
        _set_bias(self, self.weights.shape[1])

    def output_shape(self, shape: Shape) -> Shape:
        """Return (outputs,)."""
        if prod(shape) != self.weights.shape[0]:
            raise ShapeError(
                f"a dense layer with weights {self.weights.shape} (inputs, outputs) does not fit what comes before it, "
                f"of shape {shape}: are its weights to be transposed?"
            )
        return self.weights.shape[1:]

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Return the activations, (samples, outputs)."""
        return activated(self, x.reshape(len(x), -1) @ self.weights)

    def scaled(self, weights: float, bias: float) -> Self:
        """Return the same layer with weights and bias multiplied."""
        return _scaled(self, weights, bias)

    @property
    def largest_input(self) -> float:
        """The largest input that a neuron can get from activations between 0 and 1."""
        return float((np.maximum(self.weights, 0.0).sum(axis=0) + _positive(self.bias)).max())


@dataclass(frozen=True, eq=False)
class Conv2D:
    """A convolution over height and width; filters are not flipped.

    Args:
        weights: (height, width, channels before, channels after).
        bias: (channels after,); None for none.
        activation: `relu` or `linear`.
        strides: distance of two windows, (height, width).
        padding: `same`, with zeros around, or `valid`, where windows lie inside.
    """

    weights: np.ndarray
    bias: np.ndarray | None = None
    activation: str = "relu"
    strides: tuple[int, int] = (1, 1)
    padding: str = "same"

    def __post_init__(self) -> None:
        _set_numbers(self, "weights", 4)
        _set_bias(self, self.weights.shape[3])
        if self.padding not in ("same", "valid"):
            raise ArgumentError(f"the padding of a convolution is 'same' or 'valid', not {self.padding!r}")

    def output_shape(self, shape: Shape) -> Shape:
        """Return (height, width, channels)."""
        if len(shape) != 3 or shape[2] != self.weights.shape[2]:
            raise ShapeError(
                f"a convolution with weights {self.weights.shape} (height, width, before, after) reads (height, width, "
                f"{self.weights.shape[2]}), but what comes before it has the shape {shape}"
            )
        firsts = self.first_rows_and_columns(shape)
        if not all(len(f) for f in firsts):
            raise ShapeError(f"windows of {self.weights.shape[:2]} do not fit into {shape[:2]}: use padding='same'")
        return (len(firsts[0]), len(firsts[1]), self.weights.shape[3])

    def first_rows_and_columns(self, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
        """Return where windows begin in both dimensions; in the padding it is less than 0."""
        rows, columns = (
            _first_places(n, k, s, self.padding == "same")
            for n, k, s in zip(shape, self.weights.shape[:2], self.strides, strict=False)
        )
        return rows, columns

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Return the activations, (samples, height, width, channels)."""
        kernel = self.weights.shape[:2]
        rows, columns = self.first_rows_and_columns(x.shape[1:])
        sides = zip((rows, columns), kernel, x.shape[1:3], strict=True)
        around = [(max(0, -first[0]), max(0, first[-1] + k - n)) for first, k, n in sides]
        padded = np.pad(x, ((0, 0), *around, (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(1, 2))
        seen = windows[:, (rows + around[0][0])[:, None], columns + around[1][0]]
        return activated(self, np.einsum("nxycij,ijcd->nxyd", seen, self.weights, optimize=True))

    def scaled(self, weights: float, bias: float) -> Self:
        """Return the same layer with weights and bias multiplied."""
        return _scaled(self, weights, bias)

    @property
    def largest_input(self) -> float:
        """The largest input that a neuron can get from activations between 0 and 1."""
        return float((np.maximum(self.weights, 0.0).sum(axis=(0, 1, 2)) + _positive(self.bias)).max())


def activated(layer: Dense | Conv2D, inputs: np.ndarray) -> np.ndarray:
    """Return what the neurons of a layer make of their inputs."""
    inputs = inputs if layer.bias is None else inputs + layer.bias
    return np.maximum(inputs, 0.0) if layer.activation == "relu" else inputs


def _first_places(n: int, kernel: int, stride: int, same: bool) -> np.ndarray:
    """Return where windows begin in one dimension: with padding, as many as strides, the odd zero at the far end."""
    if not same:
        return np.arange(0, n - kernel + 1, stride)
    number = -(-n // stride)
    return np.arange(number) * stride - max((number - 1) * stride + kernel - n, 0) // 2


def _set_numbers(layer: Any, name: str, dimensions: int) -> None:
    given, kind = getattr(layer, name), type(layer).__name__
    numbers, what = as_numbers(given), f"`{name}` of a `{kind}` layer are finite numbers in {dimensions} dimensions"
    if numbers is None:
        raise ArgumentError(f"{what}, not {given!r}")
    if numbers.ndim != dimensions or not np.isfinite(numbers).all():
        raise ShapeError(f"{what}, not {numbers.shape}")
    object.__setattr__(layer, name, numbers)


def _set_bias(layer: Any, size: int) -> None:
    if layer.activation not in ("relu", "linear"):
        raise ArgumentError(f"the activation of a layer is 'relu' or 'linear', not {layer.activation!r}")
    if layer.bias is None:
        return
    found = as_numbers(layer.bias)
    if found is None:
        raise ArgumentError(f"the bias of a layer are numbers, not {layer.bias!r}")
    bias = found.reshape(-1)
    if len(bias) != size or not np.isfinite(bias).all():
        raise ShapeError(f"the bias of a layer with {size} outputs are so many finite numbers, not {bias.shape}")
    object.__setattr__(layer, "bias", bias if bias.any() else None)


def _scaled(layer: Any, weights: float, bias: float) -> Any:
    own = None if layer.bias is None else layer.bias * bias
    return replace(layer, weights=layer.weights * weights, bias=own)


def _positive(bias: np.ndarray | None) -> Any:
    return 0.0 if bias is None else np.maximum(bias, 0.0)
