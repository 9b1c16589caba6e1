"""Layers from the parameters of PyTorch, Flax, Equinox and others: trees of arrays with names, recognised by those."""

from collections.abc import Iterator, Mapping
from typing import Any

import jax
import numpy as np

from ...errors import ArgumentError
from ._weighted_layers import Conv2D, Dense


def layers_of_parameters(parameters: Any) -> dict[str, Dense | Conv2D]:
    """Return the layers with weights that a tree of parameters holds, by their names, in the order of the tree.

    Parameters say nothing of poolings, activations, strides: put the layers into a list with what stands between them.
    The weights of a layer are named `weight` (PyTorch, Equinox: outputs first) or `kernel` (Flax, Keras: outputs last).

    Args:
        parameters: `model.state_dict()` of PyTorch; `variables["params"]` of Flax; an Equinox module, filtered for
            arrays; or a dictionary of such arrays, nested or with dots in its names.

    Returns:
        `Dense` layers, and `Conv2D` layers without padding, as those programs have them; all are `relu`.

    Raises:
        ArgumentError: no weights are found.

    Example:
        >>> import numpy as np
        >>> state = {"0.weight": np.zeros((5, 3)), "0.bias": np.ones(5), "2.weight": np.zeros((2, 5))}
        >>> {name: layer.weights.shape for name, layer in layers_of_parameters(state).items()}
        {'0': (3, 5), '2': (5, 2)}
    """
    found: dict[str, dict[str, np.ndarray]] = {}
    for path, x in _leaves(parameters):
        *owner, kind = path
        if kind in ("weight", "kernel", "bias"):
            found.setdefault(".".join(owner), {})[kind] = x
    layers = {name: _layer(name, own) for name, own in found.items() if "weight" in own or "kernel" in own}
    if not layers:
        raise ArgumentError("no array of the parameters is named `weight` or `kernel`: give a list of layers instead")
    return layers


def _layer(name: str, arrays: Mapping[str, np.ndarray]) -> Dense | Conv2D:
    outputs_first = "weight" in arrays
    weights, bias = arrays["weight" if outputs_first else "kernel"], arrays.get("bias")
    if weights.ndim == 2:
        return Dense(weights.T if outputs_first else weights, bias)
    if weights.ndim == 4:
        return Conv2D(weights.transpose(2, 3, 1, 0) if outputs_first else weights, bias, padding="valid")
    raise ArgumentError(f"the weights of `{name}` have the shape {weights.shape}: layers have 2 dimensions, or 4")


def _leaves(parameters: Any) -> Iterator[tuple[list[str], np.ndarray]]:
    """Yield names and arrays; a name with dots counts as several."""
    if isinstance(parameters, Mapping):  # in their own order: JAX would sort them
        for key, inner in parameters.items():
            for path, x in _leaves(inner):
                yield [*str(key).split("."), *path], x
        return
    for path, x in jax.tree_util.tree_leaves_with_path(parameters):
        array = np.asarray(x.detach().cpu() if hasattr(x, "detach") else x)
        if array.ndim:
            yield [_name(key) for key in path], array


def _name(key: Any) -> str:
    """Return the name of one step of a path in a tree: a key of a dictionary, an index, an attribute."""
    return str(next(getattr(key, a) for a in ("key", "idx", "name") if hasattr(key, a)))
