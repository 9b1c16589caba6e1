"""`sweep`: one network over a batch of parameters, without replicas' methods."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np
from jax import Array

from .. import arguments, rng
from ..errors import ArgumentError, ShapeError
from ..network import expand_patterns
from ..points import Points
from ..recording import Record, recorders_of, samples_of
from ..step import Given, NetworkParams
from ._devices import Devices
from ._finiteness import non_finite_error, warn_of_unsound_runs
from ._layout import Layout, layout
from ._preconditions import check_moment, check_simulation
from ._replica_batch import Keep, Look
from ._replicas import Part, Replicas, runner_of, shared_values
from ._simulation import Simulation
from ._time import n_steps

Measure = Callable[[Record], Any]


def sweep(  # noqa: PLR0913 - all but the first three are options, by keyword
    simulation: Simulation,
    values: Mapping[str, Any],
    duration: float,
    *,
    measure: Measure | None = None,
    params: NetworkParams | None = None,
    key: int | Array = 0,
    redraw: bool = True,
    batch_size: int | None = None,
    devices: Devices | None = None,
    progress: bool = False,
    check_finite: bool = False,
) -> Any:
    """Run a network once for each row of a batch of values.

    Args:
        simulation: the compiled network.
        values: by public name or pattern (`{"P.noise": linspace(0, 10, 1000)}`, `"*.noise"`; of two that match, the
            last holds), arrays with a leading axis of runs; what follows is () or (size,) for attributes,
            (pre.size, post.size) for `w`. Or points from `grid` or `sobol`.
        duration: ms.
        measure: what to keep of the records of one run, traceable; gets `{monitor: {variable: (n_steps, n)}}`, spikes
            as booleans. None keeps all of it.
        params: that all runs share, such as `net.params` after weights were assigned, or those of a fit; None takes
            what is declared, and draws the rest. Who is connected to whom is not among them: `redraw=False` keeps it.
        key: seed or key; run i draws from it folded with i.
        redraw: draw weights and initial values anew for every run; False draws them once, from the key, for all.
        batch_size: how many runs to advance together; None takes as many as memory allows. On a CPU with the event path
            runs are advanced one by one, and it bounds how many one call takes.
        devices: a mesh or a list of devices that share out the runs, of this process or of all; see `docs/scaling.md`.
            None takes all of this process.
        progress: show a progress bar, with points per second.
        check_finite: look for NaN and infinity at every step of every run, in all variables, inputs and weights, at
            some cost.

    Returns:
        What was kept, NumPy arrays with a leading axis of runs, or with the axes of a `grid`; of all runs in every
        process.

    Raises:
        ShapeError: batches of different length.
        ArgumentError: no monitor and no measure, so that nothing would be kept; a batch size of 0 or less; devices of
            another platform, or none of this process.
        StateError: processes that share devices give different values.
        UnknownNameError: the network has no such attribute.
        NonFiniteError: found by `check_finite`; names the run, a variable, its owner and the step.

    Warns:
        JaxsnnWarning: the last state of some runs is not finite; says of which.

    Example:
        >>> import numpy as np, jaxsnn as snn
        >>> net = snn.Network(dt=1.0)
        >>> P = net.create(10, snn.Izhikevich, name="P")
        >>> _ = net.monitor(P, "spike")
        >>> sim = net.compile()
        >>> rate = lambda records: snn.measures.rate(records["P"]["spike"], net.dt).mean()
        >>> rates = snn.sweep(sim, {"P.i_offset": np.array([0.0, 10.0])}, duration=200.0, measure=rate)
        >>> bool(rates[0] == 0.0 < rates[1])
        True
    """
    check_simulation(simulation, "simulation", Simulation)
    points, values = values, arguments.by_name(values, "values")
    if params is not None:
        check_moment(params, simulation.shapes[1])
    measure = None if measure is None else arguments.function(measure, "measure")
    _check_kept(simulation, measure)
    number = _common_length(values)
    named = expand_patterns(values, simulation.names, "values")
    own = {simulation.path(name): np.asarray(simulation.shaped(name, x, batch=1)) for name, x in named.items()}
    steps = n_steps(duration, simulation.dt)
    where = layout(simulation, number, batch_size, devices=devices)
    seeds, network = _seeds(rng.key(key), number)
    shared = shared_values(simulation, network, redraw) | ({} if params is None else _by_path(params))
    shared = {path: x for path, x in shared.items() if path not in own}
    replicas = Replicas(seeds, shared, own, {}, None, np.full(number, steps, np.int32))
    look = Look(finite=arguments.flag(check_finite, "check_finite"))
    result = _run(simulation, replicas, where, steps, measure, progress, look)
    return jax.tree.map(points.shaped, result) if isinstance(points, Points) else result


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


def _seeds(key: Array, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the raw seeds of the runs (number, 2), folded from the key, and of the key itself (2,)."""
    return np.asarray(_folded(key, np.arange(number, dtype=np.uint32))), np.asarray(rng.raw(key))


@jax.jit
def _folded(key: Array, indices: Array) -> Array:
    return jax.vmap(lambda i: rng.raw(jax.random.fold_in(key, i)))(indices)


def _run(
    simulation: Simulation,
    replicas: Replicas,
    where: Layout,
    steps: int,
    measure: Measure | None,
    show: bool,
    look: Look,
) -> Any:
    runner = runner_of(simulation)
    keep = runner.keeps.setdefault((measure, steps), _keep(simulation, measure, steps))
    parts = runner.run(replicas, where, max(1, steps), keep, look)
    found = [_finite(simulation, part) for part in _shown(parts, replicas.number, show)]
    warn_of_unsound_runs(np.concatenate([part.is_sound for part in found]), "runs", "sweep")
    return jax.tree.map(lambda *x: np.concatenate(x), *(part.result for part in found))


def _finite(simulation: Simulation, part: Part) -> Part:
    """Return results of runs in which nothing was found that is not finite, or raise for the first other run."""
    for run, steps in zip(part.indices, part.unsound_from, strict=True):
        error = non_finite_error(simulation.compiled, *simulation.shapes, steps, int(run))
        if error is not None:
            raise error
    return part


def _keep(simulation: Simulation, measure: Measure | None, steps: int) -> Keep:
    """Return what `Runner.run` keeps of a run: its records, or what is measured of them."""
    records_of = _unpacker(simulation, steps)

    def keep(params, state, buffer):
        records = records_of(buffer)
        return records if measure is None else measure(records)

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


def _shown(parts, number: int, show: bool):
    if not show:
        yield from parts
        return
    from tqdm.auto import tqdm

    with tqdm(total=number, desc="sweep", unit="points") as bar:
        for part in parts:
            yield part
            bar.update(len(part.indices))
