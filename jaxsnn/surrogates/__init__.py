"""Spikes that carry gradients: a step function forward, a smooth surrogate of its derivative backward.

A spike condition such as `v > v_thresh` is a step function of the distance d = v - v_thresh. Its derivative is zero
almost everywhere, so gradients use the derivative of a smooth function instead (E. O. Neftci, H. Mostafa, F. Zenke,
"Surrogate gradient learning in spiking neural networks", IEEE Signal Processing Magazine 36, 2019,
doi:10.1109/MSP.2019.2931595).

All of them are 1 at the threshold unless `height` says otherwise: in the place of another, one changes how far a
gradient reaches, not how large it is. `docs/gradients.md` shows them side by side.
"""

from ._by_name import KNOWN as KNOWN
from ._by_name import by_name as by_name
from ._compact import rectangle as rectangle
from ._compact import triangle as triangle
from ._custom import custom as custom
from ._plot import plot as plot
from ._smooth import arctan as arctan
from ._smooth import fast_sigmoid as fast_sigmoid
from ._smooth import gaussian as gaussian
from ._smooth import slayer as slayer
from ._smooth import super_spike as super_spike
from ._surrogate import Surrogate as Surrogate
