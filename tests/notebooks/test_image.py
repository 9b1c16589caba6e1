"""The notebook Image: a picture is pooled, smoothed, and looked at by three colour filters."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.extensions.image import ImagePopulation

RECTIFIED = snn.Neuron(equations="r = sum(exc) : min = 0.0")
COLOURS = np.array([[2.0, -1.0, -1.0], [-1.0, 2.0, -1.0], [-1.0, -1.0, 2.0]])


def smooth(image):
    """Return the means of windows of 3 x 3 places, of each colour by itself, with zeros beyond the edges."""
    rows, columns, _ = image.shape
    padded = np.pad(image, [(1, 1), (1, 1), (0, 0)])
    return sum(padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3)) / 9.0


@pytest.mark.slow
def test_image(double, tmp_path):
    """Oracle: NumPy, with which ANNarchy agrees to 1e-15: means of blocks, a box filter, rectified mixing of colours.

    The picture of the notebook is not ours to copy, so its numbers are not compared; ours has the same size, a dark
    border as its corner, and spots of colour of several sizes.
    """
    Image = pytest.importorskip("PIL.Image")
    draw = np.random.default_rng(1)
    spots = np.kron(draw.integers(0, 256, (24, 32, 3)), np.ones((20, 20, 1)))
    pixels = np.clip(spots - draw.integers(0, 128, (480, 640, 3)), 0, 255).astype(np.uint8)
    pixels[:40] = 0
    Image.fromarray(pixels).save(tmp_path / "picture.png")

    image = ImagePopulation(geometry=(480, 640, 3))
    image.set_image(tmp_path / "picture.png")
    pooled, smoothed, filtered = (snn.Population((48, 64, 3), RECTIFIED) for _ in range(3))
    snn.Pooling(image, pooled, "exc", operation="mean").connect_pooling(extent=(10, 10, 1))
    snn.Convolution(pooled, smoothed, "exc").connect_filter(np.full((3, 3, 1), 1.0 / 9.0))
    snn.Convolution(smoothed, filtered, "exc").connect_filters(COLOURS[:, None, None, :])
    snn.compile(silent=True)
    snn.simulate(4.0)

    expected = {image: pixels / 255.0}
    expected[pooled] = expected[image].reshape(48, 10, 64, 10, 3).mean(axis=(1, 3))
    expected[smoothed] = smooth(expected[pooled])
    expected[filtered] = np.maximum(expected[smoothed] @ COLOURS.T, 0.0)
    for population, values in expected.items():
        np.testing.assert_allclose(population.r, values, rtol=0.0, atol=2e-15)
    assert (expected[filtered].max(axis=(0, 1)) > 0.5).all()
