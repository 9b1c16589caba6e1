"""Learning while a network runs takes as much memory after a million steps as after a few."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn

from ..memory import resident_memory
from .networks import layer, of_hidden

CHUNK = 20_000


@pytest.mark.slow
@pytest.mark.skipif(np.isnan(resident_memory()), reason="the system does not tell what a process holds")
@pytest.mark.parametrize(
    "model", [snn.LIF(), snn.LIF().with_changes(refractory=None)], ids=["per synapse", "per sender"]
)
def test_a_million_steps_take_no_more_memory(model):
    """Oracle: what the process holds after the first 100,000 steps, within 2 %."""
    sim = layer(model, lambda p: p.all_to_all(weights=snn.Normal(0.15, 0.1)), size=20)
    init, step = snn.online(sim, of_hidden, "inp.w")

    @jax.jit
    def advance(params, state, traces):
        def body(carry, _):
            state, traces, total = carry
            state, traces, gradients, _ = step(params, state, traces, 0.05)
            return (state, traces, total + jnp.sum(gradients["inp.w"])), None

        return jax.lax.scan(body, (state, traces, 0.0), None, CHUNK)[0]

    params, state = sim.init(1)
    traces, held = init(params, state), []
    for _ in range(1_000_000 // CHUNK):
        state, traces, total = advance(params, state, traces)
        assert np.isfinite(float(total))
        held.append(resident_memory())
    assert int(state.step) == 1_000_000
    settled = held[100_000 // CHUNK - 1]
    assert max(held[100_000 // CHUNK :]) < 1.02 * settled
