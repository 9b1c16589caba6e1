"""Changes of a running network between two calls: other descriptions, other synapses, a beginning anew."""

from ._edit_synapses import Wiring as Wiring
from ._edit_synapses import rewired as rewired
from ._migrate_state import completed as completed
from ._migrate_state import merged as merged
from ._migrate_state import ring_shapes as ring_shapes
from ._reset import forgotten_events as forgotten_events
from ._reset import restarted as restarted
from ._reset import restarted_synapses as restarted_synapses
from ._reset import with_synapses as with_synapses
from ._step_counter import with_step as with_step
from ._trim_rows import trimmed as trimmed
