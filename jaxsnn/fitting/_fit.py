"""`fit`: gradient descent over the parameters that one names."""

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import optax

from .. import rng
from ..errors import ArgumentError
from ..files import check_ending
from ..simulation import Devices
from ._batches import first_batch, read_batches
from ._checkpoint import Checkpoint, identity_of
from ._data_parallel import check_mean, read_devices
from ._fit_checks import check_counts, check_dependence, check_given, check_loss, warn_if_worse
from ._fit_chunks import FitLoop, run_loop
from ._loop import Problem
from ._progress import ChunkLength
from ._result import FitResult
from ._space import build_space

Loss = Callable[..., jax.Array]


def fit(  # noqa: PLR0913 - all but the first five are options
    loss: Loss,
    params: Any,
    optimizer: optax.GradientTransformation,
    steps: int,
    trainable: Sequence[str] | str | None = None,
    *,
    bounds: Mapping[str, Any] | None = None,
    tied: Sequence[Sequence[str]] | None = None,
    data: Any = None,
    batch_size: int | None = None,
    key: int | jax.Array = 0,
    validate: Loss | None = None,
    validate_every: int = 10,
    patience: int | None = None,
    min_improvement: float = 0.0,
    save_to: str | os.PathLike[str] | None = None,
    save_every: int | None = None,
    chunk: int | None = None,
    devices: Devices | None = None,
    progress: bool = False,
) -> FitResult:
    """Minimise a loss by gradient descent over some of its parameters.

    The loop is compiled: one call makes many updates, and ends early when the loss is not finite. Names are those of
    `sweep`: `exc.w`, `P.tau`, or shell patterns such as `P.*`.

    Args:
        loss: `loss(params)`, or `loss(params, batch)` where there are `data`; returns a scalar. Traced, so pure.
        params: pytree: the `NetworkParams` of a simulation, or any other.
        optimizer: from optax; those that read the loss (`value=`) get it.
        steps: number of updates.
        trainable: names or patterns of what may change; None is everything of floating-point type.
        bounds: `(low, high)` by name or pattern, None for an open side; of two that match, the last holds.
            `sim.bounds` are those that the models state. A bounded value is trained as an unbounded one, of which it is
            a smooth function; single values that start on a bound stay there, as the weight 0 of a missing synapse.
        tied: groups of names or patterns; one value is trained for all of a group, which starts at that of its first
            name and keeps the bounds of all. The optimizer knows the group by its first name.
        data: pytree of arrays with one leading axis of samples.
        batch_size: samples in a step, drawn without replacement and in a new order each epoch; what is left at the end
            of an epoch is not used in it. None takes all in every step.
        key: seed or key of these orders.
        validate: `validate(params)`, a scalar that decides, in the place of the loss, which parameters are best.
        validate_every: steps between two of its values; the first is that of the start.
        patience: ends after so many scores without improvement; None never does. There is one score per step, per epoch
            with minibatches, per value of `validate` with that.
        min_improvement: how much smaller than the last improvement a score must be to be one, in the unit of the loss.
        save_to: file, `.npz`, in which the state of the fit is kept; if it exists, the fit goes on from there, with the
            same bits as without the interruption. It is refused if it is of another fit (other parameters, data,
            bounds, key; constants of the optimizer and the loss are not compared).
        save_every: steps between two writes; None writes every ten seconds. It is also written at
            the end, and when the keyboard interrupts.
        chunk: steps in one compiled call, at most 1024; None takes half a second's worth. No number depends on it.
        devices: a mesh or a list of devices that share out the rows of each batch, of this process or of all; each
            takes equally many, and losses and gradients are averaged. For a loss that is a mean over samples this is
            the fit of one device, but for rounding; see `docs/scaling.md`. None takes JAX's default device.
        progress: show a progress bar with the loss.

    Returns:
        The best parameters and the history.

    Raises:
        UnknownNameError: a name or pattern matches nothing.
        ArgumentError: an option makes no sense; a start value is not within its bounds; the loss is no scalar, or does
            not depend on any trained parameter; `devices` without data, or a batch that they cannot share out equally.
        StateError: processes that share devices begin with different numbers.
        ShapeError: data without a common leading axis; tied parameters of different shapes.
        FitError: the loss, its gradient or the value of `validate` is not finite; it holds the best ones so far.
        FileFormatError: `save_to` is a file of something else.

    Warns:
        FitWarning: a parameter starts on a bound, as one of a fit that ended there may, and is moved a hundredth of its
            scale inside; the loss does not depend on some of the trained parameters, or its gradient begins as 0;
            the loss of a batch is not the mean of those of its parts, with `devices`; no step was better than the
            start.

    Example:
        >>> import optax
        >>> loss = lambda p: (p["a"] - p["b"]) ** 2
        >>> result = fit(loss, {"a": 1.0, "b": 3.0}, optax.sgd(0.2), 50, trainable=["a"])
        >>> round(float(result.params["a"]), 4), result.params["b"]
        (3.0, 3.0)
        >>> bounded = fit(loss, {"a": 1.0, "b": 3.0}, optax.sgd(0.2), 50, trainable=["a"], bounds={"a": (0.0, 2.5)})
        >>> 2.4 < float(bounded.params["a"]) < 2.5
        True
    """
    check_given(loss, optimizer, steps, validate)
    check_counts(validate_every=validate_every, patience=patience, save_every=save_every, chunk=chunk)
    if not min_improvement >= 0:
        raise ArgumentError(f"`min_improvement` is a difference of losses, at least 0, not {min_improvement!r}")
    space = build_space(params, trainable, bounds, tied)
    params = space.begun_inside(params)
    batches = read_batches(data, batch_size)
    samples = jax.tree.map(jnp.asarray, data)
    of_both = loss if data is not None else (lambda params, _: loss(params))
    mesh = read_devices(devices, data, batches)
    problem = Problem(of_both, space, optimizer, batches, validate, validate_every, mesh)
    dtype = check_loss(problem, params, samples)
    if mesh is not None:
        check_mean(loss, params, first_batch(batches, samples), mesh.size)
    checkpoint = None
    if save_to is not None:
        check_ending(Path(save_to), (".npz",))
        checkpoint = Checkpoint(Path(save_to), identity_of(problem, params, data, key, dtype))
    chunks, check = ChunkLength(chunk, save_every), partial(check_dependence, problem, params, samples)
    loop = FitLoop(problem, params, samples, rng.key(key), dtype, checkpoint, chunks, check)
    result = run_loop(loop, steps, patience, min_improvement, progress)
    if data is None and validate is None:
        warn_if_worse(result)
    return result
