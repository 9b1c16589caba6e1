"""Trajectories to gradients: the optax loop and names of parameters."""

from ._fit import FitResult as FitResult
from ._fit import fit as fit
from ._names import named_leaves as named_leaves
from ._names import replaced as replaced
