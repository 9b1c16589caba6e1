"""`Network`: collects a description, compiles it, and holds the arrays between calls."""

import time
from collections.abc import Callable, Sequence
from math import isfinite
from numbers import Integral, Real
from typing import Any

import numpy as np

from .. import rng
from ..compiler import check_monitor
from ..connectivity import Connector, everything
from ..errors import ArgumentError, StateError, UnknownNameError, did_you_mean
from ..models import Neuron
from ..network import MonitorSpec, PopulationSpec, ProjectionSpec
from ..simulation import Simulation, build_simulation, n_steps
from ._draft import Draft
from ._live import Live
from ._monitor import Monitor
from ._neurons import Population, PopulationView
from ._progress import say
from ._projection import Projection
from ._recording import Recording

Ranked = Population | PopulationView


class Network:
    """A network of populations and projections.

    Args:
        dt: step, ms.
        seed: decides everything random: weights, initial values, noise; an integer, taken modulo 2^32. None takes a
            fresh one at compilation.
        random: generator of random numbers, `counter` (fast) or `threefry` (JAX's default).
        kernel: how spikes go through weights, `event`, `plain` or `product`; None chooses for each projection.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=1)
        >>> P = net.create(100, snn.Izhikevich(noise=5.0), name="P")
        >>> _ = net.connect(P[:80], P, target="exc", name="exc").all_to_all(weights=snn.Uniform(0.0, 0.5))
        >>> M = net.monitor(P, ["spike", "v"])
        >>> _ = net.compile()
        >>> net.simulate(100.0)
        >>> times, ranks = M.raster_plot()
        >>> net.get_time()
        100.0
    """

    def __init__(
        self, dt: float = 1.0, seed: int | None = None, *, random: str = "counter", kernel: str | None = None
    ) -> None:
        if not (isinstance(dt, Real) and not isinstance(dt, bool) and isfinite(dt) and dt > 0):
            raise ArgumentError(f"`dt` is a step in ms, greater than 0, not {dt!r}")
        if not (seed is None or (isinstance(seed, Integral) and not isinstance(seed, bool))):
            raise ArgumentError(f"`seed` is an integer, taken modulo 2^32, or None, not {seed!r}")
        self._draft = Draft(float(dt))
        self._seed = None if seed is None else int(seed)
        self._random, self._kernel = rng.by_name(random), kernel
        self._simulation: Simulation | None = None
        self._values: Any = None  # Live, or the values of one replica
        self._recordings: dict[str, Recording] = {}
        self._pending: dict[str, ProjectionSpec] = {}
        self._assignments = 0
        self._batch = 1
        self._replicas_running = False

    # Description

    def create(
        self, geometry: int | tuple[int, ...], neuron: Neuron | Callable[[], Neuron], name: str | None = None
    ) -> Population:
        """Add a population.

        Args:
            geometry: number of neurons, or a shape.
            neuron: a `Neuron`, or a built-in such as `Izhikevich`, which then takes its defaults.
            name: unique; None numbers the populations.
        """
        self._must_be_open("a population")
        model = neuron if isinstance(neuron, Neuron) else neuron() if callable(neuron) else None
        if not isinstance(model, Neuron):
            raise ArgumentError(f"`neuron` is a `Neuron` or a built-in such as `Izhikevich`, not {neuron!r}")
        shape = _shape(geometry)
        hidden = [a for a in model.analysed.names if hasattr(Population, a)]
        if hidden:
            raise ArgumentError(f"an attribute `{hidden[0]}` would hide that of the population: give it another name")
        name = self._draft.new_name(self._draft.populations, name, "pop")
        if name in self._draft.projections:
            raise ArgumentError(f"the name `{name}` is taken by a projection: names of attributes would collide")
        spec = PopulationSpec(name, shape, model)
        self._draft.populations[name] = spec
        return Population(self, name, everything(spec.size))

    def connect(self, pre: Ranked, post: Ranked, target: str, name: str | None = None) -> Projection:
        """Add a projection; call one of its connectors next.

        Args:
            pre, post: populations or views.
            target: which input of the post neurons it feeds: `exc` reaches `g_exc`.
            name: unique; None numbers the projections.
        """
        self._must_be_open("a projection")
        for side in (pre, post):
            self._must_be_mine(side)
        if not isinstance(target, str):
            raise ArgumentError(f"`target` is the name of one input, such as 'exc', not {target!r}")
        name = self._draft.new_name(self._draft.projections, name, "proj")
        if name in self._draft.populations:
            raise ArgumentError(f"the name `{name}` is taken by a population: names of attributes would collide")
        self._draft.projections[name] = None
        unconnected: Any = None
        self._pending[name] = ProjectionSpec(
            name, pre.name, pre._ranks, post.name, post._ranks, target, connector=unconnected
        )
        return Projection(self, name)

    def monitor(self, obj: Ranked, variables: str | Sequence[str], name: str | None = None) -> Monitor:
        """Record variables of a population or view at every step.

        Args:
            obj: population or view.
            variables: names of variables; `spike` for spikes.
            name: under which `sim.run` reports; None takes the population's name, numbered from the second on.
        """
        self._must_be_mine(obj)
        names = (variables,) if isinstance(variables, str) else tuple(variables)
        if name is None and obj.name not in self._draft.monitors:
            name = obj.name
        name = self._draft.new_name(self._draft.monitors, name, f"{obj.name}_")
        spec = MonitorSpec(name, obj.name, obj._ranks, names)
        check_monitor(spec, self._draft.spec() if self.is_compiled else self._populations_only())
        if self._values is not None and not isinstance(self._values, Live):
            raise StateError("a replica records what its network's monitors record: create the monitor there")
        self._draft.monitors[name] = spec
        self._recordings[name] = Recording(spec, self.population_spec(obj.name).neuron.analysed)
        if self.is_compiled:
            self._simulation = self._build()
        if self._values is not None:
            self._values.adopt(self.simulation)
        return Monitor(self, name)

    def _populations_only(self):
        return Draft(self.dt, populations=self._draft.populations).spec()

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

    # Compilation

    def compile(self, batch: int = 1) -> Simulation:
        """Compile the description; returns the pure functions. A second call returns the same until a monitor is added.

        Args:
            batch: how many stimuli you will send through one set of weights by `jax.vmap`; many make a matrix product
                pay. Replicas do not count.
        """
        if self._simulation is None:
            self._batch = batch
            self._simulation = self._build()
            self._seed = rng.entropy() if self._seed is None else self._seed
        return self._simulation

    def _build(self) -> Simulation:
        options = {"generator": self._random, "kernel": self._kernel, "batch": self._batch}
        return build_simulation(self._draft.spec(), **options)

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
    def seed(self) -> int | None:
        """Seed of everything random; None before compilation if none was given."""
        return self._seed

    def next_assignment(self) -> int:
        """Count the assignments of distributions after compilation: each draws from a stream of its own."""
        self._assignments += 1
        return self._assignments

    def summary(self) -> str:
        """Return what was compiled; see `Simulation.summary`."""
        return self.simulation.summary()

    # Running

    @property
    def values(self) -> Any:
        """The arrays of the compiled network: made when they are first needed, or those of one replica."""
        if self._values is None:
            self._values = Live(self.simulation, self._seed or 0)
        return self._values

    @property
    def draft(self) -> Draft:
        """The description, as far as it goes."""
        return self._draft

    def simulate(
        self, duration: float, measure_time: bool = False, progress_bar: bool = False, check_finite: bool = False
    ) -> None:
        """Advance the network.

        Args:
            duration: ms, rounded up to whole steps.
            measure_time: print how long it took.
            progress_bar: show one.
            check_finite: look for NaN and infinity at every step, at some cost.

        Raises:
            StateError: the network is not compiled.
            ArgumentError: a negative, infinite or NaN duration.
            NonFiniteError: found by `check_finite`; names population, variable and step. The network stays as it was.
        """
        if not self.is_compiled:
            raise StateError("simulate() before compile(): the network is described, but not compiled yet")
        self.must_be_free()
        start, steps = time.perf_counter(), n_steps(duration, self.dt)
        for first, record in self.values.advance(steps, progress_bar, check_finite):
            for name, rows in record.items():
                self._recordings[name].add(first, rows)
        if measure_time:
            say(f"Simulating {duration / 1000:g} seconds of the network took {time.perf_counter() - start:g} seconds.")

    def step(self) -> None:
        """Advance the network by one step of dt."""
        self.simulate(self.dt)

    def get_current_step(self) -> int:
        """Return the number of steps done."""
        return self.values.step if self.is_compiled else 0

    def get_time(self) -> float:
        """Return the current time, ms."""
        return self.get_current_step() * self.dt

    # Objects

    def get(self, obj: Any) -> Any:
        """Return this network's own handle of a population, view, projection or monitor, or of each in a list."""
        if isinstance(obj, list | tuple):
            return type(obj)(self.get(o) for o in obj)
        if not isinstance(obj, Population | PopulationView | Projection | Monitor):
            raise ArgumentError(f"`get` takes a population, view, projection or monitor, not {obj!r}")
        if obj._network._draft is not self._draft:
            raise ArgumentError(f"{obj!r} belongs to another network")
        return rebound(obj, self)

    def populations(self) -> list[Population]:
        """Return all populations, in the order of creation."""
        return [Population(self, p.name, everything(p.size)) for p in self._draft.populations.values()]

    def give_connector(self, name: str, connector: Connector) -> None:
        """Connect a projection."""
        self._must_be_open("a connector")
        self._draft.connect(self.projection_spec(name), connector)

    def population_spec(self, name: str) -> PopulationSpec:
        """Return the description of a population."""
        return self._find(self._draft.populations, name, "population")

    def projection_spec(self, name: str) -> ProjectionSpec:
        """Return the description of a projection."""
        return self._draft.projections[name] or self._find(self._pending, name, "projection")

    def recording(self, name: str) -> Recording:
        """Return what a monitor has recorded."""
        return self._find(self._recordings, name, "monitor")

    def _find(self, kind: dict[str, Any], name: str, what: str) -> Any:
        if name not in kind:
            raise UnknownNameError(f"the network has no {what} `{name}`.{did_you_mean(name, kind)}")
        return kind[name]

    # Replicas

    def parallel_run(self, method: Callable[..., Any], number: int, **options: Any) -> list[Any]:
        """Run a method on many replicas of this network at once.

        Replicas start from the network as declared. Methods run one at a time, in order, up to their next `simulate`;
        when all have arrived, one batched call advances them all.

        Args:
            method: ordinary Python, `method(net, **arguments)`; called once per replica.
            number: of replicas.
            **options: `seeds`: integers, `"sequential"` or `"same"`; None folds the network's seed with the index.
                `sequential`: one replica at a time on one thread, with the same numbers. `redraw=False`: all share the
                network's own weights and initial draws. `batch_size`: how many one call takes. `max_processes`: at most
                so many threads. `measure_time`, `progress_bar`: print how long it took, show a bar. Every other keyword
                is a list with one value per replica, passed to the method.

        Returns:
            What the method returned, in the order of replicas.

        Raises:
            ReplicaError: a method raised; names its index and holds the results of the others.
            ArgumentError: a wrong number, seed, option or signature.

        Example:
            >>> import jaxsnn as snn
            >>> net = snn.Network(seed=1)
            >>> P = net.create(3, snn.Izhikevich(i_offset=10.0), name="P")
            >>> M = net.monitor(P, "spike")
            >>> def run(net, duration):
            ...     net.simulate(duration)
            ...     return net.get(M).mean_fr() > 0
            >>> net.parallel_run(run, number=2, duration=[1.0, 50.0])
            [False, True]
        """
        from ._replicas import run_for_network

        return run_for_network(self, method, number, **options)


def _shape(geometry: Any) -> tuple[int, ...]:
    shape = tuple(geometry) if isinstance(geometry, tuple | list) else (geometry,)
    if not shape or any(isinstance(g, bool) or not isinstance(g, int | np.integer) or g < 1 for g in shape):
        raise ArgumentError(
            f"`geometry` is a number of neurons or a shape of such numbers, at least 1, not {geometry!r}"
        )
    return tuple(int(g) for g in shape)


def rebound(value: Any, network: Network) -> Any:
    """Return a handle for the same object in another network; anything else as it is, containers element by element."""
    match value:
        case Population() | PopulationView():
            return type(value)(network, value._name, value._ranks)
        case Projection() | Monitor():
            return type(value)(network, value._name)
        case list() | tuple() if type(value) in (list, tuple):
            return type(value)(rebound(v, network) for v in value)
        case dict() if type(value) is dict:
            return {k: rebound(v, network) for k, v in value.items()}
    return value
