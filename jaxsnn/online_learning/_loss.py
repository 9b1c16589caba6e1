"""The loss of a step: its value, and its derivative by what the step has made."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from .. import arguments
from ..compiler import CompiledNetwork
from ..errors import ArgumentError, UnknownNameError
from ..recording import Record, build_record
from ..step import Emitted, NetworkState
from ._leaves import Leaves

StepLoss = Callable[[Record, Any], Array]


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Error:
    """What the loss of a step says.

    Args:
        value: ().
        state: its derivative by leaves of the state after the step.
        emitted: its derivative by the inputs that have arrived.
    """

    value: Array
    state: tuple[Array, ...]
    emitted: Emitted


def error_of(
    compiled: CompiledNetwork, loss: StepLoss, leaves: Leaves, state: NetworkState, emitted: Emitted, target: Any
) -> tuple[Error, Record]:
    """Return what the loss says of a step, and the records of the step."""
    record = build_record(compiled, dense=True)

    def of(floats: tuple[Array, ...], emitted: Emitted) -> tuple[Array, Record]:
        records = record(leaves.within(state, floats), emitted)
        return jnp.asarray(loss(records, target)), records

    slopes = jax.value_and_grad(of, argnums=(0, 1), has_aux=True)
    (value, records), (by_state, by_emitted) = slopes(leaves.of(state), emitted)
    return Error(value, by_state, by_emitted), records


@dataclass(frozen=True)
class CheckedLoss:
    """A loss that says what was wrong with a call; equal for the same function, so that nothing compiles twice.

    Args:
        function: `loss(records, target)`.
    """

    function: StepLoss

    def __call__(self, records: Record, target: Any) -> Array:
        """Return the loss of a step.

        Raises:
            UnknownNameError: it reads what nobody records.
            ArgumentError: it fails, or returns no number.
        """
        try:
            found = self.function(records, target)
        except KeyError as error:
            raise UnknownNameError(
                f"`loss` asks for {error}; {_described(records)}. Monitors have the name `name=`"
            ) from error
        except (IndexError, TypeError, ValueError) as error:
            raise ArgumentError(
                f"`loss` is called after each step, not once for a run; {_described(records)}: {error}"
            ) from error
        if jnp.shape(found) != ():
            raise ArgumentError(
                f"`loss` returns one number, not an array of shape {jnp.shape(found)}; {_described(records)}"
            )
        return jnp.asarray(found)


def checked_loss(loss: StepLoss) -> CheckedLoss:
    """Return a loss with checks.

    Raises:
        ArgumentError: it is no function of two arguments.
    """
    arguments.function(loss, "loss")
    try:
        signature(loss).bind(None, None)
    except TypeError as error:
        message = "`loss` is a function `loss(records, target)` of what one step records, and of what is wanted of it"
        raise ArgumentError(f"{message}: {error}") from None
    except ValueError:  # a built-in function that does not tell
        pass
    return CheckedLoss(loss)


def _described(records: Record) -> str:
    """Return what a step records, for messages."""
    shapes = [f"`{m}`: {', '.join(f'{v} {x.shape}' for v, x in own.items())}" for m, own in records.items()]
    return f"the records of one step are {'; '.join(shapes) or 'empty'}, without an axis of time"
