"""Networks, connectivity and parameters in files, without pickle: `.npz`, `.mat`, JSON, MatrixMarket, HDF5."""

from ._connectivity import Connectivity as Connectivity
from ._connectivity import read_connectivity as read_connectivity
from ._connectivity import write_connectivity as write_connectivity
from ._document import Document as Document
from ._document import Filename as Filename
from ._files import read as read
from ._files import write as write
from ._load_synapses import with_initial as with_initial
from ._matrix_market import read_matrix_market as read_matrix_market
from ._parameters import Parameters as Parameters
from ._parameters import read_parameters as read_parameters
from ._parameters import write_parameters as write_parameters
from ._read_network import restored as restored
from ._recordings import write_recordings as write_recordings
from ._select import Selection as Selection
from ._select import select_network as select_network
from ._select import select_population as select_population
from ._select import select_projection as select_projection
from ._snapshot import Randomness as Randomness
from ._snapshot import Snapshot as Snapshot
from ._sound_values import longest_delays as longest_delays
from ._sound_values import not_finite as not_finite
from ._write_network import network_document as network_document
from ._write_network import population_document as population_document
from ._write_network import projection_document as projection_document
