"""`VideoPopulation`: the frames of a camera as firing rates."""

from typing import Any

import numpy as np

from ...errors import ArgumentError, StateError
from ._pixel_population import PixelPopulation


class VideoPopulation(PixelPopulation):
    """A population of the default network whose firing rates are the pixels of a camera.

    The camera needs the package OpenCV: `pip install 'jaxsnn[video]'`.

        pop = VideoPopulation(geometry=(480, 640))
        compile()
        pop.start_camera(0)
        while True:
            pop.grab_image()
            simulate(10.0)
        pop.release()

    Args:
        geometry: (height, width) or (height, width, 1) for brightness, (height, width, 3) for red, green and blue.
        opencv_version, copied: accepted and ignored.
        name: unique; None numbers the populations.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.extensions.image import VideoPopulation
        >>> snn.clear()
        >>> VideoPopulation(geometry=(4, 3, 3), name="retina").size
        36
    """

    _camera: Any = None

    def __init__(
        self, geometry: tuple[int, ...], opencv_version: str = "4", name: str | None = None, copied: bool = False
    ) -> None:
        super().__init__(geometry, name, copied)

    def start_camera(self, camera_port: int | str = 0) -> None:
        """Open a camera.

        Args:
            camera_port: number of the camera, 0 for the first; or the name of a file with a video.

        Raises:
            ImportError: OpenCV is not installed.
            ArgumentError: there is no such camera or file.
        """
        try:
            import cv2  # an extra of this package
        except ImportError as error:
            raise ImportError("a camera needs the package OpenCV: pip install 'jaxsnn[video]'") from error
        camera = cv2.VideoCapture(camera_port)
        if not camera.isOpened():
            raise ArgumentError(f"there is no camera, and no video, {camera_port!r}")
        self.release()
        object.__setattr__(self, "_camera", camera)

    def grab_image(self) -> None:
        """Take the pixels of the present frame, between 0 and 1, as firing rates; it is resized where it has to be.

        Raises:
            StateError: no camera is open, or it gives no more frames.
        """
        if self._camera is None:
            raise StateError(f"{self!r} has no camera yet: call `start_camera` first")
        import cv2

        found, frame = self._camera.read()
        if not found:
            raise StateError(f"the camera of {self!r} gives no more frames")
        colours = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY if self._is_grey else cv2.COLOR_BGR2RGB)
        pixels = cv2.resize(colours, (self.height, self.width))
        self.r = np.asarray(pixels, float).reshape(self.geometry) / 255.0

    def release(self) -> None:
        """Close the camera."""
        if self._camera is not None:
            self._camera.release()
            object.__setattr__(self, "_camera", None)
