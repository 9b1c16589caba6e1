"""`Draft`: the description of a network as far as it goes. It is a value: every change makes another draft."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import Any, Self

from ..equations import RATE, Context, UserFunction, is_free_name
from ..errors import ArgumentError, StateError
from ..inputs import Schedule
from ..integrators import EXPLICIT, Integrator
from ..network import Borrowed, Kind, MonitorSpec, NetworkSpec, PopulationSpec, ProjectionSpec
from ..plan import reads_rate
from ._spike_choice import SpikeChoice

SOME_CONNECTOR = "one of its connectors, such as `all_to_all`"
CONNECTORS = {
    Kind.SYNAPSES: SOME_CONNECTOR,
    Kind.DECODING: SOME_CONNECTOR,
    Kind.CONVOLUTION: "`connect_filter` or `connect_filters`",
    Kind.POOLING: "`connect_pooling`",
    Kind.COPY: "`connect_copy`",
    Kind.TRANSPOSE: "`connect`",
    Kind.INJECTION: "`connect_current`",
    Kind.POPULATION_MEAN: "`connect_mean`",
}


@dataclass(frozen=True, eq=False)
class Draft:
    """Populations, projections and monitors in the order of creation, by name; what equations find around them.

    Args:
        dt: step, ms.
        method: of ODEs that name none.
        spikes: when they happen and what their derivative is, for populations that do not choose.
        populations, projections, monitors: by name; a projection has no connector until it is connected.
        schedules: what drives each population, None for one that follows no table.
        constants: by name.
        functions: that all equations can call.
        disabled: names of populations that stand still.
    """

    dt: float
    method: Integrator = EXPLICIT
    spikes: SpikeChoice = field(default_factory=SpikeChoice)
    populations: Mapping[str, PopulationSpec] = field(default_factory=dict)
    projections: Mapping[str, ProjectionSpec] = field(default_factory=dict)
    monitors: Mapping[str, MonitorSpec] = field(default_factory=dict)
    schedules: Mapping[str, Schedule | None] = field(default_factory=dict)
    constants: Mapping[str, float] = field(default_factory=dict)
    functions: tuple[UserFunction, ...] = ()
    disabled: frozenset[str] = frozenset()

    def spec(self) -> NetworkSpec:
        """Return the description to be compiled.

        Raises:
            StateError: a projection has no connector yet.
        """
        unconnected = [name for name, p in self.projections.items() if p.connector is None]
        if unconnected:
            what = CONNECTORS[self.projections[unconnected[0]].kind]
            raise StateError(f"projection `{unconnected[0]}` is not connected: call {what}")
        return self.sketch()

    def sketch(self) -> NetworkSpec:
        """Return the description as far as it goes, connected or not."""
        populations = tuple(
            replace(p, enabled=False) if p.name in self.disabled else p for p in self.populations.values()
        )
        projections, monitors = tuple(self.projections.values()), tuple(self.monitors.values())
        return NetworkSpec(self.dt, populations, projections, monitors, dict(self.constants))

    def key(self) -> tuple:
        """Return what decides the compiled network, to find it again after a change was taken back.

        Declared values are arrays, which have no hash: their dictionary stands for them by its identity. No other
        dictionary can take that identity while a compiled network holds this one.
        """
        populations = tuple((p.name, p.neuron, id(p.values), p.source) for p in self.populations.values())
        return (self.disabled, populations, tuple(self.projections.values()), tuple(self.monitors.values()))

    @property
    def context(self) -> Context:
        """What the equations of a model may refer to."""
        return Context(tuple(self.constants), self.functions, self.method)

    # Changes

    def with_population(self, spec: PopulationSpec) -> Self:
        """Return a draft with a population, new or in the place of the one of this name."""
        return replace(self, populations={**self.populations, spec.name: spec})

    def without_population(self, name: str) -> Self:
        """Return a draft without a population.

        Raises:
            ArgumentError: a projection or a monitor refers to it.
        """
        users = [q.name for q in self.projections.values() if name in (q.pre, q.post)]
        users += [m.name for m in self.monitors.values() if m.owner == name]
        if users:
            raise ArgumentError(f"population `{name}` is in use by `{users[0]}`: it cannot leave its network")
        return replace(self, populations={k: p for k, p in self.populations.items() if k != name})

    def with_schedule(self, population: str, schedule: Schedule | None) -> Self:
        """Return a draft in which something else drives a population."""
        return replace(self, schedules={**self.schedules, population: schedule})

    def with_projection(self, spec: ProjectionSpec) -> Self:
        """Return a draft with a projection, new or in the place of the one of this name."""
        draft = replace(self, projections={**self.projections, spec.name: spec})
        for population in reads_rate(spec):
            draft = draft.with_rate(population)
        return draft

    def without_projection(self, name: str) -> Self:
        """Return a draft without a projection."""
        return replace(self, projections={k: q for k, q in self.projections.items() if k != name})

    def uses_projection(self, name: str) -> bool:
        """Tell whether a monitor or another projection refers to a projection."""
        connectors = [q.connector for q in self.projections.values()]
        is_borrowed = any(isinstance(c, Borrowed) and c.projection == name for c in connectors)
        return is_borrowed or any(m.owner == name for m in self.monitors.values())

    def with_rate(self, population: str) -> Self:
        """Return a draft in which a spiking population has the attribute `r`, be it computed or not."""
        spec = self.populations[population]
        if not spec.neuron.is_spiking or RATE in spec.neuron.analysed.names:
            return self
        return self.with_population(replace(spec, neuron=spec.neuron.with_changes(has_rate=True)))

    def with_changed_projection(self, name: str, **changes: Any) -> Self:
        """Return a draft in which parts of the description of a projection are others."""
        return self.with_projection(replace(self.projections[name], **changes))

    def with_monitor(self, spec: MonitorSpec) -> Self:
        """Return a draft with a monitor, new or in the place of the one of this name."""
        draft = replace(self, monitors={**self.monitors, spec.name: spec})
        return draft.with_rate(spec.owner) if RATE in spec.variables and spec.owner in self.populations else draft

    def without_monitor(self, name: str) -> Self:
        """Return a draft without a monitor."""
        return replace(self, monitors={k: m for k, m in self.monitors.items() if k != name})

    def with_step(self, dt: float) -> Self:
        """Return a draft with another step, ms: tables of inputs and periods of monitors keep their times."""
        tables = {name: s.source(dt) for name, s in self.schedules.items() if s is not None}
        populations = {k: replace(p, source=tables.get(k, p.source)) for k, p in self.populations.items()}
        monitors: dict[str, Any] = {}
        for name, m in self.monitors.items():
            period = max(1, round(m.period * self.dt / dt))
            offset = round(m.offset * self.dt / dt) % period
            monitors[name] = replace(m, period=period, offset=offset)  # type: ignore[type-var]
        return replace(self, dt=dt, populations=populations, monitors=monitors)

    def with_constant(self, name: str, value: float) -> Self:
        """Return a draft with a constant, new or with another value."""
        return replace(self, constants={**self.constants, name: value})

    # What new parts must fulfil

    def check_new_constant(self, name: str) -> None:
        """Raise if a constant cannot have this name."""
        if not is_free_name(name):
            raise ArgumentError(f"`{name}` cannot be the name of a constant: the equation language uses it, or cannot")
        if name in self.constants:
            raise ArgumentError(f"the constant `{name}` exists already: change it with `set`")

    def new_name(self, kind: str, name: str | None) -> str:
        """Return a name for a `population` or `projection` that neither of them has; one that is given must be free."""
        taken = {**self.populations, **self.projections}
        if name is None:
            prefix, number = ("pop", len(self.populations)) if kind == "population" else ("proj", len(self.projections))
            return next(f"{prefix}{i}" for i in count(number) if f"{prefix}{i}" not in taken)
        if name in taken:
            owner = "population" if name in self.populations else "projection"
            raise ArgumentError(f"the name `{name}` is taken by a {owner}: names of attributes would collide")
        return name

    def new_monitor_name(self, owner: str, name: str | None) -> str:
        """Return a name for a monitor: that of what it records, numbered from the second on."""
        if name is None:
            later = (f"{owner}_{i}" for i in count(len(self.monitors)))
            return next(n for n in chain([owner], later) if n not in self.monitors)
        if name in self.monitors:
            raise ArgumentError(f"the name `{name}` is taken: {', '.join(f'`{k}`' for k in self.monitors)}")
        return name
