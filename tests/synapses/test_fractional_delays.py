"""Delays between two steps: linear interpolation of the past, fitted by gradient."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, UnsupportedError
from jaxsnn.fitting import replaced

RNG = np.random.default_rng(0)
RASTER = (RNG.random((40, 6)) < 0.2).astype(float)
RATES = RNG.random((40, 6))
READOUT = snn.Neuron(parameters="tau = 8.0", equations="tau * dv/dt = -v + g_exc\ng_exc = 0", spike="v > 1.0e6")
SUM = snn.Neuron(equations="r = sum(exc)")
DELAYS, WEIGHTS = RNG.uniform(1.3, 6.7, (6, 3)), RNG.normal(size=(6, 3))


def spiking(kernel=None, delays=DELAYS, fractional=True, post=3):
    """Return a network in which six spike trains reach readouts, each synapse after a delay of its own."""
    net = snn.Network(dt=0.5, seed=1, kernel=kernel)
    pre = net.create(snn.inputs.SpikeRaster(RASTER), name="pre")
    P = net.create(post, READOUT, name="post")
    projection = net.connect(pre, P, target="exc", name="q", fractional_delays=fractional, longest_delay=8.0)
    projection.all_to_all(weights=snn.Uniform(-1.0, 1.0), delays=snn.Uniform(1.0, 8.0))
    M = net.monitor(P, ["v"])
    sim = net.compile()
    params, state = sim.init(0, {"q.w": WEIGHTS[:, :post], "q.delay": delays} if fractional else {"q.w": WEIGHTS})
    return (net, projection), sim, params, state, M


def by_hand(raster, delays, weights, dt, tau=8.0):
    """Return v of a leaky readout whose input is the past of the spikes, interpolated: plain NumPy, one loop."""
    steps = delays / dt
    whole = np.floor(steps).astype(int)
    v, trace = np.zeros(delays.shape[1]), []
    for t in range(len(raster)):
        arrived = np.zeros(delays.shape[1])
        for i, j in np.ndindex(*delays.shape):
            for k, share in (
                (whole[i, j], 1 - steps[i, j] + whole[i, j]),
                (whole[i, j] + 1, steps[i, j] - whole[i, j]),
            ):
                arrived[j] += weights[i, j] * share * (raster[t - k, i] if t >= k else 0.0)
        v = v + dt * (-v + arrived) / tau
        trace.append(v)
    return np.array(trace)


@pytest.mark.parametrize("kernel", ["event", "plain"])
def test_spikes_arrive_in_two_parts(double, kernel):
    """Oracle: interpolation by hand."""
    _, sim, params, state, _ = spiking(kernel)
    found = sim.run(params, state, 20.0)[1]["post"]["v"]
    np.testing.assert_allclose(found, by_hand(RASTER, DELAYS, WEIGHTS, 0.5), rtol=1e-12, atol=1e-14)


def test_whole_steps_are_ordinary_delays(double):
    """Oracle: the same network with ordinary delays."""
    steps = np.round(DELAYS / 0.5) * 0.5
    _, sim, params, state, _ = spiking(delays=steps)
    (net, q), other, same, _, _ = spiking(fractional=False)
    q.delay = steps.T.tolist()
    same = replaced(same, {"q.w": params.projections["q"]["w"]})
    ordinary = other.run(same, net.state, 20.0)[1]["post"]["v"]
    np.testing.assert_allclose(sim.run(params, state, 20.0)[1]["post"]["v"], ordinary, rtol=1e-12)


def test_rates_are_interpolated(double):
    """Oracle: interpolation by hand of a table of rates."""
    net = snn.Network(dt=1.0, seed=1)
    pre, P = net.create(snn.inputs.TimedArray(RATES), name="pre"), net.create(3, SUM, name="post")
    net.connect(pre, P, target="exc", name="q", fractional_delays=True).all_to_all(1.0, delays=snn.Uniform(1.0, 8.0))
    net.monitor(P, "r")
    sim = net.compile()
    params, state = sim.init(0, {"q.w": WEIGHTS, "q.delay": DELAYS})
    whole, expected = np.floor(DELAYS).astype(int), np.zeros((40, 3))
    for t in range(40):
        for i, j in np.ndindex(6, 3):
            for k, share in (
                (whole[i, j], 1 - DELAYS[i, j] + whole[i, j]),
                (whole[i, j] + 1, DELAYS[i, j] - whole[i, j]),
            ):
                expected[t, j] += WEIGHTS[i, j] * share * (RATES[t - k, i] if t >= k else 0.0)
    np.testing.assert_allclose(sim.run(params, state, 40.0)[1]["post"]["r"], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("kernel", ["event", "plain"])
def test_gradients_of_delays(double, kernel):
    """Oracle: central differences."""
    _, sim, params, state, _ = spiking(kernel)
    loss = jax.jit(lambda d: jnp.sum(sim.run(replaced(params, {"q.delay": d}), state, 20.0)[1]["post"]["v"] ** 2))
    delays = params.projections["q"]["delay"]
    found, h = jax.jit(jax.grad(loss))(delays), 1e-6
    for place in np.ndindex(*delays.shape):
        expected = (loss(delays.at[place].add(h)) - loss(delays.at[place].add(-h))) / (2 * h)
        np.testing.assert_allclose(found[place], expected, rtol=1e-5, atol=1e-9)


def test_delays_stay_between_a_step_and_the_longest_one(double):
    """Oracle: the run with the delays at these limits; the derivative beyond them is 0."""
    _, sim, params, state, _ = spiking()
    run = lambda d: sim.run(replaced(params, {"q.delay": d}), state, 20.0)[1]["post"]["v"]  # noqa: E731
    beyond = jnp.where(params.projections["q"]["delay"] > 4.0, 11.0, 0.1)
    limits = jnp.where(params.projections["q"]["delay"] > 4.0, 8.0, 0.5)
    np.testing.assert_allclose(run(beyond), run(limits), rtol=1e-12)
    assert (jax.grad(lambda d: jnp.sum(run(d) ** 2))(beyond) == 0).all()


def test_handles_read_and_write_ms(double, tmp_path):
    """Oracle: what was written, and the interpolation by hand."""
    (net, q), _, _, _, M = spiking()
    q.delay = DELAYS.T.tolist()
    q.w = WEIGHTS.T.tolist()
    np.testing.assert_allclose(q.delay, DELAYS.T, rtol=1e-12)
    np.testing.assert_allclose(q.dendrite(1).delay, DELAYS[:, 1], rtol=1e-12)
    net.save(tmp_path / "net.npz")
    q.delay = 2.25
    assert np.unique(q.delay).tolist() == [2.25]
    net.load(tmp_path / "net.npz")
    net.simulate(20.0)
    np.testing.assert_allclose(M.get("v"), by_hand(RASTER, DELAYS, WEIGHTS, 0.5), rtol=1e-12, atol=1e-14)
    with pytest.raises(UnsupportedError, match="synapses whose delays are parameters stay as they are"):
        q.dendrite(0).prune_synapse(1)


@pytest.mark.slow
def test_a_vector_of_delays_is_recovered():
    """Oracle: the delays of a teacher: 100 synapses, each within 2 %, from the trace of the readouts."""
    teacher = np.random.default_rng(3).uniform(3.0, 18.0, (10, 10))
    raster = (np.random.default_rng(4).random((400, 10)) < 0.05).astype(float)
    net = snn.Network(dt=1.0, seed=1)
    pre = net.create(snn.inputs.SpikeRaster(raster), name="pre")
    P = net.create(10, READOUT, name="post")
    q = net.connect(pre, P, target="exc", name="q", fractional_delays=True, longest_delay=20.0)
    q.all_to_all(weights=1.0, delays=10.0)
    net.monitor(P, "v")
    sim = net.compile()
    weights = np.random.default_rng(5).uniform(0.5, 1.5, (10, 10))
    params, state = sim.init(0, {"q.w": weights})
    trace = lambda p: sim.run(p, state, 400.0, checkpoint=False)[1]["post"]["v"]  # noqa: E731
    target = trace(sim.init(0, {"q.w": weights, "q.delay": teacher})[0])

    def loss(p, width):
        """Compare traces that are blurred by a Gaussian: wide first, so that spikes that are apart attract."""
        kernel = jnp.exp(-0.5 * (jnp.arange(-40.0, 41.0) / width) ** 2)
        blurred = jax.vmap(lambda x: jnp.convolve(x, kernel / kernel.sum(), mode="same"), 1)(trace(p) - target)
        return 1e3 * jnp.mean(blurred**2)

    for width, steps in ((8.0, 150), (3.0, 200), (0.3, 400)):
        schedule = optax.cosine_decay_schedule(0.3, steps, 0.02)
        result = snn.fit(lambda p, w=width: loss(p, w), params, optax.adam(schedule), steps, trainable=["q.delay"])
        params = result.params
    np.testing.assert_allclose(result.trained["q.delay"], teacher, rtol=0.02)


def test_mistakes():
    net = snn.Network(dt=1.0)
    pre, P = net.create(snn.inputs.SpikeRaster(RASTER), name="pre"), net.create(3, READOUT, name="post")
    with pytest.raises(ArgumentError, match="`longest_delay` is a finite number of ms, at least 0, not -1"):
        net.connect(pre, P, target="exc", longest_delay=-1)
    stdp = net.connect(pre, P, target="exc", name="plastic", synapse=snn.STDP(), fractional_delays=True)
    stdp.all_to_all(weights=1.0, delays=snn.Uniform(1.0, 5.0))
    with pytest.raises(UnsupportedError, match="projection `plastic`: delays that are parameters need contributions"):
        net.compile()
