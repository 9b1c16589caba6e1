"""What happens at a neuron that spiked: its synapses are read once, the rule is applied, they are written back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax import Array

from ..connectivity import RowAccess, RowIndex
from ._materialise import materialise
from ._rule import HAPPENS, Arrays, Operands, Outcome, Rule

Carry = tuple[Arrays, Arrays]  # (attributes that the rule changes, of all event rows; inputs of this event row)


@dataclass(frozen=True)
class Copies:
    """Which copies of a network's arrays belong to one event row.

    Args:
        operands: with a leading axis of copies.
        which: the copy of each of them.
        row: the event row, which is the copy of everything that changes.
    """

    operands: Operands
    which: Any
    row: Any


def build_visit(access: RowAccess, rule: Rule, copies: Copies, opaque: Array | None) -> Callable[..., Carry]:
    """Return `visit(carry, rank, position, happens=None)`, which applies a rule to the synapses of one neuron.

    `happens` says whether the neuron has spiked; None for certainly.

    Args:
        access: to the synapses of a neuron.
        rule: what a spike does at a synapse.
        copies: what the rule reads, for one event row.
        opaque: counter of the calling loop, see `materialise`.
    """
    operands, which = copies.operands, copies.which
    own = _of_copy(operands.own, which.own)
    across = {name: access.other_side(x) for name, x in _of_copy(operands.across, which.across).items()}
    shared = _of_copy(operands.shared, which.shared)

    def visit(carry: Carry, rank: Array, position: Array, happens: Array | None = None) -> Carry:
        changed, into = carry
        at = access.find(operands.storage, which.storage, position)
        old = {name: access.read(x, copies.row, at) for name, x in changed.items()}
        if old:
            # What is updated in place is read by nothing but this: a second reader, which XLA would fuse into a place
            # of its own choice, has it copy the whole array at every spike, so that the reader still finds the old one.
            old = materialise(old, opaque)
        values = {**shared, **old, **{name: x[rank] for name, x in own.items()}}
        values |= {name: access.read(x, which.places[name], at) for name, x in operands.places.items()}
        values |= {name: access.at_ends(x, at) for name, x in across.items()}
        if happens is not None:
            values[HAPPENS] = happens
        if rule.adds:
            outcome = rule.apply(values)
            mask = None if rule.adds_weight else at.add_mask  # a weight is 0 wherever there is no synapse
            gained = {target: _add_gain(access, x, at, outcome.added_to(target), mask) for target, x in into.items()}
        else:
            # The rule reads the input that it changes, so every input is the outcome of an application of its own.
            outcomes = {
                t: rule.apply({**values, "g_target": access.at_ends(access.other_side(x), at)}) for t, x in into.items()
            }
            outcome = next(iter(outcomes.values())) if outcomes else rule.apply(values)
            gained = {t: _overwrite_input(access, x, at, outcomes[t]) for t, x in into.items()}
        return {
            name: _write_back(access, copies.row, at, x, old[name], outcome.changes[name], opaque)
            for name, x in changed.items()
        }, gained

    return visit


def _of_copy(arrays: Arrays, which: Arrays) -> Arrays:
    """Return each array of one copy, from arrays with a leading axis of copies."""
    return {name: x[which[name]] for name, x in arrays.items()}


def _add_gain(access: RowAccess, into: Array, at: RowIndex, gain: Array | None, mask: Array | None) -> Array:
    """Return an input with what the rule adds, at the synapses of the mask."""
    if gain is None:
        return into
    gain = gain if mask is None else jnp.where(mask, gain, 0.0)
    return access.add(into, at, jnp.asarray(gain).astype(into.dtype))


def _overwrite_input(access: RowAccess, into: Array, at: RowIndex, outcome: Outcome) -> Array:
    """Return an input with the new values that the rule has given to it."""
    if outcome.target is None:
        return into
    old = access.at_ends(access.other_side(into), at)
    new = outcome.target if at.add_mask is None else jnp.where(at.add_mask, outcome.target, old)
    return access.overwrite(into, at, jnp.broadcast_to(new, old.shape).astype(into.dtype))


def _write_back(
    access: RowAccess, row: Any, at: RowIndex, array: Array, old: Array, change: Any, opaque: Array | None
) -> Array:
    """Return an array with the new values at the synapses."""
    new = jnp.broadcast_to(jnp.asarray(change).astype(old.dtype), old.shape)
    mask = True if at.write_mask is None else at.write_mask
    if opaque is not None:
        # Always true, which the compiler does not know: what is written depends on what was read, whatever the rule
        # says, so that XLA on a CPU reads before it writes, in place.
        mask &= opaque >= 0
    return access.write(array, row, at, jnp.where(mask, new, old))
