"""Arrays under another description: what is kept, how rings grow, what is taken from the last step."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxsnn.editing import migrate, ring_shapes
from jaxsnn.propagation import Spikes

from .network import STEPS, assert_same, described, started

LONGER = 7


@pytest.fixture(scope="module")
def grown():
    """Return (plans, state before, state after the delays of three projections may be longer)."""
    _, params, state = started()
    return (*_migrated(described(float(LONGER)), params, state), state)


def _migrated(description, params, state):
    sim = description.compile()
    return sim.compiled.plans, migrate(sim.compiled, (params, state), sim.init(0))[1]


def by_age(ring, step=STEPS):
    """Return the rows of a past, the latest first."""
    return np.asarray(ring)[(step - 1 - np.arange(len(ring))) % len(ring)]


def test_pasts_grow(grown):
    """Oracle: the rows of before, by their age; before them spikes were silent, values the oldest that were kept."""
    _, new, old = grown
    for part, before in (("words", 0), ("distance", 0.0)):
        rows, kept = (by_age(getattr(s.trains["P"], part)) for s in (new, old))
        np.testing.assert_array_equal(rows[: len(kept)], kept)
        assert len(rows) == LONGER and (rows[len(kept) :] == before).all()
    rows, kept = (by_age(s.histories["drive"]["r"]) for s in (new, old))
    np.testing.assert_array_equal(rows[: len(kept)], kept)
    assert len(rows) == LONGER and (rows[len(kept) :] == kept[-1]).all()


def test_rings_ahead_grow(grown):
    """Oracle: what was on its way comes in as many steps; after it nothing."""
    plans, new, old = grown
    size = plans["ring"].post.size
    after, before = (np.asarray(s.pending["ring"]).reshape(-1, size) for s in (new, old))
    for k in range(LONGER):
        expected = before[(STEPS + k) % len(before)] if k < len(before) else np.zeros(size)
        np.testing.assert_array_equal(after[(STEPS + k) % LONGER], expected)


def test_shorter_delays_leave_rings_alone(grown):
    """Oracle: the rings of the longest delays so far."""
    _, long, _ = grown
    _, params, state = started()
    assert_same(_migrated(described(), params, state)[1], state)
    assert len(ring_shapes(long)) == len(ring_shapes(state)) and ring_shapes(long) != ring_shapes(state)


def test_everything_else_is_kept(grown):
    """Oracle: the arrays of before, synapses included; a window keeps its length."""
    _, new, old = grown
    names = ("populations", "spikes", "refractory", "last_spike", "reductions", "windows", "sums", "decoded", "origins")
    for name in (*names, "projections", "last_events", "connectivity", "constants"):
        assert_same(getattr(new, name), getattr(old, name))


def test_what_was_not_kept_begins_with_the_last_step():
    """Oracle: spikes of the last step one step ago, silence before; a value was what it is."""
    sim = described(1.0).compile()
    params, state = sim.init(0)
    assert "P" not in state.trains and "drive" not in state.histories
    last = Spikes(jnp.full_like(state.spikes["P"].words, 0b10110), state.spikes["P"].distance + 2.0)
    spikes = {**state.spikes, "P": last}
    values = {**state.populations, "drive": {"r": jnp.arange(3.0)}}
    old = replace(state, step=jnp.int32(STEPS), spikes=spikes, populations=values)
    _, new = _migrated(described(4.0), params, old)
    words, distance = by_age(new.trains["P"].words), by_age(new.trains["P"].distance)
    np.testing.assert_array_equal(words[0], last.words)
    np.testing.assert_array_equal(distance[0], last.distance)
    assert not words[1:].any() and (np.asarray(new.histories["drive"]["r"]) == np.arange(3.0)).all()
    assert jax.tree.structure(new) == jax.tree.structure(started()[2])
