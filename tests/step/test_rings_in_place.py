"""Rings of inputs to come stay where they are: a step reads and writes parts of them, and copies none."""

import re

import jax
import jax.numpy as jnp
import pytest

import jaxsnn as snn
from jaxsnn.simulation._forward_loop import build_drive
from jaxsnn.step import _serial

SIZE, LONGEST = 40, 9


def _copies(fractional: bool, rings: int = 1) -> int:
    """Count the copies of a ring within the loop over time; those at its ends are in the entry computation."""
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(SIZE, snn.Neuron(equations="v = g_exc", spike="v > 1.0"), name="P")
    for _ in range(rings):
        projection = net.connect(P, P, "exc", fractional_delays=fractional)
        projection.fixed_number_post(3, weights=0.5, delays=snn.Uniform(1.0, float(LONGEST)))
    sim = net.compile()
    params, state = sim.init(0)
    text = jax.jit(build_drive(sim.compiled)).lower(params, state, {}, jnp.int32(7)).compile().as_text()
    steps = LONGEST + 1 if fractional else LONGEST
    assert f"f32[{steps * SIZE}]" in text
    return len(re.findall(rf"f32\[{steps * SIZE}\]\S* copy\(", text.split("ENTRY")[0]))


@pytest.mark.optimised
@pytest.mark.parametrize("fractional", [False, True])
def test_a_step_copies_no_ring(fractional):
    """Oracle: the text that XLA compiles. Copies took nine tenths of a step of 77,000 neurons."""
    assert _copies(fractional) == 0


@pytest.mark.optimised
def test_rings_that_are_read_together_are_not_copied(monkeypatch):
    """Oracle: as above. In a large network what several rings hold for a population arrives in one pass."""
    monkeypatch.setattr(_serial, "MOST_NEURONS", 0)
    assert _copies(fractional=False, rings=3) == 0
