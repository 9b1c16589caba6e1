"""The gradient doctor: one run forward and backward, what is wrong with its gradient, and what to do."""

from ._diagnose import diagnose as diagnose
from ._diagnosis import Diagnosis as Diagnosis
from ._findings import Fault as Fault
from ._findings import Finding as Finding
from ._findings import Limits as Limits
from ._finite_differences import Agreement as Agreement
