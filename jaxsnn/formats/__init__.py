"""What monitors record, for other programs: neo, NWB, xarray, pandas."""

from ._neo import to_neo as to_neo
from ._nwb import to_nwb as to_nwb
from ._pandas import to_pandas as to_pandas
from ._recordings import Recordings as Recordings
from ._recordings import Signal as Signal
from ._recordings import SpikeTrains as SpikeTrains
from ._recordings import Stretch as Stretch
from ._sources import HasRecordings as HasRecordings
from ._sources import recordings_of as recordings_of
from ._xarray import to_xarray as to_xarray
