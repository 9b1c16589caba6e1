"""`Network`: collects a description, compiles it, and holds the arrays between calls."""

from collections.abc import Callable
from math import isfinite
from numbers import Integral, Real
from typing import Any

from .. import integrators, rng
from ..errors import ArgumentError
from ..surrogates import Surrogate, by_name
from ._callbacks import Callbacks
from ._constants import Constant
from ._dendrite import Dendrite
from ._draft import Draft
from ._monitor import Monitor
from ._neurons import PopulationView
from ._pathway import Pathway
from ._population import Population
from ._saving import Saving


class Network(Saving):
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
        self,
        dt: float = 1.0,
        seed: int | None = None,
        *,
        method: str | integrators.Integrator = "explicit",
        random: str = "counter",
        kernel: str | None = None,
        surrogate: str | Surrogate | None = None,
        differentiable_reset: bool | None = None,
    ) -> None:
        if not (isinstance(dt, Real) and not isinstance(dt, bool) and isfinite(dt) and dt > 0):
            raise ArgumentError(f"`dt` is a step in ms, greater than 0, not {dt!r}")
        if not (seed is None or (isinstance(seed, Integral) and not isinstance(seed, bool))):
            raise ArgumentError(f"`seed` is an integer, taken modulo 2^32, or None, not {seed!r}")
        if not isinstance(differentiable_reset, bool | None):
            raise ArgumentError(f"`differentiable_reset` is True or False, not {differentiable_reset!r}")
        self._draft = Draft(float(dt), integrators.by_name(method))
        self._draft.surrogate = None if surrogate is None else by_name(surrogate)
        self._draft.differentiable_reset = differentiable_reset
        self._seed = None if seed is None else int(seed)
        self._options = {"generator": rng.by_name(random), "kernel": kernel, "batch": 1}
        self._simulation, self._simulations = None, {}
        self._values: Any = None  # Live, or the values of one replica
        self._recordings, self.schedules, self.declared_schedules = {}, {}, {}
        self._callbacks = Callbacks()
        self._assignments = 0
        self._replicas_running = False

    def configure(self, **settings: Any) -> None:
        """Change `dt`, `seed` or `method` of a network that has no population yet."""
        self._must_be_open("a setting")
        now = {"dt": self.dt, "seed": self.seed, "method": self._draft.method}
        other = Network(**(now | settings))
        self._draft.dt, self._draft.method, self._seed = other.dt, other.draft.method, other.seed

    @property
    def seed(self) -> int | None:
        """Seed of everything random; None before compilation if none was given."""
        return self._seed

    def summary(self) -> str:
        """Return what was compiled; see `Simulation.summary`."""
        return self.simulation.summary()

    def get(self, obj: Any) -> Any:
        """Return this network's own handle of something that another network of the same make, or this, has given out.

        Args:
            obj: population, view, projection, dendrite, monitor or constant; or a list of them.
        """
        if isinstance(obj, list | tuple):
            return type(obj)(self.get(o) for o in obj)
        if not isinstance(obj, Population | PopulationView | Pathway | Dendrite | Monitor | Constant):
            raise ArgumentError(
                f"`get` takes a population, view, projection, dendrite, monitor or constant, not {obj!r}"
            )
        if obj._network._draft is not self._draft:
            raise ArgumentError(f"{obj!r} belongs to another network")
        return rebound(obj, self)

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
                so many threads. `devices`: a mesh or a list of devices that share out the replicas, of this process or
                of all (see `docs/scaling.md`). `measure_time`, `progress_bar`: print how long it took, show a bar.
                Every other keyword is a list with one value per replica, passed to the method.

        Returns:
            What the method returned, in the order of replicas.

        Raises:
            ReplicaError: a method raised; names its index and holds the results of the others.
            ArgumentError: a wrong number, seed, option or signature.
            StateError: processes that share devices ask for different numbers.

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


def rebound(value: Any, network: Network) -> Any:
    """Return a handle for the same object in another network; anything else as it is, containers element by element."""
    match value:
        case Population() | PopulationView():
            return value._on(network)
        case Pathway() | Monitor() | Constant():
            return type(value)(network, value._name)
        case Dendrite():
            return Dendrite(network, value._name, value._rank)
        case list() | tuple() if type(value) in (list, tuple):
            return type(value)(rebound(v, network) for v in value)
        case dict() if type(value) is dict:
            return {k: rebound(v, network) for k, v in value.items()}
    return value
