"""`sweep`: one network over a batch of parameters, without replicas' methods."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

import jax
from jax import Array

from .. import arguments
from ..points import Points
from ..results import RESUME, filled, keeping
from ..step import NetworkParams
from ._devices import Devices, check_alone
from ._simulation import Simulation
from ._sweep_task import Measure, sweep_task
from ._sweep_work import SweepWork


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
    to: str | PathLike[str] | None = None,
    shard: tuple[int, int] | None = None,
    part: int | None = None,
    resume: str = RESUME[0],
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
            it bounds how many one call takes; small networks are advanced together where that is quicker (last bits may
            then differ from those of one run), others, with `to` or with a size of 1 all, one by one.
        devices: a mesh or a list of devices that share out the runs, of this process or of all; see `docs/scaling.md`.
            None takes all of this process.
        progress: show a progress bar, with points per second.
        check_finite: look for NaN and infinity at every step of every run, in all variables, inputs and weights, at
            some cost.
        to: a folder that keeps the results (extra `results`). It is written part by part. What it has already is not
            computed again, and any number of processes may fill one folder at the same time; see `docs/results.md`.
        shard: (i, n) computes the i-th of n shares of the parts, from 0; None what nobody else computes.
        part: runs in a part of the folder; None cuts it into a hundred.
        resume: `"ignore-version"` goes on with a folder that other versions of jaxsnn, JAX or NumPy began.

    Returns:
        What was kept, NumPy arrays with a leading axis of runs, or with the axes of a `grid`; of all runs in every
        process. With `to`, the `SweepResults` of the folder.

    Raises:
        ShapeError: batches of different length.
        ArgumentError: no monitor and no measure, so that nothing would be kept; a batch size of 0 or less; devices of
            another platform, or none of this process.
        StateError: processes that share devices give different values.
        UnknownNameError: the network has no such attribute; `measure` asks for records that there are not.
        StoreError: the folder holds results of another network, duration, measure, or version, or of other points; says
            what differs. There is no space left.
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
    kept = keeping(to, shard, part, resume)
    task = sweep_task(simulation, values, duration, measure, params, key, redraw, batch_size, devices, check_finite)
    if kept is not None:
        check_alone(devices)
        return filled(SweepWork(task, values), kept, progress)
    result = task.run(show=arguments.flag(progress, "progress"))
    return jax.tree.map(values.shaped, result) if isinstance(values, Points) else result
