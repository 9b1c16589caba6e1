"""Losses: pure functions of what `sim.run` records, each of which returns one number.

Spikes are floats of shape (..., n_steps, n), as `records["P"]["spike"]`; they carry surrogate derivatives. Axes before
the last two are samples, over which a loss takes the mean.

    rate, spike_count            how often neurons spike
    van_rossum                   when they do
    spike_times, van_rossum_times, first_spike   when they do, at their moments
    isi                          intervals between their spikes
    membrane_trace               any recorded variable against a trace
    cross_entropy, accuracy      a class by the readout of output neurons
    rate_penalty, silence_penalty   terms that keep neurons active, and not too much
"""

from ._activity import rate_penalty as rate_penalty
from ._activity import silence_penalty as silence_penalty
from ._classes import accuracy as accuracy
from ._classes import cross_entropy as cross_entropy
from ._classes import readout as readout
from ._counts import rate as rate
from ._counts import spike_count as spike_count
from ._intervals import isi as isi
from ._intervals import isi_moments as isi_moments
from ._times import first_spike as first_spike
from ._times import spike_times as spike_times
from ._times import van_rossum_times as van_rossum_times
from ._trace import membrane_trace as membrane_trace
from ._trains import van_rossum as van_rossum
