"""`fit_trace`: parameters of a neuron from a recorded trace with spikes."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np
import optax

from ... import arguments, rng
from ...errors import FitError, FitWarning
from ...simulation import Simulation, check_simulation
from .._evaluate import evaluate
from .._fit import fit
from .._result import FitResult
from .._trainable import select_trainable
from ._free_run import Free
from ._nudge import Loss, held_loss, of_all
from ._recorded import closed_bounds, read_couplings, read_recording
from ._trace_fit import TraceFit, coincidences

Values = dict[str, Any]
Limits = Mapping[str, tuple[float, float]]

LARGEST_STEP = 10.0  # of a gradient by one unbounded value, in units of the loss
RATES = (0.1, 0.05, 0.03)  # of Adam, in the first stages and in all that follow
ALONE = 1.0 / 3.0  # of the last coupling, when one start goes on alone
LAST_RATE = 0.1  # share of it at the end of a stage


def fit_trace(  # noqa: PLR0913 - options of one thing, by keyword
    sim: Simulation,
    population: str,
    values: Any,
    spikes: Sequence[int],
    bounds: Mapping[str, tuple[float, float]],
    *,
    variable: str = "v",
    noise: float = 1.0,
    couplings: Sequence[float] = (1.0, 0.3, 0.1),
    steps: int = 60,
    candidates: int = 256,
    starts: int = 8,
    around_spikes: float = 1.0,
    ceiling: float | None = None,
    tolerance: float = 4.0,
    key: int = 0,
) -> TraceFit:
    """Fit parameters of a neuron to a recorded trace with spikes, from anywhere within their bounds.

    The loss of a neuron that runs freely has a minimum for each way to match some of the spikes. So the neuron is held
    to the recording: recorded spikes reset it, and `variable` is pulled to what was recorded by the share
    1 - exp(-coupling dt) in each step (nudging). Its error before the pull is the loss.

    1. Black box: the loss at `candidates` points, uniform within the bounds; the best `starts` of them go on.
    2. Gradients, for all starts at once: `steps` steps of Adam for each coupling, the strongest first. The weaker
       the coupling, the more an error adds up before the loss sees it, and the more a parameter counts.
    3. Check: each start runs freely, with spikes of its own. The best is the one with the most recorded spikes hit
       and the fewest others; of several, that of the smallest loss.
    4. The best goes on alone by Adam and L-BFGS, with a third of the last coupling, to the minimum of the loss, and
       runs freely once more. A spike that only just happens may then be missed although all parameters are nearer to
       the truth.

    A parameter that only the spike condition reads, such as the threshold of a leaky integrate-and-fire neuron, changes
    nothing while recorded spikes take its place: leave it out, and search for it with `evaluate` afterwards. Trust a
    value as far as the starts that hit all spikes agree in it (`TraceFit.starts`).

    Args:
        sim: a network with the neuron, and with what drove it, such as the injected current as a `tables=` of it.
        population: of one neuron, which spikes.
        values: (n_steps,), `variable` after each step from the beginning of the run, as a monitor records it.
        spikes: steps of the recorded spikes, as `M.get("spike")[0]`.
        bounds: (low, high) by name, as `{"cell.tau": (5.0, 50.0)}`: what is fitted, and where.
        variable: what was recorded.
        noise: its standard deviation, in its unit: how small an error still counts.
        couplings: 1/ms, of the stages.
        steps: of each stage.
        candidates, starts: points that are tried, and that go on.
        around_spikes: ms before and after a recorded spike in which the error does not count.
        ceiling: where `variable` is cut while it is held; None is the largest recorded value.
        tolerance: ms, for a spike to be hit.
        key: of the random points.

    Returns:
        Parameters, and the free run.

    Raises:
        UnknownNameError: no such population, variable or parameter.
        ArgumentError: a population of several neurons or without spikes, spikes outside the recording, open bounds.
        ShapeError: values that are no row of numbers.
        FitError: the loss or its gradient is not finite: narrow the bounds, or lower the ceiling.

    Example:
        >>> import numpy as np, jaxsnn as snn
        >>> cell = snn.Neuron("tau = 10.0 ; R = 1.0 ; I = 0.0", "tau * dv/dt = R * I - v", "v > 1.0", reset="v = 0.0")
        >>> net = snn.Network(dt=0.5, seed=0)
        >>> current = 1.5 + np.sin(np.arange(200) / 10)
        >>> P = net.create(1, cell, name="P", tables={"I": snn.inputs.Table(current)})
        >>> M = net.monitor(P, ["v", "spike"])
        >>> sim = net.compile()
        >>> net.simulate(100.0)
        >>> bounds = {"P.tau": (3.0, 30.0), "P.R": (0.3, 3.0)}
        >>> recorded = M.get("v")[:, 0], M.get("spike")[0]
        >>> def neuron_of(recorded):  # half a minute
        ...     return snn.fitting.fit_trace(sim, "P", *recorded, bounds, noise=0.05, couplings=[0.3], starts=2)
        >>> neuron_of(recorded).values  # doctest: +SKIP
        {'P.tau': 10.0, 'P.R': 1.0}

    References:
        H. D. I. Abarbanel, D. R. Creveling, R. Farsian, M. Kostuk, "Dynamical state and parameter estimation", SIAM
        Journal on Applied Dynamical Systems 8, 2009, doi:10.1137/090749761 (the pull). S. Mensi et al., Journal of
        Neurophysiology 107, 2012, doi:10.1152/jn.00408.2011 (recorded spikes reset the model).
    """
    check_simulation(sim, "sim", Simulation)
    recorded = read_recording(sim, population, variable, values, spikes, noise, around_spikes, ceiling)
    limits, stages = closed_bounds(bounds), read_couplings(couplings)
    counts = {"steps": steps, "candidates": candidates, "starts": starts}
    steps, candidates, starts = (arguments.whole(x, name, least=1) for name, x in counts.items())
    within = arguments.real(tolerance, "tolerance", "ms", least=0.0) / sim.dt
    params, state = sim.init(key)
    select_trainable(params, list(limits))
    loss = held_loss(sim, params, state, recorded)
    x = _best_candidates(loss, limits, stages[0], candidates, starts, key)
    x, history = _in_stages(loss, x, limits, stages, steps)
    return _checked(Free(sim, params, state, recorded, within), loss, x, limits, stages[-1], steps, history)


def _best_candidates(loss: Loss, limits: Limits, coupling: float, candidates: int, starts: int, key: int) -> Values:
    """Return the best of random points within the bounds, (starts,) each."""
    draws = jax.random.uniform(rng.fold_name(rng.key(key), "starts"), (len(limits), candidates))
    points = {name: low + (high - low) * u for (name, (low, high)), u in zip(limits.items(), draws, strict=True)}
    losses = evaluate(
        lambda x: loss(x, coupling), {name: u[0] for name, u in points.items()}, points, batch_size=candidates
    )
    best = np.argsort(np.where(np.isfinite(losses), losses, np.inf))[:starts]
    return {name: u[best] for name, u in points.items()}


def _in_stages(loss: Loss, x: Values, limits: Limits, stages: Sequence[float], steps: int) -> tuple[Values, np.ndarray]:
    """Return values after Adam in stages of weaker and weaker coupling, and the losses on the way."""
    history = []
    for k, coupling in enumerate(stages):
        total = of_all(loss, coupling)
        result = fit(
            lambda x, f=total: f(x).sum(), x, _adam(RATES[min(k, len(RATES) - 1)], steps), steps, bounds=limits
        )
        x, history = result.params, [*history, result.history]
    return x, np.concatenate(history)


def _adam(rate: float, steps: int) -> optax.GradientTransformation:
    return optax.chain(optax.clip(LARGEST_STEP), optax.adam(optax.cosine_decay_schedule(rate, steps, LAST_RATE)))


def _alone(loss: Loss, x: Values, limits: Limits, coupling: float, steps: int) -> tuple[Values, float]:
    """Return the values of one start after Adam and then L-BFGS, which is fast near a minimum, and their loss."""
    total = of_all(loss, coupling)
    x = fit(lambda x: total(x).sum(), x, _adam(RATES[1], 2 * steps), 2 * steps, bounds=limits).params
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FitWarning)  # Adam may have found the minimum: then no step is better
            result = fit(lambda x: total(x).sum(), x, optax.lbfgs(1.0, linesearch=None), steps, bounds=limits)
    except FitError as error:  # it went too far once: the best until then
        if not isinstance(error.result, FitResult):
            raise
        result = error.result
    return result.params, float(result.loss)


def _checked(
    free: Free, loss: Loss, x: Values, limits: Limits, coupling: float, steps: int, history: np.ndarray
) -> TraceFit:
    """Return the best start, after it went on alone, and what it does on its own."""
    losses = np.asarray(jax.jit(of_all(loss, coupling))(x))
    misses = [free.misses(spikes) for spikes in free.run(x)[1]]
    order = np.lexsort(np.stack([losses, misses]))
    starts = {name: np.asarray(u)[order] for name, u in x.items()}
    alone, final = _alone(loss, {name: u[:1] for name, u in starts.items()}, limits, coupling * ALONE, steps)
    traces, spikes = free.run(alone)
    found = {name: float(np.asarray(alone[name])[0]) for name in limits}
    fired = np.flatnonzero(spikes[0])
    hits = coincidences(free.recorded.fired, fired, free.within)
    return TraceFit(
        free.with_values(found),
        found,
        final,
        traces[0],
        fired,
        hits,
        len(free.recorded.fired),
        starts,
        losses[order],
        history,
    )
