"""Pure functions to trajectories: runs, records, replicas."""

from ._drive import NEVER as NEVER
from ._drive import build_drive as build_drive
from ._drive import build_until_drive as build_until_drive
from ._drive import build_watched_drive as build_watched_drive
from ._memory import available_bytes as available_bytes
from ._memory import check_memory as check_memory
from ._records import SPIKES as SPIKES
from ._records import Samples as Samples
from ._records import capacity as capacity
from ._records import empty_buffer as empty_buffer
from ._records import record_bytes as record_bytes
from ._records import trimmed as trimmed
from ._replicas import Layout as Layout
from ._replicas import Replicas as Replicas
from ._replicas import Runner as Runner
from ._replicas import layout as layout
from ._replicas import runner_of as runner_of
from ._replicas import shared_values as shared_values
from ._simulation import Simulation as Simulation
from ._simulation import build_simulation as build_simulation
from ._simulation import check_precision as check_precision
from ._sweep import sweep as sweep
from ._time import n_steps as n_steps
