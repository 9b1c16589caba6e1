"""Spike-train statistics: pure functions of arrays and of spike dictionaries, without a simulator.

A spike dictionary maps ranks to the steps of their spikes, in order, as `Monitor.get("spike")` returns it. Arguments
that name a moment, as `start`, are steps too; durations, and what the functions return, are in ms and Hz.
"""

from ._counts import histogram as histogram
from ._counts import mean_fr as mean_fr
from ._counts import raster_plot as raster_plot
from ._intervals import coefficient_of_variation as coefficient_of_variation
from ._intervals import inter_spike_interval as inter_spike_interval
from ._rates import population_rate as population_rate
from ._rates import rate_of_steps as rate_of_steps
from ._rates import smoothed_rate as smoothed_rate
from ._spikes import SpikeDict as SpikeDict
from ._spikes import spike_dict as spike_dict
