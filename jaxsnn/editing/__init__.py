"""Changes of a running network between two calls: other descriptions, other synapses, a beginning anew."""

from ._edit_synapses import Wiring as Wiring
from ._edit_synapses import rewired as rewired
from ._last_events import at_synapses as at_synapses
from ._last_events import brought_to as brought_to
from ._last_events import of_neurons as of_neurons
from ._migrate_state import migrate as migrate
from ._migrate_state import ring_shapes as ring_shapes
from ._moment import Moment as Moment
from ._moment import Provenance as Provenance
from ._moment import at_step as at_step
from ._moment import rewound as rewound
from ._moment import silent as silent
from ._moment import with_key as with_key
from ._moment import with_new_seed as with_new_seed
from ._moment import without_events as without_events
from ._moment import without_window as without_window
from ._reset import attribute_paths as attribute_paths
from ._reset import drawn_synapse_paths as drawn_synapse_paths
from ._reset import forget_events as forget_events
from ._reset import of_synapse as of_synapse
from ._reset import population_paths as population_paths
from ._reset import step_paths as step_paths
from ._reset import synapse_paths as synapse_paths
from ._step_counter import later as later
from ._step_counter import with_step as with_step
from ._trim_rows import trimmed as trimmed
