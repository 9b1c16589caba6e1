"""`Network`: collects a description, compiles it, and holds the arrays between calls."""

from dataclasses import replace
from typing import Any

import numpy as np

from .. import integrators
from ..errors import ArgumentError
from ..simulation import Simulation
from ..step import NetworkParams, NetworkState
from ..surrogates import Surrogate
from . import _bold as bold
from . import _callback_methods as callbacks
from . import _clock as clock
from . import _compile
from . import _constants as constants
from . import _construct as construct
from . import _copies as copies
from . import _describe as describe
from . import _diagram as diagrams
from . import _files as files
from . import _fingerprint as fingerprints
from . import _functions as functions
from . import _monitor as monitors
from . import _parallel_run as replicas
from . import _parameter_files as parameter_files
from . import _report as reports
from . import _reset as resets
from . import _simulate as running
from . import _special_methods as special
from ._construct import Construction, with_network_first
from ._core import Core
from ._default_value import default
from ._network_html import network_html
from ._new_core import new_core


class Network:
    """A network of populations and projections.

    Args:
        everything: begin with copies of all that the default network has; see `add`.
        dt: step, ms; None takes that of `setup`, 1.0 where it was not called.
        seed: decides everything random: weights, initial values, noise; an integer, taken modulo 2^32. None takes a
            fresh one at compilation.
        method: numerical method of ODEs that name none: `explicit`, `implicit`, `semiimplicit`, `exponential`,
            `rosenbrock`, `midpoint`, `rk4`, `exact`, `heun` or `milstein`. None takes that of `setup`, or `explicit`.
        random: generator of random numbers, `counter` (fast) or `threefry` (JAX's default).
        kernel: how spikes go through weights, `event`, `plain`, `product`, `gather` or `scatter`; None chooses for each
            projection, by platform and size.
        surrogate: derivative of spikes in gradients, a name or a `Surrogate`, in the place of that of the models. A
            population that chooses its own in `create` keeps it, and so do inputs, which spike by chance or by a table.
        differentiable_reset: whether gradients flow through resets, likewise; see `Neuron`.
        spikes: `"grid"` puts spikes at the end of their step, `"precise"` at the moment within it at which the
            condition is met; a population may choose otherwise. None takes that of `setup`, or `"grid"`.
        gradients: of precise spikes, `"exact"`, `"surrogate"` or `"both"`; see `Neuron`.
        strict: whether what is suspicious or without effect, but runs in ANNarchy, raises an error. False warns of it
            (`JaxsnnWarning`), once.

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

    _core: Core
    _construction: Construction | None = None

    def __init__(  # noqa: PLR0913 - settings of one thing, by keyword
        self,
        everything: bool = False,
        *,
        dt: float | None = None,
        seed: int | None = None,
        method: str | integrators.Integrator | None = None,
        random: str = "counter",
        kernel: str | None = None,
        surrogate: str | Surrogate | None = None,
        differentiable_reset: bool | None = None,
        strict: bool | None = None,
        spikes: str | None = None,
        gradients: str | None = None,
    ) -> None:
        if not isinstance(everything, bool):
            raise ArgumentError(f"`everything` is True or False, not {everything!r}: name `dt`, as in Network(dt=0.1)")
        about_spikes = surrogate, differentiable_reset, strict, spikes, gradients
        self._core = new_core(dt, seed, method, random, kernel, *about_spikes)
        if self._construction is not None:
            self._construction = replace(self._construction, calls_base=True)
        if everything and default.core is not None:
            copies.add_everything(self, network_around(default.core))

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__init__" in vars(cls):
            cls.__init__ = with_network_first(cls.__init__)  # type: ignore[method-assign]

    # Each line below is a method: a function of the module that has all of its kind, with its documentation there.

    # Description
    create = describe.create
    connect = describe.connect
    convolution = special.convolution
    pooling = special.pooling
    copy_projection = special.copy_projection
    transpose = special.transpose
    decoding = special.decoding
    current_injection = special.current_injection
    population_mean = special.population_mean
    constant = constants.constant
    add_function = functions.add_function
    function = functions.function
    monitor = monitors.monitor
    boldmonitor = bold.boldmonitor
    compile = _compile.compile
    configure = config = construct.configure
    clear = construct.clear

    # Its parts
    population = get_population = describe.get_population
    populations = get_populations = describe.get_populations
    projection = get_projection = describe.get_projection
    projections = get_projections = describe.get_projections
    get_monitor = monitors.get_monitor
    monitors = get_monitors = monitors.get_monitors
    get_constant = constants.get_constant
    get_constants = constants.get_constants
    add = copies.add
    copy = copies.copy
    get = copies.get

    # Time
    simulate = running.simulate
    simulate_until = running.simulate_until
    step = running.step
    record_bytes = running.record_bytes
    get_time = clock.get_time
    set_time = clock.set_time
    get_current_step = clock.get_current_step
    set_current_step = clock.set_current_step
    set_seed = clock.set_seed
    reset = resets.reset
    enable_learning = describe.enable_learning
    disable_learning = describe.disable_learning

    # Callbacks
    every = callbacks.every
    enable_callbacks = callbacks.enable_callbacks
    disable_callbacks = callbacks.disable_callbacks
    clear_all_callbacks = callbacks.clear_all_callbacks
    callbacks_enabled = callbacks.callbacks_enabled

    # Replicas
    parallel_run = replicas.parallel_run

    # Files
    save = files.save
    load = files.load
    save_parameters = parameter_files.save_parameters
    load_parameters = parameter_files.load_parameters
    report = reports.report
    fingerprint = fingerprints.fingerprint

    # Pictures
    diagram = diagrams.diagram

    def __repr__(self) -> str:
        """Return the size of the network; `summary` tells all, once it is compiled."""
        contents = self._core.draft.sketch().contents
        return f"network: dt {self.dt:g} ms, {contents}, {'' if self.is_compiled else 'not '}compiled"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: populations, projections, monitors and equations."""
        return network_html(self._core)

    # Properties

    @property
    def dt(self) -> float:
        """Step, ms."""
        return self._core.dt

    @property
    def seed(self) -> int:
        """Seed of everything random; a fresh one if none was given."""
        return construct.seed_of(self._core)

    @property
    def is_compiled(self) -> bool:
        """Whether `compile()` has been called."""
        return self._core.is_compiled

    @property
    def simulation(self) -> Simulation:
        """The pure functions of the compiled network."""
        return self._core.simulation

    @property
    def params(self) -> NetworkParams:
        """The present parameters, for the pure functions: `net.simulation.run(net.params, net.state, 100.0)`."""
        return self._core.arrays.moment.on_device[0]

    @property
    def state(self) -> NetworkState:
        """The present state, for the pure functions."""
        return self._core.arrays.moment.on_device[1]

    @property
    def time(self) -> float:
        """Current time, ms; can be set."""
        return clock.get_time(self)

    @time.setter
    def time(self, t: float) -> None:
        clock.set_time(self, t)

    @property
    def current_step(self) -> int:
        """Number of steps done; can be set."""
        return clock.get_current_step(self)

    @current_step.setter
    def current_step(self, step: int) -> None:
        clock.set_current_step(self, step)

    @property
    def compiled(self) -> bool:
        """Whether `compile()` has been called, as `is_compiled`."""
        return self._core.is_compiled

    @property
    def default_rng(self) -> np.random.Generator:
        """A generator of NumPy, begun by the seed of the network: `Uniform(0.0, 1.0, net.default_rng)`."""
        return construct.generator_of(self._core)

    def summary(self) -> str:
        """Return what was compiled; see `Simulation.summary`."""
        return self.simulation.summary()


def network_around(core: Core) -> Network:
    """Return a network object for a core that there is already."""
    network = object.__new__(Network)
    network._core = core
    return network
