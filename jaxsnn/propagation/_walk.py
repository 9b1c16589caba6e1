"""The bit walk: visit the neurons that spiked, and no others.

A summary word tells which words hold spikes; an inner loop clears the lowest set bit of such a word until it is empty.
The cost is that of the spikes, not of the neurons.
"""

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array, lax

from ._bits import clear_lowest_bit, lowest_bit, pack

Visit = Callable[[Array, Array], Array]


def walk(words: Array, visit: Visit, start: Array) -> Array:
    """Fold `visit(accumulator, neuron)` over the set bits, in the order of words, then of bits.

    Args:
        words: (n_words,) uint32, packed flags.
        visit: returns the accumulator after one neuron (int32 index); it is updated in place.
        start: accumulator before the first.
    """
    n = words.shape[0]
    if n == 1:
        return _walk_word(words[0], visit, start)

    def visit_word(acc: Array, k: Array) -> Array:
        return _walk_word(words[k], lambda acc, bit: visit(acc, bit * n + k), acc)

    return walk(pack(words != jnp.uint32(0)), visit_word, start)


def _walk_word(word: Array, visit: Visit, acc: Array) -> Array:
    def body(carry):
        word, acc = carry
        return clear_lowest_bit(word), visit(acc, lowest_bit(word))

    return lax.while_loop(lambda carry: carry[0] != 0, body, (word, acc))[1]
