"""Compute a value once.

XLA on a CPU fuses a producer into every one of its consumers: a random draw that two variables read is drawn twice,
an update that the spike test, the reset and the packing read is done three times. `lax.optimization_barrier` does not
prevent it. A `cond` whose predicate the compiler cannot see through does: the branch is a call, and its result is an
array in memory.
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
    return lax.cond(opaque >= 0, lambda x: x, lambda x: jax.tree.map(lambda y: y + y, x), x)
