"""Networks as graphs of the Neuromorphic Intermediate Representation, both ways: `snn.nir.read` and `snn.nir.write`."""

from ._read_network import read as read
from ._write_graph import to_graph as to_graph
from ._write_graph import write as write
