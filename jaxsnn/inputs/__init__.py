"""Populations that feed a network: descriptions for `Network.create`."""

from ._correlated import CorrelationTable as CorrelationTable
from ._correlated import HomogeneousCorrelatedSpikeTrains as HomogeneousCorrelatedSpikeTrains
from ._input import Input as Input
from ._input import Schedule as Schedule
from ._poisson import STRAIGHT_THROUGH as STRAIGHT_THROUGH
from ._poisson import PoissonPopulation as PoissonPopulation
from ._raster import Raster as Raster
from ._raster import SpikeRaster as SpikeRaster
from ._source import NEVER as NEVER
from ._source import Source as Source
from ._spike_times import SpikeSourceArray as SpikeSourceArray
from ._spike_times import SpikeTimes as SpikeTimes
from ._timed import InputArray as InputArray
from ._timed import RateTable as RateTable
from ._timed import TimedArray as TimedArray
from ._timed import TimedPoissonPopulation as TimedPoissonPopulation
from ._timed import Times as Times
