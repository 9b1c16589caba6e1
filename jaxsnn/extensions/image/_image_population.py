"""`ImagePopulation`: the pixels of an image file as firing rates."""

from os import PathLike

import numpy as np

from ...errors import warn
from ._pixel_population import PixelPopulation


class ImagePopulation(PixelPopulation):
    """A population of the default network whose firing rates are the pixels of an image.

    Reading a file needs the package Pillow, the extra `image`: `pip install '.[image]'`.

    Args:
        geometry: (height, width) or (height, width, 1) for brightness, (height, width, 3) for red, green and blue. An
            image of 640 x 480 pixels belongs into (480, 640).
        name: unique; None numbers the populations.
        copied: accepted and ignored.

    Example:
        >>> import os, tempfile, numpy as np, jaxsnn as snn
        >>> from PIL import Image
        >>> from jaxsnn.extensions.image import ImagePopulation
        >>> snn.clear()
        >>> filename = os.path.join(tempfile.mkdtemp(), "red.png")
        >>> Image.new("RGB", (4, 2), (255, 0, 0)).save(filename)
        >>> pop = ImagePopulation(geometry=(2, 4, 3))
        >>> pop.set_image(filename)
        >>> pop.r[0, 0].tolist()
        [1.0, 0.0, 0.0]
    """

    def set_image(self, image_name: str | PathLike[str]) -> None:
        """Take the pixels of an image, between 0 and 1, as firing rates.

        An image of another size is resized, with a warning.

        Args:
            image_name: name of a file that Pillow can read: PNG, JPEG and others.

        Raises:
            ImportError: Pillow is not installed.
            OSError: there is no such file, or it is no image.
        """
        try:
            from PIL import Image  # an extra of this package
        except ImportError as error:
            message = "reading an image needs the package Pillow, the extra `image`: pip install pillow"
            raise ImportError(message) from error
        rows, columns, *_ = self.geometry
        size = (columns, rows)  # Pillow's order
        with Image.open(image_name) as image:
            if image.size != size:
                warn(f"the image {str(image_name)!r} has {image.size} pixels, {self!r} has {size}: it is resized")
            pixels = image.resize(size).convert("L" if self._is_grey else "RGB")
        self.r = np.asarray(pixels, float).reshape(self.geometry) / 255.0
