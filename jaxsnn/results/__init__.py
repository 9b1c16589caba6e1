"""Results on disk that any number of processes fill together, part by part: arrays, claims, digests."""

from ._claims import Claim as Claim
from ._claims import Claims as Claims
from ._store import Store as Store
from ._store import differences as differences
from ._store import digest as digest
from ._store import fingerprint as fingerprint
from ._tree import array_names as array_names
