"""What must hold before a fit begins, what its first gradient should show, and what its losses tell at the end."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .. import arguments
from ..arguments import as_number
from ..errors import ArgumentError, FitWarning, warn
from ._batches import first_batch
from ._dependence import find_independent
from ._loop import Problem
from ._result import FitResult

CUT = (
    "A comparison, an integer, `stop_gradient`, or a parameter that the loss never reads cuts the derivative; "
    "spikes carry one as `sim.run` records them, in floating point"
)


def check_counts(**counts: int | None) -> None:
    """Raise if something is not a number of steps; None is left out."""
    for name, count in counts.items():
        if count is None:
            continue
        arguments.whole(count, name, least=1)


def check_given(loss: Any, optimizer: Any, steps: Any, validate: Any) -> None:
    """Raise for a loss that is no function, an optimizer that is none, or no number of steps."""
    arguments.function(loss, "loss")
    arguments.whole(steps, "steps", least=1)
    if validate is not None:
        arguments.function(validate, "validate")
    if not (callable(getattr(optimizer, "init", None)) and callable(getattr(optimizer, "update", None))):
        raise ArgumentError(f"`optimizer` is one of optax, such as `optax.adam(0.01)`, not {optimizer!r}")


def check_loss(problem: Problem, params: Any, data: Any) -> Any:
    """Return the type of the loss.

    Raises:
        ArgumentError: it is no scalar of floating-point type.
    """
    batch = first_batch(problem.batches, data)
    dtype = _type_of("loss", lambda p, b: problem.loss(p, b), params, batch)
    if (validate := problem.validate) is not None:
        _type_of("validate", lambda p, _: validate(p), params, None)
    return dtype


def _type_of(what: str, function: Callable[[Any, Any], Any], params: Any, batch: Any) -> Any:
    found = jax.eval_shape(lambda p, b: _of_arrays(what, function(p, b)), params, batch)
    if not hasattr(found, "shape"):
        raise ArgumentError(
            f"`{what}` returns one number, not a {type(found).__name__} of {len(jax.tree.leaves(found))} arrays"
        )
    if found.shape != ():
        raise ArgumentError(
            f"`{what}` returns one number, not an array of shape {found.shape}: take the mean, or the sum, of it"
        )
    if not jnp.issubdtype(found.dtype, jnp.floating):
        raise ArgumentError(f"`{what}` returns a floating-point number, which has a derivative, not {found.dtype.name}")
    return found.dtype


def check_number(what: str, function: Callable[[Any], Any], params: Any) -> None:
    """Raise unless a function of parameters returns one number, of whatever type."""
    found = jax.eval_shape(lambda p: _of_arrays(what, function(p)), params)
    if getattr(found, "shape", None) != ():
        given = f"an array of shape {found.shape}" if hasattr(found, "shape") else f"a {type(found).__name__}"
        raise ArgumentError(f"`{what}` returns one number, not {given}: take the mean of it")


def _of_arrays(what: str, returned: Any) -> Any:
    """Return what a loss returns, numbers of Python as arrays."""
    leaves = jax.tree.leaves(returned)
    if not leaves or not all(hasattr(x, "dtype") or as_number(x) is not None for x in leaves):
        raise ArgumentError(f"`{what}` returns one number, not {returned!r}")
    return jax.tree.map(jnp.asarray, returned)


def check_dependence(problem: Problem, params: Any, data: Any, flat: list[str]) -> None:
    """Say which trained parameters cannot reach the loss.

    Args:
        problem: what is fitted.
        params, data: at the start.
        flat: those whose first gradient is exactly 0.

    Raises:
        ArgumentError: none of the trained parameters can.

    Warns:
        FitWarning: some cannot, or all gradients are 0 although the loss depends on the parameters.
    """
    if not flat:
        return
    everything = [g.names[0] for g in problem.space.groups]
    groups = [g.names for g in problem.space.groups if g.names[0] in flat]
    cut = find_independent(problem.loss, params, first_batch(problem.batches, data), groups)
    if set(cut) == set(everything):
        raise ArgumentError(f"the loss does not depend on any trained parameter ({_join_names(cut)}). {CUT}")
    if cut:
        warn(
            f"the loss does not depend on {_join_names(cut)}: what is trained there keeps its start value. {CUT}",
            FitWarning,
        )
    if set(flat) == set(everything):
        others = _join_names(set(flat) - set(cut))
        warn(
            f"all gradients are exactly 0 at the start, though the loss depends on {others}: perhaps no neuron comes "
            "near its threshold, or the slope of the surrogate is 0. Start where some neurons spike, take a wider "
            "surrogate, or add `losses.silence_penalty`",
            FitWarning,
        )


def _join_names(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def warn_if_worse(result: FitResult) -> None:
    """Warn of a fit that only made the loss larger.

    Warns:
        FitWarning: the loss was never below that of the start, and ended above it.
    """
    losses = result.history
    if len(losses) > 1 and losses[-1] > losses[0] and np.min(losses[1:]) >= losses[0]:
        warn(
            f"no step was better than the start: the loss is {losses[0]:.4g} there, and {losses[-1]:.4g} at the end. "
            "The result has the start values. Take a smaller learning rate; if that does not help, a steeper or lower "
            "surrogate (`height`): one that is too high or too wide can give a gradient of the wrong sign. `diagnose` "
            "says how the gradient grows",
            FitWarning,
        )
