"""Populations that feed a network: descriptions for `Network.create`."""

from ._correlation import CorrelationTable as CorrelationTable
from ._correlation import HomogeneousCorrelatedSpikeTrains as HomogeneousCorrelatedSpikeTrains
from ._input import NO_STEP as NO_STEP
from ._input import Input as Input
from ._input import Schedule as Schedule
from ._input import Source as Source
from ._poisson import STRAIGHT_THROUGH as STRAIGHT_THROUGH
from ._poisson import PoissonPopulation as PoissonPopulation
from ._raster import Raster as Raster
from ._raster import SpikeRaster as SpikeRaster
from ._rate_tables import InputArray as InputArray
from ._rate_tables import RateTable as RateTable
from ._rate_tables import TimedArray as TimedArray
from ._rate_tables import TimedPoissonPopulation as TimedPoissonPopulation
from ._rate_tables import Times as Times
from ._spike_times import SpikeSourceArray as SpikeSourceArray
from ._spike_times import SpikeTimes as SpikeTimes
from ._standby import SWITCH as SWITCH
from ._standby import Standby as Standby
from ._table import ParameterTables as ParameterTables
from ._table import Table as Table
from ._table import parameter_tables as parameter_tables
