"""Pure functions to trajectories: runs, records, replicas."""

from ._simulation import Simulation as Simulation
from ._simulation import build_simulation as build_simulation
