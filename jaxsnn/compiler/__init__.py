"""From a description to pure functions."""

from ._compile import Compiled as Compiled
from ._compile import check_monitor as check_monitor
from ._compile import compile_network as compile_network
from ._compile import declared_arrays as declared_arrays
from ._compile import drawn_paths as drawn_paths
from ._compile import exists as exists
from ._population import storage as storage
from ._state import Constants as Constants
from ._state import Emitted as Emitted
from ._state import Given as Given
from ._state import NetworkParams as NetworkParams
from ._state import NetworkState as NetworkState
from ._state import Path as Path
from ._state import find as find
from ._state import put as put
from ._step import Advance as Advance
