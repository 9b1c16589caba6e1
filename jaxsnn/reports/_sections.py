"""A network as the sections of a report, after Nordlie et al. (2009)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..connectivity import WEIGHT
from ..models import Neuron, Synapse
from ..network import Kind, MonitorSpec, NetworkSpec, Path, PopulationSpec, ProjectionSpec, side_of
from ._connection_pattern import pattern_lines
from ._document import Cell, Section, Table, math, text
from ._model_tables import WIDTHS, is_plastic, neuron_table, synapse_table
from ._models import Models, models_of
from ._symbols import symbol
from ._values import value_cell

Read = Callable[[Path], Any]  # the value of a parameter, declared or present; None where it is not known yet


def sections_of(spec: NetworkSpec, read: Read, gathered: bool) -> tuple[Section, ...]:
    """Return a network as sections; those that would be empty are left out.

    Args:
        spec: the network.
        read: the value of a parameter.
        gathered: whether projections between the same populations, to the same target, are one row.
    """
    models, projections = models_of(spec), _gathered(spec.projections) if gathered else spec.projections
    sections = [
        Section("Model summary", (_summary(spec, models),)),
        Section("Populations", _listed(_POPULATIONS, [_population(p, models) for p in spec.populations])),
        Section("Connectivity", _listed(_CONNECTIVITY, [_projection(q, models) for q in projections])),
        Section("Neuron models", tuple(neuron_table(name, neuron) for name, neuron in models.neurons.items())),
        Section("Synapse models", tuple(synapse_table(name, *found) for name, found in models.synapses.items())),
        Section("Parameters", _parameters(spec, read)),
        Section("Input", _listed(_INPUT, [_input(p) for p in _inputs(spec)])),
        Section("Measurements", _listed(_MEASUREMENTS, [_monitor(m, spec) for m in spec.monitors])),
    ]
    return tuple(section for section in sections if section.tables)


# Titles of columns, and their parts of the width.
_POPULATIONS = {"Name": 0.3, "Elements": 0.4, "Size": 0.3}
_CONNECTIVITY = {"Source": 0.16, "Destination": 0.16, "Target": 0.12, "Synapse": 0.18, "Pattern": 0.38}
_PARAMETERS = {"Of": 0.3, "Parameter": 0.3, "Value": 0.4}
_INPUT = {"Population": 0.3, "Description": 0.7}
_MEASUREMENTS = {"Recorded": 0.3, "Variables": 0.4, "Period": 0.3}


def _listed(columns: Mapping[str, float], rows: Iterable[tuple[Cell, ...]]) -> tuple[Table, ...]:
    """Return the rows as a table; none without rows."""
    found = tuple(rows)
    return (Table(tuple(columns), found, tuple(columns.values())),) if found else ()


def _inputs(spec: NetworkSpec) -> list[PopulationSpec]:
    """Return the populations that something drives from outside, or that only send."""
    senders, receivers = {q.pre for q in spec.projections}, {q.post for q in spec.projections}
    tables = {p.name for p in spec.populations if p.source is not None and p.source.switch is None}
    return [p for p in spec.populations if p.name in tables | (senders - receivers)]


def _summary(spec: NetworkSpec, models: Models) -> Table:
    titles = dict.fromkeys(q.connector.title or q.kind.value for q in spec.projections if q.connector is not None)
    plastic = [name for name, (synapse, _) in models.synapses.items() if is_plastic(synapse)]
    grids = [f"{p.name} {p.geometry}" for p in spec.populations if len(p.geometry) > 1]
    rows = {
        "Populations": [f"{len(spec.populations)}: {', '.join(p.name for p in spec.populations)}"],
        "Topology": [", ".join(grids)],
        "Connectivity": [", ".join(titles)],
        "Neuron models": [", ".join(models.neurons)],
        "Synapse models": [", ".join(models.synapses)],
        "Plasticity": [", ".join(plastic)],
        "Input": [", ".join(p.name for p in _inputs(spec))],
        "Measurements": [", ".join(dict.fromkeys(v for m in spec.monitors for v in m.variables))],
        "Time step": [f"{spec.dt:g} ms"],
    }
    return Table((), tuple((text(label), text(*(x or "none" for x in lines))) for label, lines in rows.items()), WIDTHS)


def _population(p: PopulationSpec, models: Models) -> tuple[Cell, ...]:
    size = f"{p.size}" if len(p.geometry) == 1 else f"{p.size} = {' x '.join(map(str, p.geometry))}"
    return text(p.name), text(models.names[p.name]), text(size)


def _projection(q: ProjectionSpec, models: Models) -> tuple[Cell, ...]:
    synapse = models.names.get(q.name, q.kind.value)
    return (
        text(side_of(q, "pre")),
        text(side_of(q, "post")),
        text(", ".join(q.targets)),
        text(synapse),
        tuple(pattern_lines(q)),
    )


def _gathered(projections: Sequence[ProjectionSpec]) -> tuple[ProjectionSpec, ...]:
    """Return the first projection between the same populations to the same targets."""
    first = {(q.pre, q.post, q.targets, q.kind): q for q in reversed(projections)}
    return tuple(reversed(first.values()))


def _parameters(spec: NetworkSpec, read: Read) -> tuple[Table, ...]:
    """Return all parameters, and the initial values that were assigned."""
    rows = []
    for p in spec.populations:
        rows += [_value(p.name, symbol(a), read(("populations", p.name, a))) for a in _fixed(p.neuron)]
        begins = [(a, x) for a, x in p.values.items() if a not in _fixed(p.neuron)]
        rows += [_value(p.name, f"{symbol(a)}(0)", x) for a, x in begins]
    for q in (q for q in spec.projections if q.kind is Kind.SYNAPSES):
        fixed = [a for a in _fixed(q.synapse) if a != WEIGHT]
        rows += [_value(q.name, symbol(a), read(("projections", q.name, a))) for a in fixed]
    rows += [_value("network", symbol(name), read(("constants", "", name))) for name in spec.constants]
    return _listed(_PARAMETERS, rows)


def _value(owner: str, latex: str, value: Any) -> tuple[Cell, ...]:
    return text(owner), math(latex), value_cell(value)


def _fixed(model: Neuron | Synapse) -> list[str]:
    """Return the names of parameters."""
    return [a.name for a in model.analysed.attributes if a.is_parameter]


def _input(p: PopulationSpec) -> tuple[Cell, ...]:
    return text(p.name), text(p.neuron.description or p.neuron.name)


def _monitor(m: MonitorSpec, spec: NetworkSpec) -> tuple[Cell, ...]:
    return text(m.owner), text(", ".join(m.variables)), text(f"{m.period * spec.dt:g} ms")
