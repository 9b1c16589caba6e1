"""Several small arrays as one of 32-bit words: each array that goes into a compiled call, or comes out, takes time.

The words of a number are its bits, so nothing is rounded. A boolean is a word, 0 or 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

WORD = np.dtype(np.uint32)
SIZES = 4, 8  # bytes of a number that has words
FREE = 2

Kind = tuple[tuple[int, ...], np.dtype]  # shape and type of an array


class Slot(NamedTuple):
    """Where an array stands among the words.

    Args:
        offset: bytes in front of it.
        shape, dtype: of the array.
        stored: type of what stands there, another one for booleans.
    """

    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype
    stored: np.dtype

    @property
    def words(self) -> slice:
        """Its part of the words."""
        start = self.offset // WORD.itemsize
        return slice(start, start + prod(self.shape) * self.stored.itemsize // WORD.itemsize)

    def seen(self, words: np.ndarray) -> np.ndarray:
        """Return a view of what stands there, in the shape of the array."""
        return np.ndarray(self.shape, self.stored, words, self.offset)  # type: ignore[arg-type]

    def read(self, words: np.ndarray) -> np.ndarray:
        """Return the array, a view of the words where it can be one."""
        seen = self.seen(words)
        return seen if self.dtype is self.stored else seen.astype(self.dtype)

    def unpacked(self, words: Array) -> Array:
        """Return the array, in a trace."""
        inner = (2,) if self.stored.itemsize == 2 * WORD.itemsize else ()
        bits = words[self.words].reshape(*self.shape, *inner)
        return bits != 0 if self.dtype is not self.stored else lax.bitcast_convert_type(bits, self.dtype)


@dataclass(frozen=True)
class Words:
    """How arrays become one array of words.

    Two words in front of them are free for numbers of one call.

    Args:
        kinds: of the arrays.
    """

    kinds: tuple[Kind, ...]

    @cached_property
    def slots(self) -> list[Slot]:
        """Where each array stands."""
        slots, start = [], FREE
        for shape, dtype in self.kinds:
            slots.append(Slot(start * WORD.itemsize, shape, dtype, WORD if dtype.kind == "b" else dtype))
            start = slots[-1].words.stop
        return slots

    def of(self, arrays: Sequence[Any]) -> np.ndarray:
        """Return the words of arrays."""
        words = np.zeros(self.slots[-1].words.stop if self.slots else FREE, WORD)
        for slot, array in zip(self.slots, arrays, strict=True):
            slot.seen(words)[...] = array
        return fixed(words)

    def packed(self, arrays: Sequence[Array], *free: Array) -> Array:
        """Return the words of arrays behind two free ones, in a trace."""
        return jnp.concatenate([jnp.stack(free).astype(WORD), *map(_words_of, arrays)])


def fixed(words: np.ndarray) -> np.ndarray:
    """Return words that nobody can change from now on: what reads them has views."""
    words.flags.writeable = False
    return words


def _words_of(array: Array) -> Array:
    if array.dtype == jnp.bool_:
        return array.astype(jnp.uint32).reshape(-1)
    return lax.bitcast_convert_type(array, jnp.uint32).reshape(-1)


def has_words(kind: Kind, most: int) -> bool:
    """Tell whether an array of a kind has words, and no more bytes than so many."""
    shape, dtype = kind
    return prod(shape) * dtype.itemsize <= most and (
        dtype.kind == "b" or (dtype.kind in "iuf" and dtype.itemsize in SIZES)
    )
