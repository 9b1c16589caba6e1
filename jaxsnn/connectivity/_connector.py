"""What a connector can do: turn a key into the edges of a projection."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from jax import Array

from ._edges import Edges
from ._ends import Ends
from ._weights_and_delays import Delays, Weights


class Connector(Protocol):
    """Who is connected to whom, how strongly and with which delay: a frozen description.

    Nothing is drawn until the network is initialised, so every replica gets its own synapses from its own key.
    """

    @property
    def title(self) -> str:
        """What ANNarchy calls it."""
        ...

    @property
    def weights(self) -> Weights | None:
        """One number or a distribution; None where every synapse has its own number."""
        ...

    @property
    def delays(self) -> Delays | None:
        """One number of ms or a distribution; None where every synapse has its own number."""
        ...

    @property
    def arrays(self) -> Mapping[str, np.ndarray]:
        """What is given as numbers, by name: arguments of the initialisation, not constants in its program."""
        ...

    @property
    def multapses(self) -> bool:
        """Whether two neurons may have several synapses from one to the other."""
        ...

    def with_delays(self, delays: Delays) -> "Connector":
        """Return the same connector with other delays, ms."""
        ...

    def is_random(self, ends: Ends) -> bool:
        """Tell whether a key decides which synapses there are."""
        ...

    def most(self, ends: Ends) -> tuple[int, int]:
        """Return the most synapses of a pre-synaptic neuron, and of a post-synaptic one."""
        ...

    def expected(self, ends: Ends) -> float:
        """Return the expected number of synapses."""
        ...

    def longest_delay(self) -> float:
        """Return the longest delay that any synapse can have, ms; infinite for a distribution without a bound."""
        ...

    def edges(self, key: Array, ends: Ends, arrays: Mapping[str, Array], dtype: Any) -> Edges:
        """Return the edges; traceable.

        Args:
            key: decides what is drawn.
            ends: the two sides.
            arrays: those of the connector, as JAX arrays.
            dtype: of weights and delays.
        """
        ...
