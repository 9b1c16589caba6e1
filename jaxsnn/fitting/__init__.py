"""Trajectories to gradients: losses, the compiled optax loop, bounds and ties, names of parameters."""

from ..network import named_leaves as named_leaves
from ..network import replaced as replaced
from . import losses as losses
from ._doctor import Diagnosis as Diagnosis
from ._doctor import diagnose as diagnose
from ._doctor_agreement import Agreement as Agreement
from ._doctor_findings import Fault as Fault
from ._doctor_findings import Finding as Finding
from ._doctor_findings import Limits as Limits
from ._evaluate import evaluate as evaluate
from ._fit import fit as fit
from ._result import FitResult as FitResult
