"""Layers from the descriptions that Keras writes: the class of each layer, its settings, its arrays by name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...errors import UnsupportedError, warn
from ._artificial_layers import AveragePooling2D, Flatten, Layer, MaxPooling2D, Shape, pair
from ._artificial_network import ArtificialNetwork
from ._weighted_layers import Conv2D, Dense

WITHOUT_EFFECT = {
    *("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianDropout", "GaussianNoise", "AlphaDropout"),
    *("ActivityRegularization", "Softmax", "InputLayer", "Reshape"),
}
MONOTONIC = ("softmax", "sigmoid", "linear", None)  # at the end the largest stays the largest


@dataclass(frozen=True)
class KerasLayer:
    """A layer as Keras describes it.

    Args:
        kind: name of its class.
        config: its settings.
        arrays: its weights, in Keras's order: kernel and bias; gamma, beta, mean and variance.
    """

    kind: str
    config: Mapping[str, Any]
    arrays: Sequence[np.ndarray] = ()

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.config.get("name", self.kind))


def network_of_keras(layers: Iterable[KerasLayer], input_shape: Shape | None = None) -> ArtificialNetwork:
    """Return the artificial network that a chain of Keras layers describes.

    Args:
        layers: in the order in which they act.
        input_shape: of one sample; None takes it from the first layer.

    Raises:
        UnsupportedError: a layer that cannot be converted.
    """
    found: list[Layer] = []
    names, depths = [], []
    every = list(layers)
    has_input = every[:1] and every[0].kind == "InputLayer"  # which Keras writes down, but need not list
    for i, layer in enumerate(every, start=0 if has_input else 1):
        before = len(found)
        _add(found, layer)
        if len(found) > before:
            names.append(layer.name)
            depths.append(i)
    if not any(isinstance(layer, Dense | Conv2D) for layer in found):
        raise UnsupportedError("the model has no `Dense` or `Conv2D` layer: there is nothing to convert")
    shape, rectified = input_shape or _input_shape(every), tuple(_with_rectified_units(found))
    input_name = every[0].name if has_input else "input"
    return ArtificialNetwork(shape, rectified, tuple(names), tuple(depths), input_name)


def _add(found: list[Layer], layer: KerasLayer) -> None:
    """Add what a layer means to those before it, or change the last of them."""
    match layer.kind:
        case "Dense":
            found.append(Dense(*_kernel_and_bias(layer), _activation(layer)))
        case "Conv2D" | "Convolution2D":
            found.append(_convolution(layer))
        case "MaxPooling2D" | "MaxPool2D" | "AveragePooling2D" | "AvgPool2D":
            found.append(_pooling(layer))
        case "GlobalMaxPooling2D" | "GlobalMaxPool2D":
            found.append(MaxPooling2D(None))
        case "GlobalAveragePooling2D" | "GlobalAvgPool2D":
            found.append(AveragePooling2D(None))
        case "Flatten":
            found.append(Flatten())
        case "Activation" | "ReLU":
            _activate(found, layer)
        case "BatchNormalization":
            _normalise(found, layer)
        case kind if kind not in WITHOUT_EFFECT:
            _leave_out(layer)


def _leave_out(layer: KerasLayer) -> None:
    if layer.arrays:
        known = "Dense, Conv2D, MaxPooling2D, AveragePooling2D, BatchNormalization"
        raise UnsupportedError(f"the layer `{layer.name}` is a `{layer.kind}`, which cannot be converted: use {known}")
    warn(f"the layer `{layer.name}`, a `{layer.kind}`, is left out: spiking neurons have nothing like it")


def _kernel_and_bias(layer: KerasLayer) -> tuple[np.ndarray, np.ndarray | None]:
    if not layer.arrays:
        raise UnsupportedError(f"the layer `{layer.name}` has no weights: save the model after it was built")
    return layer.arrays[0], layer.arrays[1] if len(layer.arrays) > 1 else None


def _convolution(layer: KerasLayer) -> Conv2D:
    config = layer.config
    if config.get("data_format") == "channels_first" or pair(config.get("dilation_rate", 1)) != (1, 1):
        raise UnsupportedError(f"the layer `{layer.name}`: convolutions have the channels last, and no dilation")
    if config.get("groups", 1) != 1:
        raise UnsupportedError(f"the layer `{layer.name}`: convolutions have one group, not {config['groups']}")
    weights, bias = _kernel_and_bias(layer)
    return Conv2D(
        weights, bias, _activation(layer), pair(config.get("strides", 1)), str(config.get("padding", "valid"))
    )


def _pooling(layer: KerasLayer) -> Layer:
    size = pair(layer.config.get("pool_size", 2))
    strides = layer.config.get("strides")
    if strides is not None and pair(strides) != size:
        warn(f"the strides {strides} of the pooling `{layer.name}` are ignored: its regions of {size} lie side by side")
    make = MaxPooling2D if layer.kind.startswith("Max") else AveragePooling2D
    return make(size)


def _activation(layer: KerasLayer) -> str:
    """Return the activation of a layer; spiking neurons that integrate and fire have that of a rectified unit."""
    name = layer.config.get("activation", "linear")
    name = name.get("config", {}).get("name", name.get("class_name")) if isinstance(name, Mapping) else name
    if name in MONOTONIC:
        return "linear"
    if name != "relu":
        warn(
            f"the activation `{name}` of the layer `{layer.name}` is read as `relu`: that is what neurons that fire do"
        )
    return "relu"


def _activate(found: list[Layer], layer: KerasLayer) -> None:
    """Give the last layer with weights the activation of a layer of its own."""
    name = "relu" if layer.kind == "ReLU" else _activation(layer)
    if found and isinstance(found[-1], Dense | Conv2D) and name == "relu":
        found[-1] = replace(found[-1], activation="relu")


def _normalise(found: list[Layer], layer: KerasLayer) -> None:
    """Put batch normalisation into the weights before it (Rueckauer et al. 2017, section 2.2.3)."""
    if not found or not isinstance(found[-1], Dense | Conv2D) or found[-1].activation == "relu":
        where = "between a layer with weights and its activation"
        raise UnsupportedError(
            f"the batch normalisation `{layer.name}` cannot be put into weights: it must stand {where}"
        )
    before, arrays = found[-1], list(layer.arrays)
    scale = arrays.pop(0) if layer.config.get("scale", True) else 1.0
    shift = arrays.pop(0) if layer.config.get("center", True) else 0.0
    mean, variance = arrays
    factor = scale / np.sqrt(variance + layer.config.get("epsilon", 1e-3))
    bias = 0.0 if before.bias is None else before.bias
    found[-1] = replace(before, weights=before.weights * factor, bias=(bias - mean) * factor + shift)


def _with_rectified_units(found: Sequence[Layer]) -> list[Layer]:
    """Return the layers; hidden ones without an activation get that of neurons that fire, which a warning says."""
    last = max(i for i, layer in enumerate(found) if isinstance(layer, Dense | Conv2D))
    linear = [i for i, x in enumerate(found[:last]) if isinstance(x, Dense | Conv2D) and x.activation == "linear"]
    if linear:
        warn("hidden layers without `relu` are read as if they had it: neurons that fire have no other activation")
    return [replace(x, activation="relu") if i in linear else x for i, x in enumerate(found)]  # type: ignore[type-var]


def _input_shape(layers: Sequence[KerasLayer]) -> Shape:
    """Return the shape of a sample as the first layer with weights, or the first pooling, reads it."""
    shape: Shape | None = None
    for layer in layers:
        given = layer.config.get("batch_shape") or layer.config.get("batch_input_shape")
        shape = tuple(int(n) for n in given[1:]) if given else shape
        if layer.kind == "Reshape":
            shape = tuple(int(n) for n in layer.config["target_shape"])
        if layer.kind == "Dense" and shape is None and layer.arrays:
            shape = layer.arrays[0].shape[:1]
        if layer.kind not in WITHOUT_EFFECT:
            break
    if shape is None:
        raise UnsupportedError("the model does not say the shape of its input: let its first layer be an `Input`")
    return shape
