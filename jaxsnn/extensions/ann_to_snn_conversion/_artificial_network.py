"""`ArtificialNetwork`: a chain of layers whose shapes fit, and what it computes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any, Self

import numpy as np

from ...errors import ArgumentError
from ._artificial_layers import Flatten, Layer, Shape
from ._weighted_layers import Conv2D, Dense


@dataclass(frozen=True, eq=False)
class ArtificialNetwork:
    """A feed-forward network of an input and layers.

    Args:
        input_shape: of one sample: (inputs,) or (height, width, channels).
        layers: from the first to the last, whose outputs are the classes.
        names: of the layers; none are numbered. Populations have them.
        depths: how far behind the input each layer lies; none count from 1. Layers of Keras that are left out count.
        input_name: name of the input.

    Raises:
        ShapeError: layers do not fit each other.
        ArgumentError: no layer has weights.

    Example:
        >>> import numpy as np
        >>> output = Dense(np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 0.0]]), activation="linear")
        >>> net = ArtificialNetwork((2,), (Dense(np.eye(2)), output))
        >>> net.classes(np.array([[1.0, 0.5], [0.0, 1.0]])).tolist()
        [2, 1]
    """

    input_shape: Shape
    layers: tuple[Layer, ...]
    names: tuple[str, ...] = ()
    depths: tuple[int, ...] = ()
    input_name: str = "input"

    def __post_init__(self) -> None:
        numbers = range(1, len(self.layers) + 1)
        object.__setattr__(self, "names", self.names or tuple(f"layer_{i}" for i in numbers))
        object.__setattr__(self, "depths", self.depths or tuple(numbers))
        if not any(isinstance(layer, Dense | Conv2D) for layer in self.layers):
            raise ArgumentError("an artificial network has at least one layer with weights")
        _ = self.shapes

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape of the input, then that of the output of each layer, for one sample."""
        shapes = [self.input_shape]
        for layer in self.layers:
            shapes.append(layer.output_shape(shapes[-1]))
        return tuple(shapes)

    @property
    def has_bias(self) -> bool:
        """Whether some layer has a bias."""
        return any(layer.bias is not None for layer in self.layers if isinstance(layer, Dense | Conv2D))

    def __str__(self) -> str:
        """Return a line for each layer: its kind, its output, the shape of its weights."""
        lines = [f"{self.input_name}: {self.input_shape}"]
        for layer, name, shape in zip(self.layers, self.names, self.shapes[1:], strict=True):
            weights = getattr(layer, "weights", None)
            of = "" if weights is None else f", weights {weights.shape}"
            lines.append(f"{name}: {type(layer).__name__} {shape}{of}")
        return "\n".join(lines)

    def activations(self, samples: np.ndarray) -> list[np.ndarray]:
        """Return the samples, then what each layer makes of them, (samples, *shape) each."""
        found = [np.asarray(samples, float).reshape(-1, *self.input_shape)]
        for layer in self.layers:
            found.append(layer.apply(found[-1]))
        return found

    def classes(self, samples: np.ndarray) -> np.ndarray:
        """Return the index of the largest output for each sample."""
        return self.activations(samples)[-1].reshape(len(samples), -1).argmax(axis=1)

    def in_order_of_ranks(self) -> Self:
        """Return the same network without layers that flatten: dense layers read their inputs in the order of ranks."""
        layers: list[Layer] = []
        order: np.ndarray | None = None  # the ranks that the inputs of the next dense layer have
        for layer, shape in zip(self.layers, self.shapes, strict=False):
            if isinstance(layer, Flatten):
                order = layer.apply(np.arange(prod(shape)).reshape(1, *shape))[0]
            elif order is not None and isinstance(layer, Dense):
                layers.append(replace(layer, weights=layer.weights[np.argsort(order)]))
                order = None
            else:
                layers.append(layer)
        kept = [i for i, layer in enumerate(self.layers) if not isinstance(layer, Flatten)]
        names, depths = (tuple(of[i] for i in kept) for of in (self.names, self.depths))
        return replace(self, layers=tuple(layers), names=names, depths=depths)  # type: ignore[arg-type]


def network_of_layers(layers: Iterable[Layer | np.ndarray], input_shape: Shape | None = None) -> ArtificialNetwork:
    """Return the network of layers, some of which may be arrays of weights.

    Args:
        layers: from the first to the last; an array is a `Dense` layer if it has 2 dimensions, a `Conv2D` if it has 4.
        input_shape: of one sample; None takes it from a dense layer that comes first.

    Raises:
        ArgumentError: something that is no layer; or the shape of the input is not known.
    """
    every = [_layer(x) for x in layers]
    if input_shape is None:
        if not every or not isinstance(every[0], Dense):
            raise ArgumentError("give `input_shape`, such as (28, 28, 1): only a dense layer tells that of its input")
        input_shape = every[0].weights.shape[:1]
    return ArtificialNetwork(tuple(int(n) for n in input_shape), tuple(every))


def _layer(given: Any) -> Layer:
    if hasattr(given, "output_shape"):
        return given
    dimensions = np.ndim(given)
    if dimensions not in (2, 4):
        raise ArgumentError(
            f"a layer is `Dense`, `Conv2D`, a pooling, `Flatten`, or an array of weights, not {given!r}"
        )
    return Dense(np.asarray(given)) if dimensions == 2 else Conv2D(np.asarray(given))
