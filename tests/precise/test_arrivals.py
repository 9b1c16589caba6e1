"""What arrives: jumps that make a neuron spike at once, and every kernel and batch beside the plain path."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn

JUMPING = snn.Neuron(
    parameters="tau = 20.0",
    equations="""
        tau * dfree/dt = -free - jumps : exponential
        jumps += g_exc
        v = free + jumps
    """,
    spike="v > 1.0",
    reset="free = -jumps",
)


@pytest.mark.parametrize(("weight", "step"), [(1.5, 5), (0.5, None)])
def test_a_jump_over_the_threshold_spikes_at_the_arrival(weight, step):
    """Oracle: an input that arrives when a step begins; the spike stands at its beginning, or there is none."""
    net = snn.Network(dt=1.0, seed=1, spikes="precise")
    source = net.create(snn.inputs.SpikeSourceArray([3.0]), name="source")
    cell = net.create(1, JUMPING, name="cell")
    net.connect(source, cell, "exc").all_to_all(weights=weight, delays=2.0)
    monitor = net.monitor(cell, "spike")
    net.compile()
    net.simulate(12.0)
    wanted = [] if step is None else [float(step)]
    assert monitor.get("spike_times")[0] == pytest.approx(wanted, abs=1e-6)


N, STEPS, MEMBERS = 40, 60, 3
LEAKY = snn.Neuron(
    parameters="tau = 10.0 : population ; drive = 1.5",
    equations="tau * dv/dt = drive - v + g_exc : midpoint ; 3.0 * dg_exc/dt = -g_exc : midpoint",
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.3,
)
KERNELS = [("dense", "event"), ("dense", "product"), ("rows", "plain"), ("rows", "event"), ("rows", "scatter")]


@cache
def simulation(storage: str, kernel: str) -> snn.simulation.Simulation:
    net = snn.Network(dt=1.0, seed=3, spikes="precise")
    cells = net.create(N, LEAKY, name="P")
    exc = net.connect(cells[:30], cells, "exc", name="exc", storage=storage, kernel=kernel)
    exc.fixed_probability(0.2, weights=snn.Uniform(0.1, 0.5), delays=2.0)
    net.monitor(cells, ["spike", "spike_times"], name="M")
    return net.compile()


def outcome(storage: str, kernel: str, batch: bool) -> tuple[jax.Array, jax.Array]:
    """Return the spike times, and the derivative of their sum by the drives; of several drives in a batch."""
    sim = simulation(storage, kernel)
    params, state = sim.init(0)
    drives = 1.5 + 0.5 * jnp.sin(jnp.arange(N))

    def total(drives):
        changed = snn.fitting.replaced(params, {"P.drive": drives})
        times = sim.run(changed, state, float(STEPS), checkpoint=False)[1]["M"]["spike_times"]
        return jnp.sum(jnp.where(jnp.isfinite(times), times, 0.0)), times

    run = jax.value_and_grad(total, has_aux=True)
    if batch:
        (_, times), slopes = jax.jit(jax.vmap(run))(drives[None] + 0.1 * jnp.arange(MEMBERS)[:, None])
    else:
        (_, times), slopes = jax.jit(run)(drives)
    return times, slopes


@cache
def plain(batch: bool) -> tuple[jax.Array, jax.Array]:
    return outcome("dense", "plain", batch)


@pytest.mark.slow
@pytest.mark.parametrize("batch", [False, True], ids=["single", "batch"])
@pytest.mark.parametrize(("storage", "kernel"), KERNELS)
def test_a_kernel_is_the_plain_path(storage, kernel, batch, double):
    """Oracle: the plain path on dense storage, spike times and their derivatives."""
    times, slopes = outcome(storage, kernel, batch)
    wanted, steep = plain(batch)
    np.testing.assert_allclose(times, wanted, rtol=0, atol=1e-9)
    assert np.isfinite(wanted).sum() > 100
    np.testing.assert_allclose(slopes, steep, rtol=1e-7, atol=1e-7)
    assert np.abs(steep).max() > 1.0
