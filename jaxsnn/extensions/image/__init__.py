"""Images and videos as firing rates: `from jaxsnn.extensions.image import ImagePopulation, VideoPopulation`."""

from ._image_population import ImagePopulation as ImagePopulation
from ._video_population import VideoPopulation as VideoPopulation

__all__ = ["ImagePopulation", "VideoPopulation"]
