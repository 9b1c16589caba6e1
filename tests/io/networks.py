"""Networks whose state is of every kind that a file must keep, each described by a function of a seed."""

from contextlib import contextmanager

import jax
import numpy as np

import jaxsnn as snn
from jaxsnn import io
from jaxsnn.frontend._files import snapshot

RATE = snn.Neuron(parameters="tau = 10.0", equations="tau * dr/dt = -r + sum(exc) + Uniform(0.0, 1.0) : min = 0.0")
DELAYED = snn.Synapse(parameters="gain = 0.5", psp="w * gain * pre.r")
NOISY = snn.Synapse(equations="w += 0.01 * Normal(0.0, 1.0) : min = 0.0")
AXON = snn.Neuron(
    equations="dv/dt = (20.0 + 10.0 * Normal(0.0, 1.0) - v) / 10.0 ; g_exc = 0.0 ; m = mean(v) : population",
    spike="v > 20.0",
    reset="v = 0.0",
    refractory=3.0,
    axon_spike="v > 19.0",
    axon_reset="v = 10.0",
)


def delays(seed, storage=None):
    """One delay for all synapses, noise, a view, a refractory period."""
    net = snn.Network(seed=seed)
    P = net.create((4, 5), snn.Izhikevich(noise=8.0), name="P")
    P.refractory = 2.0
    exc = net.connect(P[:3, :], P, "exc", name="exc", storage=storage)
    exc.fixed_probability(0.5, weights=snn.Uniform(0.0, 3.0), delays=4.0)
    return net


def pending(seed, storage=None):
    """A delay for each synapse: spikes wait in a ring of inputs."""
    net = snn.Network(seed=seed)
    P = net.create(20, snn.Izhikevich(noise=8.0), name="P")
    exc = net.connect(P, P, "exc", name="exc", storage=storage)
    exc.fixed_number_pre(6, weights=snn.Uniform(0.0, 3.0), delays=snn.Uniform(1.0, 9.0))
    return net


def stdp(seed, storage=None):
    """Pairs of spikes, event-driven traces, a delay for each synapse."""
    net = snn.Network(seed=seed)
    P = net.create(20, snn.Izhikevich(noise=8.0), name="P")
    exc = net.connect(P, P, "exc", snn.STDP(w_max=3.0), name="exc", storage=storage)
    exc.fixed_probability(0.4, weights=snn.Uniform(0.0, 2.0), delays=snn.Uniform(1.0, 5.0))
    return net


def stp(seed, storage=None):
    """Short-term plasticity, from neurons that spike at given times and at random."""
    net = snn.Network(seed=seed)
    pre = net.create(snn.inputs.SpikeSourceArray([[3.0, 50.0, 120.0], [7.0, 101.0, 130.0]]), name="pre")
    noise = net.create(snn.inputs.PoissonPopulation(10, rates=80.0), name="noise")
    post = net.create(5, snn.IF_curr_exp(), name="post")
    net.connect(pre, post, "exc", snn.STP(tau_rec=50.0), name="stp", storage=storage).all_to_all(weights=1.0)
    net.connect(noise, post, "exc", snn.STP(), name="random", storage=storage).fixed_probability(0.5, weights=2.0)
    return net


def rates(seed, storage=None):
    """Plasticity of rates, a postsynaptic variable, a table of inputs, delays of values."""
    net = snn.Network(seed=seed)
    table = np.random.default_rng(0).random((7, 6))
    stimulus = net.create(snn.inputs.TimedArray(table, schedule=5.0, period=35.0), name="stimulus")
    P = net.create(8, RATE, name="P")
    ibcm = net.connect(stimulus, P, "exc", snn.IBCM(eta=0.1, tau=20.0), name="ibcm", storage=storage)
    ibcm.fixed_number_pre(3, weights=snn.Uniform(0.0, 1.0), delays=3.0)
    late = net.connect(P, P, "exc", DELAYED, name="late", storage=storage)
    late.fixed_probability(0.5, weights=snn.Uniform(0.0, 0.5), delays=snn.DiscreteUniform(1, 6))
    return net


def noisy_synapses(seed, storage=None):
    """Random numbers at synapses, learning at some steps only, a shared input."""
    net = snn.Network(seed=seed)
    trains = snn.inputs.HomogeneousCorrelatedSpikeTrains(10, [20.0, 50.0], 0.5, 10.0, schedule=[0.0, 60.0], period=90.0)
    pre = net.create(trains, name="pre")
    P = net.create(8, AXON, name="P")
    exc = net.connect(pre, P, "exc", NOISY, name="exc", storage=storage)
    exc.fixed_probability(0.5, weights=snn.Uniform(0.0, 1.0))
    P.compute_firing_rate(30.0)
    return net


GROWING = snn.Synapse(
    parameters="eta = 0.01 ; goal = 0.5",
    equations="dw/dt = eta * (goal - w) ; age += 1.0",
    creating="post.r * mean(pre.r) > 0.0 : proba = 0.1, w = 0.1, d = 3.0",
    pruning="age > 10.0 : proba = 0.1",
)


def structure(seed, storage=None):
    """Synapses that come and go by rules, with delays; rates that are decoded from spikes."""
    net = snn.Network(seed=seed)
    noise = net.create(snn.inputs.PoissonPopulation(10, rates=200.0), name="noise")
    P = net.create(6, RATE, name="P")
    net.decoding(noise, P, "exc", window=20.0, name="decoded").fixed_probability(0.6, weights=0.01)
    grown = net.connect(P, P, "exc", GROWING, name="grown")
    grown.fixed_probability(0.3, weights=snn.Uniform(0.0, 0.1), delays=snn.DiscreteUniform(1, 4))
    grown.goal = snn.Uniform(0.2, 0.8)
    grown.start_creating(period=2.0)
    grown.start_pruning()
    return net


def without_synapses(seed, storage=None):
    """Filters, regions, borrowed synapses with a delay each, a current, a mean and its baseline."""
    net = snn.Network(seed=seed)
    noise = net.create(16, snn.Izhikevich(noise=8.0), name="noise")
    image = net.create((4, 4), snn.Neuron(equations="r = Uniform(0.0, 1.0)"), name="image")
    R = net.create((4, 4), snn.Neuron(equations="r = sum(exc) + sum(max)"), name="R")
    S = net.create(16, snn.Izhikevich, name="S")
    net.convolution(image, R, "exc", name="filters").connect_filter(np.full((3, 3), 5.0), delays=3.0)
    net.pooling(image, R, "max", name="regions").connect_pooling((1, 1))
    net.current_injection(R, S, "exc", name="current").connect_current()
    net.population_mean(noise, R, "exc", "pre.v", name="mean").connect_mean(scale=0.5, baseline=100.0)
    exc = net.connect(noise, S, "exc", name="exc")
    exc.fixed_probability(0.5, weights=snn.Uniform(0.0, 3.0), delays=snn.DiscreteUniform(1, 6))
    net.copy_projection(noise, S, "inh", name="copy").connect_copy(exc)
    return net


ALL = (delays, pending, stdp, stp, rates, noisy_synapses, structure, without_synapses)


def started(describe, seed=1, storage=None):
    """Return a compiled network with a monitor of spikes of each spiking population."""
    net = describe(seed, storage)
    for P in net.populations():
        if P.neuron_type.is_spiking:
            net.monitor(P, "spike", name=f"{P.name} spikes")
    net.compile()
    return net


def document(net):
    """Return everything that a network has, independent of how it is stored."""
    return io.network_document(snapshot(net._core))


def assert_same(ours, theirs):
    """Compare two documents, bit by bit."""
    keys = ("dt", "precision", "step", "counts")
    assert {k: ours.header[k] for k in keys} == {k: theirs.header[k] for k in keys}
    assert list(ours.arrays) == list(theirs.arrays)
    for key, array in ours.arrays.items():
        assert array.dtype == theirs.arrays[key].dtype
        np.testing.assert_array_equal(array, theirs.arrays[key], err_msg=key, strict=True)


def altered(net, filename, header=None, arrays=None, drop=()):
    """Write a file of a network in which `header` and `arrays` are replaced, and keys are left out."""
    now = document(net)
    kept = {key: x for key, x in (now.arrays | (arrays or {})).items() if key not in drop}
    io.write(filename, io.Document({**now.header, **(header or {})}, kept))


@contextmanager
def unchanged(net):
    """Check that a network keeps every array, its description and what drives its inputs, the same objects."""
    before, state = document(net), (net.params, net.state)
    parts = described(net)
    yield
    assert all(a is b for a, b in zip(jax.tree.leaves(state), now_of(net), strict=True))
    assert_same(document(net), before)
    assert described(net) == parts


def described(net):
    """Return what a network is beside its arrays: its description, what is compiled, what drives it, its resets."""
    provenance = net._core.arrays.provenance
    return net._core.draft.key(), net.simulation, dict(provenance.schedules), provenance.resets


def now_of(net):
    return jax.tree.leaves((net.params, net.state))
