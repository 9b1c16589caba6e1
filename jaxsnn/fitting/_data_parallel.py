"""Several devices share out each batch of a fit: every one takes rows of it, losses and gradients are averaged."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from ..errors import ArgumentError, FitWarning, warn
from ..simulation import Devices, mesh_over, team_of
from ._batches import Batches

AXIS = "batch"
SAME = 1e-3  # relative difference of two losses that are equal but for rounding

Objective = Callable[[Any, Any, Any], Array]


def read_devices(devices: Devices | None, data: Any, batches: Batches | None) -> Mesh | None:
    """Return the mesh of one axis whose devices share out each batch; None for JAX's default device.

    Raises:
        ArgumentError: nothing to share out, or batches that cannot be divided into equal parts; see also `team_of`.
    """
    if devices is None:
        return None
    team = team_of(devices)
    if data is None:
        raise ArgumentError(
            "`devices` share out a batch of `data`: pass samples as `data=`, write `loss(params, batch)`"
        )
    size, number = len(jax.tree.leaves(data)[0]) if batches is None else batches.size, len(team.devices)
    if size % number:
        what = "the data have" if batches is None else "`batch_size` is"
        near = f"{size // number * number} or {(size // number + 1) * number}" if size > number else f"{number}"
        raise ArgumentError(f"{what} {size} samples, which {number} devices cannot share out equally: take {near}")
    return mesh_over(team.devices, AXIS)


def average_over_devices(objective: Objective, mesh: Mesh) -> Objective:
    """Return `average(free, params, batch)`: the mean over devices of the objective of their rows of a batch.

    Each device differentiates its own part, so that nothing but the loss and the gradient passes between them. The
    derivative is with respect to `free`, in reverse mode.
    """

    def on_rows(function: Callable) -> Callable:
        """Return the mean over devices of a function of the rows that each has."""

        def mean(*arguments: Any) -> Any:
            return jax.tree.map(lambda x: lax.pmean(x, AXIS), function(*arguments))

        specs = PartitionSpec(), PartitionSpec(), PartitionSpec(AXIS)
        return jax.shard_map(mean, mesh=mesh, in_specs=specs, out_specs=PartitionSpec(), check_vma=False)

    @jax.custom_vjp
    def average(free: Any, params: Any, batch: Any) -> Array:
        return on_rows(objective)(free, params, batch)

    def forward(free: Any, params: Any, batch: Any) -> tuple[Array, Any]:
        return on_rows(jax.value_and_grad(objective))(free, params, batch)

    def backward(gradient: Any, cotangent: Array) -> tuple[Any, None, None]:
        return jax.tree.map(lambda g: cotangent.astype(g.dtype) * g, gradient), None, None

    average.defvjp(forward, backward)
    return average


def place(tree: Any, mesh: Mesh | None, by_rows: bool = False) -> Any:
    """Return arrays on all devices of a mesh, each whole or by its rows; every process has all numbers of them."""
    if mesh is None:
        return tree
    sharding = NamedSharding(mesh, PartitionSpec(AXIS) if by_rows else PartitionSpec())

    def put(x: Any) -> Array:
        if jnp.issubdtype(jnp.asarray(x).dtype, jax.dtypes.prng_key):  # NumPy cannot hold a key
            return jax.random.wrap_key_data(put(jax.random.key_data(x)), impl=jax.random.key_impl(x))
        whole = np.asarray(jnp.asarray(x))
        return jax.make_array_from_callback(whole.shape, sharding, lambda index: whole[index])

    return jax.tree.map(put, tree)


def place_here(tree: Any, mesh: Mesh | None) -> Any:
    """Return arrays that are whole on every device of a mesh on the default device of this process."""
    return tree if mesh is None else jax.tree.map(lambda x: jnp.asarray(np.asarray(x)), tree)


def check_mean(loss: Callable[[Any, Any], Array], params: Any, batch: Any, parts: int) -> None:
    """Compare the loss of a batch with the mean of the losses of its parts.

    Warns:
        FitWarning: they differ, so that devices which share out a batch minimise something else than one device.
    """
    compiled = jax.jit(loss)
    size = len(jax.tree.leaves(batch)[0]) // parts
    whole = float(compiled(params, batch))
    each = [float(compiled(params, jax.tree.map(lambda x, i=i: x[i * size :][:size], batch))) for i in range(parts)]
    mean = float(np.mean(each))
    if np.isfinite(whole) and abs(whole - mean) > SAME * max(abs(whole), abs(mean)):
        warn(
            f"the loss of a batch is {whole:.6g}, the mean of its {parts} parts {mean:.6g}: `devices` minimise the "
            "mean. Write a loss that is a mean over samples",
            FitWarning,
        )
