"""Exact gradients of spike times against central differences, and forward mode against reverse."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.fitting import named_leaves, replaced

from .sources import CLOCK

pytestmark = pytest.mark.usefixtures("double")

STEPS, DT = 120, 0.5


def leaky(current: str = "I") -> snn.Neuron:
    """Return a leaky neuron with a synaptic current that decays exponentially."""
    return snn.Neuron(
        parameters="tau = 20.0; tau_syn = 5.0; I = 0.0; th = 1.0; v_reset = 0.0",
        equations=f"tau * dv/dt = {current} + g_exc - v : midpoint\n tau_syn * dg_exc/dt = -g_exc : midpoint",
        spike="v > th",
        reset="v = v_reset",
        refractory=2.3,
    )


def feed_forward(net: snn.Network) -> None:
    a, b = net.create(6, leaky(), name="A"), net.create(4, leaky(), name="B")
    a.I = np.linspace(1.2, 1.9, 6)
    net.connect(a, b, "exc", name="AB").all_to_all(weights=snn.Uniform(0.5, 2.0), delays=snn.Uniform(0.5, 3.0))


def delays_as_parameters(net: snn.Network) -> None:
    a, b = net.create(6, leaky(), name="A"), net.create(4, leaky(), name="B")
    a.I = np.linspace(1.2, 1.9, 6)
    projection = net.connect(a, b, "exc", name="AB", fractional_delays=True)
    projection.all_to_all(weights=snn.Uniform(0.5, 2.0), delays=snn.Uniform(0.5, 3.0))


def recurrent(net: snn.Network) -> None:
    a = net.create(8, leaky(), name="A")
    a.I = np.linspace(1.2, 1.9, 8)
    net.connect(a, a, "exc", name="AA").all_to_all(weights=snn.Uniform(0.0, 0.3), delays=1.5)


def alone(model: snn.Neuron, **values) -> Callable[[snn.Network], None]:
    def describe(net: snn.Network) -> None:
        net.create(1, model, name="A").set(values)

    return describe


CASES = {
    "leaky": (alone(leaky(), I=1.5), ["A.tau", "A.I", "A.th", "A.v_reset", "A.refractory"]),
    "Izhikevich": (alone(snn.Izhikevich(i_offset=10.0)), ["A.a", "A.b", "A.c", "A.d", "A.v_thresh", "A.i_offset"]),
    "IF_curr_exp": (alone(snn.IF_curr_exp(i_offset=1.0)), ["A.tau_m", "A.v_rest", "A.cm", "A.i_offset", "A.v_reset"]),
    "IF_cond_exp": (alone(snn.IF_cond_exp(i_offset=1.0)), ["A.tau_m", "A.v_thresh", "A.i_offset"]),
    "AdEx": (alone(snn.EIF_cond_exp_isfa_ista(i_offset=0.9)), ["A.tau_m", "A.a", "A.b", "A.tau_w", "A.v_reset"]),
    "CubaLIF": (alone(snn.CubaLIF(bias=1.5)), ["A.tau_m", "A.bias", "A.v_thresh"]),
    "feed-forward": (feed_forward, ["A.tau", "A.I", "A.th", "AB.w", "B.tau", "B.tau_syn"]),
    "delays": (delays_as_parameters, ["AB.w", "AB.delay"]),
    "recurrent": (recurrent, ["A.tau", "A.I", "AA.w", "A.tau_syn"]),
}


def weighted_times(sim: snn.simulation.Simulation, params, state) -> jax.Array:
    """Return a sum of all spike times, ms, each times a number of its own."""
    factors = np.random.default_rng(0).normal(size=(STEPS, 16))

    def body(state, k):
        state, _ = sim.step(params, state)
        own = [(p.flags, p.offset) for p in state.spikes.values()]
        return state, [jnp.where(f, (k + o) * DT, 0.0) for f, o in own]

    _, times = jax.lax.scan(body, state, jnp.arange(STEPS, dtype=float))
    return sum((jnp.sum(t * factors[:, : t.shape[1]]) for t in times), start=jnp.zeros(()))


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_spike_times_by_parameters(name):
    """Oracle: central differences of the same simulation, along a random direction; and forward against reverse."""
    describe, names = CASES[name]
    net = snn.Network(dt=DT, seed=1, spikes="precise")
    describe(net)
    sim = net.compile()
    params, state = sim.init(0)
    values = {n: named_leaves(params)[n] for n in names}
    total = jax.jit(lambda values: weighted_times(sim, replaced(params, values), state))
    gradient = jax.jit(jax.grad(lambda values: weighted_times(sim, replaced(params, values), state)))(values)
    rng = np.random.default_rng(1)
    for changed in names:
        scale = float(jnp.mean(jnp.abs(values[changed]))) or 1.0
        along = {n: jnp.asarray(rng.normal(size=x.shape) * scale * (n == changed)) for n, x in values.items()}
        if changed.endswith(".w"):  # weights stay 0 where there is no synapse: kernels rely on it
            there = values[changed] != 0.0
            assert not jnp.any(jnp.where(there, 0.0, gradient[changed])), changed
            along[changed] = jnp.where(there, along[changed], 0.0)
        found = float(jnp.vdot(gradient[changed], along[changed]))
        eps = 1e-6
        high, low = (total({n: x + s * eps * along[n] for n, x in values.items()}) for s in (1, -1))
        assert found == pytest.approx(float(high - low) / (2 * eps), rel=1e-6, abs=1e-7), changed
        forward = float(jax.jit(lambda a: jax.jvp(total, (values,), (a,))[1])(along))
        assert forward == pytest.approx(found, rel=1e-11), changed


@pytest.mark.slow
def test_gradients_are_chosen():
    """Oracle: exact gradients by the moments alone; by the surrogate alone, moments do not move; both have both."""
    net = snn.Network(dt=DT, seed=1, spikes="precise")
    cell = net.create(1, leaky(), name="A")
    cell.I = 1.5
    net.monitor(cell, ["spike", "spike_times"])
    sim = net.compile()
    params, state = sim.init(0)

    def slopes(gradients: str) -> tuple[bool, bool]:
        def of(name):
            def loss(params):
                x = sim.run(params, state, STEPS * DT, gradients=gradients)[1]["A"][name]
                return jnp.sum(jnp.where(jnp.isfinite(x), x, 0.0))

            return float(jax.grad(loss)(params)["A.I"]) != 0.0

        return of("spike_times"), of("spike")

    assert slopes("exact") == (True, False)
    assert slopes("surrogate") == (False, True)
    assert slopes("both") == (True, True)


@pytest.mark.slow
def test_a_large_sparse_network():
    """Oracle: central differences along ten random directions, of 1000 recurrent neurons and about 20000 synapses."""
    net = snn.Network(dt=DT, seed=1, spikes="precise")
    cells = net.create(1000, leaky(), name="A")
    cells.I = np.random.default_rng(3).uniform(0.8, 1.6, 1000)
    synapses = net.connect(cells, cells, "exc", name="AA", storage="rows")
    synapses.fixed_probability(0.02, weights=snn.Uniform(0.0, 0.05), delays=1.5)
    sim = net.compile()
    params, state = sim.init(0)
    factors = jnp.asarray(np.random.default_rng(0).normal(size=1000))

    def total(values):
        def body(state, k):
            state, _ = sim.step(replaced(params, values), state)
            own = state.spikes["A"]
            return state, jnp.sum(jnp.where(own.flags, (k + own.offset) * DT, 0.0) * factors)

        return jnp.sum(jax.lax.scan(body, state, jnp.arange(400, dtype=float))[1])  # 200 ms

    values = {n: named_leaves(params)[n] for n in ("A.I", "A.tau", "A.th")}
    gradient, run, rng = jax.jit(jax.grad(total))(values), jax.jit(total), np.random.default_rng(1)
    for _ in range(10):
        along = {n: jnp.asarray(rng.normal(size=x.shape)) for n, x in values.items()}
        found = sum(float(jnp.vdot(gradient[n], along[n])) for n in values)
        high, low = (run({n: x + s * 1e-8 * along[n] for n, x in values.items()}) for s in (1, -1))
        assert found == pytest.approx(float(high - low) / 2e-8, rel=1e-5)


@pytest.mark.slow
def test_spike_times_by_initial_values_and_input_times():
    """Oracle: central differences; a line that reaches its threshold is an input at any time."""
    net = snn.Network(dt=DT, seed=1, spikes="precise")
    source, cells = net.create(3, CLOCK, name="S"), net.create(2, leaky(), name="A")
    source.moment = np.array([2.3, 5.6, 9.1])
    net.connect(source, cells, "exc", name="SA").all_to_all(weights=snn.Uniform(2.5, 3.5), delays=1.0)
    sim = net.compile()
    params, _ = sim.init(0)

    def total(given):
        begin = sim.init(0, {"A.v": given["v"]})[1]
        return weighted_times(sim, replaced(params, {"S.moment": given["moment"]}), begin)

    values = {"v": jnp.array([0.1, 0.2]), "moment": jnp.array([2.3, 5.6, 9.1])}
    gradient, run = jax.jit(jax.grad(total))(values), jax.jit(total)
    for name, x in values.items():
        assert jnp.abs(gradient[name]).min() > 0.0
        for k in range(len(x)):
            high, low = (run({**values, name: x.at[k].add(s * 1e-6)}) for s in (1, -1))
            assert float(gradient[name][k]) == pytest.approx(float(high - low) / 2e-6, rel=1e-6, abs=1e-7), (name, k)
