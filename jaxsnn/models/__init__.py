"""What a neuron is: the description type and the built-in catalogue."""

from ._neuron import Neuron as Neuron
from .neurons import Izhikevich as Izhikevich
