"""What is decided about a network before it runs: for each projection a plan, for each population what it must keep."""

from ._check_network import check_projection as check_projection
from ._check_network import has_no_window as has_no_window
from ._check_network import remarks_of as remarks_of
from ._delivery import Delivery as Delivery
from ._delivery import adds_up as adds_up
from ._event_clock import EventClock as EventClock
from ._event_clock import choose_event_clock as choose_event_clock
from ._plan_projection import plan_projection as plan_projection
from ._projection_plan import ProjectionPlan as ProjectionPlan
from ._requirements import Requirements as Requirements
from ._requirements import requirements_of as requirements_of
from ._requirements import value_name as value_name
from ._targets import fed_targets as fed_targets
from ._targets import reads_rate as reads_rate
from ._targets import sum_targets as sum_targets
