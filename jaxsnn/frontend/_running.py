"""A network in time: `simulate` and its kin, callbacks, the clock, what is reset."""

import time
from collections.abc import Callable, Iterator, Sequence
from numbers import Integral
from typing import Any

import numpy as np

from .. import rng
from ..errors import ArgumentError, StateError
from ..inputs import Schedule
from ..simulation import n_steps, record_bytes
from ._callbacks import Callback, Callbacks, Function
from ._live import Live, Piece
from ._population import Population
from ._progress import say
from ._watched import Watched


class Running(Watched):
    """What a compiled network does; see `Network`."""

    _callbacks: Callbacks
    _assignments: int
    schedules: dict[str, Schedule | None]

    @property
    def values(self) -> Any:
        """The arrays of the compiled network: made when they are first needed, or those of one replica."""
        if self._values is None:
            self._values = Live(self.simulation, self._seed or 0)
        return self._values

    def simulate(
        self,
        duration: float,
        measure_time: bool = False,
        progress_bar: bool = False,
        callbacks: bool = True,
        check_finite: bool = False,
    ) -> None:
        """Advance the network.

        Args:
            duration: ms, rounded up to whole steps.
            measure_time: print how long it took.
            progress_bar: show one.
            callbacks: call the functions registered by `every`.
            check_finite: look for NaN and infinity at every step, at some cost.

        Raises:
            StateError: the network is not compiled.
            ArgumentError: a negative, infinite or NaN duration.
            NonFiniteError: found by `check_finite`; names population, variable and step. The network stays as it was.
            RecordMemoryError: what the monitors would record does not fit in memory.
        """
        self._must_run("simulate()")
        start, steps = time.perf_counter(), n_steps(duration, self.dt)
        for length in self._parts(steps, callbacks):
            self._record(self.values.advance(length, progress_bar, check_finite))
        if measure_time:
            say(f"Simulating {duration / 1000:g} seconds of the network took {time.perf_counter() - start:g} seconds.")

    def _parts(self, steps: int, callbacks: bool) -> Iterator[int]:
        """Yield the lengths of the runs between callbacks, and call these in between."""
        done = 0
        for step, function, count in self._callbacks.calls(steps, self.dt) if callbacks else ():
            if step > done:
                yield step - done
                done = step
            function(count)
        if steps > done or steps == 0:
            yield steps - done

    def simulate_until(
        self,
        max_duration: float,
        population: Population | Sequence[Population],
        operator: str = "and",
        measure_time: bool = False,
    ) -> float:
        """Advance the network until populations meet their `stop_condition`, tested after each step.

        Args:
            max_duration: ms, at which to stop in any case.
            population: one or several; those without a condition never meet it.
            operator: `"and"` to wait for all of them, `"or"` for any.
            measure_time: print how long it took.

        Returns:
            How long it ran, ms.

        Raises:
            ArgumentError: none of the populations has a condition, or another operator.
        """
        self._must_run("simulate_until()")
        if operator not in ("and", "or"):
            raise ArgumentError(f"`operator` is 'and' or 'or', not {operator!r}")
        several = [population] if isinstance(population, Population) else list(population)
        for one in several:
            self._must_be_mine(one)
        names = tuple(p.name for p in several)
        if not any(self.population_spec(name).stop for name in names):
            raise ArgumentError("no population has a `stop_condition`: give one where it is created, or `simulate`")
        start, most = time.perf_counter(), n_steps(max_duration, self.dt)
        pieces, steps = self.values.advance_until(most, names, operator == "and")
        self._record(pieces)
        if measure_time:
            say(f"Simulating {steps * self.dt / 1000:g} seconds took {time.perf_counter() - start:g} seconds.")
        return steps * self.dt

    def step(self) -> None:
        """Advance the network by one step of dt; callbacks are not called."""
        self._must_run("step()")
        self._record(self.values.advance(1))

    def _must_run(self, what: str) -> None:
        if not self.is_compiled:
            raise StateError(f"{what} before compile(): the network is described, but not compiled yet")
        self.must_be_free()

    def _record(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            for name, rows in piece.samples.items():
                self._recordings[name].add(piece.first, piece.steps, rows)

    def record_bytes(self, duration: float) -> int:
        """Return how much memory the monitors would take for so many ms; `simulate` refuses what does not fit."""
        simulation = self.simulation
        return record_bytes(simulation.compiled, n_steps(duration, self.dt), simulation.recorded)

    # Callbacks

    def every(self, period: float, offset: float = 0.0, wait: float = 0.0) -> Callable[[Function], Function]:
        """Register a function that `simulate` calls at regular times.

        Calls are made before the step that begins at that time, strictly before the end of the `simulate`; the count
        that the function receives begins at 0 in each `simulate`.

        Args:
            period: ms.
            offset: ms within each period; a negative one counts from its end.
            wait: ms before the first period begins.

        Example:
            >>> import jaxsnn as snn
            >>> net = snn.Network()
            >>> P = net.create(1, snn.Neuron(equations="r = t"), name="P")
            >>> _ = net.compile()
            >>> @net.every(period=10.0, offset=-2.0)
            ... def show(n):
            ...     print(n, net.get_time())
            >>> net.simulate(20.0)
            0 8.0
            1 18.0
        """

        def register(function: Function) -> Function:
            callback = Callback(function, period, offset, wait)
            callback.steps(0, self.dt)  # raises for what can never be called
            self._callbacks.registered.append(callback)
            return function

        return register

    def enable_callbacks(self) -> None:
        """Let `simulate` call the registered functions."""
        self._callbacks.enabled = True

    def disable_callbacks(self) -> None:
        """Let `simulate` call no function."""
        self._callbacks.enabled = False

    def clear_all_callbacks(self) -> None:
        """Forget all registered functions."""
        self._callbacks.registered.clear()

    def callbacks_enabled(self) -> bool:
        """Return whether `simulate` calls the registered functions."""
        return self._callbacks.enabled

    # Clock and seed

    def get_current_step(self) -> int:
        """Return the number of steps done."""
        return self.values.step if self.is_compiled else 0

    def get_time(self) -> float:
        """Return the current time, ms."""
        return self.get_current_step() * self.dt

    def set_current_step(self, step: int) -> None:
        """Set the number of steps done; nothing else changes."""
        if isinstance(step, bool) or not isinstance(step, Integral) or not 0 <= step < 2**31:
            raise ArgumentError(f"a step is an integer from 0 on, not {step!r}")
        self._must_run("set_current_step()")
        self.values.set_step(int(step))

    def set_time(self, t: float) -> None:
        """Set the current time, ms, rounded to whole steps; nothing else changes."""
        self.set_current_step(round(t / self.dt))

    def set_seed(self, seed: int) -> None:
        """Set the seed: of everything random before `compile()`, of the random numbers of the steps to come after."""
        if isinstance(seed, bool) or not isinstance(seed, Integral):
            raise ArgumentError(f"`seed` is an integer, taken modulo 2^32, not {seed!r}")
        self.must_be_free()
        if self.is_compiled:
            self.values.set_key(rng.raw_of_seeds([int(seed)])[0])
        else:
            self._seed = int(seed)

    def next_assignment(self) -> int:
        """Count the assignments of distributions after compilation: each draws from a stream of its own."""
        self._assignments += 1
        return self._assignments

    # Back to the beginning

    def reset(
        self, populations: bool = True, projections: bool = False, synapses: bool = False, monitors: bool = True
    ) -> None:
        """Set time to 0, and parts of the network back to what they were before `compile()`.

        The random numbers of the steps to come are others than before: a second run is another trial. Call `set_seed`
        to repeat one.

        Args:
            populations: attributes, spikes and refractory periods of all populations, and what is on its way.
            projections: attributes of synapses, all but `w`.
            synapses: draw weights and connectivity anew; implies `projections`.
            monitors: forget what was recorded.
        """
        self._must_run("reset()")
        self.values.rewind(populations)
        if synapses or projections:
            self.restart_synapses(list(self._draft.projections), None, synapses)
        if populations:
            self.restart(list(self._draft.populations), True)
        if monitors:
            for recording in self._recordings.values():
                recording.clear()

    def restart(self, names: list[str], values: bool, attributes: Sequence[str] | None = None) -> None:
        """Let populations begin again; see `Population.reset` and `Population.clear`."""
        self._must_run("reset()")
        self.values.restart(tuple(names), values, None if attributes is None else tuple(attributes))

    def restart_synapses(self, names: list[str], attributes: list[str] | None, synapses: bool) -> None:
        """Let synapses begin again; `Wired` gives this."""
        raise NotImplementedError

    # What attributes of handles need

    def inputs_of(self, name: str) -> tuple[str, ...]:
        """Return the targets of the rate-coded inputs that a population has received."""
        return self.simulation.inputs_of(name)

    def constant_value(self, name: str) -> float:
        """Return the present value of a constant."""
        path = ("constants", "", name)
        return float(self.values.read(path) if self.is_compiled else self._draft.read(path))

    def set_constant(self, name: str, value: float) -> None:
        """Set a constant."""
        self.must_be_free()
        if self.is_compiled:
            self.values.write(("constants", "", name), np.asarray(value, self.simulation.compiled.dtype))
        else:
            self._draft.constants[name] = value

    def change_schedule(self, population: str, values: dict[str, Any]) -> None:
        """Replace what drives an input population."""
        self.must_be_free()
        old = self.schedules[population]
        if old is None:
            raise StateError(f"population `{population}` follows no table")
        new = old.changed(**values)
        source = new.source(self.dt)
        if not self.is_compiled:
            self.change_population(population, source=source)
            self.schedules[population] = new
            return
        self.schedules[population] = new
        dtype = self.simulation.compiled.dtype
        for name, array in source.arrays.items():
            stored = dtype if np.issubdtype(array.dtype, np.floating) else np.int32
            self.values.write(("populations", population, name), np.asarray(array, stored))
