"""What the event path does at one neuron that spiked: read its synapses once, apply the rule, write them back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax import Array

from ._materialise import materialise
from ._row_access import Line, Spot
from ._rule import Arrays, Operands, Outcome, Rule

Carry = tuple[Arrays, Arrays]  # (changed attributes of all rows, inputs of this row)


@dataclass(frozen=True)
class Copies:
    """Which copies of a network's arrays belong to one event row.

    Args:
        operands: with a leading axis of copies.
        lead: the copy of each of them.
        row: the event row, which is the copy of everything that changes.
    """

    operands: Operands
    lead: Any
    row: Any


def build_visit(line: Line, rule: Rule, copies: Copies, opaque: Array | None) -> Callable[[Carry, Array, Array], Carry]:
    """Return `visit(carry, rank, position)`, which applies the rule to the synapses of one neuron."""
    operands, lead = copies.operands, copies.lead
    own = _taken(operands.own, lead.own)
    across = {name: line.aside(x) for name, x in _taken(operands.across, lead.across).items()}
    shared = _taken(operands.shared, lead.shared)

    def visit(carry: Carry, rank: Array, position: Array) -> Carry:
        changed, into = carry
        spot = line.find(operands.storage, lead.storage, position)
        old = {name: line.read(x, copies.row, spot) for name, x in changed.items()}
        if old:
            # Read once: a second reader, fused elsewhere, would have XLA copy the whole array at every spike.
            old = materialise(old, opaque)
        values = {**shared, **old, **{name: x[rank] for name, x in own.items()}}
        values |= {name: line.read(x, lead.places[name], spot) for name, x in operands.places.items()}
        values |= {name: line.across(x, spot) for name, x in across.items()}
        if rule.adds:
            outcome = rule.apply(values)
            where = None if rule.adds_weight else spot.exists
            gained = {target: _gained(line, x, spot, outcome, where) for target, x in into.items()}
        else:
            outcomes = {
                t: rule.apply({**values, "g_target": line.across(line.aside(x), spot)}) for t, x in into.items()
            }
            outcome = next(iter(outcomes.values())) if outcomes else rule.apply(values)
            gained = {t: _put(line, x, spot, outcomes[t]) for t, x in into.items()}
        return {
            name: _written(line, copies.row, spot, x, old[name], outcome, name, opaque) for name, x in changed.items()
        }, gained

    return visit


def _taken(arrays: Arrays, lead: Arrays) -> Arrays:
    return {name: x[lead[name]] for name, x in arrays.items()}


def _gained(line: Line, into: Array, spot: Spot, outcome: Outcome, where: Array | None) -> Array:
    if outcome.gain is None:
        return into
    gain = outcome.gain if where is None else jnp.where(where, outcome.gain, 0.0)
    return line.add(into, spot, jnp.asarray(gain).astype(into.dtype))


def _put(line: Line, into: Array, spot: Spot, outcome: Outcome) -> Array:
    if outcome.target is None:
        return into
    old = line.across(line.aside(into), spot)
    new = outcome.target if spot.exists is None else jnp.where(spot.exists, outcome.target, old)
    return line.put(into, spot, jnp.broadcast_to(new, old.shape).astype(into.dtype))


def _written(
    line: Line, row, spot: Spot, array: Array, old: Array, outcome: Outcome, name: str, opaque: Array | None
) -> Array:
    """Return the array with the new values at the synapses.

    They depend on the old ones whatever the rule says, so that XLA on a CPU reads before it writes, in place.
    """
    new = jnp.broadcast_to(jnp.asarray(outcome.changes[name]).astype(old.dtype), old.shape)
    there = True if spot.there is None else spot.there
    if opaque is not None:
        there &= opaque >= 0
    return line.write(array, row, spot, jnp.where(there, new, old))
