"""Inputs whose spikes stand at any real time."""

import jaxsnn as snn

# A line that reaches `moment`, once.
CLOCK = snn.Neuron(parameters="moment = 1.0", equations="ds/dt = 1.0", spike="s > moment", reset="s = -1.0e6")
