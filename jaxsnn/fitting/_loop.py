"""The compiled loop of a fit: a chunk of updates in one call, which ends early where there is nothing to gain.

Calling JAX costs about as much as a step of a small fit, so one call makes many steps, and the host looks at their logs
afterwards. How many is an argument of the program: no length of a chunk compiles again, and none changes a number.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import jax
import jax.numpy as jnp
import optax
from jax import Array, lax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from ._batches import Sampling
from ._data_parallel import average_over_devices
from ._space import Free, Space

CAPACITY = 1024  # steps that one call can log
FOREVER = 2**31 - 1


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Carry:
    """What one step of a fit hands to the next.

    Args:
        step: () int32, number of updates so far.
        free: the trained values, unbounded.
        optimizer: state of the optimizer.
        best_free, best: the values with the smallest score, and that score.
        reference: score from which an improvement counts.
        since: () int32, scores without such an improvement.
        total: sum of the losses in this epoch.
        order: (samples,) int32, of this epoch; () without batches.
        is_finite: () bool, whether the last loss and its gradient are.
        peaks: largest absolute value of each gradient at the last step.
        memory: what the descent carries from step to step; empty for one by derivatives.
    """

    step: Array
    free: Free
    optimizer: Any
    best_free: Free
    best: Array
    reference: Array
    since: Array
    total: Array
    order: Array
    is_finite: Array
    peaks: dict[str, Array]
    memory: Any = ()


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Logs:
    """(n,) each, of JAX or NumPy: loss, norm of its gradient, and score, NaN where there is none."""

    loss: Any
    norm: Any
    score: Any


class Descent(Protocol):
    """How the loss of a batch, and the direction in which it falls, are found."""

    def start(self, params: Any) -> Any:
        """Return what is carried from step to step, before the first."""
        ...

    def value(self, free: Free, params: Any, batch: Any, memory: Any) -> Array:
        """Return the loss of the trained values."""
        ...

    def slope(self, free: Free, params: Any, batch: Any, memory: Any) -> tuple[Array, Free, Any]:
        """Return the loss, its gradient by the trained values, and what is carried on."""
        ...


@dataclass(frozen=True, eq=False)
class Problem:
    """What a fit minimises, and how.

    Args:
        loss: `loss(params, batch)`, a scalar.
        space: what is trained.
        optimizer: from optax.
        batches: how samples are divided, or None.
        validate: `validate(params)`, a scalar that decides which parameters are best, or None.
        validate_every: steps between two of its values.
        mesh: of the devices that share out each batch, or None.
        descent: what finds losses and gradients; None takes the derivative of the loss.
    """

    loss: Callable[[Any, Any], Array]
    space: Space
    optimizer: optax.GradientTransformation
    batches: Sampling | None
    validate: Callable[[Any], Array] | None
    validate_every: int
    mesh: Mesh | None = None
    descent: Descent | None = None


def first_carry(problem: Problem, params: Any, dtype: Any) -> Carry:
    """Return the carry before the first step; `dtype` is that of the loss."""
    free = problem.space.start(params)
    infinite, none = jnp.asarray(jnp.inf, dtype), jnp.asarray(0, jnp.int32)
    order = jnp.arange(problem.batches.samples if problem.batches else 0, dtype=jnp.int32)
    return Carry(
        step=none,
        free=free,
        optimizer=problem.optimizer.init(free),
        best_free=free,
        best=infinite,
        reference=infinite,
        since=none,
        total=jnp.asarray(0, dtype),
        order=order,
        is_finite=jnp.asarray(True),
        peaks={name: jnp.zeros((), x.dtype) for name, x in free.items()},
        memory=_descent(problem).start(params),
    )


def build_loop(problem: Problem):
    """Return the compiled `advance(carry, until, params, data, key, patience, min_improvement) -> (carry, logs)`.

    It makes steps while `carry.step < until`, at most CAPACITY of them, and writes row i of the logs in its step i.
    """

    def advance(carry: Carry, until: Array, params: Any, data: Any, key: Array, patience: Array, least: Array):
        step, first = build_step(problem, params, data, key, least), carry.step

        def goes_on(both: tuple[Carry, Logs]) -> Array:
            now = both[0]
            return (now.step < until) & now.is_finite & (now.since < patience)

        def body(both: tuple[Carry, Logs]) -> tuple[Carry, Logs]:
            at = both[0].step - first
            new, entry = step(both[0])
            return new, jax.tree.map(lambda rows, x: rows.at[at].set(x), both[1], entry)

        # The logs have rows for the longest chunk, because the shape of an array is a part of the program.
        empty = jnp.full(CAPACITY, jnp.nan, carry.best.dtype)
        norms = jnp.full(CAPACITY, jnp.nan, jax.eval_shape(optax.tree.norm, carry.free).dtype)
        return lax.while_loop(goes_on, body, (carry, Logs(empty, norms, empty)))

    # All devices of a mesh hold the whole carry, so that the next call takes it as it is.
    everywhere = None if problem.mesh is None else NamedSharding(problem.mesh, PartitionSpec())
    return jax.jit(advance, out_shardings=everywhere)


def build_step(problem: Problem, params: Any, data: Any, key: Array, least: Array):
    """Return `step(carry) -> (carry, entry)`: evaluate the loss, score the parameters, update them.

    Where the loss or its gradient is not finite, the parameters stay, and the carry says so.
    """
    optimizer, batches = optax.with_extra_args_support(problem.optimizer), problem.batches
    descent = _descent(problem)

    def step(carry: Carry) -> tuple[Carry, Logs]:
        order = batches.order(key, carry.step, carry.order) if batches else carry.order
        batch = batches.pick(data, order, carry.step) if batches else data

        def objective(free: Free) -> Array:
            return descent.value(free, params, batch, carry.memory)

        value, gradients, memory = descent.slope(carry.free, params, batch, carry.memory)
        norm = optax.tree.norm(gradients)
        score, total = _score(problem, carry, value, params)
        # Line searches of optax evaluate the loss themselves; other optimizers ignore what they are given beside it.
        updates, state = optimizer.update(
            gradients, carry.optimizer, carry.free, value=value, grad=gradients, value_fn=objective
        )
        peaks = {name: jnp.max(jnp.abs(g), initial=0.0) for name, g in gradients.items()}
        new = Carry(
            step=carry.step + 1,
            free=optax.apply_updates(carry.free, updates),  # type: ignore[arg-type]
            optimizer=state,
            **_compare_with_best(carry, score, least),
            total=total,
            order=order,
            is_finite=carry.is_finite,
            peaks=peaks,
            memory=memory,
        )
        is_finite = jnp.isfinite(value) & jnp.isfinite(norm) & _has_score(problem, carry, score)
        return _update_where(is_finite, new, carry, peaks), Logs(value, norm, score)

    return step


@dataclass(frozen=True, eq=False)
class ByDerivative:
    """The derivative of the loss, which JAX finds; nothing is carried on.

    Args:
        objective: the loss of a batch as a function of `(free, params, batch)`.
    """

    objective: Callable[[Free, Any, Any], Array]

    def start(self, params: Any) -> tuple[()]:
        """Return nothing."""
        return ()

    def value(self, free: Free, params: Any, batch: Any, memory: Any) -> Array:
        """Return the loss of the trained values."""
        return self.objective(free, params, batch)

    def slope(self, free: Free, params: Any, batch: Any, memory: Any) -> tuple[Array, Free, Any]:
        """Return the loss, its gradient, and nothing."""
        return *jax.value_and_grad(self.objective)(free, params, batch), memory


def _descent(problem: Problem) -> Descent:
    """Return what finds losses and gradients, by all devices of the mesh."""

    def objective(free: Free, params: Any, batch: Any) -> Array:
        return jnp.asarray(problem.loss(problem.space.within(free, params), batch))

    if problem.descent is not None:
        return problem.descent
    return ByDerivative(objective if problem.mesh is None else average_over_devices(objective, problem.mesh))


def _score(problem: Problem, carry: Carry, value: Array, params: Any) -> tuple[Array, Array]:
    """Return the score of these parameters, NaN where this step gives none, and the sum of losses in the epoch.

    The score of a batch says little: with minibatches, it is the mean over an epoch, at the end of each.
    """
    nothing = jnp.full((), jnp.nan, value.dtype)
    batches, validate = problem.batches, problem.validate
    total = carry.total + value
    if batches:
        is_last = (carry.step + 1) % batches.per_epoch == 0
        score, total = jnp.where(is_last, total / batches.per_epoch, nothing), jnp.where(is_last, 0, total)
    else:
        score = value
    if validate is None:
        return score, total
    due = carry.step % problem.validate_every == 0

    def validation() -> Array:
        return jnp.asarray(validate(problem.space.within(carry.free, params))).astype(value.dtype)

    return lax.cond(due, validation, lambda: nothing), total


def _has_score(problem: Problem, carry: Carry, score: Array) -> Array:
    """Tell whether a validation that was due has given a finite number."""
    if problem.validate is None:
        return jnp.bool_(True)
    return (carry.step % problem.validate_every != 0) | jnp.isfinite(score)


def _compare_with_best(carry: Carry, score: Array, least: Array) -> dict[str, Any]:
    """Return the fields of the carry that a score changes; NaN changes nothing, because no comparison with it holds."""
    is_best, improves, counts = score < carry.best, score < carry.reference - least, ~jnp.isnan(score)
    return {
        "best_free": jax.tree.map(lambda x, y: jnp.where(is_best, x, y), carry.free, carry.best_free),
        "best": jnp.where(is_best, score, carry.best),
        "reference": jnp.where(improves, score, carry.reference),
        "since": jnp.where(improves, 0, carry.since + counts).astype(jnp.int32),
    }


def _update_where(is_finite: Array, new: Carry, old: Carry, peaks: dict[str, Array]) -> Carry:
    """Return the new carry, or the old one that says that it is not finite, and which gradients are not."""
    failed = replace(old, is_finite=jnp.asarray(False), peaks=peaks)
    return jax.tree.map(lambda x, y: jnp.where(is_finite, x, y), new, failed)
