"""The bit walk: visit the neurons that spiked, and no others.

A summary word tells which words hold spikes; the walk pops the lowest set bit until nothing is left. The cost is that
of the spikes, not of the neurons. On a CPU XLA pays for every small operation of a loop's body, so up to 1024 neurons
take one flat loop whose place is a single array of three words.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..connectivity import Ranks
from ._bits import clear_lowest_bit, lowest_bit, pack, pack_mask, unpack

Visit = Callable[[Any, Array, Array], Any]

FLAT = 32  # words that one summary word can name


def walk_spikes(own: Ranks, words: Array, visit: Visit, start: Any) -> Any:
    """Fold `visit(accumulator, rank, position)` over the members of a subset that spiked, in the order of the words.

    Args:
        own: the subset.
        words: (n_words,) uint32, packed flags of the whole population.
        visit: returns the accumulator after one neuron (int32 rank and position in the subset); it is updated in place.
        start: accumulator before the first, a pytree.
    """
    members = words if own.is_everything else words & pack_mask(own.mask)
    return walk(members, lambda acc, rank: visit(acc, rank, own.position(rank)), start)


def walk_ranks(own: Ranks, words: Array, visit: Visit, start: Any) -> Any:
    """As `walk_spikes`, in the order of positions: every member is asked whether it spiked."""
    flags = unpack(words, own.population_size)

    def ask(position: Array, acc: Any) -> Any:
        rank = own.ranks_at(position)
        return lax.cond(flags[rank], lambda acc: visit(acc, rank, position), lambda acc: acc, acc)

    return lax.fori_loop(0, own.size, ask, start)


def walk(words: Array, visit: Callable[[Any, Array], Any], start: Any) -> Any:
    """Fold `visit(accumulator, neuron)` over the set bits, in the order of words, then of bits.

    Where the accumulator is one small array, two neurons are visited per turn; the second may then be out of range,
    and its result is dropped.
    """
    if words.shape[0] > FLAT:
        return _walk_nested(words, visit, start)
    leaves = jax.tree.leaves(start)
    return _walk_flat(words, visit, start, in_pairs=len(leaves) == 1 and leaves[0].ndim == 1)


def _walk_flat(words: Array, visit: Callable[[Any, Array], Any], start: Any, in_pairs: bool) -> Any:
    """Walk up to 32 words in one loop."""
    summary = pack(words != np.uint32(0))[0]
    n = words.shape[0]
    words = jnp.concatenate([words, jnp.zeros(1, jnp.uint32)])  # what an exhausted summary points at is empty

    def body(carry):
        place, acc = carry
        place, first = _pop(place, words, n)
        if not in_pairs:
            return place, visit(acc, first)
        more = _unfinished(place)
        place, second = _pop(place, words, n)
        acc = visit(acc, first)
        return place, jax.tree.map(lambda x, y: jnp.where(more, x, y), visit(acc, second), acc)

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


def _walk_nested(words: Array, visit: Callable[[Any, Array], Any], start: Any) -> Any:
    """Walk any number of words, one loop inside the other."""
    n = words.shape[0]
    if n == 1:
        return _walk_word(words[0], visit, start)

    def visit_word(acc: Any, k: Array) -> Any:
        return _walk_word(words[k], lambda acc, bit: visit(acc, bit * n + k), acc)

    return _walk_nested(pack(words != np.uint32(0)), visit_word, start)


def _walk_word(word: Array, visit: Callable[[Any, Array], Any], acc: Any) -> Any:
    def body(carry):
        word, acc = carry
        return clear_lowest_bit(word), visit(acc, lowest_bit(word))

    return lax.while_loop(lambda carry: carry[0] != 0, body, (word, acc))[1]
