"""Keras models that are in memory: read through their public methods, so that no package is imported here."""

from typing import Any

import numpy as np

from ...errors import ArgumentError, UnsupportedError
from ._artificial_network import ArtificialNetwork
from ._keras_layers import KerasLayer, network_of_keras


def network_of_model(model: Any) -> ArtificialNetwork:
    """Return the artificial network of a `keras.Model` that is a chain of layers, whatever its back end.

    Raises:
        ArgumentError: it is no model of Keras.
        UnsupportedError: its layers are no chain, or cannot be converted.
    """
    if not (hasattr(model, "layers") and hasattr(model, "get_weights")):
        raise ArgumentError(f"a Keras model has `layers`, with `get_config` and `get_weights`; this is {model!r}")
    layers = []
    for layer in model.layers:
        if hasattr(layer, "layers"):
            raise UnsupportedError(f"the layer `{layer.name}` is a model itself: build one model of all layers")
        arrays = [np.asarray(x) for x in layer.get_weights()]
        layers.append(KerasLayer(type(layer).__name__, layer.get_config(), arrays))
    shape = getattr(model, "input_shape", None)
    if isinstance(shape, list):
        raise UnsupportedError(f"the model has {len(shape)} inputs: only a chain of layers can be converted")
    known = isinstance(shape, tuple) and layers[0].kind != "Reshape" and not any(x.kind == "Reshape" for x in layers)
    return network_of_keras(layers, tuple(shape[1:]) if known and shape else None)
