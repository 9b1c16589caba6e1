"""Images and frames of a camera as firing rates."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import errors
from jaxsnn.extensions.image import ImagePopulation, VideoPopulation

PIXELS = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]], [[0, 0, 0], [51, 51, 51], [255, 255, 255]]], np.uint8)


@pytest.fixture
def picture(tmp_path):
    """Return the name of a file with an image of 3 x 2 pixels."""
    image = pytest.importorskip("PIL.Image")
    image.fromarray(PIXELS).save(tmp_path / "picture.png")
    return tmp_path / "picture.png"


def test_colours_and_brightness(picture):
    """Oracle: the pixels over 255; for brightness the luma of ITU-R 601, 0.299 R + 0.587 G + 0.114 B."""
    colours, grey = ImagePopulation(geometry=(2, 3, 3)), ImagePopulation(geometry=(2, 3), name="grey")
    layer = ImagePopulation((2, 3, 1))
    for population in (colours, grey, layer):
        population.set_image(picture)
    np.testing.assert_allclose(colours.r, PIXELS / 255.0, rtol=1e-6)
    np.testing.assert_allclose(grey.r, PIXELS / 255.0 @ [0.299, 0.587, 0.114], atol=1 / 255)
    np.testing.assert_array_equal(layer.r[..., 0], grey.r)
    assert (colours.geometry, grey.name, snn.get_population("grey").size) == ((2, 3, 3), "grey", 6)


def test_an_image_of_another_size_is_resized_and_the_network_reads_it(picture):
    """Oracle: an image of one colour keeps it in any size; its neighbours do not see it before the step."""
    from PIL import Image

    Image.new("L", (7, 5), 51).save(picture)
    P = ImagePopulation(geometry=(2, 4))
    Q = snn.Population(8, snn.Neuron(equations="r = sum(exc)"))
    snn.Projection(P, Q, "exc").connect_one_to_one(2.0)
    snn.compile(silent=True)
    P.set_image(picture)
    snn.simulate(1.0)
    np.testing.assert_allclose(Q.r, 0.4, rtol=1e-6)
    assert isinstance(snn.default_network().get(P), ImagePopulation)


@pytest.mark.parametrize("geometry", [(4,), (4, 4, 2), 16, (1, 2, 3, 4)])
def test_a_geometry_that_is_no_image_is_refused(geometry):
    """Oracle: the message."""
    with pytest.raises(errors.ArgumentError, match=r"`geometry` of ImagePopulation is \(height, width\)"):
        ImagePopulation(geometry)


class Camera:
    """Gives two frames, blue before green and red as OpenCV does."""

    def __init__(self, port) -> None:
        self.frames, self.is_open = [PIXELS[..., ::-1], PIXELS[::-1, :, ::-1]], port == 0

    def isOpened(self) -> bool:
        return self.is_open

    def read(self):
        return (True, self.frames.pop(0)) if self.frames else (False, None)

    def release(self) -> None:
        self.is_open = False


def opencv() -> SimpleNamespace:
    """Return what stands for OpenCV: it changes colours and sizes by NumPy."""

    def convert(frame, code):
        return frame[..., ::-1] if code == "rgb" else (frame[..., ::-1] @ [0.299, 0.587, 0.114]).astype(np.uint8)

    def resize(frame, size):
        assert size == (frame.shape[1], frame.shape[0])
        return frame

    return SimpleNamespace(
        VideoCapture=Camera, cvtColor=convert, resize=resize, COLOR_BGR2RGB="rgb", COLOR_BGR2GRAY="grey"
    )


def test_frames_of_a_camera(monkeypatch):
    """Oracle: the frames over 255, in the order of red, green, blue."""
    monkeypatch.setitem(sys.modules, "cv2", opencv())
    population = VideoPopulation(geometry=(2, 3, 3))
    with pytest.raises(errors.StateError, match="has no camera yet: call `start_camera` first"):
        population.grab_image()
    with pytest.raises(errors.ArgumentError, match="there is no camera, and no video, 7"):
        population.start_camera(7)
    population.start_camera()
    for frame in (PIXELS, PIXELS[::-1]):
        population.grab_image()
        np.testing.assert_allclose(population.r, frame / 255.0, rtol=1e-6)
    with pytest.raises(errors.StateError, match="gives no more frames"):
        population.grab_image()
    population.release()
    with pytest.raises(errors.StateError, match="has no camera yet"):
        population.grab_image()


def test_without_the_packages_populations_exist_and_errors_name_the_extras(monkeypatch, tmp_path):
    """Oracle: the messages."""
    monkeypatch.setitem(sys.modules, "cv2", None)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"pip install 'jaxsnn\[video\]'"):
        VideoPopulation(geometry=(48, 64, 3)).start_camera()
    with pytest.raises(ImportError, match=r"pip install 'jaxsnn\[image\]'"):
        ImagePopulation(geometry=(48, 64, 3)).set_image(tmp_path / "none.png")
