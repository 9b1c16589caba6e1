"""Which samples enter the loss at which step."""

from dataclasses import dataclass
from typing import Any, Protocol

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .. import arguments
from ..errors import ArgumentError, ShapeError


class Sampling(Protocol):
    """What decides which samples a step sees."""

    @property
    def samples(self) -> int:
        """How many there are."""
        ...

    @property
    def size(self) -> int:
        """How much a step sees."""
        ...

    @property
    def per_epoch(self) -> int:
        """Number of steps in an epoch."""
        ...

    def order(self, key: Array, step: Array, before: Array) -> Array:
        """Return the order of the samples at a step."""
        ...

    def pick(self, data: Any, order: Array, step: Array) -> Any:
        """Return what a step sees."""
        ...


@dataclass(frozen=True)
class Batches:
    """Minibatches that cover the samples once an epoch, in an order that is drawn anew for each.

    Args:
        samples: how many there are.
        size: of a batch; what is left at the end of an epoch is not used in it.
    """

    samples: int
    size: int

    @property
    def per_epoch(self) -> int:
        """Number of batches in an epoch."""
        return self.samples // self.size

    def order(self, key: Array, step: Array, before: Array) -> Array:
        """Return the order of the samples at a step, (samples,) int32: drawn at the beginning of an epoch."""

        def drawn() -> Array:
            epoch = jax.random.fold_in(key, step // self.per_epoch)
            return jax.random.permutation(epoch, self.samples).astype(jnp.int32)

        return lax.cond(step % self.per_epoch == 0, drawn, lambda: before)

    def pick(self, data: Any, order: Array, step: Array) -> Any:
        """Return the samples of a step."""
        start = step % self.per_epoch * self.size
        indices = lax.dynamic_slice(order, (start,), (self.size,))
        return jax.tree.map(lambda x: x[indices], data)


def first_batch(batches: Sampling | None, data: Any) -> Any:
    """Return as many samples as a step sees, in the order in which they stand."""
    return data if batches is None else jax.tree.map(lambda x: x[: batches.size], data)


def read_batches(data: Any, batch_size: int | None) -> Batches | None:
    """Return how the data are divided; None where every step sees all of them, or where there are none.

    Raises:
        ArgumentError: a batch size without data, or one that makes no sense.
        ShapeError: arrays without a common leading axis.
    """
    if data is None:
        if batch_size is not None:
            raise ArgumentError("`batch_size` divides `data`: pass samples as `data=`, and write `loss(params, batch)`")
        return None
    samples = _number_of_samples(data)
    if batch_size is None:
        return None
    if not 1 <= arguments.whole(batch_size, "batch_size") <= samples:
        raise ArgumentError(f"`batch_size` is a number of samples from 1 to {samples}, not {batch_size}")
    return Batches(samples, batch_size)


def _number_of_samples(data: Any) -> int:
    shapes = [np.shape(x) for x in jax.tree.leaves(data)]
    lengths = {shape[0] if shape else 0 for shape in shapes}
    if len(lengths) != 1 or 0 in lengths:
        found = ", ".join(str(shape) for shape in shapes) or "no array at all"
        raise ShapeError(f"`data` are arrays with one leading axis of samples, of equal length; these are {found}")
    return lengths.pop()
