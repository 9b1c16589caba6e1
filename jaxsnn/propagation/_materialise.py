"""Compute a value once.

XLA on a CPU fuses a producer into every one of its consumers: a random draw that two variables read is drawn twice,
an update that the spike test, the reset and the packing read is done three times. `lax.optimization_barrier` does not
prevent it. A loop that the compiler cannot know to end before its first turn does: what it carries is an array in
memory, and passes through without a copy (a `cond` would copy it).
"""

from typing import TypeVar

import jax
from jax import Array, lax

T = TypeVar("T")


def materialise(x: T, opaque: Array | None) -> T:
    """Return x unchanged, computed once however many readers it has.

    Args:
        x: pytree of numeric arrays.
        opaque: an integer that is never negative and that the compiler does not know, such as the counter of a loop.
            It must not be batched by `vmap`, or the `cond` becomes a `select`. None leaves the choice to XLA.
    """
    if opaque is None:
        return x
    return _carried(x, opaque)


@jax.custom_jvp
def _carried(x: T, opaque: Array) -> T:
    def turn(carry):
        return carry[0] + 1, jax.tree.map(lambda y: y + y, carry[1])

    return lax.while_loop(lambda carry: carry[0] < 0, turn, (opaque, x))[1]


@_carried.defjvp
def _carried_jvp(primals, tangents):
    return _carried(*primals), tangents[0]
