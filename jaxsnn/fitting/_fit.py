"""`fit`: an optax loop over the parameters that one names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..errors import ArgumentError, FitError
from ._names import named_leaves, replaced, select

Loss = Callable[[Any], jax.Array]


@dataclass(frozen=True, eq=False)
class FitResult:
    """What a fit found.

    Args:
        params: the parameters of the smallest loss that was seen, in the form that `fit` was given.
        loss: that loss.
        history: (steps + 1,) loss before each step, and after the last.
        gradient_norm: (steps + 1,) norm of the gradient at the same points.
        trained: values of the trained parameters by name.
    """

    params: Any
    loss: float
    history: np.ndarray
    gradient_norm: np.ndarray
    trained: dict[str, np.ndarray]


def fit(
    loss: Loss,
    params: Any,
    optimizer: optax.GradientTransformation,
    steps: int,
    trainable: Sequence[str] | str | None = None,
    *,
    progress: bool = False,
) -> FitResult:
    """Minimise a loss by gradient descent over some of its parameters.

    Args:
        loss: maps parameters (as `params`) to a scalar; traced, so pure.
        params: pytree: the `NetworkParams` of a simulation, or any other.
        optimizer: from optax.
        steps: number of updates.
        trainable: names or shell patterns of what may change, such as `["exc.w", "P.*"]`; None is everything.
        progress: show a progress bar with the loss.

    Returns:
        The best parameters and the history.

    Raises:
        UnknownNameError: a pattern matches nothing.
        FitError: the loss or its gradient stopped being finite.

    Example:
        >>> import optax
        >>> result = fit(lambda p: (p["a"] - p["b"]) ** 2, {"a": 1.0, "b": 3.0}, optax.sgd(0.2), 50, trainable=["a"])
        >>> round(float(result.params["a"]), 4), result.params["b"]
        (3.0, 3.0)
    """
    if steps < 1:
        raise ArgumentError(f"`steps` is a number of updates, at least 1, not {steps}")
    start = {name: jnp.asarray(x) for name, x in select(params, trainable).items()}
    if not start:
        raise ArgumentError(f"there is nothing to train among {', '.join(named_leaves(params)) or 'no parameters'}")
    log = _Log(params)
    leaves, optimizer_state = start, optimizer.init(start)
    evaluate, update = _functions(loss, params, optimizer)
    with _Bar(steps, progress) as show:
        for i in range(steps + 1):
            value, gradients, norm = evaluate(leaves)
            log.add(i, leaves, float(value), float(norm))
            show(float(value))
            if i < steps:
                leaves, optimizer_state = update(leaves, optimizer_state, gradients, value)
    return log.result()


def _functions(loss: Loss, params: Any, optimizer: optax.GradientTransformation):
    """Return the two compiled halves of a step: loss and gradient, and the update."""
    extended = optax.with_extra_args_support(optimizer)

    @jax.jit
    def evaluate(leaves, fixed):
        value, gradients = jax.value_and_grad(lambda x: loss(replaced(fixed, x)))(leaves)
        return value, gradients, optax.tree.norm(gradients)

    @jax.jit
    def update(leaves, state, gradients, value):
        updates, state = extended.update(gradients, state, leaves, value=value)
        return optax.apply_updates(leaves, updates), state

    return (lambda leaves: evaluate(leaves, params)), update


class _Log:
    """History and best parameters of a running fit."""

    def __init__(self, params: Any) -> None:
        self.params = params
        self.losses: list[float] = []
        self.norms: list[float] = []
        self.best: tuple[float, dict] | None = None

    def add(self, step: int, leaves: dict, loss: float, norm: float) -> None:
        """Enter one evaluation; raise if it is not finite."""
        for what, value in (("loss", loss), ("gradient", norm)):
            if not np.isfinite(value):
                raise FitError(step, what, self.result() if self.best else None)
        self.losses.append(loss)
        self.norms.append(norm)
        if self.best is None or loss < self.best[0]:
            self.best = (loss, leaves)

    def result(self) -> FitResult:
        """Return what was found so far."""
        assert self.best is not None  # noqa: S101 - add() ran at least once
        loss, leaves = self.best
        trained = {name: np.asarray(x) for name, x in leaves.items()}
        return FitResult(replaced(self.params, leaves), loss, np.asarray(self.losses), np.asarray(self.norms), trained)


class _Bar:
    """A progress bar that shows the loss, or nothing."""

    def __init__(self, steps: int, show: bool) -> None:
        self.total, self.show, self.bar = steps + 1, show, None

    def __enter__(self) -> Callable[[float], None]:
        if not self.show:
            return lambda loss: None
        from tqdm.auto import tqdm

        bar = self.bar = tqdm(total=self.total, desc="fit")

        def advance(loss: float) -> None:
            bar.set_postfix(loss=f"{loss:.3g}", refresh=False)
            bar.update()

        return advance

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()
