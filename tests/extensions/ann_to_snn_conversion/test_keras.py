"""Keras models, from files that Keras has written and from objects with its methods."""

import json
import sys
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest

from jaxsnn.errors import ArgumentError, FileFormatError, MissingPackageError, UnsupportedError
from jaxsnn.extensions.ann_to_snn_conversion._keras_files import read_keras_file
from jaxsnn.extensions.ann_to_snn_conversion._keras_layers import KerasLayer, network_of_keras
from jaxsnn.extensions.ann_to_snn_conversion._keras_models import network_of_model
from jaxsnn.extensions.ann_to_snn_conversion._weighted_layers import Conv2D, Dense

from ...equations.running import GOLDEN

KERAS = GOLDEN / "keras"
OUTPUTS = json.loads((KERAS / "outputs.json").read_text())


@pytest.mark.parametrize("ending", ["keras", "h5"])
@pytest.mark.parametrize("name", ["mlp", "cnn", "strided"])
def test_files_hold_what_keras_computes(name, ending):
    """Oracle: `model.predict` of Keras 3.15.1, single precision, for the models that it saved.

    `cnn` has poolings that leave a rest; `strided` begins with a `Reshape`, has biases, strides, and a batch
    normalisation before its activation.
    """
    pytest.importorskip("h5py")
    network = network_of_keras(read_keras_file(KERAS / f"{name}.{ending}"))
    found = network.activations(np.array(OUTPUTS[name]["samples"]))[-1]
    if name != "strided":  # which ends in a softmax
        found = np.exp(found) / np.exp(found).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found, OUTPUTS[name]["outputs"], rtol=2e-5, atol=1e-7)
    ranked = network.in_order_of_ranks().activations(np.array(OUTPUTS[name]["samples"]))[-1]
    np.testing.assert_allclose(ranked, network.activations(np.array(OUTPUTS[name]["samples"]))[-1])


def test_files_that_are_none(tmp_path):
    """Oracle: the message says what is wrong with the file, and what to do."""
    with pytest.raises(FileNotFoundError, match="no file"):
        read_keras_file(tmp_path / "nothing.keras")
    path = tmp_path / "text.h5"
    path.write_text("pickled")
    with pytest.raises(FileFormatError, match="neither a `.keras` archive nor an `.h5` file"):
        read_keras_file(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("else", "")
    with pytest.raises(FileFormatError, match="no `.keras` file: save with `model.save`"):
        read_keras_file(path)


def test_weights_alone_are_no_model(tmp_path):
    """Oracle: the remedy in the message."""
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        file["w"] = np.ones(3)
    with pytest.raises(FileFormatError, match="save it with `model.save`, not `save_weights`"):
        read_keras_file(tmp_path / "weights.h5")


def test_h5py_is_asked_for(monkeypatch):
    """Oracle: the name of the extra in the message."""
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'jaxsnn\[keras\]'"):
        read_keras_file(KERAS / "mlp.h5")


def described(*layers):
    return {"class_name": "Functional", "config": {"layers": list(layers)}}


@pytest.mark.parametrize(
    ("config", "error", "message"),
    [
        ({"class_name": "Mine", "config": {"units": 3}}, FileFormatError, "describes no sequence of layers"),
        (described(described()), UnsupportedError, "is a model itself"),
        (
            described(
                {"class_name": "InputLayer", "config": {"name": "a"}, "inbound_nodes": []},
                {"class_name": "Dense", "config": {"name": "b"}, "inbound_nodes": [[["a", 0, 0, {}]]]},
                {"class_name": "Add", "config": {"name": "c"}, "inbound_nodes": [[["a", 0, 0, {}], ["b", 0, 0, {}]]]},
            ),
            UnsupportedError,
            "`c` reads `a`, `b`: only a chain",
        ),
    ],
)
def test_models_that_are_no_chain(tmp_path, config, error, message):
    """Oracle: the message names the layer. The graph is written as Keras 2 writes it."""
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "model.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.create_group("model_weights")
    with pytest.raises(error, match=message):
        read_keras_file(tmp_path / "model.h5")


def dense(n_in, n_out, **config):
    return KerasLayer("Dense", {"name": "d", "activation": "relu"} | config, [np.ones((n_in, n_out))])


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([dense(2, 3), KerasLayer("LSTM", {"name": "l"}, [np.ones((3, 3))])], "`l` is a `LSTM`, which cannot be"),
        ([dense(2, 3), KerasLayer("BatchNormalization", {"name": "b"}, [np.ones(3)] * 4)], "must stand between"),
        ([KerasLayer("Dropout", {})], "nothing to convert"),
        ([KerasLayer("Conv2D", {"name": "c", "dilation_rate": 2}, [np.ones((1, 1, 1, 1))])], "no dilation"),
        ([KerasLayer("Conv2D", {"name": "c", "groups": 2}, [np.ones((1, 1, 1, 1))])], "one group, not 2"),
        ([KerasLayer("Conv2D", {"name": "c"}, [np.ones((1, 1, 1, 1))])], "let its first layer be an `Input`"),
        ([KerasLayer("Dense", {"name": "d"})], "`d` has no weights"),
    ],
)
def test_layers_that_cannot_be_converted(layers, message):
    """Oracle: the message says which layer, and why."""
    with pytest.raises(UnsupportedError, match=message):
        network_of_keras(layers)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([dense(2, 3, activation="tanh"), dense(3, 2)], "`tanh` of the layer `d` is read as `relu`"),
        ([dense(2, 3, activation="linear"), dense(3, 2)], "hidden layers without `relu`"),
        ([dense(2, 3), KerasLayer("LayerThatWasAdded", {"name": "x"}), dense(3, 2)], "`x`, a `LayerThatWasAdded`, is"),
    ],
)
def test_what_is_read_otherwise_is_told(layers, message):
    """Oracle: the warning; what is read is a network of rectified units."""
    with pytest.warns(UserWarning, match=message):
        network = network_of_keras(layers)
    assert [layer.activation for layer in network.layers] == ["relu", "relu"]


def test_strides_of_poolings_are_told():
    """Oracle: the warning; ANNarchy ignores them in silence."""
    pooling = KerasLayer("MaxPooling2D", {"name": "p", "pool_size": (2, 2), "strides": (1, 1)})
    with pytest.warns(UserWarning, match="strides .* of the pooling `p` are ignored"):
        network = network_of_keras([pooling, dense(4, 2)], (4, 4, 1))
    assert network.shapes == ((4, 4, 1), (2, 2, 1), (2,))


def layer_object(kind, config, arrays):
    made = type(kind, (), {"get_config": lambda self: config, "get_weights": lambda self: arrays})()
    made.name = config.get("name", kind)
    return made


def test_models_in_memory():
    """Oracle: the same layers from a file; a model is anything with Keras's methods."""
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(3, 3, 1, 2)), rng.normal(size=(8, 3))
    layers = [
        layer_object("Conv2D", {"activation": "linear", "padding": "same"}, [first, np.array([0.5, 0.0])]),
        layer_object("ReLU", {}, []),
        layer_object("GlobalAveragePooling2D", {}, []),
        layer_object("Dense", {"activation": "softmax"}, [second[:2]]),
    ]
    model = SimpleNamespace(layers=layers, get_weights=list, input_shape=(None, 4, 4, 1))
    network = network_of_model(model)
    convolution, _, output = network.layers
    assert isinstance(convolution, Conv2D) and convolution.activation == "relu" and convolution.bias is not None
    assert isinstance(output, Dense) and output.bias is None
    assert network.shapes == ((4, 4, 1), (4, 4, 2), (1, 1, 2), (3,))
    with pytest.raises(ArgumentError, match="a Keras model has `layers`"):
        network_of_model(object())
    model.input_shape = [(None, 1), (None, 2)]
    with pytest.raises(UnsupportedError, match="2 inputs"):
        network_of_model(model)


def test_models_of_keras_itself(monkeypatch):
    """Oracle: `model.predict` of Keras with the JAX back end, where it is installed."""
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras")
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((6, 6, 1)),
            layers.Conv2D(3, 3, padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )
    samples = np.random.default_rng(0).random((4, 6, 6, 1))
    found = network_of_model(model).activations(samples)[-1]
    np.testing.assert_allclose(found, model.predict(samples, verbose=0), rtol=1e-4, atol=1e-6)
