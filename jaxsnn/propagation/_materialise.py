"""Compute a value once.

XLA on a CPU fuses a producer into every one of its consumers: a random draw that two variables read is drawn twice,
an update that the spike test, the reset and the packing read is done three times. `lax.optimization_barrier` does not
prevent it. What does is a loop that never turns, as long as the compiler cannot know that: what a loop carries is an
array in memory. It passes through without a copy; through a `cond` it would be copied.
"""

from typing import TypeVar

import jax
import jax.numpy as jnp
from jax import Array, lax

T = TypeVar("T")


def materialise(x: T, opaque: Array | None) -> T:
    """Return x unchanged, computed once however many readers it has.

    Args:
        x: pytree of numeric arrays.
        opaque: an integer that is never negative and that the compiler does not know, such as the counter of a loop.
            It must not be batched by `vmap`: a loop with a batched condition has a `select` for all that it carries.
            None leaves it to XLA what is computed once, as on accelerators, where a loop would keep the device waiting.
    """
    if opaque is None:
        return x
    return _carried(x, opaque)


def read_before_write(old: T, new: Array, opaque: Array | None) -> tuple[T, Array]:
    """Return what is read of an array, and what will be written in its place, so that XLA reads before it writes.

    A second reader of an array that is updated in place would have XLA on a CPU copy all of it, so that the reader
    still finds the old one. So what is read is computed once, and what is written depends on it: on a condition that
    is always true, which the compiler does not know.

    Args:
        old: what stands there now, or what is made of it: a pytree, whose first array has the shape and type of `new`.
        new: what will.
        opaque: as for `materialise`.
    """
    if opaque is None or not jax.tree.leaves(old):
        return old, new
    old = materialise(old, opaque)
    return old, jnp.where(opaque >= 0, new, jax.tree.leaves(old)[0])


@jax.custom_jvp
def _carried(x: T, opaque: Array) -> T:
    """Return x out of a loop that never turns."""

    def turn(carry):
        # It never happens, but it must seem to change what is carried, or XLA would take it out of the loop. The
        # counter stays as it is: for a changed one, XLA would copy the counter before the loop.
        return carry[0], _others(carry[1])

    return lax.while_loop(lambda carry: carry[0] < 0, turn, (opaque, x))[1]


def _others(x: T) -> T:
    """Return other arrays: those of one type and shape in turn, so that nothing is compiled that computes."""
    leaves, tree = jax.tree.flatten(x)
    alike: dict[tuple, list[int]] = {}
    for i, y in enumerate(leaves):
        alike.setdefault((y.shape, y.dtype), []).append(i)
    following = {i: j for of_kind in alike.values() for i, j in zip(of_kind, of_kind[1:] + of_kind[:1], strict=True)}
    return tree.unflatten([leaves[j] if i != j else _changed(leaves[i]) for i, j in sorted(following.items())])


def _changed(y: Array) -> Array:
    return ~y if y.dtype == bool else y + y


@_carried.defjvp
def _carried_jvp(primals, tangents):
    """Return the tangent as it is: reverse mode cannot see through a `while_loop`, and here is nothing to see."""
    return _carried(*primals), tangents[0]
