"""The bit walk: visit the neurons that spiked, and no others.

A summary word tells which words hold spikes; the walk pops the lowest set bit until nothing is left. The cost is that
of the spikes, not of the neurons. On a CPU XLA pays for every small operation of a loop's body, so up to 1024 neurons
take one flat loop whose place is a single array of three words, and which visits two neurons per turn.
"""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ._bits import clear_lowest_bit, lowest_bit, pack

Visit = Callable[[Array, Array], Array]

FLAT = 32  # words that one summary word can name


def walk(words: Array, visit: Visit, start: Array) -> Array:
    """Fold `visit(accumulator, neuron)` over the set bits, in the order of words, then of bits.

    Args:
        words: (n_words,) uint32, packed flags.
        visit: returns the accumulator after one neuron (int32 index); it is updated in place. It may be called with an
            index out of range, and its result is then dropped.
        start: accumulator before the first.
    """
    return (_walk_flat if words.shape[0] <= FLAT else _walk_nested)(words, visit, start)


def _walk_flat(words: Array, visit: Visit, start: Array) -> Array:
    """Walk up to 32 words in one loop, two neurons per turn."""
    summary = pack(words != np.uint32(0))[0]
    n = words.shape[0]
    words = jnp.concatenate([words, jnp.zeros(1, jnp.uint32)])  # what an exhausted summary points at is empty

    def body(carry):
        place, acc = carry
        place, first = _pop(place, words, n)
        more = _unfinished(place)
        place, second = _pop(place, words, n)
        acc = visit(acc, first)
        return place, jnp.where(more, visit(acc, second), acc)

    nothing = summary & np.uint32(0)
    place = jnp.stack([summary, nothing, nothing])
    return lax.while_loop(lambda carry: _unfinished(carry[0]), body, (place, start))[1]


def _pop(place: Array, words: Array, n: int) -> tuple[Array, Array]:
    """Return the next place of a walk and the neuron there; a place is (summary, rest of the word, its index)."""
    summary, word, k = place
    enter = word == 0
    k = jnp.where(enter, lowest_bit(summary).astype(jnp.uint32), k)
    word = jnp.where(enter, words[k.astype(jnp.int32)], word)
    summary = jnp.where(enter, clear_lowest_bit(summary), summary)
    neuron = lowest_bit(word) * n + k.astype(jnp.int32)
    return jnp.stack([summary, clear_lowest_bit(word), k]), neuron


def _unfinished(place: Array) -> Array:
    return (place[0] | place[1]) != 0


def _walk_nested(words: Array, visit: Visit, start: Array) -> Array:
    """Walk any number of words, one loop inside the other."""
    n = words.shape[0]
    if n == 1:
        return _walk_word(words[0], visit, start)

    def visit_word(acc: Array, k: Array) -> Array:
        return _walk_word(words[k], lambda acc, bit: visit(acc, bit * n + k), acc)

    return _walk_nested(pack(words != np.uint32(0)), visit_word, start)


def _walk_word(word: Array, visit: Visit, acc: Array) -> Array:
    def body(carry):
        word, acc = carry
        return clear_lowest_bit(word), visit(acc, lowest_bit(word))

    return lax.while_loop(lambda carry: carry[0] != 0, body, (word, acc))[1]
