"""Text to pure functions: parser, analysis and evaluation of the equation language."""

from ._analyse import NeuronEquations as NeuronEquations
from ._analyse import analyse_neuron as analyse_neuron
from ._parse import parse_definitions as parse_definitions
from ._parse import parse_expression as parse_expression
