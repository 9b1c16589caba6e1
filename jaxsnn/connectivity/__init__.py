"""Which neurons, connected how: subsets of populations and connectors."""

from ._connectors import AllToAll as AllToAll
from ._connectors import Connector as Connector
from ._connectors import Ends as Ends
from ._connectors import FixedProbability as FixedProbability
from ._connectors import FromMatrix as FromMatrix
from ._connectors import OneToOne as OneToOne
from ._connectors import Weights as Weights
from ._ranks import Ranks as Ranks
from ._ranks import everything as everything
