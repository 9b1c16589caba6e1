"""Spikes at synapses: one file per algorithm, custom rules in `_event.py`, the choice in `_choose.py`."""

from ._bits import n_words as n_words
from ._bits import pack as pack
from ._bits import unpack as unpack
from ._bits import unpack_events as unpack_events
from ._choose import EVENT as EVENT
from ._choose import KNOWN as KNOWN
from ._choose import PLAIN as PLAIN
from ._choose import PRODUCT as PRODUCT
from ._choose import Algorithm as Algorithm
from ._choose import Choice as Choice
from ._choose import choose as choose
from ._materialise import materialise as materialise
from ._plain import chosen as chosen
from ._rule import Kernel as Kernel
from ._rule import Operands as Operands
from ._rule import Outcome as Outcome
from ._rule import Rule as Rule
from ._spikes import Spikes as Spikes
