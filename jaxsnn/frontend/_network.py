"""`Network`: collects a description, compiles it, and holds the arrays between calls."""

from dataclasses import replace
from math import isfinite
from numbers import Integral, Real
from typing import Any

from .. import integrators, rng
from ..errors import ArgumentError
from ..simulation import Simulation
from ..step import NetworkParams, NetworkState
from ..surrogates import Surrogate, by_name
from . import _callback_methods as callbacks
from . import _clock as clock
from . import _constants as constants
from . import _describe as describe
from . import _files as files
from . import _functions as functions
from . import _monitor as monitors
from . import _parallel_run as replicas
from . import _parameter_files as parameter_files
from . import _replicas
from . import _report as reports
from . import _reset as resets
from . import _simulate as running
from . import _special_methods as special
from ._core import Core, Options
from ._draft import Draft


class Network:
    """A network of populations and projections.

    Args:
        dt: step, ms.
        seed: decides everything random: weights, initial values, noise; an integer, taken modulo 2^32. None takes a
            fresh one at compilation.
        method: numerical method of ODEs that name none: `explicit`, `implicit`, `semiimplicit`, `exponential`,
            `rosenbrock`, `midpoint` or `rk4`.
        random: generator of random numbers, `counter` (fast) or `threefry` (JAX's default).
        kernel: how spikes go through weights, `event`, `plain`, `product`, `gather` or `scatter`; None chooses for each
            projection, by platform and size.
        surrogate: derivative of spikes in gradients, a name or a `Surrogate`, in the place of that of the models. A
            population that chooses its own in `create` keeps it, and so do inputs, which spike by chance or by a table.
        differentiable_reset: whether gradients flow through resets, likewise; see `Neuron`.
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

    def __init__(
        self,
        dt: float = 1.0,
        seed: int | None = None,
        *,
        method: str | integrators.Integrator = "explicit",
        random: str = "counter",
        kernel: str | None = None,
        surrogate: str | Surrogate | None = None,
        differentiable_reset: bool | None = None,
        strict: bool = True,
    ) -> None:
        if not (isinstance(dt, Real) and not isinstance(dt, bool) and isfinite(dt) and dt > 0):
            raise ArgumentError(f"`dt` is a step in ms, greater than 0, not {dt!r}")
        if not (seed is None or (isinstance(seed, Integral) and not isinstance(seed, bool))):
            raise ArgumentError(f"`seed` is an integer, taken modulo 2^32, or None, not {seed!r}")
        if not isinstance(differentiable_reset, bool | None):
            raise ArgumentError(f"`differentiable_reset` is True or False, not {differentiable_reset!r}")
        if not isinstance(strict, bool):
            raise ArgumentError(f"`strict` is True or False, not {strict!r}")
        chosen = None if surrogate is None else by_name(surrogate)
        draft = Draft(float(dt), integrators.by_name(method), chosen, differentiable_reset)
        options = Options(rng.by_name(random), kernel, strict=strict)
        self._core = Core(draft, options, None if seed is None else int(seed))

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
    compile = describe.compile

    # Its parts
    population = get_population = describe.get_population
    populations = get_populations = describe.get_populations
    projection = get_projection = describe.get_projection
    projections = get_projections = describe.get_projections
    monitors = get_monitors = monitors.get_monitors
    get_constant = constants.get_constant
    get = _replicas.get

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

    # Properties

    @property
    def dt(self) -> float:
        """Step, ms."""
        return self._core.dt

    @property
    def seed(self) -> int | None:
        """Seed of everything random; None before compilation if none was given."""
        return self._core.seed

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
        return self._core.arrays.moment.params

    @property
    def state(self) -> NetworkState:
        """The present state, for the pure functions."""
        return self._core.arrays.moment.state

    def summary(self) -> str:
        """Return what was compiled; see `Simulation.summary`."""
        return self.simulation.summary()

    def configure(self, **settings: Any) -> None:
        """Change `dt`, `seed`, `method` or `strict` before `compile()`; populations keep their methods."""
        core = self._core
        core.check_open("a setting")
        present = {"dt": self.dt, "seed": self.seed, "method": core.draft.method, "strict": core.options.strict}
        other = Network(**(present | settings))
        core.options = replace(core.options, strict=other._core.options.strict)
        core.draft = replace(core.draft.with_step(other.dt), method=other._core.draft.method)
        core.seed = other.seed
