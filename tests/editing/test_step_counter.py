"""The number of steps done is set to another one: `with_step`."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from jaxsnn.editing import with_step
from jaxsnn.step import Clock, Owner, Window, state_fields

from .network import STEPS, advanced, assert_same, on_host, started

FIELDS = [f for owner in (Owner.POPULATION, Owner.PROJECTION) for f in state_fields(owner)]


def rows(value):
    """Return the arrays of a ring that have a row for each step."""
    return [value.words] if isinstance(value, Window) else jax.tree.leaves(value)


@pytest.mark.parametrize("arrays", ["jax", "numpy"])
@pytest.mark.parametrize("step", [0, 2, STEPS + 4])
def test_rings_and_clocks_move(arrays, step):
    """Oracle: what happened k steps ago, or comes in k steps, does so still; a step is as far from the present."""
    sim, _, state = started()
    plans = sim.compiled.plans
    before = on_host(state) if arrays == "numpy" else state
    after = with_step(plans, before, step)
    seen = set()
    assert int(after.step) == step
    for field in FIELDS:
        for name, old in getattr(before, field.name).items():
            new = getattr(after, field.name)[name]
            if field.clock is Clock.STEP:
                np.testing.assert_array_equal(new - step, old - STEPS)
            elif field.clock is Clock.AHEAD:
                old, new = (np.asarray(x).reshape(-1, plans[name].post.size) for x in (old, new))
                for k in range(len(old)):
                    np.testing.assert_array_equal(new[(step + k) % len(old)], old[(STEPS + k) % len(old)])
            elif field.clock.has_rows:
                for x, y in zip(rows(old), rows(new), strict=True):
                    for k in range(1, len(x) + 1):
                        np.testing.assert_array_equal(y[(step - k) % len(x)], x[(STEPS - k) % len(x)])
            else:
                assert new is old
            seen.add(field.clock)
    assert seen == set(Clock)


def test_types_stay():
    """Oracle: the types of the state before; NumPy arrays stay on the host."""
    sim, _, state = started()

    def described(x):
        return isinstance(x, jax.Array), x.dtype, x.shape

    for before in (state, on_host(state)):
        after = with_step(sim.compiled.plans, before, 3)
        assert list(map(described, jax.tree.leaves(before))) == list(map(described, jax.tree.leaves(after)))


def test_the_network_goes_on_alike():
    """Oracle: the same network at its own step; decoded rates add up the rows of a ring that begins elsewhere."""
    sim, params, state = started()
    plans, other = sim.compiled.plans, 2
    theirs = with_step(plans, advanced(sim, params, state, 7), other + 7)
    ours = advanced(sim, params, with_step(plans, state, other), 7)
    rates = [s.populations["R"]["r"] for s in (ours, theirs)]
    np.testing.assert_allclose(*rates, rtol=1e-6)
    assert_same(_without_rates(ours), _without_rates(theirs))


def _without_rates(state):
    return replace(state, sums={}, **{k: {**getattr(state, k), "R": None} for k in ("populations", "reductions")})


def test_there_and_back():
    """Oracle: the very numbers from which it began."""
    sim, _, state = started()
    plans = sim.compiled.plans
    assert_same(with_step(plans, with_step(plans, state, 1234), STEPS), state)
