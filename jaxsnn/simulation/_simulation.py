"""`Simulation`: a compiled network for the JAX user, three pure functions and a summary."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .. import arguments, rng
from ..compiler import CompiledNetwork, declared_arrays
from ..editing import trimmed
from ..errors import UnknownNameError, did_you_mean
from ..network import NetworkSpec, paths_by_name
from ..plan import fed_targets
from ..recording import Record
from ..step import Given, NetworkParams, NetworkState, Path, without_projections
from ..surrogates import Surrogate, by_name
from ._budget import KEPT_BYTES, fitting_checkpoints, parsed_bytes, tree_bytes
from ._checkpoint import Checkpoints, plain, square_root
from ._loop_state import without_constants
from ._preconditions import check_moment, check_precision
from ._run import build_run, build_step, cost_of_run
from ._shapes_and_bounds import declared_bounds, in_shape
from ._simulation_html import simulation_html
from ._stand_in import stand_in_for
from ._stimuli import with_stimuli
from ._summary import summary
from ._surrogate_choice import check_spiking, spiking_by_condition, with_choice
from ._time import check_last_step, n_steps, present_step

logger = logging.getLogger("jaxsnn")


@dataclass(frozen=True, eq=False)
class Simulation:
    """A network as pure functions; it holds structure, no arrays that change.

    `init` draws two pytrees, `step` advances them by dt, `run` by a duration. All three can be traced: `jax.jit`,
    `vmap`, `grad` and `jvp` apply.

    Args:
        compiled: what the compiler made.
        platform: where it runs.
        batch: how many stimuli share one set of weights under `vmap`.

    Example:
        >>> import jax, jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=1)
        >>> P = net.create(10, snn.Izhikevich(noise=5.0), name="P")
        >>> M = net.monitor(P, "spike")
        >>> sim = net.compile()
        >>> params, state = sim.init(jax.random.key(1))
        >>> state, records = sim.run(params, state, duration=20.0)
        >>> records["P"]["spike"].shape
        (20, 10)
    """

    compiled: CompiledNetwork
    platform: str
    batch: int = 1

    def __repr__(self) -> str:
        """Return the size of the network; `summary` tells all."""
        return f"simulation: dt {self.dt:g} ms on {self.platform}, {self.spec.contents}"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: what was compiled, and what was decided about each projection."""
        return simulation_html(self.compiled, self.platform, self.batch)

    @property
    def dt(self) -> float:
        """Step, ms."""
        return self.compiled.spec.dt

    @property
    def spec(self) -> NetworkSpec:
        """The description."""
        return self.compiled.spec

    @cached_property
    def declared(self) -> Given:
        """Everything declared as numbers, on the host."""
        return declared_arrays(self.spec)  # type: ignore[return-value]

    @cached_property
    def names(self) -> dict[str, Path]:
        """Attributes by their public name: `P.noise`, `exc.w`, and `tau` for a constant of the network."""
        return paths_by_name(self.spec)

    @cached_property
    def bounds(self) -> dict[str, tuple[float | None, float | None]]:
        """Bounds `(low, high)` of floating-point parameters whose text has `min=` or `max=`, by public name.

        They are what `snn.fit(..., bounds=sim.bounds)` keeps; None where a side is open. A run does not read them.

        Example:
            >>> import jaxsnn as snn
            >>> cell = snn.Neuron(parameters="tau = 20.0 : min=1.0, max=100.0", equations="tau * dr/dt = -r")
            >>> net = snn.Network(dt=1.0)
            >>> _ = net.create(1, cell, name="cell")
            >>> net.compile().bounds
            {'cell.tau': (1.0, 100.0)}
        """
        return declared_bounds(self.spec)

    def inputs_of(self, name: str) -> tuple[str, ...]:
        """Return the targets of the rate-coded inputs of a population that a projection feeds.

        Raises:
            UnknownNameError: the network has no such population.
        """
        known = {p.name: p for p in self.spec.populations}
        if name not in known:
            raise UnknownNameError(f"the network has no population `{name}`.{did_you_mean(name, known)}")
        return fed_targets(self.spec, known[name])

    def path(self, name: str) -> Path:
        """Return the place of a public name.

        Raises:
            UnknownNameError: the network has no such attribute.
        """
        if name not in self.names:
            raise UnknownNameError(f"the network has no attribute `{name}`.{did_you_mean(name, self.names)}")
        return self.names[name]

    def init(self, key: int | Array, values: Mapping[str, Any] | None = None) -> tuple[NetworkParams, NetworkState]:
        """Draw the parameters and the initial state.

        Args:
            key: a JAX key, or a seed; the same key gives the same network on every surface.
            values: by public name (`{"P.noise": 3.0}`), in the place of what is declared or drawn. Shapes: () or
                (size,) for attributes of neurons, () or (pre.size, post.size) for those of synapses, whatever stores
                them: numbers where there is no synapse do not count.

        Returns:
            `(params, state)`.

        Raises:
            UnknownNameError: the network has no such attribute.
            ShapeError: a value has another shape.
        """
        check_precision(self.compiled, ())
        given_values = {} if values is None else arguments.by_name(values, "values")
        given = self.declared | {self.path(name): self.shaped(name, x) for name, x in given_values.items()}
        return self._init(rng.key(key), given)

    def reseed(self, state: NetworkState, key: int | Array) -> NetworkState:
        """Return a state whose further random numbers come from another key, a JAX key or a seed; all else stays.

        Example:
            >>> import jaxsnn as snn
            >>> sim = snn.Network(dt=1.0).compile()
            >>> state = sim.reseed(sim.init(0)[1], 5)
        """
        check_moment(self.shapes[0], state)
        return replace(state, key=rng.raw(rng.key(key)))

    def shaped(self, name: str, value: Any, batch: int = 0) -> Any:
        """Return a value for a public name in the shape in which it enters the network.

        Args:
            name: such as `P.noise` or `exc.w`.
            value: array or number.
            batch: number of leading axes that are not the value's own.

        Raises:
            ShapeError: a value has another shape.
            ArgumentError: no numbers, or something that a table overwrites at each step.
        """
        return in_shape(self.spec, self.path(name), name, value, batch)

    def step(self, params: NetworkParams, state: NetworkState) -> tuple[NetworkState, Record]:
        """Advance by one step of dt.

        Returns:
            `(state, records)`: what every monitor records of this step, `spike` as (n,) floats.
        """
        check_moment(params, state)
        check_precision(self.compiled, state)
        after, records = self._step(params, state)
        return replace(after, constants=state.constants), records

    def run(  # noqa: PLR0913 - all but the first three are options, by keyword
        self,
        params: NetworkParams,
        state: NetworkState,
        duration: float,
        *,
        inputs: Mapping[str, Array] | None = None,
        checkpoint: bool | None = None,
        memory: str | float | None = None,
        truncate: float | None = None,
        surrogate: str | Surrogate | None = None,
        differentiable_reset: bool | None = None,
        gradients: str | None = None,
    ) -> tuple[NetworkState, Record]:
        """Advance by a duration, differentiably.

        Args:
            params, state: from `init` or an earlier run; they are not consumed.
            duration: ms; static under `jit`.
            inputs: stimuli: tables that inputs follow in this run, by the name of their population, such as the spikes
                (steps, n) of a `SpikeRaster`; a batch of them by `jax.vmap`. None takes those of the parameters.
            checkpoint: keep only every sqrt(n)-th state for the backward pass and recompute the others; False keeps
                everything. None does that while all states together stay below 64 MiB.
            memory: in the place of `checkpoint`: how much the backward pass may take, such as "2GiB" or a number of
                bytes; see `checkpoints`. Under `vmap`, that of the whole batch, whose size `compile(batch=)` tells.
            truncate: ms after which no gradient flows back (truncated backpropagation through time; R. J. Williams,
                J. Peng, Neural Computation 2, 1990, doi:10.1162/neco.1990.2.4.490): the run is cut into windows of this
                length. None for none.
            surrogate, differentiable_reset, gradients: of this run, as for `with_surrogate`; None are its own.

        Returns:
            `(state, records)`: records have a leading axis of time; `records["P"]["spike"]` is (n_steps, n) floats
            that carry surrogate derivatives. A monitor with a period samples the steps period_offset, period_offset +
            period, ... of this run, wherever the state stands: shapes depend on the duration alone.

        Raises:
            PrecisionError: the arrays have another precision than the network.
            StateError: the run would end behind the last step that a network can do, unless JAX traces `state.step`.
            MemoryBudgetError: the budget cannot be met; says what can.
            UnknownNameError, ArgumentError, ShapeError: inputs that the network does not have.
        """
        check_moment(params, state)
        check_precision(self.compiled, state)
        checkpoint = None if checkpoint is None else arguments.flag(checkpoint, "checkpoint")
        params = with_stimuli(self.spec, params, {} if inputs is None else arguments.by_name(inputs, "inputs"))
        n = n_steps(duration, self.dt)
        check_last_step(present_step(state), n, self.dt)
        if (watched := stand_in_for(self)) is not None:
            return watched(params, state, n)
        if memory is not None:
            plan = self.checkpoints(duration, memory, params, state, truncate=truncate)
            logger.info("backward pass of %d steps: %s", n, plan)
        else:
            window = self._window(truncate)
            length = n if window is None else min(window, n)
            kept = length * self.batch * tree_bytes(without_constants(state))
            recomputes = kept > KEPT_BYTES if checkpoint is None else checkpoint
            plan = replace(square_root(length) if recomputes else plain(length), window=window)
        chosen = self.with_surrogate(surrogate, differentiable_reset=differentiable_reset, gradients=gradients)
        after, records = chosen._run(params, state, n, plan)
        return replace(after, constants=state.constants), records

    def checkpoints(
        self,
        duration: float,
        memory: str | float,
        params: NetworkParams | None = None,
        state: NetworkState | None = None,
        *,
        truncate: float | None = None,
    ) -> Checkpoints:
        """Return how `run` would keep and recompute states to stay within a memory budget.

        Nothing runs: sizes follow from shapes. The fewest passes that fit are taken. What a loss of yours keeps beside
        the run is not counted; `jax.jit(...).lower(...).compile().memory_analysis()` tells what XLA takes in all.

        Args:
            duration: ms.
            memory: bytes, or a text such as "2GiB".
            params, state: arrays or shapes; None for those of `init`.
            truncate: as for `run`.

        Raises:
            MemoryBudgetError: the budget cannot be met.

        Example:
            >>> import jaxsnn as snn
            >>> net = snn.Network(dt=1.0)
            >>> P = net.create(100, snn.Izhikevich, name="P")
            >>> sim = net.compile()
            >>> print(sim.checkpoints(10_000.0, "1GiB"))
            10000 steps, each step computed 1x forward
            >>> len(sim.checkpoints(10_000.0, "2MiB").lengths)
            2
        """
        budget = parsed_bytes(memory)
        if params is None or state is None:
            params, state = self.shapes
        n = n_steps(duration, self.dt)
        window = self._window(truncate)
        cost = cost_of_run(self.compiled, params, state, n, self.batch)
        length, kept = n, 0
        if window is not None and window < n:
            length, kept = window, -(-n // window) * cost.state
        plan = fitting_checkpoints(length, replace(cost, fixed=cost.fixed + kept), budget)
        return replace(plan, window=window)

    def _window(self, truncate: float | None) -> int | None:
        """Return the steps after which no gradient flows."""
        if truncate is None:
            return None
        return max(1, n_steps(arguments.real(truncate, "truncate", "ms", above=0.0), self.dt))

    def with_surrogate(
        self,
        surrogate: str | Surrogate | None = None,
        populations: str | Sequence[str] | None = None,
        *,
        differentiable_reset: bool | None = None,
        gradients: str | None = None,
    ) -> "Simulation":
        """Return the same simulation with other gradients: same parameters, states, shapes and forward numbers.

        Args:
            surrogate: a name or a `Surrogate`; None keeps those there are.
            populations: names of those that change. None changes all that spike by a condition on their state, also
                those that chose their own; inputs keep their straight-through derivative.
            differentiable_reset: whether gradients flow through resets; None keeps what there is. See `Neuron`.
            gradients: of precise spikes, `"exact"`, `"surrogate"` or `"both"`; None keeps what there is. See `Neuron`.

        Returns:
            A simulation; equal arguments return the same one, so that nothing compiles twice.

        Raises:
            UnknownNameError: no population has this name.
            ArgumentError: an unknown surrogate, a population without spikes.

        Example:
            >>> import jaxsnn as snn
            >>> net = snn.Network(dt=1.0, seed=1)
            >>> P = net.create(2, snn.IF_curr_exp(i_offset=1.0), name="P")
            >>> sim = net.compile()
            >>> flat = sim.with_surrogate(snn.surrogates.gaussian(sigma=5.0), differentiable_reset=True)
            >>> flat.spec.population("P").neuron.surrogate_function.name
            'gaussian(sigma=5)'
        """
        if surrogate is None and differentiable_reset is None and gradients is None:
            return self
        chosen = None if surrogate is None else by_name(surrogate)
        names = spiking_by_condition(self.spec) if populations is None else check_spiking(self.spec, populations)
        key = (chosen, differentiable_reset, gradients)
        if (*key, names) not in self._variants:
            self._variants[*key, names] = replace(self, compiled=with_choice(self.compiled, names, *key))
        return self._variants[*key, names]

    @cached_property
    def _variants(self) -> dict[tuple, "Simulation"]:
        return {}

    def summary(self) -> str:
        """Return what was compiled: sizes, kernels and why they were chosen, random numbers, precision."""
        return summary(self.compiled, self.platform, self.recorded)

    @property
    def recorded(self) -> NetworkState | None:
        """Shapes of the state, where monitors of synapses need them to say how much they record."""
        return self.shapes[1] if any(m.shape_follows_state for m in self.spec.monitors) else None

    @cached_property
    def shapes(self) -> tuple[NetworkParams, NetworkState]:
        """Shapes and types of parameters and state."""
        return jax.eval_shape(self.compiled.init, jax.ShapeDtypeStruct((2,), jnp.uint32), self.declared)

    def trimmed(self, params: NetworkParams, state: NetworkState) -> tuple[NetworkParams, NetworkState]:
        """Return parameters and state whose sparse rows are as wide as the longest one, with the same numbers.

        `init` leaves room for what chance might have drawn. A single network is faster without. Not inside `jit`.
        """
        check_moment(params, state)
        return trimmed(self.compiled.plans.values(), params, state)

    @cached_property
    def init_raw(self) -> Callable[[Array | np.ndarray, Given], tuple[NetworkParams, NetworkState]]:
        """`init_raw(seed, given)`: what `init` does with raw key data, (2,) uint32, and values by path."""
        return jax.jit(self.compiled.init)

    @cached_property
    def begin(self) -> Callable[[Array | np.ndarray, Given], tuple[NetworkParams, NetworkState]]:
        """`begin(seed, given)`: as `init_raw`, but without projections: no weight is drawn for it."""

        def begin(seed: Array, given: Given) -> tuple[NetworkParams, NetworkState]:
            params, state = self.compiled.init(seed, given)
            return replace(params, projections={}), without_projections(state)

        return jax.jit(begin)

    @cached_property
    def companions(self) -> dict[type, Any]:
        """What other modules compile for this simulation and keep with it, by class, such as the runner of replicas."""
        return {}

    @cached_property
    def _init(self):
        return jax.jit(lambda key, given: self.compiled.init(rng.raw(key), given))

    @cached_property
    def _step(self):
        return jax.jit(build_step(self.compiled))

    @cached_property
    def _run(self):
        return jax.jit(build_run(self.compiled), static_argnums=(2, 3))
