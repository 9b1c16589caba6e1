"""One equation for each change, as synapses must have it: what a reset adds waits for the next step."""

from collections.abc import Iterator

from ..equations import (
    Assignment,
    Binary,
    Block,
    Call,
    Derivative,
    Expression,
    Name,
    Number,
    Ode,
    Sequence,
    differential,
    minus,
    plus,
    replaced_in,
    walk,
)
from ..errors import UnsupportedError
from ..integrators import EXPONENTIAL
from ._tangent import Tangent

Waiting = dict[Expression, Expression]


def folded(tangent: Tangent) -> Sequence:
    """Return the updates of a step; they begin with what the spikes of the last one have added to the changes.

    Raises:
        UnsupportedError: a differential equation would have to begin with another value than its variable has.
    """
    waiting: Waiting = {}
    for part in tangent.through_spikes:
        so_far = waiting.get(Name(part.name), Name(part.name))
        jump = minus(part.expression) if part.operator == "-=" else part.expression
        waiting[Name(part.name)] = plus(so_far, jump) or so_far
    return (*_updates(tangent.updates, waiting), *_left(waiting))


def _updates(updates: Sequence, waiting: Waiting) -> Iterator[Assignment | Block]:
    for update in updates:
        if isinstance(update, Assignment):
            yield _assignment(update, waiting)
            waiting.pop(Name(update.name), None)
        else:
            yield _block(update, waiting)
            for ode in update.odes:
                waiting.pop(Name(ode.name), None)


def _left(waiting: Waiting) -> Iterator[Assignment]:
    """Yield what is not computed anew: it keeps what spikes add."""
    for name, value in waiting.items():
        if isinstance(name, Name):
            yield Assignment(name.name, "=", value)


def _assignment(update: Assignment, waiting: Waiting) -> Assignment:
    expression = replaced_in(update.expression, waiting)
    if update.operator == "=" or Name(update.name) not in waiting:
        return Assignment(update.name, update.operator, expression)
    return Assignment(update.name, "=", Binary(update.operator[0], waiting[Name(update.name)], expression))


def _block(block: Block, waiting: Waiting) -> Assignment | Block:
    if not any(Name(ode.name) in waiting for ode in block.odes):
        sides = [(replaced_in(ode.left, waiting), replaced_in(ode.right, waiting), ode) for ode in block.odes]
        return Block(tuple(Ode(ode.name, left, right, ode.method) for left, right, ode in sides))
    ode, *others = block.odes
    rate = _decay(ode)
    if others or rate is None:
        raise UnsupportedError(f"a spike adds to `{ode.name}`, whose differential equation is more than a decay")
    return Assignment(
        ode.name, "=", Binary("*", Call("exp", (Binary("*", Name("dt"), rate),)), waiting[Name(ode.name)])
    )


def _decay(ode: Ode) -> Expression | None:
    """Return b of an equation x' = b x that the exponential method solves exactly; None for any other."""
    of_itself = differential(ode.right, {Name(ode.name): Number(1.0)})
    of_slope = differential(ode.left, {Derivative(ode.name): Number(1.0)})
    changes = {node.name for node in walk(ode.right) if isinstance(node, Name) and node.name.startswith("epsilon_")}
    if ode.method != EXPONENTIAL or changes != {ode.name} or of_itself is None or of_slope is None:
        return None
    return Binary("/", of_itself, of_slope)
