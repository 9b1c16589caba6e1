"""The Logger, by what TensorBoard would read from its files."""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from jaxsnn import errors
from jaxsnn.extensions.tensorboard import Logger

KINDS = ("simple_value", "image", "histo")


def summaries(folder: Path) -> dict:
    """Return what the files of a folder and of those below hold: (kind, step) by tag."""
    proto = pytest.importorskip("tensorboardX.proto.event_pb2")
    found = {}
    for file in sorted(folder.rglob("events*")):
        for record in _records(file.read_bytes()):
            event = proto.Event.FromString(record)
            for value in event.summary.value:
                kind = next((k for k in KINDS if value.HasField(k)), "other")
                curve = file.parent.name if file.parent != folder / "one" else ""  # of several in one plot
                found[f"{value.tag} {curve}".strip()] = (kind, event.step, value)
    return found


def _records(data: bytes):
    """Yield the records of a file: length, its checksum, the record, its checksum."""
    while data:
        n = int.from_bytes(data[:8], "little")
        yield data[12 : 12 + n]
        data = data[16 + n :]


def pixels(value) -> np.ndarray:
    from io import BytesIO

    from PIL import Image

    return np.asarray(Image.open(BytesIO(value.image.encoded_image_string)).convert("RGB"))


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    pytest.importorskip("tensorboardX")
    folder = tmp_path_factory.mktemp("runs")
    with Logger(folder, experiment="one") as logger:
        logger.add_scalar("error", 0.5, 3)
        logger.add_scalars("rates", {"exc": 4.0, "inh": 8.0}, 1)
        logger.add_image("grey", np.array([[0, 128], [255, 300]]), 2)
        logger.add_image("stretched", np.array([[2.0, 4.0]]), equalize=True)
        logger.add_image("colours", np.ones((2, 3, 3)) * [1.0, 0.0, 0.0])
        logger.add_images("fields", np.array([[[0.0, 1.0]], [[0.0, 4.0]]]), 1, equalize=True)
        logger.add_images("each_field", np.array([[[0.0, 1.0]], [[0.0, 4.0]]]), 1, True, True)
        logger.add_histogram("weights", [[0.1, 0.2], [0.3]], 7)
        logger.add_parameters({"tau": 10.0, "neuron": "LIF"}, {"accuracy": 0.9})
        figure, axes = plt.subplots()
        axes.plot([1, 2])
        logger.add_figure("figure", figure, 4)
        logger.flush()
    assert not plt.fignum_exists(figure.number)
    assert logger.logdir == folder / "one"
    return summaries(folder)


def test_scalars_histograms_and_parameters(logged):
    """Oracle: what was given, read back from the files."""
    kind, step, value = logged["error"]
    assert (kind, step, value.simple_value) == ("simple_value", 3, 0.5)
    assert [logged[f"rates {name}"][2].simple_value for name in ("exc", "inh")] == [4.0, 8.0]
    kind, step, value = logged["weights"]
    assert (kind, step, value.histo.num, value.histo.max) == ("histo", 7, 3.0, 0.3)
    assert next(x for tag, x in logged.items() if tag.startswith("accuracy"))[2].simple_value == pytest.approx(0.9)
    assert any(tag.startswith("_hparams_") for tag in logged)


def test_images_and_figures(logged):
    """Oracle: the pixels, by hand."""
    assert pixels(logged["grey"][2])[..., 0].tolist() == [[0, 128], [255, 255]]
    assert pixels(logged["stretched"][2])[..., 0].tolist() == [[0, 255]]
    assert pixels(logged["colours"][2])[0, 0].tolist() == [255, 0, 0]
    assert np.unique(pixels(logged["fields"][2])[..., 0]).tolist() == [0, 63, 255]
    assert np.unique(pixels(logged["each_field"][2])[..., 0]).tolist() == [0, 255]
    assert logged["figure"][:2] == ("image", 4)


def test_an_image_of_another_shape_is_refused(tmp_path):
    """Oracle: the message."""
    pytest.importorskip("tensorboardX")
    with Logger(tmp_path) as logger:
        assert logger.logdir.parent == tmp_path
        with pytest.raises(errors.ShapeError, match=r"an image is \(height, width\).* not an array of shape \(5,\)"):
            logger.add_image("line", np.zeros(5))
        with pytest.raises(errors.ShapeError, match="images are a list of"):
            logger.add_images("one", np.zeros((4, 4)))
        with pytest.raises(errors.ArgumentError, match="an image takes numbers"):
            logger.add_image("text", np.array([["a"]]))


def test_without_the_package_the_error_names_the_extra(monkeypatch, tmp_path):
    """Oracle: the message."""
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match=r"pip install 'jaxsnn\[tensorboard\]'"):
        Logger(tmp_path)
