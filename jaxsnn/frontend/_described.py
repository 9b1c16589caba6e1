"""The description of a network: what `Network` collects before it is compiled, and the little that can change after."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from .. import rng
from ..compiler import check_monitor
from ..connectivity import Connector, everything
from ..errors import ArgumentError, StateError, UnknownNameError, did_you_mean
from ..inputs import Input
from ..models import Neuron
from ..network import MonitorSpec, PopulationSpec, ProjectionSpec, checked, read_stop_condition
from ..simulation import Simulation, build_simulation
from ._draft import Draft
from ._inputs import handle_of
from ._live import Live
from ._monitor import Monitor, canonical
from ._neurons import IndividualNeuron, PopulationView
from ._population import Population
from ._projection import Projection
from ._recording import Recording
from ._symbols import Symbols

Ranked = Population | PopulationView
Model = Neuron | Input | Callable[[], Neuron]
KEPT_SIMULATIONS = 8  # forms of one network that are kept compiled


class Described(Symbols):
    """Populations, projections, monitors, constants and functions, and their compilation; see `Network`."""

    _draft: Draft
    _simulation: Simulation | None
    _simulations: dict[tuple, Simulation]
    _values: Any
    _recordings: dict[str, Recording]
    _pending: dict[str, ProjectionSpec]
    _options: dict[str, Any]
    _seed: int | None
    _replicas_running: bool
    schedules: dict[str, Any]
    declared_schedules: dict[str, Any]

    def create(
        self,
        geometry: int | tuple[int, ...] | Input,
        neuron: Model | None = None,
        name: str | None = None,
        stop_condition: str | None = None,
    ) -> Population:
        """Add a population.

        Args:
            geometry: number of neurons, or a shape; or an input, which brings its own.
            neuron: a `Neuron`, or a built-in such as `Izhikevich`, which then takes its defaults.
            name: unique; None numbers the populations.
            stop_condition: when `simulate_until` has reached its goal here, such as `"v > 0.0 : all"` or `"spiked"`.

        Raises:
            EquationError: the equations name something that neither the model nor the network knows.
        """
        self._must_be_open("a population")
        described = geometry if isinstance(geometry, Input) else Input(geometry, _model(neuron))
        model, shape = described.neuron.within(self._draft.context), _shape(described.geometry)
        handles = (Population, IndividualNeuron)
        hidden = [a for a in model.analysed.names if a != "refractory" and any(hasattr(h, a) for h in handles)]
        if hidden:
            raise ArgumentError(f"an attribute `{hidden[0]}` would hide that of the population: give it another name")
        stop = None if stop_condition is None else read_stop_condition(stop_condition, model)
        source = None if described.schedule is None else described.schedule.source(self.dt)
        name = self._draft.new_name("population", name)
        size = prod(shape)
        values = {a: checked(x, size, f"`{a}` of population `{name}`") for a, x in described.values.items()}
        self._draft.populations[name] = PopulationSpec(name, shape, model, values, source, stop)
        self.schedules[name] = described.schedule
        return self.population(name)

    def connect(self, pre: Ranked, post: Ranked, target: str, name: str | None = None) -> Projection:
        """Add a projection; call one of its connectors next.

        Args:
            pre, post: populations or views.
            target: which input of the post neurons it feeds: `exc` reaches `g_exc` of spiking neurons, `sum(exc)` of
                rate-coded ones.
            name: unique; None numbers the projections.
        """
        self._must_be_open("a projection")
        for side in (pre, post):
            self._must_be_mine(side)
        if not isinstance(target, str):
            raise ArgumentError(f"`target` is the name of one input, such as 'exc', not {target!r}")
        name = self._draft.new_name("projection", name)
        self._draft.projections[name] = None
        unconnected: Any = None
        self._pending[name] = ProjectionSpec(
            name, pre.name, pre._ranks, post.name, post._ranks, target, connector=unconnected
        )
        return Projection(self, name)  # type: ignore[arg-type]

    def monitor(
        self,
        obj: Ranked,
        variables: str | Sequence[str],
        name: str | None = None,
        period: float | None = None,
        period_offset: float | None = None,
        start: bool = True,
    ) -> Monitor:
        """Record variables of a population or view.

        Args:
            obj: population or view.
            variables: names of variables; `spike` and `axon_spike` for spikes, `sum(target)` for inputs.
            name: under which `sim.run` reports; None takes the population's name, numbered from the second on.
            period: ms between two samples; None samples every step. Spikes are recorded at every step.
            period_offset: ms of the first sample within each period, counted from now.
            start: whether to record from now on; else `Monitor.start` begins.
        """
        self._must_be_mine(obj)
        names = (variables,) if isinstance(variables, str) else tuple(variables)
        now = self.get_current_step()
        steps, offset = self._sampling(period, period_offset, now)
        name = self._draft.new_monitor_name(obj.name, name)
        spec = MonitorSpec(name, obj.name, obj._ranks, tuple(canonical(v) for v in names), steps, offset)
        if self.is_compiled or self._knows_inputs(spec):
            check_monitor(spec, self._draft.spec() if self.is_compiled else self._populations_only())
        self._must_be_alone()
        with self._changing():
            self._draft.monitors[name] = spec
        self._recordings[name] = Recording(spec, self.population_spec(obj.name).neuron.analysed, start, now)
        return Monitor(self, name)  # type: ignore[arg-type]

    def _sampling(self, period: float | None, offset: float | None, since: int) -> tuple[int, int]:
        """Return period and offset in steps; periods count from a step."""
        steps = 1 if period is None else round(period / self.dt)
        if steps < 1:
            raise ArgumentError(f"`period` of a monitor is at least one step of {self.dt:g} ms, not {period} ms")
        late = 0 if offset is None else round(offset / self.dt)
        if not 0 <= late < steps:
            raise ArgumentError(f"`period_offset` lies within the period of {steps * self.dt:g} ms, not at {offset} ms")
        return steps, (since + late) % steps

    def _knows_inputs(self, spec: MonitorSpec) -> bool:
        """Tell whether what a monitor names can be checked before the projections are there."""
        return not any(v.startswith("sum(") for v in spec.variables)

    def change_monitor(
        self, name: str, variables: Any = None, period: float | None = None, offset: float | None = None
    ) -> None:
        """Let a monitor record more variables, or at other times."""
        recording = self.recording(name)
        old = recording.spec
        added = () if variables is None else (variables,) if isinstance(variables, str) else tuple(variables)
        changes: dict[str, Any] = {"variables": tuple(dict.fromkeys((*old.variables, *map(canonical, added))))}
        if period is not None or offset is not None:
            whole = old.period * self.dt if period is None else period
            late = (old.offset - recording.created) % old.period * self.dt if offset is None else offset
            late = late if offset is not None or late < whole else 0.0
            changes["period"], changes["offset"] = self._sampling(whole, late, recording.created)
        new = replace(old, **changes)
        if (new.variables, new.period, new.offset) == (old.variables, old.period, old.offset):
            return
        self._must_be_alone()
        check_monitor(new, self._draft.spec() if self.is_compiled else self._populations_only())
        with self._changing():
            self._draft.monitors[name] = new
        recording.spec = new

    def _must_be_alone(self) -> None:
        """Raise in a replica, whose structure is that of all replicas, and while replicas run."""
        self.must_be_free()
        if self._values is not None and not isinstance(self._values, Live):
            raise StateError("a replica has the structure of its network: change that before `parallel_run`")

    def remove_monitor(self, name: str) -> None:
        """Forget a monitor."""
        self.recording(name)
        self._must_be_alone()
        with self._changing():
            del self._draft.monitors[name]
        del self._recordings[name]

    def change_population(self, name: str, **changes: Any) -> None:
        """Replace parts of the description of a population that do not change its arrays' meaning."""
        self._must_be_alone()
        old = self.population_spec(name)
        if all(getattr(old, part) == new for part, new in changes.items()):
            return
        with self._changing():
            self._draft.populations[name] = replace(old, **changes)
            if self._values is not None and "neuron" in changes:
                self._values.drop_window(name)
        for recording in self._recordings.values():
            if recording.spec.population == name:
                recording.model = self.population_spec(name).neuron.analysed

    def set_enabled(self, name: str, enabled: bool) -> None:
        """Let a population take part in the steps to come, or stand still."""
        self._must_be_alone()
        with self._changing():
            self._draft.disabled = self._draft.disabled - {name} if enabled else self._draft.disabled | {name}
        if self._values is not None and not enabled:
            self._values.silence(name)

    # Compilation

    def compile(self, batch: int = 1) -> Simulation:
        """Compile the description; returns the pure functions. A second call returns the same until a monitor is added.

        Args:
            batch: how many stimuli you will send through one set of weights by `jax.vmap`; many make a matrix product
                pay. Replicas do not count.
        """
        if self._simulation is None:
            self._options["batch"] = batch
            self._simulation = self._build()
            self.declared_schedules = dict(self.schedules)
            self._seed = rng.entropy() if self._seed is None else self._seed
        return self._simulation

    def _build(self) -> Simulation:
        spec = self._draft.spec()
        parts = self._draft.parts()
        if parts not in self._simulations:
            made = build_simulation(spec, **self._options)
            kept = list(self._simulations.items())[-(KEPT_SIMULATIONS - 1) :]
            self._simulations = {**dict(kept), parts: made}
        return self._simulations[parts]

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Surround a change of the description that arrays survive; nothing changes if it fails."""
        before = self._draft.copied()
        try:
            yield
            if self.is_compiled:
                simulation = self._build()
                if self._values is not None:
                    self._values.adopt(simulation)
                self._simulation = simulation
        except Exception:
            self._draft.restore(before)
            raise

    def _populations_only(self):
        return replace(self._draft, projections={}, monitors={}).spec()

    @property
    def is_compiled(self) -> bool:
        """Whether `compile()` has been called."""
        return self._simulation is not None

    @property
    def simulation(self) -> Simulation:
        """The pure functions of the compiled network."""
        if self._simulation is None:
            raise StateError("the network is not compiled: call `compile()` first")
        return self._simulation

    @property
    def dt(self) -> float:
        """Step, ms."""
        return self._draft.dt

    @property
    def draft(self) -> Draft:
        """The description, as far as it goes."""
        return self._draft

    def must_be_free(self) -> None:
        """Raise while replicas of this network run: what is done to it then was meant for one of them."""
        if self._replicas_running:
            raise StateError("inside parallel_run act on the replica: `net.get(P)` in the place of `P`")

    def _must_be_open(self, what: str) -> None:
        if self.is_compiled:
            raise StateError(f"{what} cannot be added: the network is compiled. Describe all of it before `compile()`")

    def _must_be_mine(self, obj: Any) -> None:
        if not isinstance(obj, Ranked):
            raise ArgumentError(f"a population or a view is expected here, not {obj!r}")
        if obj.name not in self._draft.populations or obj._network._draft is not self._draft:
            raise ArgumentError(f"{obj!r} belongs to another network")

    # Objects

    def population(self, name: str) -> Population:
        """Return the population of this name."""
        spec = self.population_spec(name)
        kind = handle_of(self.schedules.get(name))
        return kind(self, name, everything(spec.size))  # type: ignore[arg-type]

    def populations(self) -> list[Population]:
        """Return all populations, in the order of creation."""
        return [self.population(name) for name in self._draft.populations]

    def projection(self, name: str) -> Projection:
        """Return the projection of this name."""
        self.projection_spec(name)
        return Projection(self, name)  # type: ignore[arg-type]

    def projections(self) -> list[Projection]:
        """Return all projections, in the order of creation."""
        return [self.projection(name) for name in self._draft.projections]

    def monitors(self, obj: Ranked | None = None) -> list[Monitor]:
        """Return all monitors, or those of one population or view."""
        specs = self._draft.monitors.values()
        mine = [m for m in specs if obj is None or (m.population, m.ranks) == (obj.name, obj._ranks)]
        return [Monitor(self, m.name) for m in mine]  # type: ignore[arg-type]

    def give_connector(self, name: str, connector: Connector) -> None:
        """Connect a projection."""
        self._must_be_open("a connector")
        self._draft.connect(self.projection_spec(name), connector)

    def population_spec(self, name: str) -> PopulationSpec:
        """Return the description of a population."""
        return self._find(self._draft.populations, name, "population")

    def projection_spec(self, name: str) -> ProjectionSpec:
        """Return the description of a projection."""
        return self._draft.projections.get(name) or self._find(self._pending, name, "projection")

    def recording(self, name: str) -> Recording:
        """Return what a monitor has recorded."""
        self.must_be_free()
        return self._find(self._recordings, name, "monitor")

    def _find(self, kind: dict[str, Any], name: str, what: str) -> Any:
        if name not in kind:
            raise UnknownNameError(f"the network has no {what} `{name}`.{did_you_mean(name, kind)}")
        return kind[name]

    # For the type checker: `Running` and `Network` give these.

    def get_current_step(self) -> int:
        """Return the number of steps done."""
        raise NotImplementedError


def _model(neuron: Any) -> Neuron:
    model = neuron if isinstance(neuron, Neuron) else neuron() if callable(neuron) else None
    if not isinstance(model, Neuron):
        raise ArgumentError(f"`neuron` is a `Neuron` or a built-in such as `Izhikevich`, not {neuron!r}")
    return model


def _shape(geometry: Any) -> tuple[int, ...]:
    shape = tuple(geometry) if isinstance(geometry, tuple | list) else (geometry,)
    if not shape or any(isinstance(g, bool) or not isinstance(g, int | np.integer) or g < 1 for g in shape):
        raise ArgumentError(
            f"`geometry` is a number of neurons or a shape of such numbers, at least 1, not {geometry!r}"
        )
    return tuple(int(g) for g in shape)
