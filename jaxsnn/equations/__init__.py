"""Text to pure functions: parser, analysis and evaluation of the equation language."""

from ._analyse import analyse_neuron as analyse_neuron
from ._evaluate import Scope as Scope
from ._evaluate import distance as distance
from ._evaluate import evaluate as evaluate
from ._evaluate import truth_of as truth_of
from ._model import Assignment as Assignment
from ._model import Attribute as Attribute
from ._model import NeuronEquations as NeuronEquations
from ._model import ValueType as ValueType
from ._model import conductance as conductance
from ._nodes import Draw as Draw
from ._nodes import Name as Name
from ._nodes import Reduction as Reduction
from ._nodes import walk as walk
from ._parse import parse_definitions as parse_definitions
from ._parse import parse_expression as parse_expression
from ._update import run_event as run_event
from ._update import run_updates as run_updates
from ._vocabulary import DISTRIBUTIONS as DISTRIBUTIONS
from ._vocabulary import REDUCTIONS as REDUCTIONS
