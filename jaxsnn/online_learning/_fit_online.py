"""`fit_online`: a network that learns while it runs."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from .. import rng
from ..errors import ArgumentError
from ..files import check_ending
from ..fitting._checkpoint import Checkpoint, identity_of
from ..fitting._fit_checks import check_counts, check_given
from ..fitting._fit_chunks import FitLoop, Trajectory, begin_loop, make_steps
from ..fitting._loop import FOREVER, Problem
from ..fitting._progress import Bar, ChunkLength
from ..fitting._space import build_space
from ..network import replaced
from ..simulation import check_moment, check_precision
from ..step import NetworkParams, NetworkState
from ._descent import OnlineDescent
from ._fit_online_checks import begun_traces, checked_type, number_of_updates, warn_if_still
from ._online import OnlineRule
from ._online_result import OnlineResult
from ._pieces import pieces_of, read_data


def fit_online(  # noqa: PLR0913 - all but the first four are options
    rule: OnlineRule,
    params: NetworkParams,
    state: NetworkState,
    optimizer: optax.GradientTransformation,
    *,
    stream: Any = None,
    trials: Mapping[str, Any] | None = None,
    updates: int | None = None,
    every: float | None = None,
    batch_size: int | None = None,
    traces: Any = None,
    bounds: Mapping[str, Any] | None = None,
    tied: Sequence[Sequence[str]] | None = None,
    key: int | jax.Array = 0,
    validate: Callable[[NetworkParams], jax.Array] | None = None,
    validate_every: int = 10,
    save_to: str | os.PathLike[str] | None = None,
    save_every: int | None = None,
    chunk: int | None = None,
    progress: bool = False,
) -> OnlineResult:
    """Let a network learn while it runs: eligibility traces go forward with it, and no past is kept.

    Of a *stream*, one piece of time follows the other: state and traces are carried on over every update. *Trials*
    begin anew, each with `state`, without traces, and with random numbers of its own; those of a batch run side by
    side, and their gradients are averaged. The gradient of an update is that of the loss summed over the steps since
    the last one. Where an update comes in the middle of a trial, traces still tell what the parameters before it would
    have done; a small learning rate keeps this error small.

    The loop is compiled, as that of `fit`: one call makes many updates.

    Args:
        rule: from `snn.online`, which knows network, loss and what is trained.
        params, state: from `sim.init`, or from an earlier result.
        optimizer: from optax, with any schedule.
        stream: targets, a pytree of arrays (T, ...), one row for each step of dt.
        trials: `{"inputs": ..., "targets": ...}`: targets as a pytree of arrays (trials, T, ...), inputs by name of
            their population as for `sim.run`, each with a leading axis of trials.
        updates: how many. None takes the whole stream, or each trial once.
        every: ms between two updates, a whole part of the stream or of a trial. None updates at each step of a stream,
            at the end of each trial.
        batch_size: trials side by side, drawn without replacement and in a new order each epoch; what is left at the
            end of an epoch is not used in it. None takes all in every update.
        traces: with which a stream begins, from an earlier result; None begins without any.
        bounds, tied: as for `fit`.
        key: seed or key of the order of trials and of their random numbers.
        validate: `validate(params)`, a scalar that decides which parameters are best.
        validate_every: updates between two of its values; the first is that of the start.
        save_to: file, `.npz`, from which learning goes on where it was interrupted, with the same bits; as for `fit`.
        save_every: updates between two writes; None writes every ten seconds.
        chunk: updates in one compiled call, at most 1024; None takes half a second's worth. No number depends on it.
        progress: show a progress bar with the loss.

    Returns:
        Parameters, losses, and where a stream stands.

    Raises:
        ArgumentError: an option makes no sense; no trained parameter hears of the loss.
        ShapeError: data of different lengths.
        FitError: the loss or its gradient is not finite; it holds the parameters until then.
        FileFormatError: `save_to` is a file of something else.

    Warns:
        FitWarning: some trained parameters belong to populations that do not hear of the loss; all gradients are 0.

    Example:
        >>> import optax, numpy as np, jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=1)
        >>> source = net.create(snn.inputs.SpikeRaster(np.zeros((50, 4))), name="source")
        >>> out = net.create(1, snn.LI(), name="out")
        >>> _ = net.connect(source, out, "exc", name="w").all_to_all(weights=0.0)
        >>> _ = net.monitor(out, "v")
        >>> sim = net.compile()
        >>> rule = snn.online(sim, lambda r, v: (r["out"]["v"][0] - v) ** 2, "w.w")
        >>> spikes = np.random.default_rng(0).random((8, 50, 4)) < 0.1
        >>> wanted = np.ones((8, 50))
        >>> trials = {"inputs": {"source": spikes}, "targets": wanted}
        >>> result = snn.fit_online(rule, *sim.init(0), optax.adam(0.05), trials=trials, batch_size=4, updates=40)
        >>> bool(result.history[-1] < 0.5 * result.history[0])
        True
    """
    if not isinstance(rule, OnlineRule):
        raise ArgumentError(f"`rule` is what `snn.online(sim, loss, ...)` returns, not {rule!r}")
    check_moment(params, state)
    check_precision(rule.sim.compiled, state)
    data = read_data(stream, trials)
    pieces = pieces_of(data, rule.sim.dt, every, batch_size, is_stream=trials is None)
    steps = number_of_updates(pieces, updates)
    check_given(rule.loss, optimizer, steps, validate)
    check_counts(validate_every=validate_every, save_every=save_every, chunk=chunk)
    space = build_space(params, [t.name for t in rule.trained], bounds, tied)
    params, data = space.begun_inside(params), jax.tree.map(jnp.asarray, data)
    order, own = jax.random.split(rng.key(key))
    descent = OnlineDescent(rule, space, pieces, state, begun_traces(rule, params, state, traces, pieces), own)
    problem = Problem(rule.loss, space, optimizer, pieces, validate, validate_every, descent=descent)
    first = jax.tree.map(lambda x: x[0] if pieces.is_stream else x[0, 0], data["targets"])
    dtype = checked_type(rule, params, state, first)
    checkpoint = None
    if save_to is not None:
        check_ending(Path(save_to), (".npz",))
        begin = (data, state, descent.traces, np.asarray(pieces.length))
        checkpoint = Checkpoint(Path(save_to), identity_of(problem, params, begin, key, dtype))
    chunks = ChunkLength(chunk, save_every)
    loop = FitLoop(problem, params, data, order, dtype, checkpoint, chunks, None)
    trajectory, advance = begin_loop(loop, steps)
    with Bar(steps, trajectory.step, progress) as show:
        make_steps(loop, trajectory, advance, steps, FOREVER, show)
    warn_if_still(trajectory.logs.norm)
    return _result(loop, descent, trajectory)


def _result(loop: FitLoop, descent: OnlineDescent, trajectory: Trajectory) -> OnlineResult:
    carry, logs, validated = trajectory.carry, trajectory.logs, loop.problem.validate is not None
    trained = loop.problem.space.values(carry.best_free if validated else carry.free, loop.params)
    state, traces = carry.memory if descent.pieces.is_stream else (None, None)
    return OnlineResult(
        params=replaced(loop.params, trained),
        state=None if state is None else replace(state, constants=descent.state.constants),
        traces=traces,
        history=logs.loss,
        gradient_norm=logs.norm,
        trained={name: np.asarray(x) for name, x in trained.items()},
        validation=logs.score if validated else None,
    )
