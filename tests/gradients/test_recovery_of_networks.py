"""What made a network learn or fire comes back by gradients: constants of plasticity, rates of single neurons."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn.fitting import replaced

pytestmark = pytest.mark.slow

# Plasticity by the timing of spikes, from weights


def learning(steps: int) -> snn.Simulation:
    """Return 50 plastic synapses between neurons whose spikes are given; weights are recorded every 10 ms."""
    draw = np.random.default_rng(0)

    def trains(size: int) -> list:
        return [np.flatnonzero(draw.random(steps) < 0.03).astype(float) for _ in range(size)]

    net = snn.Network(dt=1.0, seed=0)
    pre = net.create(snn.inputs.SpikeSourceArray(trains(10)), name="pre")
    drive = net.create(snn.inputs.SpikeSourceArray(trains(5)), name="drive")
    post = net.create(5, snn.Neuron(equations="v = g_drive", spike="v > 0.5", reset="v = 0.0"), name="post")
    net.connect(drive, post, "drive").one_to_one(weights=1.0)
    proj = net.connect(pre, post, "exc", snn.STDP(), name="proj").all_to_all(weights=0.5)
    net.monitor(proj, "w", period=10.0, name="weights")
    return net.compile()


STDP = {  # true value and first guess; time constants in ms
    "tau_plus": (17.0, 40.0),
    "tau_minus": (34.0, 15.0),
    "A_plus": (0.02, 0.005),
    "A_minus": (0.012, 0.03),
}


def test_constants_of_plasticity(double):
    """Oracle: the four constants behind recorded weights, to 2 %, with noise of 0.005 on weights that move by 0.1.

    They are positive, so their logarithms are fitted.
    """
    sim = learning(400)
    params, state = sim.init(0)

    def weights(constants):
        mine = replaced(params, {f"proj.{name}": jnp.asarray(x, float) for name, x in constants.items()})
        return sim.run(mine, state, 400.0)[1]["weights"]["w"]

    def constants(logs):
        return {name: guess * jnp.exp(logs[name]) for name, (_, guess) in STDP.items()}

    recorded = weights({name: true for name, (true, _) in STDP.items()})
    assert np.ptp(recorded) > 0.1 and recorded.min() > 0.0 and recorded.max() < 1.0
    recorded += 0.005 * np.random.default_rng(1).standard_normal(recorded.shape)
    loss = lambda logs: 1e3 * jnp.mean((weights(constants(logs)) - recorded) ** 2)  # noqa: E731
    rough = snn.fit(loss, dict.fromkeys(STDP, 0.0), optax.adam(0.1), 60)
    result = snn.fit(loss, rough.params, optax.lbfgs(1.0, linesearch=None), 30)
    assert result.loss < 1.1e3 * 0.005**2
    for name, found in constants(result.params).items():
        assert abs(found / STDP[name][0] - 1.0) < 0.02, f"{name}: {found}"


# Rates of the neurons of a recurrent network

N = 200
NEURON = snn.Neuron(
    parameters="tau = 20.0 : population; tau_e = 5.0 : population; tau_i = 10.0 : population; drive = 0.8; sigma = 0.3",
    equations="""
        tau_e * dg_exc/dt = -g_exc
        tau_i * dg_inh/dt = -g_inh
        tau * dv/dt = -v + g_exc - g_inh + drive + sigma * sqrt(tau) * Normal(0.0, 1.0)
    """,
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
    # Every step near the threshold counts as a part of a spike: less than 1 keeps loops from exploding.
    surrogate=snn.surrogates.fast_sigmoid(5.0, height=0.3),
    differentiable_reset=True,
)


def recurrent() -> snn.Simulation:
    """Return 160 excitatory and 40 inhibitory neurons, connected with probability 0.1 and driven by noise."""
    net = snn.Network(dt=1.0, seed=0)
    P = net.create(N, NEURON, name="P")
    exc, inh = net.connect(P[:160], P, "exc", name="exc"), net.connect(P[160:], P, "inh", name="inh")
    exc.fixed_probability(0.1, weights=snn.Uniform(0.0, 0.15), delays=2.0)
    inh.fixed_probability(0.1, weights=snn.Uniform(0.0, 0.4), delays=2.0)
    net.monitor(P, "spike")
    return net.compile()


def test_rates_of_two_hundred_neurons():
    """Oracle: the rate asked of each neuron, 5 to 40 Hz at random, to 5 % in the mean and to 10 % for nine in ten.

    Weights and drives are trained on half seconds of ever new noise, and tested on 40 s of other noise.
    """
    sim = recurrent()
    params, state = sim.init(0, {"P.drive": np.full(N, 0.8)})
    targets = jnp.asarray(np.random.default_rng(1).uniform(5.0, 40.0, N), jnp.float32)

    def rates(params, seed, duration=500.0):
        begun = replace(state, key=jax.random.key_data(jax.random.key(seed)))
        return 1000.0 * sim.run(params, begun, duration)[1]["P"]["spike"].mean(axis=0)

    def loss(params, seeds):
        return jnp.mean((jax.vmap(rates, (None, 0))(params, seeds).mean(axis=0) / targets - 1.0) ** 2)

    def errors(params):
        found = jax.jit(jax.vmap(lambda seed: rates(params, seed, 5000.0)))(jnp.arange(8)).mean(axis=0)
        return np.abs(np.asarray(found / targets) - 1.0)

    result = snn.fit(
        loss,
        params,
        optax.adam(optax.cosine_decay_schedule(0.02, 250, 0.02)),
        250,
        trainable=["P.drive", "exc.w", "inh.w"],
        data=jnp.arange(100, 1100),
        batch_size=4,
    )
    assert errors(params).mean() > 0.4
    found = errors(result.params)
    assert found.mean() < 0.05
    assert np.quantile(found, 0.9) < 0.1
