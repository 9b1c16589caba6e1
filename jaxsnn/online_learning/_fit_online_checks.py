"""What must hold before a network learns online, and what its first gradient should show."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .. import arguments
from ..errors import ArgumentError, FitWarning, warn
from ..step import NetworkParams, NetworkState
from ._hearing import traced_loss, without_derivative, without_signal
from ._online import OnlineRule
from ._pieces import Pieces

UNHEARD = (
    "the loss does not read the population that {names} acts on, so nothing is learned there: give it a signal, "
    "`snn.online(..., signals={{population: snn.Broadcast(readout)}})` or `snn.Reward()`, or take `algorithm='full'`"
)
UNDERIVED = (
    "the population that {names} acts on has no derivative: no change of its variables or inputs reaches its spikes or "
    "what the loss reads of it. A spike condition needs a comparison of numbers, such as `v > 1.0`; a logical variable "
    "has no slope"
)


def number_of_updates(pieces: Pieces, updates: int | None) -> int:
    """Return the number of updates."""
    if updates is None:
        return pieces.per_epoch
    most = pieces.per_epoch if pieces.is_stream else 2**31 - 2
    if not 1 <= arguments.whole(updates, "updates") <= most:
        message = f"`updates` is a number from 1 to {most}, not {updates}"
        raise ArgumentError(message + ": the stream ends there" * pieces.is_stream)
    return updates


def begun_traces(rule: OnlineRule, params: NetworkParams, state: NetworkState, traces: Any, pieces: Pieces) -> Any:
    """Return the traces with which a stream begins; () for trials."""
    fresh = rule.init(params, state)
    if not pieces.is_stream:
        if traces is not None:
            raise ArgumentError("`traces` are those with which a stream begins; each trial begins without any")
        return ()
    if traces is None:
        return fresh
    if _form(traces) != _form(fresh):
        raise ArgumentError("`traces` are of another rule: take those of a result, or of `rule.init(params, state)`")
    return traces


def _form(tree: Any) -> Any:
    """Return structure, shapes and types."""
    return jax.tree.structure(tree), [(jnp.shape(x), jnp.result_type(x)) for x in jax.tree.leaves(tree)]


def checked_type(rule: OnlineRule, params: NetworkParams, state: NetworkState, target: Any) -> Any:
    """Return the type of the loss.

    Args:
        rule: what learns.
        params, state: of its network.
        target: of one step.

    Raises:
        ArgumentError: the loss is not one of a step; no trained parameter hears of it, or has a derivative.
        UnknownNameError: it reads what nobody records.

    Warns:
        FitWarning: some trained parameters do not hear of it, or have no derivative.
    """
    loss = traced_loss(rule, params, state, target)
    dtype, deaf = loss.dtype, without_signal(rule, loss)
    cut = [] if rule.algorithm == "full" else without_derivative(rule, params, state, target)
    cut = [name for name in cut if name not in deaf]
    found = [
        what.format(names=", ".join(f"`{name}`" for name in names))
        for names, what in ((deaf, UNHEARD), (cut, UNDERIVED))
        if names
    ]
    if len(deaf) + len(cut) == len(rule.trained):
        raise ArgumentError("; ".join(found))
    for message in found:
        warn(message, FitWarning)
    return dtype


def warn_if_still(norms: np.ndarray) -> None:
    """Say so if nothing was learned at all; the first gradients of a stream are 0 until something has arrived.

    Warns:
        FitWarning: all gradients were exactly 0.
    """
    if not norms.any():
        warn(
            f"all gradients are exactly 0, of {len(norms)} updates: perhaps nothing has arrived, no neuron came near "
            "its threshold, the slope of the surrogate is 0, or no derivative reaches the spikes (a condition without "
            "a comparison). Start where some neurons spike, take a wider surrogate, or look at `rule.step` by itself",
            FitWarning,
        )
