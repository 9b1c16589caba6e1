"""The description of a network: specs, declared values, public names."""

from ._declared_values import Patched as Patched
from ._declared_values import Value as Value
from ._declared_values import checked as checked
from ._declared_values import merged as merged
from ._declared_values import patched as patched
from ._names import Path as Path
from ._names import expand_patterns as expand_patterns
from ._names import match_names as match_names
from ._names import named_arrays as named_arrays
from ._names import named_leaves as named_leaves
from ._names import paths_by_name as paths_by_name
from ._names import public_name as public_name
from ._names import rebuild as rebuild
from ._names import replaced as replaced
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
from ._stop_condition import read_stop_condition as read_stop_condition
