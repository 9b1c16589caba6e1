"""Keras models in files, `.keras` and `.h5`, read by h5py: Keras and TensorFlow are not needed, and no code is run."""

import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ... import arguments
from ...errors import FileFormatError, MissingPackageError, UnsupportedError
from ._keras_layers import KerasLayer

HDF5 = b"\x89HDF\r\n\x1a\n"
Weights = Callable[[Mapping[str, Any]], list[np.ndarray]]


def read_keras_file(filename: str | PathLike[str]) -> list[KerasLayer]:
    """Return the layers of a model that Keras has saved, with their weights, in the order in which they act.

    Args:
        filename: of the model as a whole, `model.save("model.keras")` or `model.save("model.h5")`.

    Raises:
        FileNotFoundError: there is no such file.
        FileFormatError: it holds no model of Keras.
        UnsupportedError: its layers are no chain.
        MissingPackageError: h5py is not installed.
    """
    path = arguments.path(filename)
    if not path.exists():
        raise FileNotFoundError(f"there is no file {str(path)!r}")
    if zipfile.is_zipfile(path):
        return _read_archive(path)
    with path.open("rb") as file:
        if file.read(len(HDF5)) != HDF5:
            raise FileFormatError(f"{str(path)!r} is neither a `.keras` archive nor an `.h5` file of Keras")
    return _read_h5(path)


def _read_archive(path: Path) -> list[KerasLayer]:
    """Read a `.keras` file: an archive of a description in JSON and an HDF5 file of weights."""
    with zipfile.ZipFile(path) as archive:
        if not {"config.json", "model.weights.h5"} <= set(archive.namelist()):
            raise FileFormatError(f"{str(path)!r} is an archive, but no `.keras` file: save with `model.save`")
        config = json.loads(archive.read("config.json"))
        with archive.open("model.weights.h5") as weights, _h5py().File(weights, "r") as file:
            return _layers(config, _numbered(file))


def _read_h5(path: Path) -> list[KerasLayer]:
    """Read an `.h5` file: the description is an attribute, and weights stand in groups with the names of layers."""
    with _h5py().File(path, "r") as file:
        if "model_config" not in file.attrs:
            message = "holds weights alone, without the model: save it with `model.save`, not `save_weights`"
            raise FileFormatError(f"{str(path)!r} {message}")
        config = json.loads(_text(file.attrs["model_config"]))
        return _layers(config, _named(file["model_weights"]))


def _layers(config: Mapping[str, Any], weights: Weights) -> list[KerasLayer]:
    """Return the layers of a description; models inside of it are taken apart."""
    described = list(_described(config))
    _check_chain(described)
    return [KerasLayer(x["class_name"], x["config"], weights(x)) for x in described]


def _described(config: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    inner = config.get("config")
    layers = inner.get("layers") if isinstance(inner, Mapping) else inner
    if not isinstance(layers, list):
        raise FileFormatError(
            "the file describes no sequence of layers: a model of a class of its own is not written down"
        )
    for layer in layers:
        if isinstance(layer.get("config"), Mapping) and "layers" in layer["config"]:
            name = layer["config"].get("name", layer["class_name"])
            raise UnsupportedError(f"the layer `{name}` is a model itself: build one model of all layers")
        yield layer


def _check_chain(described: list[Mapping[str, Any]]) -> None:
    """Raise unless each layer reads the one before it, which a sequential model need not say."""
    before: str | None = None
    for layer in described:
        own = layer["config"].get("name", layer.get("name"))
        read = list(_read_by(layer.get("inbound_nodes", [])))
        if read and read != [before]:
            message = f"the layer `{own}` reads {', '.join(f'`{r}`' for r in read)}"
            raise UnsupportedError(f"{message}: only a chain of layers can be converted, without branches")
        before = own


def _read_by(node: Any) -> Iterator[str]:
    """Yield the names of the layers that a node of the graph reads: they stand in lists [name, node, tensor, ...]."""
    if isinstance(node, list) and len(node) >= 3 and isinstance(node[0], str) and isinstance(node[1], int):
        yield node[0]
    elif isinstance(node, list | Mapping):
        for inner in node.values() if isinstance(node, Mapping) else node:
            yield from _read_by(inner)


def _numbered(file: Any) -> Weights:
    """Return how a `.keras` archive finds weights: groups are named after classes, with a number from the second on."""
    counts: Counter[str] = Counter()

    def weights(layer: Mapping[str, Any]) -> list[np.ndarray]:
        kind = _snake_case(layer["class_name"])
        key = f"{kind}_{counts[kind]}" if counts[kind] else kind
        counts[kind] += 1
        group = file.get(f"layers/{key}/vars", file.get(f"_layer_checkpoint_dependencies/{key}/vars"))
        return [] if group is None else [np.asarray(group[n]) for n in sorted(group, key=int)]

    return weights


def _named(file: Any) -> Weights:
    """Return how an `.h5` file finds weights: by the name of the layer, in the order that an attribute tells."""

    def weights(layer: Mapping[str, Any]) -> list[np.ndarray]:
        name = layer["config"].get("name", layer.get("name"))
        if name not in file:
            return []
        return [np.asarray(file[name][_text(n)]) for n in file[name].attrs.get("weight_names", ())]

    return weights


def _snake_case(name: str) -> str:
    """Return a name as Keras writes it in files.

    Example:
        >>> _snake_case("MaxPooling2D"), _snake_case("Conv2D"), _snake_case("BatchNormalization")
        ('max_pooling2d', 'conv2d', 'batch_normalization')
    """
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _h5py() -> Any:
    try:
        import h5py
    except ImportError:
        raise MissingPackageError(
            "Keras files are read by the package `h5py`, which is not installed: pip install 'jaxsnn[keras]'"
        ) from None
    return h5py
