"""A hundred delays of synapses come back from the potentials of the neurons in which they end."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn.fitting import replaced

N, STEPS, SHORTEST, LONGEST = 10, 300, 1.0, 20.0


def network(delays: np.ndarray) -> snn.Simulation:
    """Return ten inputs with given spikes, all connected to ten neurons below threshold, with delays [pre, post]."""
    draw = np.random.default_rng(0)
    trains = [np.flatnonzero(draw.random(STEPS) < 0.02).astype(float) for _ in range(N)]
    membrane = snn.Neuron(equations="5.0 * dg_exc/dt = -g_exc; 8.0 * dv/dt = -v + g_exc", spike="v > 100.0")
    net = snn.Network(dt=1.0, seed=0)
    pre = net.create(snn.inputs.SpikeSourceArray(trains), name="pre")
    post = net.create(N, membrane, name="post")
    proj = net.connect(pre, post, "exc", name="proj", fractional_delays=True, longest_delay=LONGEST)
    proj.from_matrix(draw.uniform(0.5, 1.5, (N, N)), delays=delays, pre_post=True)
    net.monitor(post, "v")
    return net.compile()


def smoothed(x: jax.Array, tau: float) -> jax.Array:
    """Return (steps, n) traces seen through an exponential to both sides, so that neighbours in time overlap."""
    keeps = jnp.exp(-1.0 / tau)

    def step(mean, now):
        mean = keeps * mean + (1.0 - keeps) * now
        return mean, mean

    forward = jax.lax.scan(step, jnp.zeros_like(x[0]), x)[1]
    return jax.lax.scan(step, jnp.zeros_like(x[0]), forward, reverse=True)[1]


@pytest.mark.slow
def test_a_hundred_delays(double):
    """Oracle: the delays behind recorded potentials with noise, 1 to 15 ms, all to 0.3 ms; every fit begins at 8 ms.

    A difference of smoothed traces sees delays that are far off; the traces themselves are sharp near the end.
    """
    true = np.random.default_rng(1).uniform(1.0, 15.0, (N, N))
    sim = network(true)
    params, state = sim.init(0)
    np.testing.assert_allclose(params.projections["proj"]["delay"], true, rtol=1e-12)

    def potential(delays):
        return sim.run(replaced(params, {"proj.delay": delays}), state, float(STEPS))[1]["post"]["v"]

    recorded = potential(true)
    recorded += 0.02 * recorded.std() * np.random.default_rng(2).standard_normal(recorded.shape)
    coarse = lambda p: (smoothed(potential(p["delay"]) - recorded, 10.0) ** 2).mean()  # noqa: E731
    fine = lambda p: ((potential(p["delay"]) - recorded) ** 2).mean()  # noqa: E731
    found = {"delay": jnp.full((N, N), 8.0)}
    for loss, rate in ((coarse, 0.1), (fine, 0.03)):
        found = snn.fit(loss, found, falling(rate, 200), 200, bounds={"delay": (SHORTEST, LONGEST)}).params
    assert np.abs(8.0 - true).mean() > 3.0
    error = np.abs(np.asarray(found["delay"]) - true)
    assert error.max() < 0.3 and error.mean() < 0.05


def falling(rate: float, steps: int) -> optax.GradientTransformation:
    return optax.adam(optax.cosine_decay_schedule(rate, steps, 0.05))
