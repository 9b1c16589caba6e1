"""The description of a network: what `Network` collects before it is compiled, and the little that can change after."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from math import inf, prod
from numbers import Real
from typing import Any

import numpy as np

from .. import rng
from ..connectivity import Connector, everything
from ..errors import ArgumentError, StateError, UnknownNameError, did_you_mean
from ..inputs import Input
from ..models import Neuron, Synapse
from ..network import PopulationSpec, ProjectionSpec, Virtual, checked, read_stop_condition
from ..simulation import Simulation, build_simulation
from ..surrogates import Surrogate
from ._dendrite import Dendrite
from ._draft import Draft
from ._inputs import handle_of
from ._live import Live
from ._neurons import IndividualNeuron, PopulationView
from ._pathway import Pathway
from ._population import Population
from ._projection import Projection
from ._recording import Recording
from ._symbols import Symbols
from ._virtual import HANDLES

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
        *,
        surrogate: str | Surrogate | None = None,
        differentiable_reset: bool | None = None,
    ) -> Population:
        """Add a population.

        Args:
            geometry: number of neurons, or a shape; or an input, which brings its own.
            neuron: a `Neuron`, or a built-in such as `Izhikevich`, which then takes its defaults.
            name: unique; None numbers the populations.
            stop_condition: when `simulate_until` has reached its goal here, such as `"v > 0.0 : all"` or `"spiked"`.
            surrogate: derivative of its spikes in gradients, a name or a `Surrogate`; None is that of the network or,
                where it has none, of the model.
            differentiable_reset: whether gradients flow through its resets; None as for `surrogate`. See `Neuron`.

        Raises:
            EquationError: the equations name something that neither the model nor the network knows.
            ArgumentError: an unknown surrogate, or one for a neuron without spikes.
        """
        self._must_be_open("a population")
        described = geometry if isinstance(geometry, Input) else Input(geometry, _model(neuron))
        model, shape = described.neuron.within(self._draft.context), _shape(described.geometry)
        model = self._draft.with_gradients(model, surrogate, differentiable_reset)
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

    def connect(  # noqa: PLR0913 - options of one thing, by keyword
        self,
        pre: Ranked,
        post: Ranked,
        target: str | Sequence[str],
        synapse: Synapse | Callable[[], Synapse] | None = None,
        name: str | None = None,
        *,
        storage: str | None = None,
        kernel: str | None = None,
        fractional_delays: bool = False,
        longest_delay: float = 0.0,
    ) -> Projection:
        """Add a projection; call one of its connectors next.

        Args:
            pre, post: populations or views.
            target: which input of the post neurons it feeds: `exc` reaches `g_exc` of spiking neurons, `sum(exc)` of
                rate-coded ones. Several targets all receive the same.
            synapse: a `Synapse`, or a built-in such as `STDP`, which then takes its defaults; None for the default one:
                a spike adds `w`, a rate counts `w` times.
            name: unique; None numbers the projections.
            storage: how synapses are stored, `dense` or `rows`; None chooses.
            kernel: how spikes reach them: `event` walks the neurons that spiked, `scatter` adds their rows at once,
                `gather` sums along rows of post-synaptic neurons, `product` is a matrix product, `plain` the reference.
                None chooses, by platform and size.
            fractional_delays: make the delays parameters, `<name>.delay`, real numbers of ms that can be fitted: what
                is between two steps arrives in both, in parts (linear interpolation). Else they are whole steps.
            longest_delay: ms, up to which delays can grow; the connector's longest one by default.

        Raises:
            EquationError: the synapse names something that neither it nor the network knows.
        """
        self._must_be_open("a projection")
        for side in (pre, post):
            self._must_be_mine(side)
        model = _synapse(synapse).within(self._draft.context)
        hidden = [a for a in model.analysed.names if hasattr(Projection, a) or hasattr(Dendrite, a)]
        if hidden:
            raise ArgumentError(f"an attribute `{hidden[0]}` would hide that of the projection: give it another name")
        name = self._draft.new_name("projection", name)
        unconnected: Any = None
        self._draft.projections[name] = ProjectionSpec(
            name,
            pre.name,
            pre._ranks,
            post.name,
            post._ranks,
            _targets(target),
            model,
            unconnected,
            storage=storage,
            kernel=kernel,
            fractional_delays=bool(fractional_delays),
            longest_delay=_duration(longest_delay),
        )
        return Projection(self, name)  # type: ignore[arg-type]

    def _must_be_alone(self) -> None:
        """Raise in a replica, whose structure is that of all replicas, and while replicas run."""
        self.must_be_free()
        if self._values is not None and not isinstance(self._values, Live):
            raise StateError("a replica has the structure of its network: change that before `parallel_run`")

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
            if getattr(recording.spec, "population", None) == name:
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

    def projection(self, name: str) -> Pathway:
        """Return the projection of this name."""
        return HANDLES[self.projection_spec(name).kind](self, name)  # type: ignore[arg-type]

    def projections(self) -> list[Pathway]:
        """Return all projections, in the order of creation."""
        return [self.projection(name) for name in self._draft.projections]

    get_population, get_populations = population, populations
    get_projection, get_projections = projection, projections

    def give_connector(self, name: str, connector: Connector | Virtual, has_one_weight: bool = False) -> None:
        """Connect a projection."""
        self._must_be_open("a connector")
        self.projection_spec(name)
        self._draft.describe(name, connector=connector, has_one_weight=has_one_weight)

    def population_spec(self, name: str) -> PopulationSpec:
        """Return the description of a population."""
        return self._find(self._draft.populations, name, "population")

    def projection_spec(self, name: str) -> ProjectionSpec:
        """Return the description of a projection."""
        return self._find(self._draft.projections, name, "projection")

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


@cache
def default_synapse() -> Synapse:
    """Return the synapse at which a spike adds `w`, and a rate counts `w` times."""
    return Synapse(name="Default")


def _synapse(synapse: Any) -> Synapse:
    model = synapse if isinstance(synapse, Synapse) else synapse() if callable(synapse) else synapse
    if model is None:
        return default_synapse()
    if not isinstance(model, Synapse):
        raise ArgumentError(f"`synapse` is a `Synapse` or a built-in such as `STDP`, not {synapse!r}")
    return model


def _targets(target: Any) -> tuple[str, ...]:
    targets = (target,) if isinstance(target, str) else tuple(target) if isinstance(target, list | tuple) else ()
    if not targets or not all(isinstance(t, str) for t in targets):
        raise ArgumentError(f"`target` is the name of an input, such as 'exc', or a list of them, not {target!r}")
    return targets


def _duration(value: Any) -> float:
    number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else -1.0
    if not 0 <= number < inf:
        raise ArgumentError(f"`longest_delay` is a duration in ms, not {value!r}")
    return number


def _shape(geometry: Any) -> tuple[int, ...]:
    shape = tuple(geometry) if isinstance(geometry, tuple | list) else (geometry,)
    if not shape or any(isinstance(g, bool) or not isinstance(g, int | np.integer) or g < 1 for g in shape):
        raise ArgumentError(
            f"`geometry` is a number of neurons or a shape of such numbers, at least 1, not {geometry!r}"
        )
    return tuple(int(g) for g in shape)
