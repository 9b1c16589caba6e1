"""The bit walk: visit the neurons that spiked, and no others.

A summary tells which words hold spikes, a summary of that one which of its words, up to a single word; the walk pops
the lowest set bit until nothing is left. The cost is that of the spikes, not of the neurons. On a CPU XLA pays for
every small operation of a loop's body, so it is one flat loop, whose place at all levels is a single array.
"""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..connectivity import Ranks
from ._bits import clear_lowest_bit, lowest_bit, pack, pack_mask, unpack

Visit = Callable[[Any, Array, Array], Any]


def walk_spikes(own: Ranks, words: Array, visit: Visit, start: Any, in_pairs: bool = False) -> Any:
    """Fold `visit(accumulator, rank, position)` over the members of a subset that spiked, in the order of the words.

    Args:
        own: the subset.
        words: (n_words,) uint32, packed flags of the whole population.
        visit: returns the accumulator after one neuron (int32 rank and position in the subset); it is updated in place.
        start: accumulator before the first, a pytree.
        in_pairs: see `walk`.
    """
    members = words if own.is_everything else words & pack_mask(own.mask)
    return walk(members, lambda acc, rank: visit(acc, rank, own.position(rank)), start, in_pairs)


def walk_ranks(own: Ranks, words: Array, visit: Visit, start: Any) -> Any:
    """As `walk_spikes`, in the order of positions: every member is asked whether it spiked."""
    flags = unpack(words, own.population_size)

    def ask(position: Array, acc: Any) -> Any:
        rank = own.ranks_at(position)
        return lax.cond(flags[rank], lambda acc: visit(acc, rank, position), lambda acc: acc, acc)

    return lax.fori_loop(0, own.size, ask, start)


def walk(words: Array, visit: Callable[[Any, Array], Any], start: Any, in_pairs: bool = False) -> Any:
    """Fold `visit(accumulator, neuron)` over the set bits, in the order of words, then of bits.

    Args:
        words: (n_words,) uint32.
        visit: returns the accumulator after one neuron.
        start: accumulator before the first, a pytree.
        in_pairs: whether two neurons are visited per turn, which pays where a visit reads and writes all of the
            accumulator. The second may be out of range; its result is dropped.
    """
    place, below = _start(words)

    def body(carry):
        place, acc = carry
        place, first = _pop(place, below)
        if not in_pairs:
            return place, visit(acc, first)
        more = _unfinished(place, below)
        place, second = _pop(place, below)
        acc = visit(acc, first)
        return place, jax.tree.map(lambda x, y: jnp.where(more, x, y), visit(acc, second), acc)

    return lax.while_loop(lambda carry: _unfinished(carry[0], below), body, (place, start))[1]


def _start(words: Array) -> tuple[Array, list[Array]]:
    """Return the first place of a walk, and the levels below the top, each with an empty word at its end."""
    levels = [words]
    while levels[-1].shape[0] > 1:
        levels.append(pack(levels[-1] != np.uint32(0)))
    top, below = levels[-1][0], [jnp.concatenate([x, jnp.zeros(1, jnp.uint32)]) for x in levels[:-1]]
    return jnp.stack([top, *[top & np.uint32(0)] * (2 * len(below))]), below


def _pop(place: Array, below: list[Array]) -> tuple[Array, Array]:
    """Return the next place of a walk and the neuron there.

    A place is one array: what is left of the present word of each level, the top first; then which word of its level
    that is, but for the top, which has only one. The last level is the flags themselves.

    From the top down: where all words below a level are used up, the lowest bit of its word tells which word of the
    next level comes now; the bit is cleared and that word is loaded. Elsewhere a level stays as it is. So every turn
    ends in a word of the last level that is not empty, and its lowest bit is the neuron. All levels do this in every
    turn, without a branch or a loop for each level, which would cost more on a CPU than these few operations on words.

    Behind the last neuron all words are empty. The lowest bit of an empty word is 32, so that the word that comes now
    lies behind the last one of the next level: indexing clips it to the empty word there, and the neuron is out of
    range.
    """
    depth = len(below)
    rest, which = list(place[: depth + 1]), [np.uint32(0), *place[depth + 1 :]]
    sizes = [1, *(level.shape[0] - 1 for level in reversed(below))]
    for i, level in enumerate(reversed(below)):
        enter = _union(rest[i + 1 :]) == 0  # the words below are used up
        k = lowest_bit(rest[i]).astype(jnp.uint32) * np.uint32(sizes[i]) + which[i]
        which[i + 1] = jnp.where(enter, k, which[i + 1])
        rest[i + 1] = jnp.where(enter, level[which[i + 1].astype(jnp.int32)], rest[i + 1])
        rest[i] = jnp.where(enter, clear_lowest_bit(rest[i]), rest[i])
    neuron = lowest_bit(rest[-1]) * sizes[-1] + which[-1].astype(jnp.int32)
    return jnp.stack([*rest[:-1], clear_lowest_bit(rest[-1]), *which[1:]]), neuron


def _unfinished(place: Array, below: list[Array]) -> Array:
    return _union(list(place[: len(below) + 1])) != 0


def _union(words: list[Array]) -> Array:
    return reduce(or_, words)
