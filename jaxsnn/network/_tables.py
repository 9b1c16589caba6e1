"""The description of a network as tables, whose values are texts: what a notebook shows of it."""

from typing import Any

from ..html import Table, shown
from ._special_projections import PopulationMean, Virtual
from ._specs import NetworkSpec, PopulationSpec, ProjectionSpec


def network_tables(spec: NetworkSpec) -> tuple[Table, ...]:
    """Return populations, projections and monitors, a row each."""
    return population_table(spec.populations), projection_table(spec.projections), _monitor_table(spec)


def population_table(populations: tuple[PopulationSpec, ...]) -> Table:
    """Return populations: name, size, model."""
    rows = ((p.name, size_of(p), model_of(p)) for p in populations)
    return Table("populations", ("name", "neurons", "model"), rows, len(populations))


def projection_table(projections: tuple[ProjectionSpec, ...]) -> Table:
    """Return projections: from where to where, through which synapses."""
    header = ("name", "from", "to", "target", "connections", "synapses", "weights", "delays (ms)", "model")
    return Table("projections", header, (_projection(q) for q in projections), len(projections))


def _projection(q: ProjectionSpec) -> tuple[str, ...]:
    ends = side_of(q, "pre"), side_of(q, "post")
    return (q.name, *ends, ", ".join(q.targets), pattern_of(q), count_of(q), weights_of(q), delays_of(q), synapse_of(q))


def _monitor_table(spec: NetworkSpec) -> Table:
    rows = ((m.name, m.owner, ", ".join(m.variables), f"{m.period * spec.dt:g}") for m in spec.monitors)
    return Table("monitors", ("name", "of", "variables", "period (ms)"), rows, len(spec.monitors))


def size_of(p: PopulationSpec) -> str:
    """Return the number of neurons, and how they are arranged where that is a grid."""
    return f"{p.size:,}" if len(p.geometry) == 1 else f"{p.size:,} = {' x '.join(map(str, p.geometry))}"


def model_of(p: PopulationSpec) -> str:
    """Return the name of the model of a population, or what kind of neuron it is."""
    return p.neuron.name or ("spiking neuron" if p.neuron.is_spiking else "rate-coded neuron")


def side_of(q: ProjectionSpec, side: str) -> str:
    """Return the name of a side, `pre` or `post`, and how many of its neurons take part where these are not all."""
    name, ranks = getattr(q, side), getattr(q, f"{side}_ranks")
    return name if ranks.is_everything else f"{name} ({ranks.size} of {ranks.population_size})"


def pattern_of(q: ProjectionSpec) -> str:
    """Return who is connected to whom, in words."""
    connector: Any = q.connector
    if connector is None:
        return "not connected yet"
    given = ((name, getattr(connector, name, None)) for name in ("probability", "number"))
    numbers = [f"{name} {float(x):g}" for name, x in given if x is not None]
    if isinstance(connector, PopulationMean):
        numbers.append(f"times {connector.scale:g}")
    return ", ".join([connector.title or q.kind.value, *numbers])


def synapses_of(q: ProjectionSpec) -> float | None:
    """Return the expected number of synapses; None where a projection has none of its own, or none yet."""
    return None if q.connector is None or isinstance(q.connector, Virtual) else q.connector.expected(q.ends)


def count_of(q: ProjectionSpec) -> str:
    """Return the number of synapses as text, with a word where chance decides."""
    number = synapses_of(q)
    if number is None:
        return ""
    is_exact = number == int(number) and getattr(q.connector, "probability", None) is None
    return f"{'' if is_exact else 'about '}{round(number):,}"


def weights_of(q: ProjectionSpec) -> str:
    """Return the weights as they are declared."""
    return _declared(q, "weights")


def delays_of(q: ProjectionSpec) -> str:
    """Return the delays as they are declared; nothing where there are none."""
    return "" if getattr(q.connector, "delays", None) == 0 else _declared(q, "delays")


def _declared(q: ProjectionSpec, what: str) -> str:
    if q.connector is None or isinstance(q.connector, Virtual):
        return ""
    given = q.values.get("w") if what == "weights" else None
    given = getattr(q.connector, what) if given is None else given
    return "each its own" if given is None else shown(given)


def synapse_of(q: ProjectionSpec) -> str:
    """Return the name of the model of the synapses, or what kind of projection it is."""
    return q.synapse.name if q.kind.has_synapses else q.kind.value
