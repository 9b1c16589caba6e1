"""Results on disk that any number of processes fill together, part by part: arrays, claims, digests."""

from ._claims import Claim as Claim
from ._claims import Claims as Claims
from ._description import check_same as check_same
from ._description import versions as versions
from ._function_digest import function_digest as function_digest
from ._function_digest import named_values as named_values
from ._keeping import RESUME as RESUME
from ._keeping import Keeping as Keeping
from ._keeping import keeping as keeping
from ._record_folder import SPIKES as SPIKES
from ._record_folder import VALUES as VALUES
from ._record_folder import Column as Column
from ._record_folder import Committed as Committed
from ._record_folder import RecordFolder as RecordFolder
from ._records import Records as Records
from ._records import open_records as open_records
from ._returned import packed as packed
from ._shelves import digest as digest
from ._shelves import fingerprint as fingerprint
from ._store import Store as Store
from ._store import differences as differences
from ._sweep_results import SweepResults as SweepResults
from ._sweep_results import filled as filled
from ._sweep_results import open_sweep as open_sweep
from ._tree import array_names as array_names
from ._work import Work as Work
