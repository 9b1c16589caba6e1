"""BOLD signals of populations, as functional magnetic resonance imaging would measure them.

    from jaxsnn.extensions.bold import *

A `BoldMonitor` computes the signal while the network runs, by a `BoldModel`: one of the balloon models here, or one of
your own.
"""

from ._bold_model import BoldModel as BoldModel
from ._bold_monitor import BoldMonitor as BoldMonitor
from ._maith2021 import balloon_maith2021 as balloon_maith2021
from ._norm_projection import NormProjection as NormProjection
from ._stephan2007 import balloon_CL as balloon_CL
from ._stephan2007 import balloon_CN as balloon_CN
from ._stephan2007 import balloon_RL as balloon_RL
from ._stephan2007 import balloon_RN as balloon_RN
from ._two_inputs import balloon_two_inputs as balloon_two_inputs

__all__ = [
    "BoldModel",
    "BoldMonitor",
    "NormProjection",
    "balloon_CL",
    "balloon_CN",
    "balloon_RL",
    "balloon_RN",
    "balloon_maith2021",
    "balloon_two_inputs",
]
