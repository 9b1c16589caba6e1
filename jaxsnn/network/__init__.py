"""The description of a network: specs and declared values."""

from ._declared_values import Patched as Patched
from ._declared_values import Value as Value
from ._declared_values import checked as checked
from ._declared_values import merged as merged
from ._declared_values import patched as patched
from ._names import expanded as expanded
from ._names import matching as matching
from ._special_projections import Borrowed as Borrowed
from ._special_projections import Filters as Filters
from ._special_projections import Injected as Injected
from ._special_projections import Kind as Kind
from ._special_projections import Regions as Regions
from ._special_projections import Virtual as Virtual
from ._specs import MonitorSpec as MonitorSpec
from ._specs import NetworkSpec as NetworkSpec
from ._specs import PopulationSpec as PopulationSpec
from ._specs import ProjectionSpec as ProjectionSpec
from ._specs import SynapseMonitorSpec as SynapseMonitorSpec
from ._stop_condition import read_stop_condition as read_stop_condition
