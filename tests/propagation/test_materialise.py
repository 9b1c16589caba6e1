"""What passes through a loop that never turns: nothing changes, and XLA reads a ring before it writes to it."""

import re

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from jaxsnn.propagation import materialise, read_before_write

LENGTH, STEPS = 1000, 7


def test_what_is_computed_once_is_what_was_given():
    """Oracle: the given arrays, of all kinds that a step carries, some alike and some alone."""
    given = {
        "v": jnp.arange(4.0),
        "u": -jnp.arange(4.0),
        "words": jnp.arange(3, dtype=jnp.uint32),
        "flags": jnp.asarray([True, False]),
        "count": jnp.int32(5),
    }
    found = jax.jit(lambda x, i: materialise(x, i))(given, jnp.int32(0))
    assert all(np.array_equal(found[name], x) and found[name].dtype == x.dtype for name, x in given.items())


def _turned(ring, steps, read):
    def body(i, carry):
        ring, total = carry
        row = i % LENGTH
        old, new = read(lax.dynamic_index_in_dim(ring, row, keepdims=False), i.astype(jnp.uint32)[None], i)
        return lax.dynamic_update_index_in_dim(ring, new, row, 0), total + old

    return lax.fori_loop(0, steps, body, (ring, jnp.zeros(1, jnp.uint32)))


def _copies(read) -> int:
    """Count copies of the ring within the loop; those at its ends are in the entry computation."""
    ring = jax.ShapeDtypeStruct((LENGTH, 1), jnp.uint32)
    text = jax.jit(lambda ring, n: _turned(ring, n, read)).lower(ring, jnp.int32(STEPS)).compile().as_text()
    body = text.split("ENTRY")[0]
    return len(re.findall(rf"u32\[{LENGTH},1\]\S* copy\(", body))


def test_a_ring_is_not_copied_at_every_step():
    """Oracle: the text that XLA compiles; without the order it copies, so the count can differ from 0."""
    assert _copies(lambda old, new, i: (old, new)) > 0
    assert _copies(read_before_write) == 0


def test_what_is_read_is_what_stood_there():
    """Oracle: a ring in NumPy."""
    ring = np.arange(LENGTH, dtype=np.uint32)[:, None] + 10
    after, total = jax.jit(lambda r: _turned(r, STEPS, read_before_write))(jnp.asarray(ring))
    assert int(total[0]) == ring[:STEPS].sum()
    ring[:STEPS, 0] = np.arange(STEPS)
    assert np.array_equal(after, ring)
