"""Pictures: each function draws on matplotlib axes and returns them. Matplotlib is imported on use."""

from ._diagram import Arrow as Arrow
from ._diagram import diagram as diagram
from ._losses import history as history
from ._matrices import heatmap as heatmap
from ._matrices import matrix as matrix
from ._over_time import bands as bands
from ._over_time import rate as rate
from ._over_time import rate_map as rate_map
from ._over_time import traces as traces
from ._spikes import histogram as histogram
from ._spikes import isi_histogram as isi_histogram
from ._spikes import raster as raster
