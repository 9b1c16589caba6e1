"""What monitors record: each kind is a `Recorder` in a file of its own; buffers and recordings serve all kinds."""

from ._buffer import Samples as Samples
from ._buffer import buffer_shapes as buffer_shapes
from ._buffer import build_writer as build_writer
from ._buffer import capacity as capacity
from ._buffer import empty_buffer as empty_buffer
from ._buffer import record_bytes as record_bytes
from ._buffer import row_bytes as row_bytes
from ._buffer import samples_of as samples_of
from ._choose_recorder import choose_for_neurons as choose_for_neurons
from ._choose_recorder import choose_for_synapses as choose_for_synapses
from ._moments import Moments as Moments
from ._neurons import SPIKE_TIMES as SPIKE_TIMES
from ._neurons import SPIKES as SPIKES
from ._neurons import NeuronRecorder as NeuronRecorder
from ._recorder import Axes as Axes
from ._recorder import Record as Record
from ._recorder import Recorder as Recorder
from ._recorder import Source as Source
from ._recorder import at_period as at_period
from ._recorder import build_record as build_record
from ._recorder import recorders_of as recorders_of
from ._recording import Recording as Recording
