"""The same loss for many values of its parameters: what searches without gradients ask for."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import ceil
from os import PathLike
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.sharding import Mesh

from .. import arguments
from ..errors import ArgumentError, ShapeError
from ..network import expand_patterns, replaced
from ..results import RESUME, filled, keeping
from ..simulation import (
    Devices,
    Team,
    check_agreement,
    check_alone,
    check_numbers,
    gathered,
    mesh_over,
    shared_out,
    team_of,
)
from ._fit_checks import check_number
from ._loss_work import LossWork
from ._trainable import unique_leaves


def evaluate(  # noqa: PLR0913 - all but the first three are options, by keyword
    loss: Callable[[Any], Array],
    params: Any,
    values: Mapping[str, Any],
    *,
    batch_size: int | None = None,
    devices: Devices | None = None,
    progress: bool = False,
    to: str | PathLike[str] | None = None,
    shard: tuple[int, int] | None = None,
    part: int | None = None,
    resume: str = RESUME[0],
) -> Any:
    """Return the loss at each of k points of the space of parameters, by one compiled call.

    It is what an ask-and-tell search (an evolution strategy, Bayesian optimisation) needs of a loss; see
    `docs/fitting.md`. The program is compiled once for a loss, names, k and shapes, and kept: as with `jax.jit`, what
    the loss closes over is read at the first call.

    Args:
        loss: as for `fit`, `loss(params)`; traced, so pure. Without derivatives, it may count and compare.
        params: pytree; what is not named in `values` stays.
        values: by name or pattern as for `fit`, arrays of shape (k,), or (k, *shape of the parameter); of two that
            match, the last holds.
        batch_size: points that a device computes together; None takes one after the other on a CPU, all at once
            elsewhere.
        devices: a mesh or a list of devices that share out the points, of this process or of all; see
            `docs/scaling.md`. None takes JAX's default device.
        progress: with `to`, show a progress bar.
        to: a folder that keeps the losses (extra `results`), part by part, as for `sweep`; see `docs/results.md`.
        shard: (i, n) computes the i-th of n shares of the parts, from 0; None what nobody else computes.
        part: points in a part of the folder, a multiple of the batch size; None cuts it into a hundred.
        resume: `"ignore-version"` goes on with a folder that other versions of jaxsnn, JAX or NumPy began.

    Returns:
        (k,) losses, in every process. With `to`, the `SweepResults` of the folder, whose `values()["loss"]` they are.

    Raises:
        UnknownNameError: a name matches nothing.
        ShapeError: arrays of different length, or that do not fit.
        ArgumentError: a batch size of 0 or less, a loss that is no scalar, devices of another platform.
        StateError: processes that share devices give different values.
        StoreError: the folder holds losses of another loss, network or version, or at other points; says what differs.

    Example:
        >>> loss = lambda p: (p["a"] - 3.0) ** 2 + p["b"]
        >>> evaluate(loss, {"a": 1.0, "b": 0.5}, {"a": [1.0, 2.0, 3.0]}).tolist()
        [4.5, 1.5, 0.5]
    """
    arguments.function(loss, "loss")
    batch_size = None if batch_size is None else arguments.whole(batch_size, "batch_size", least=1)
    progress, kept = arguments.flag(progress, "progress"), keeping(to, shard, part, resume)
    leaves = unique_leaves(params)
    named = expand_patterns(values, leaves, "values")
    points = {name: _check_points(name, x, jnp.asarray(leaves[name])) for name, x in named.items()}
    k = _common_length(points)
    team = None if devices is None else team_of(devices)
    check_number("loss", loss, params)
    if kept is None:
        return _losses(loss, params, points, batch_size, team)
    check_alone(devices)
    batch = batch_size or 1
    if kept.size(k, batch) % batch:
        raise ArgumentError(f"`part` is a multiple of `batch_size`, {batch}, not {kept.size(k, batch)}")
    work = LossWork(loss, params, points, lambda some: _losses(loss, params, some, batch_size, team), batch_size)
    return filled(work, kept, progress, multiple=batch)


def _losses(
    loss: Callable[[Any], Array], params: Any, points: Mapping[str, Array], batch_size: int | None, team: Team | None
) -> np.ndarray:
    """Return the losses at points, (k,)."""
    k = _common_length(points)
    together = batch_size or (1 if jax.default_backend() == "cpu" else k)
    mesh = None if team is None else mesh_over(team.local, "points")
    program = _program(loss, min(together, k), mesh)
    losses = program(params, points) if team is None else _evaluate_share(program, params, points, k, team)
    if losses.shape != (k,):
        raise ArgumentError(f"`loss` returns one number, not an array of shape {losses.shape[1:]}: take the mean of it")
    return np.asarray(losses)


def _evaluate_share(program: Callable[[Any, Any], Array], params: Any, points: Any, k: int, team: Team) -> np.ndarray:
    """Return the losses of k points: each process computes its share; the last point fills the places left over."""
    size = ceil(k / len(team.devices)) * len(team.local)
    mine = np.minimum(np.arange(size) + team.rank * size, k - 1)
    if team.hosts > 1:
        check_agreement((params, points))
    losses = np.asarray(program(params, {name: x[mine] for name, x in points.items()}))
    of_all = gathered(losses) if team.hosts > 1 else losses[None]
    return of_all.reshape(-1, *losses.shape[1:])[:k]


def _program(loss: Callable[[Any], Array], together: int, mesh: Mesh | None) -> Callable[[Any, Any], Array]:
    """Return the compiled function of a loss, kept if the loss can be told from others."""
    try:
        return _compile(loss, together, mesh)
    except TypeError:  # the loss has no hash
        return _compile.__wrapped__(loss, together, mesh)


@lru_cache(maxsize=16)
def _compile(loss: Callable[[Any], Array], together: int, mesh: Mesh | None) -> Callable[[Any, Any], Array]:
    """Return `losses(params, points) -> (k,)`, compiled once for each form of its arguments."""

    def losses(params: Any, points: Any) -> Array:
        def at(point: Any) -> Array:
            return loss(replaced(params, point))

        return lax.map(at, points, batch_size=together if together > 1 else None)

    return jax.jit(shared_out(losses, mesh))


def _check_points(name: str, value: Any, leaf: Array) -> Array:
    """Return (k, *shape of the leaf) values in the type of the leaf."""
    check_numbers(name, value)
    points = jnp.asarray(value)
    if points.ndim == 1:
        points = jnp.broadcast_to(points.reshape(-1, *(1,) * leaf.ndim), (points.shape[0], *leaf.shape))
    if points.ndim == 0 or points.shape[1:] != leaf.shape:
        raise ShapeError(f"`{name}` takes (k,) values, or (k, {', '.join(map(str, leaf.shape))}), not {points.shape}")
    return points.astype(leaf.dtype)


def _common_length(points: Mapping[str, Array]) -> int:
    lengths = {x.shape[0] for x in points.values()}
    if len(lengths) != 1 or 0 in lengths:
        found = ", ".join(f"`{name}` {x.shape}" for name, x in points.items()) or "none at all"
        raise ShapeError(f"`values` are arrays with one leading axis of points, of equal length; these are {found}")
    return lengths.pop()
