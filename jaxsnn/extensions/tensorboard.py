"""Logs for TensorBoard: `from jaxsnn.extensions.tensorboard import Logger`.

Needs the package tensorboardX, the extra `tensorboard`: `pip install '.[tensorboard]'`. See the logs by
`tensorboard --logdir runs`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from os import PathLike
from platform import node
from typing import Any, Self

import numpy as np

from .. import arguments
from ..errors import ArgumentError, ShapeError


class Logger:
    """Writes scalars, images, figures, histograms and parameters into files that TensorBoard reads.

    Close it at the end, or use it as a context. A tag names what is drawn; tags such as `"rates/exc"` and `"rates/inh"`
    stand in one group.

    Args:
        logdir: folder of all logs.
        experiment: name of the subfolder for this one; None takes the time and the name of the machine.

    Raises:
        ImportError: tensorboardX is not installed.

    Example:
        >>> import tempfile
        >>> from jaxsnn.extensions.tensorboard import Logger
        >>> with Logger(tempfile.mkdtemp(), experiment="first") as logger:
        ...     for trial in range(3):
        ...         logger.add_scalar("error", 1.0 / (trial + 1), trial)
        >>> sorted(path.name[:6] for path in logger.logdir.iterdir())
        ['events']
    """

    def __init__(self, logdir: str | PathLike[str] = "runs/", experiment: str | None = None) -> None:
        folder = arguments.path(logdir, "logdir")
        try:
            from tensorboardX import SummaryWriter  # an extra of this package
        except ImportError as error:
            message = "the Logger needs the package tensorboardX, the extra `tensorboard`: pip install tensorboardX"
            raise ImportError(message) from error
        name = f"{datetime.now():%b%d_%H-%M-%S}_{node()}" if experiment is None else experiment
        self.logdir = folder.expanduser() / name
        self._writer = SummaryWriter(str(self.logdir))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def flush(self) -> None:
        """Write what is still in memory."""
        self._writer.flush()

    def close(self) -> None:
        """Write what is still in memory, and close the files."""
        self._writer.close()

    def add_scalar(self, tag: str, value: float, step: int | None = None) -> None:
        """Add a point of a curve.

        Args:
            tag: of the curve.
            value: of the point.
            step: on the horizontal axis, such as the number of the trial.
        """
        self._writer.add_scalar(tag, float(value), step)

    def add_scalars(self, tag: str, value: Mapping[str, float], step: int | None = None) -> None:
        """Add a point to each of several curves in one plot.

        Args:
            tag: of the plot.
            value: of each curve, by its name.
            step: on the horizontal axis.
        """
        self._writer.add_scalars(tag, {name: float(x) for name, x in value.items()}, step)

    def add_image(self, tag: str, img: Any, step: int | None = None, equalize: bool = False) -> None:
        """Add an image, such as firing rates in their geometry.

        Args:
            tag: of the image.
            img: (height, width), (height, width, 1), or (height, width, 3) for colours; floats between 0 and 1, or
                integers between 0 and 255. What lies outside is drawn as the nearest bound.
            step: to move between by a slider.
            equalize: rescale the values linearly to the range from 0 to 1.

        Raises:
            ShapeError: another shape.
        """
        self._writer.add_image(tag, _pixels(_channels(img, 2), equalize), step, dataformats="HWC")

    def add_images(
        self, tag: str, img: Any, step: int | None = None, equalize: bool = False, equalize_per_image: bool = False
    ) -> None:
        """Add several images side by side, such as receptive fields.

        Args:
            tag: of the images.
            img: (number, height, width), (number, height, width, 1), or (number, height, width, 3); see `add_image`.
            step: to move between by a slider.
            equalize: rescale the values linearly to the range from 0 to 1, all images by the same factor.
            equalize_per_image: do so with each image by its own factor.

        Raises:
            ShapeError: another shape.
        """
        images = _channels(img, 3)
        pixels = np.stack([_pixels(x, equalize) for x in images]) if equalize_per_image else _pixels(images, equalize)
        self._writer.add_images(tag, pixels, step, dataformats="NHWC")

    def add_parameters(self, params: Mapping[str, Any], metrics: Mapping[str, float]) -> None:
        """Add the parameters of a run, with what came out of it.

        Args:
            params: numbers and texts by name.
            metrics: results by name.
        """
        self._writer.add_hparams(dict(params), {name: float(x) for name, x in metrics.items()})

    def add_histogram(self, tag: str, hist: Sequence[float] | np.ndarray, step: int | None = None) -> None:
        """Add the distribution of some values, such as weights.

        Args:
            tag: of the histogram.
            hist: the values, in any shape, or lists of different lengths such as `proj.w`.
            step: to stand behind each other.
        """
        self._writer.add_histogram(tag, _flat(hist), step)

    def add_figure(self, tag: str, figure: Any, step: int | None = None, close: bool = True) -> None:
        """Add a figure of matplotlib.

        Args:
            tag: of the figure.
            figure: of matplotlib.
            step: to move between by a slider.
            close: close it afterwards.
        """
        self._writer.add_figure(tag, figure, step, close)


def _channels(img: Any, dimensions: int) -> np.ndarray:
    """Return images with an axis of 1 or 3 channels at the end."""
    array = np.asarray(img)
    array = array[..., None] if array.ndim == dimensions else array
    if array.ndim != dimensions + 1 or array.shape[-1] not in (1, 3):
        shape = "(height, width), with an axis of 1 or 3 colours"
        what = f"an image is {shape}" if dimensions == 2 else f"images are a list of {shape}"
        raise ShapeError(f"{what}, not an array of shape {np.shape(img)}")
    if array.dtype.kind not in "biuf":
        raise ArgumentError(f"an image takes numbers, not {array.dtype}")
    return array.astype(float) if array.dtype.kind == "b" else array


def _pixels(image: np.ndarray, equalize: bool) -> np.ndarray:
    """Return floats between 0 and 1, or bytes."""
    if equalize:
        low, high = float(image.min()), float(image.max())
        return (image - low) / (high - low if high > low else 1.0)
    return np.clip(image, 0.0, 1.0) if image.dtype.kind == "f" else np.clip(image, 0, 255).astype(np.uint8)


def _flat(values: Any) -> np.ndarray:
    """Return the numbers in nested lists or arrays, one after the other."""
    if isinstance(values, np.ndarray) or np.isscalar(values):
        return np.ravel(values)
    return np.concatenate([_flat(x) for x in values]) if len(values) else np.zeros(0)
