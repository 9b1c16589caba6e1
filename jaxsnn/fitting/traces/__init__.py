"""Fits of a neuron to a recorded trace with spikes."""

from ._fit_trace import fit_trace as fit_trace
from ._trace_fit import TraceFit as TraceFit
