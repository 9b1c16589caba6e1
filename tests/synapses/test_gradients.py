"""Gradients with respect to the constants of plasticity, against finite differences in double precision."""

from dataclasses import replace

import jax
import numpy as np
import pytest

import jaxsnn as snn

PRE, POST = [[3.0, 12.0, 21.0, 33.0], [5.0, 19.0, 28.0], [9.0, 24.0, 36.0]], [[6.0, 17.0, 30.0], [11.0, 23.0, 34.0]]
RATES = snn.Neuron(parameters="tau = 8.0; drive = 0.0", equations="tau * dr/dt = -r + drive + sum(exc)")


def paired(synapse, storage, kernel):
    """Return a network in which the times of all spikes are given: weights are smooth in the constants."""
    net = snn.Network(dt=1.0, seed=0)
    pre = net.create(snn.inputs.SpikeSourceArray(PRE), name="pre")
    drive = net.create(snn.inputs.SpikeSourceArray(POST), name="drive")
    relay = snn.Neuron(equations="v = g_drive", spike="v > 0.5", reset="v = 0.0")
    post = net.create(2, relay, name="post")
    net.connect(drive, post, "drive").one_to_one(weights=1.0)
    net.connect(pre, post, "exc", synapse, name="proj", storage=storage, kernel=kernel).all_to_all(weights=0.5)
    net.monitor(net.projection("proj"), net.projection("proj").variables, name="M")
    return net.compile()


def rated(synapse, storage, kernel):
    """Return a network of rates."""
    net = snn.Network(dt=1.0, seed=0)
    pre, post = net.create(3, RATES, name="pre"), net.create(2, RATES, name="post")
    pre.drive, post.drive = [1.0, 0.5, 0.8], [0.3, 0.6]
    weights = np.array([[0.2, 0.5, 0.3], [0.4, 0.1, 0.6]])
    net.connect(pre, post, "exc", synapse, name="proj", storage=storage, kernel=kernel).from_matrix(weights)
    net.monitor(net.projection("proj"), "w", name="M")
    return net.compile()


OWN = snn.Synapse(
    parameters="tau = 10.0 : projection; A = 0.02 : projection; B = 0.01 : projection",
    equations="tau * dx/dt = -x : event-driven; tau * dy/dt = -y : event-driven",
    pre_spike="g_target += w; x += A; w = clip(w - y * w, 0.0, 1.0)",
    post_spike="y += B; w += x * (1.0 - w)",
)


def with_values(old, new):
    return {name: new.get(name, x) for name, x in old.items()}


CASES = {
    "STDP": (paired, snn.STDP(w_max=1.0), ["tau_plus", "tau_minus", "A_plus", "A_minus", "w"]),
    "STP": (paired, snn.STP(tau_rec=20.0, tau_facil=30.0, U=0.3), ["tau_rec", "tau_facil", "U"]),
    "own": (paired, OWN, ["tau", "A", "B", "w"]),
    "Hebb": (rated, snn.Hebb(eta=0.02), ["eta", "w"]),
    "Oja": (rated, snn.Oja(eta=0.02, alpha=1.5), ["eta", "alpha", "w"]),
    "IBCM": (rated, snn.IBCM(eta=0.02, tau=50.0), ["eta", "tau", "w"]),
}


QUICK = [("STDP", "dense"), ("own", "rows"), ("Oja", "dense")]
GRID = [
    pytest.param(case, storage, marks=[] if (case, storage) in QUICK else pytest.mark.slow)
    for case in CASES
    for storage in ("dense", "rows")
]


@pytest.mark.slow
@pytest.mark.parametrize(("case", "storage"), GRID)
def test_constants_of_plasticity(double, case, storage):
    """Oracle: central differences, to a relative 1e-6; the kernels are those that the network chooses."""
    describe, synapse, names = CASES[case]
    sim = describe(synapse, storage, None)
    params, state = sim.init(0)
    duration = 40.0

    def loss(values):
        mine, begun = (
            replace(place, projections={**place.projections, "proj": with_values(place.projections["proj"], values)})
            for place in (params, state)
        )
        records = sim.run(mine, begun, duration=duration)[1]["M"]
        return sum((np.arange(1.0, 1.0 + x.shape[0]) @ x.reshape(x.shape[0], -1)).sum() for x in records.values())

    values = {n: params.projections["proj"].get(n, state.projections["proj"].get(n)) for n in names}
    found = jax.jit(jax.grad(loss))(values)
    value = jax.jit(loss)
    for name in names:
        step = 1e-5 * max(1.0, float(abs(values[name]).max()))
        up, down = ({**values, name: values[name] + s} for s in (step, -step))
        expected = float(value(up) - value(down)) / (2 * step)
        np.testing.assert_allclose(found[name].sum(), expected, rtol=1e-6, err_msg=name)
        assert expected != 0.0
