"""Results on disk: runs that any number of processes fill in, part by part, and records of a run that grow in time."""

from ._claims import Claim as Claim
from ._claims import Claims as Claims
from ._record_folder import SPIKES as SPIKES
from ._record_folder import VALUES as VALUES
from ._record_folder import Column as Column
from ._record_folder import Committed as Committed
from ._record_folder import RecordFolder as RecordFolder
from ._records import Records as Records
from ._records import open_records as open_records
from ._store import Store as Store
from ._store import differences as differences
from ._store import digest as digest
from ._tree import array_names as array_names
