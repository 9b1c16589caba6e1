"""The description of a network: specs and declared values."""

from ._names import expanded as expanded
from ._names import matching as matching
from ._specs import MonitorSpec as MonitorSpec
from ._specs import NetworkSpec as NetworkSpec
from ._specs import PopulationSpec as PopulationSpec
from ._specs import ProjectionSpec as ProjectionSpec
from ._specs import SynapseMonitorSpec as SynapseMonitorSpec
from ._stop import StopCondition as StopCondition
from ._stop import read_stop_condition as read_stop_condition
from ._values import Patched as Patched
from ._values import Value as Value
from ._values import checked as checked
from ._values import merged as merged
from ._values import patched as patched
from ._virtual import Borrowed as Borrowed
from ._virtual import Filters as Filters
from ._virtual import Injected as Injected
from ._virtual import Kind as Kind
from ._virtual import Regions as Regions
from ._virtual import Virtual as Virtual
