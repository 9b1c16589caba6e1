"""Some neurons at a time: what is done for those whose bit is set costs as many as they are, not the population.

The walk takes one neuron per turn, in which XLA on a CPU pays for every operation, however small its arrays. Where much
is to be computed for each, the walk only lists them, and the work is done for `CHUNK` of them at once.
"""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from ._walk import walk

CHUNK = 16  # neurons; one more turn costs about as much as twice as many neurons in one


def in_chunks(words: Array, size: int, visit: Callable[[Any, Array], Any], start: Any) -> Any:
    """Fold `visit(accumulator, ranks)` over the neurons whose bit is set.

    Args:
        words: (n_words,) uint32, packed flags.
        size: of the population.
        visit: returns the accumulator after some neurons, (chunk,) int32; it is updated in place. Ranks from `size` on
            stand for nobody: a read clips them, a write drops them.
        start: accumulator before the first, a pytree.
    """
    chunk = min(CHUNK, size)

    def note(carry: tuple[Array, Array], rank: Array) -> tuple[Array, Array]:
        ranks, count = carry
        return lax.dynamic_update_slice(ranks, rank[None], (count,)), count + 1

    nobody = size + jnp.arange(-(-size // chunk) * chunk, dtype=jnp.int32)
    ranks, count = walk(words, note, (nobody, jnp.zeros((), jnp.int32)))

    def turn(carry: tuple[Array, Any]) -> tuple[Array, Any]:
        begin, acc = carry
        return begin + chunk, visit(acc, lax.dynamic_slice(ranks, (begin,), (chunk,)))

    return lax.while_loop(lambda carry: carry[0] < count, turn, (jnp.zeros((), jnp.int32), start))[1]
