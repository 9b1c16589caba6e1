"""Who is connected to whom, how strongly and how late, in words."""

from typing import Any

from ..network import PopulationMean, ProjectionSpec
from ._document import Line, Math
from ._formula import formula, number
from ._symbols import symbol
from ._values import value_formula


def pattern_lines(projection: ProjectionSpec) -> list[Line]:
    """Return the connection pattern, then weights and delays."""
    connector: Any = projection.connector
    if connector is None:
        return [("not connected yet",)]
    if isinstance(connector, PopulationMean):
        return _mean_lines(projection, connector)
    lines: list[Line] = [(connector.title or projection.kind.value, *_numbers(connector))]
    if not projection.kind.has_synapses:
        return lines
    if connector.weights is not None:
        lines.append(("weights ", Math(value_formula(connector.weights))))
    if _is_delayed(connector.delays):
        lines.append(("delays ", Math(value_formula(connector.delays)), " ms"))
    return lines


def _mean_lines(projection: ProjectionSpec, connector: PopulationMean) -> list[Line]:
    psp = projection.synapse.analysed.psp
    lines: list[Line] = [("mean of ", Math(formula(psp)))] if psp is not None else []
    if connector.baseline_steps:
        lines.append((f"relative to that of the first {connector.baseline_steps} steps",))
    return [*lines, ("times ", Math(number(connector.scale)))]


def _numbers(connector: Any) -> Line:
    """Return what decides how many synapses there are."""
    found = [(name, getattr(connector, name, None)) for name in ("probability", "number")]
    given = [(symbol(name[0]), x) for name, x in found if x is not None]
    return tuple(part for name, x in given for part in (", ", Math(f"{name} = {number(float(x))}")))


def _is_delayed(delays: Any) -> bool:
    return delays is not None and not (isinstance(delays, int | float) and delays == 0)
