"""From a description to pure functions."""

from ._compile_network import CompiledNetwork as CompiledNetwork
from ._compile_network import compile_network as compile_network
from ._compile_network import replay as replay
from ._compile_network import with_neurons as with_neurons
from ._compile_network import with_own_paths as with_own_paths
from ._initialise import declared_arrays as declared_arrays
from ._initialise import drawn_paths as drawn_paths
from ._layers import Layer as Layer
from ._layers import UnshiftedSpikes as UnshiftedSpikes
from ._layers import join_layers as join_layers
from ._layers import layers_of as layers_of
from ._stop_conditions import Goal as Goal
from ._stop_conditions import build_reached as build_reached
