"""Trajectories to gradients: losses, the compiled optax loop, bounds and ties, names of parameters."""

from ..network import named_leaves as named_leaves
from ..network import replaced as replaced
from . import losses as losses
from ._evaluate import evaluate as evaluate
from ._fit import fit as fit
from ._result import FitResult as FitResult
from .doctor import Agreement as Agreement
from .doctor import Diagnosis as Diagnosis
from .doctor import Fault as Fault
from .doctor import Finding as Finding
from .doctor import Limits as Limits
from .doctor import diagnose as diagnose
from .traces import TraceFit as TraceFit
from .traces import fit_trace as fit_trace
