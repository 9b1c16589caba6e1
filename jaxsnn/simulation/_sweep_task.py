"""What a sweep computes: runs of one network that differ in some values, and what is kept of each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax import Array

from .. import arguments, rng
from ..errors import ArgumentError, ShapeError
from ..network import expand_patterns
from ..recording import Record, buffer_shapes, recorders_of, samples_of
from ..step import Given, NetworkParams
from ._devices import Devices
from ._finiteness import non_finite_error, warn_of_unsound_runs
from ._layout import layout
from ._preconditions import check_moment, check_simulation
from ._records import of_records
from ._replica_batch import Keep, Look
from ._replicas import Part, Replicas, runner_of, shared_values
from ._simulation import Simulation
from ._time import n_steps

Measure = Callable[[Record], Any]


@dataclass(frozen=True, eq=False)
class SweepTask:
    """All runs of a sweep, and how they are computed.

    Args:
        simulation: the compiled network.
        replicas: all runs.
        steps: of each.
        measure: what is kept of the records of one run; None for all of it.
        batch_size, devices: as for `sweep`.
        look: what to look for while runs advance.
    """

    simulation: Simulation
    replicas: Replicas
    steps: int
    measure: Measure | None
    batch_size: int | None
    devices: Devices | None
    look: Look

    @property
    def number(self) -> int:
        """How many runs there are."""
        return self.replicas.number

    def run(self, runs: np.ndarray | None = None, show: bool = False) -> Any:
        """Compute some runs, or all; return what is kept, with a leading axis of runs.

        Args:
            runs: their indices. Small networks are then not advanced together: a run has the same bits in any share.
            show: a progress bar.
        """
        some = self.replicas if runs is None else self.replicas.take(runs)
        together = runs is None
        where = layout(self.simulation, some.number, self.batch_size, devices=self.devices, together=together)
        parts = runner_of(self.simulation).run(some, where, max(1, self.steps), self._keep, self.look)
        found = [self._finite(part, runs) for part in _shown(parts, some.number, show)]
        warn_of_unsound_runs(np.concatenate([part.is_sound for part in found]), "runs", "sweep", runs)
        return jax.tree.map(lambda *x: np.concatenate(x), *(part.result for part in found))

    @property
    def kept(self) -> Any:
        """Shapes and types of what is kept of one run."""
        params, state = self.simulation.shapes
        buffer = buffer_shapes(self.simulation.compiled, max(1, self.steps), state)
        return jax.eval_shape(self._keep, params, state, buffer)

    @property
    def _keep(self) -> Keep:
        """The function that a call keeps of a run; one object for one measure, so that nothing compiles twice."""
        keeps, name = runner_of(self.simulation).keeps, (self.measure, self.steps)
        if name not in keeps:
            keeps[name] = _keep(self.simulation, self.measure, self.steps)
        return keeps[name]

    def _finite(self, part: Part, runs: np.ndarray | None) -> Part:
        """Return results of runs in which nothing was found that is not finite, or raise for the first other run."""
        for run, steps in zip(part.indices if runs is None else runs[part.indices], part.unsound_from, strict=True):
            error = non_finite_error(self.simulation.compiled, *self.simulation.shapes, steps, int(run))
            if error is not None:
                raise error
        return part


def sweep_task(  # noqa: PLR0913 - the arguments of `sweep`
    simulation: Simulation,
    values: Mapping[str, Any],
    duration: float,
    measure: Measure | None,
    params: NetworkParams | None,
    key: int | Array,
    redraw: bool,
    batch_size: int | None,
    devices: Devices | None,
    check_finite: bool,
) -> SweepTask:
    """Return what the arguments of `sweep` ask for; see there."""
    check_simulation(simulation, "simulation", Simulation)
    values = arguments.by_name(values, "values")
    if params is not None:
        check_moment(params, simulation.shapes[1])
    if measure is not None:
        of_records(arguments.function(measure, "measure"), "measure")
    redraw = arguments.flag(redraw, "redraw")
    _check_kept(simulation, measure)
    number = _common_length(values)
    named = expand_patterns(values, simulation.names, "values")
    own = {simulation.path(name): np.asarray(simulation.shaped(name, x, batch=1)) for name, x in named.items()}
    steps = n_steps(duration, simulation.dt)
    network, seeds = _seeds(key, number)
    shared = shared_values(simulation, network, redraw) | ({} if params is None else _by_path(params))
    shared = {path: x for path, x in shared.items() if path not in own}
    replicas = Replicas(seeds, shared, own, {}, None, np.full(number, steps, np.int32))
    look = Look(finite=arguments.flag(check_finite, "check_finite"))
    return SweepTask(simulation, replicas, steps, measure, batch_size, devices, look)


def _common_length(values: Mapping[str, Any]) -> int:
    lengths = {np.shape(x)[0] if np.ndim(x) else 0 for x in values.values()}
    if len(lengths) != 1 or 0 in lengths:
        found = ", ".join(f"`{name}` {np.shape(x)}" for name, x in values.items()) or "none at all"
        raise ShapeError(f"a sweep needs arrays with one leading axis of runs, of equal length; these are {found}")
    return lengths.pop()


def _check_kept(simulation: Simulation, measure: Measure | None) -> None:
    if measure is None and not simulation.spec.monitors:
        raise ArgumentError(
            "a sweep keeps what monitors record, and this network has none: add one before `compile()`, or give "
            "`measure`"
        )


def _by_path(params: NetworkParams) -> Given:
    """Return the parameters of populations and projections, by path."""
    kinds = {"populations": params.populations, "projections": params.projections}
    return {(kind, owner, name): x for kind, of in kinds.items() for owner, y in of.items() for name, x in y.items()}


def _seeds(key: int | Array, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the raw seed of the key itself (2,), and those of the runs, folded from it (number, 2)."""
    if isinstance(key, int | np.integer):
        return rng.raw_of_runs(int(key), number)
    network, seeds = _folded(rng.key(key), np.arange(number, dtype=np.uint32))
    return np.asarray(network), np.asarray(seeds)


@jax.jit
def _folded(key: Array, indices: Array) -> tuple[Array, Array]:
    return rng.raw(key), jax.vmap(lambda i: rng.raw(jax.random.fold_in(key, i)))(indices)


def _keep(simulation: Simulation, measure: Measure | None, steps: int) -> Keep:
    """Return what `Runner.run` keeps of a run: its records, or what is measured of them."""
    records_of = _unpacker(simulation, steps)

    def keep(params, state, buffer):
        records = records_of(buffer)
        return records if measure is None else of_records(measure, "measure")(records)

    return keep


def _unpacker(simulation: Simulation, steps: int) -> Callable[[Record], Record]:
    """Return the function from packed records of so many steps to ones with boolean spikes of the recorded neurons."""
    recorders = {r.name: r for r in recorders_of(simulation.compiled)}

    def variable(monitor: str, name: str, rows: Array) -> Array:
        return recorders[monitor].values(name, rows, simulation.compiled)

    def unpacked(buffer: Record) -> Record:
        samples = samples_of(simulation.compiled, buffer, 0, steps)
        return {m: {v: variable(m, v, rows) for v, (_, rows) in columns.items()} for m, columns in samples.items()}

    return unpacked


def _shown(parts: Iterator[Part], number: int, show: bool) -> Iterator[Part]:
    if not show:
        yield from parts
        return
    from tqdm.auto import tqdm

    with tqdm(total=number, desc="sweep", unit="points") as bar:
        for part in parts:
            yield part
            bar.update(len(part.indices))
