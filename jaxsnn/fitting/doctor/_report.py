"""How the samples of a batch report what they saw, out of the `vmap` of a loss: through its backward pass.

`reported(records, slots, seen)` returns the records. Going back, it gives as the gradient by the slots what was seen,
and how large the gradient by the records is. All samples share the slots, so what they report is added up.
"""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from ...simulation import Observed, PerturbedRun


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Slots:
    """Places for reports, zeros forward.

    Args:
        seen: what surrogates saw, as numbers.
        sent: norm of the gradient by what each monitor recorded, over time.
        samples: their number.
    """

    seen: Observed
    sent: dict[str, dict[str, Array]]
    samples: Array


@jax.custom_vjp
def reported(records: Any, slots: Slots, seen: Observed) -> Any:
    """Return the records; see the module."""
    return records


def _forward(records: Any, slots: Slots, seen: Observed) -> tuple[Any, Observed]:
    return records, seen


def _backward(seen: Observed, slopes: Any) -> tuple[Any, Slots, Observed]:
    slots = Slots(seen, jax.tree.map(norms_of, _real(slopes)), jnp.ones(()))
    return slopes, slots, jax.tree.map(jnp.zeros_like, seen)


reported.defvjp(_forward, _backward)


def _real(records: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the floating-point records; integers have no derivative."""
    return {m: {v: x for v, x in own.items() if jnp.issubdtype(x.dtype, jnp.floating)} for m, own in records.items()}


def numbers(seen: Observed) -> Observed:
    """Return what was seen as floating-point numbers."""
    return jax.tree.map(lambda x: x.astype(float), seen)


def empty_slots(run: PerturbedRun, question: Any) -> Slots:
    """Return the slots of a perturbed run of a `Question`."""
    _, records, observed = jax.eval_shape(run, question.params, question.state, question.shifts)
    sent = jax.tree.map(lambda x: jnp.zeros(x.shape[:1], x.dtype), _real(records))
    seen = jax.tree.map(lambda x: jnp.zeros(x.shape), observed)
    return Slots(seen, sent, jnp.zeros(()))


def averaged(slots: Slots) -> Observed:
    """Return the mean over samples of what they saw; finite is what was so in all of them."""
    mean = jax.tree.map(lambda x: x / jnp.maximum(slots.samples, 1.0), slots.seen)
    return replace(mean, finite=jax.tree.map(lambda x: x > 1.0 - 1e-6, mean.finite))


def norms_of(x: Array) -> Array:
    """Return the norm over all axes but the first, without overflow before the numbers themselves overflow."""
    flat = jnp.abs(x.reshape(x.shape[0], -1))
    largest = jnp.max(flat, axis=1, initial=0.0)
    scale = jnp.where((largest > 0) & jnp.isfinite(largest), largest, 1.0)
    return scale * jnp.sqrt(jnp.sum((flat / scale[:, None]) ** 2, axis=1))
