"""Convolutions, poolings, copies, transposed projections, decoders and currents in networks, in double precision."""

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, ShapeError, StateError

from ..cases import some
from ..equations.running import golden

CONV = golden("synapse_traces")["conv_pool"]["values"]
KERNEL = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.5]])
RATES = np.sin(np.arange(36.0)).reshape(6, 6)
SUM = snn.Neuron(equations="r = sum(exc)")
FOLLOWER = snn.Neuron(equations="v = g_exc ; g_exc = 0.0", spike="v > 1e9")


def filtered(post, connect, rates=RATES, **options):
    """Return the rates of a population behind a shared projection from an image."""
    net = snn.Network()
    pre = net.create(snn.inputs.InputArray(np.shape(rates)), name="pre")
    out = net.create(post, SUM, name="out")
    pre.r = rates
    connect(net, pre, out, options)
    net.compile()
    net.simulate(2.0)
    return net, out.r


def convolved(weights, bank=False, **arguments):
    def connect(net, pre, out, options):
        made = net.convolution(pre, out, "exc", name="conv", **options)
        return (made.connect_filters if bank else made.connect_filter)(weights, **arguments)

    return connect


@pytest.mark.parametrize(
    ("name", "post", "connect", "options"),
    [
        ("conv_same", (6, 6), convolved(KERNEL), {}),
        ("conv_sub", (3, 3), convolved(KERNEL), {}),
        ("conv_bank", (6, 6, 2), convolved(np.stack([KERNEL, -KERNEL]), bank=True), {}),
        ("conv_border", (6, 6), convolved(KERNEL, padding="border"), {}),
        ("conv_even", (6, 6), convolved([[1.0, 2.0], [3.0, 4.0]]), {}),
    ],
)
def test_convolutions(double, name, post, connect, options):
    """Oracle: golden numbers of ANNarchy."""
    np.testing.assert_allclose(filtered(post, connect, **options)[1], CONV[name], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("operation", ["max", "mean", "min"])
def test_poolings(double, operation):
    """Oracle: golden numbers; where ANNarchy starts its maximum at the smallest positive number, that of NumPy."""

    def connect(net, pre, out, options):
        net.pooling(pre, out, "exc", operation=operation).connect_pooling()

    expected = np.array(CONV[f"pool_{operation}"])
    true = RATES.reshape(3, 2, 3, 2).max(axis=(1, 3))
    expected = np.where(expected == np.finfo(float).tiny, true, expected)
    np.testing.assert_allclose(filtered((3, 3), connect)[1], expected, rtol=1e-9)


def test_padding(double):
    """Oracle: a probe of ANNarchy: what is outside adds 10 once per index."""
    expected = golden("synapse_probes")["extra"]["convolution_padding_10"]["result"]
    found = filtered((4, 4), convolved(np.ones((3, 3)), padding=10.0), rates=np.ones((4, 4)))[1]
    np.testing.assert_array_equal(found, expected)


def test_any_contribution(double):
    """Oracle: loops in NumPy over the windows, for a contribution that is no product."""
    net = snn.Network()
    pre = net.create(snn.inputs.InputArray((6, 6)), name="pre")
    out = net.create((6, 6), snn.Neuron(parameters="gain = 2.0", equations="r = sum(exc)"), name="out")
    pre.r = RATES
    net.convolution(pre, out, "exc", psp="abs(w - pre.r) * post.gain", operation="max").connect_filter(KERNEL)
    net.compile()
    net.simulate(2.0)
    found = out.r
    for i in range(6):
        for j in range(6):
            inside = [(a, b) for a in range(3) for b in range(3) if 0 <= i + a - 1 < 6 and 0 <= j + b - 1 < 6]
            expected = max(abs(KERNEL[a, b] - RATES[i + a - 1, j + b - 1]) for a, b in inside) * 2.0
            np.testing.assert_allclose(found[i, j], expected, rtol=1e-12)


def test_delays_of_a_convolution(double):
    """Oracle: the input itself, so many steps later."""
    net = snn.Network()
    pre = net.create(5, snn.Neuron(equations="r = t + 1.0"), name="pre")
    out = net.create(5, SUM, name="out")
    conv = net.convolution(pre, out, "exc").connect_filter([0.0, 1.0, 0.0], delays=3.0)
    M = net.monitor(out, "r")
    net.compile()
    assert conv.delay == 3.0
    net.simulate(8.0)
    np.testing.assert_array_equal(M.get("r")[:, 2], [0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0])


def test_convolution_of_spikes(double):
    """Oracle: the same weights as a dense matrix, spike by spike."""
    trains = [[float(t) for t in range(20) if (t * (i + 2)) % 7 < 2] for i in range(8)]

    def run(connect):
        net = snn.Network()
        pre = net.create(snn.inputs.SpikeSourceArray(trains), name="pre")
        out = net.create(8, FOLLOWER, name="out")
        connect(net, pre, out)
        M = net.monitor(out, "v")
        net.compile()
        net.simulate(22.0)
        return M.get("v")

    weights = np.array([1.0, 10.0, 100.0])
    matrix = sum(np.eye(8, k=k) * weights[k + 1] for k in (-1, 0, 1))  # [post, pre]
    found = run(lambda net, pre, out: net.convolution(pre, out, "exc").connect_filter(weights))
    expected = run(lambda net, pre, out: net.connect(pre, out, "exc").from_matrix(matrix))
    assert expected.max() > 100
    np.testing.assert_array_equal(found, expected)


def test_gradients_of_filters(double):
    """Oracle: finite differences through two layers of filters and a pooling."""
    net = snn.Network()
    pre = net.create(snn.inputs.InputArray((6, 6)), name="pre")
    hidden = net.create((6, 6), snn.Neuron(equations="r = tanh(sum(exc))"), name="hidden")
    pooled = net.create((3, 3), SUM, name="pooled")
    pre.r = RATES
    net.convolution(pre, hidden, "exc", name="conv").connect_filter(0.1 * KERNEL)
    net.pooling(hidden, pooled, "exc", operation="mean").connect_pooling()
    net.monitor(pooled, "r", name="M")
    sim = net.compile()

    def loss(w):
        params, state = sim.init(0, {"conv.w": w})
        return (sim.run(params, state, 4.0)[1]["M"]["r"][-1] ** 2).sum()

    w = 0.1 * KERNEL
    found, step = jax.grad(loss)(w), 1e-5
    for index in [(0, 0), (1, 2), (2, 2)]:
        change = np.zeros((3, 3))
        change[index] = step
        np.testing.assert_allclose(found[index], (loss(w + change) - loss(w - change)) / (2 * step), rtol=1e-7)


def test_weights_of_a_convolution_can_change(double):
    """Oracle: linearity."""
    net, before = filtered((6, 6), convolved(KERNEL))
    conv = net.projection("conv")
    np.testing.assert_array_equal(conv.weights, KERNEL)
    conv.weights = 2.0 * KERNEL
    net.simulate(1.0)
    np.testing.assert_allclose(net.population("out").r, 2.0 * before, rtol=1e-14)
    with pytest.raises(ShapeError, match=r"has shape \(3, 3\), not \(2, 2\)"):
        conv.weights = np.ones((2, 2))


@pytest.mark.parametrize("storage", ["dense", "rows"])
def test_transposed_feedback(double, storage):
    """Oracle: a trace of ANNarchy."""
    trace = golden("synapse_traces")["transpose_feedback"]
    net = snn.Network()
    a = net.create(2, snn.Neuron(equations="r = 1.0 + sum(fb)"), name="a")
    b = net.create(3, SUM, name="b")
    forward = net.connect(a, b, "exc", storage=storage).from_matrix(0.1 * np.array([[1, 2], [3, 4], [5, 6]]))
    back = net.transpose(forward, "fb").connect()
    M, N = net.monitor(a, "r"), net.monitor(b, "r")
    net.compile()
    net.simulate(12.0)
    rates = {"a": M.get("r"), "b": N.get("r")}
    found = {f"{name}{i}": r[:, i] for name, r in rates.items() for i in range(r.shape[1])}
    for name, values in trace["values"].items():
        np.testing.assert_allclose(found[name][trace["sample_steps"]], values, rtol=1e-9)
    assert back.connector_name == "Transpose"


@pytest.mark.parametrize("kernel", some(["event", "plain", None], 3))
@pytest.mark.parametrize("storage", ["dense", "rows"])
def test_transposed_spikes(double, storage, kernel):
    """Oracle: a projection of its own with the transposed matrix."""
    matrix = np.where(np.random.default_rng(0).random((4, 6)) < 0.6, np.arange(1.0, 25.0).reshape(4, 6), 0.0)
    entries = [[x if x else None for x in row] for row in matrix.tolist()]
    pacemaker = snn.Neuron(
        parameters="omega = 1.0", equations="v = sin(omega * t) ; g_exc = 0.0", spike="v > 0.3", reset="v = v"
    )

    def run(connect_back):
        net = snn.Network(kernel=kernel)
        a, b = net.create(6, FOLLOWER, name="a"), net.create(4, pacemaker, name="b")
        b.omega = [1.0, 0.7, 2.0, 0.3]
        forward = net.connect(a, b, "exc", storage=storage).from_matrix(entries)
        connect_back(net, forward, a, b)
        M = net.monitor(a, "v")
        net.compile()
        net.simulate(15.0)
        return M.get("v")

    found = run(lambda net, forward, a, b: net.transpose(forward, "exc").connect())
    expected = run(lambda net, forward, a, b: net.connect(b, a, "exc").from_matrix(matrix.T))
    assert expected.max() > 20
    np.testing.assert_array_equal(found, expected)


def test_transposed_spikes_with_a_delay_for_each_synapse(double):
    """Oracle: a projection of its own with the transposed matrices of weights and of delays."""
    rng = np.random.default_rng(1)
    weights, delays = np.arange(1.0, 7.0).reshape(2, 3), rng.integers(1, 5, (2, 3)).astype(float)
    pacemaker = snn.Neuron(equations="v = sin(t) ; g_exc = 0.0", spike="v > 0.3", reset="v = v")

    def run(connect_back):
        net = snn.Network()
        a, b = net.create(2, FOLLOWER, name="a"), net.create(3, pacemaker, name="b")
        connect_back(net, a, b)
        M = net.monitor(a, "v")
        net.compile()
        net.simulate(12.0)
        return M.get("v")

    def transposed(net, a, b):
        forward = net.connect(a, b, "exc").from_matrix(weights, delays=delays, pre_post=True)
        net.transpose(forward, "exc").connect()

    found = run(transposed)
    expected = run(lambda net, a, b: net.connect(b, a, "exc").from_matrix(weights.T, delays=delays.T, pre_post=True))
    assert len(np.unique(expected)) > 4
    np.testing.assert_array_equal(found, expected)


def test_a_copy_follows_the_original(double):
    """Oracle: a projection with the same weights and delays, while those of the original learn."""

    def network(copied):
        net = snn.Network(seed=3)
        pre = net.create(4, snn.Neuron(equations="r = 0.1 * t"), name="pre")
        post, other = net.create(3, SUM, name="post"), net.create(3, SUM, name="other")
        plastic = net.connect(pre, post, "exc", snn.Oja(eta=0.01)).all_to_all(weights=snn.Uniform(0.0, 1.0), delays=2.0)
        if copied:
            net.copy_projection(pre, other, "exc").connect_copy(plastic)
        M, R, W = net.monitor(other, "r"), net.monitor(pre, "r"), net.monitor(plastic, "w")
        net.compile()
        net.simulate(20.0)
        return M.get("r"), R.get("r"), W.get("w")

    found, rates, weights = network(True)
    # A weight that is stored at the end of a step is read in the next; a rate is delayed by two steps.
    expected = [np.zeros(3)] * 2 + [weights[t - 1] @ rates[t - 2] for t in range(2, 20)]
    assert np.ptp(weights[:, 0, 0]) > 0.01
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("storage", ["dense", "rows"])
def test_decoding(double, storage):
    """Oracle: counts of spikes in a window, by NumPy: weighted, per synapse, in Hz."""
    trains = [[float(t) for t in range(40) if (t * (i + 2)) % 7 < 2] for i in range(5)]
    weights = np.array([[1.0, None, 2.0, 1.0, None], [None, 1.0, None, None, None], [None] * 5], object)
    net = snn.Network(dt=0.5)
    pre = net.create(snn.inputs.SpikeSourceArray([[0.5 * t for t in train] for train in trains]), name="pre")
    post = net.create(3, SUM, name="post")
    decoder = net.decoding(pre, post, "exc", window=5.0, name="decoder")
    net._core.draft = net._core.draft.with_changed_projection("decoder", storage=storage)
    decoder.from_matrix(weights)
    M = net.monitor(post, "r")
    net.compile()
    net.simulate(20.0)
    flags = np.array([[t in train for train in trains] for t in range(40)], float)
    full = np.array([[0.0 if x is None else x for x in row] for row in weights])
    synapses = np.array([3.0, 1.0, 1.0])
    arrived = np.concatenate([np.zeros((10, 3)), flags @ full.T])  # before the first step nothing
    # Spikes of a step are counted from the next one on; ten steps are a window of 5 ms.
    expected = [arrived[t : t + 10].sum(axis=0) / 10 * 2000.0 / synapses for t in range(40)]
    assert np.max(expected) > 300
    np.testing.assert_allclose(M.get("r"), expected, rtol=1e-12)


def test_current_injection(double):
    """Oracle: the rates of the same step before; golden: `g_exc = pre.r` from the first step on."""
    net = snn.Network()
    pre = net.create(6, snn.Neuron(equations="r = t + 1.0", parameters="x = 0.0"), name="pre")
    post = net.create(3, FOLLOWER, name="post")
    net.current_injection(pre[1:4], post, "exc").connect_current()
    M = net.monitor(post, "v")
    net.compile()
    net.simulate(4.0)
    np.testing.assert_array_equal(M.get("v")[:, 0], [0.0, 1.0, 2.0, 3.0])


def test_replicas_of_special_projections(double):
    """Oracle: one replica at a time."""
    net = snn.Network(seed=5)
    pre = net.create(16, snn.Izhikevich(noise=5.0), name="pre")
    post, image = net.create((4, 4), SUM, name="post"), net.create((2, 2), SUM, name="image")
    net.decoding(pre, post, "exc", window=5.0).fixed_probability(0.5, weights=snn.Uniform(0.0, 1.0))
    net.convolution(post, image, "exc", name="conv").connect_filter(np.ones((2, 2)))
    M = net.monitor(image, "r")
    net.compile()

    def run(net, scale):
        conv = net.get(net.projection("conv"))
        conv.weights = scale * conv.weights
        net.simulate(50.0)
        return net.get(M).get("r")

    together = net.parallel_run(run, number=3, scale=[1.0, 2.0, 3.0])
    apart = net.parallel_run(run, number=3, scale=[1.0, 2.0, 3.0], sequential=True)
    assert np.max(together[2]) > 0
    np.testing.assert_array_equal(together, apart)


def test_what_spiking_neurons_contribute_at_every_step(double):
    """Oracle: ANNarchy's loops in NumPy: a variable of spiking neurons, filtered and pooled, is added to `g_exc`."""
    trace = snn.Neuron(equations="dx/dt = 0.25 ; g_exc += 0.0", spike="x > 1e9")
    net, values = snn.Network(), np.random.default_rng(0).normal(size=(6, 6))
    pre = net.create((6, 6), trace, name="pre")
    filtered, pooled = net.create((6, 6), FOLLOWER, name="filtered"), net.create((3, 2), FOLLOWER, name="pooled")
    pre.x = values
    net.convolution(pre, filtered, "exc", psp="pre.x * w").connect_filter(KERNEL)
    net.pooling(pre, pooled, "exc", psp="pre.x").connect_pooling((2, 3))
    net.compile()
    net.simulate(2.0)
    seen = np.pad(values + 0.25, 1)
    sums = [[(seen[i : i + 3, j : j + 3] * KERNEL).sum() for j in range(6)] for i in range(6)]
    np.testing.assert_allclose(filtered.v, sums, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(pooled.v, (values + 0.25).reshape(3, 2, 2, 3).max(axis=(1, 3)))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda n, r, s: n.convolution(r, r, "exc").connect_filter(np.ones((3, 3))), ShapeError, "dimension"),
        (lambda n, r, s: n.convolution(r[:2], r, "exc").connect_filter(np.ones(3)), ArgumentError, "whole populations"),
        (lambda n, r, s: n.convolution(s, s, "exc", operation="max"), ArgumentError, "adds `w` with every spike"),
        (lambda n, r, s: n.pooling(r, r, "exc", operation="sum").connect_pooling(), ArgumentError, "max, mean or min"),
        (lambda n, r, s: n.current_injection(r, s[:2], "exc").connect_current(), ShapeError, "not 4 and 2"),
        (lambda n, r, s: n.decoding(s, r, "exc", window=-1.0), ArgumentError, "at least 0, not -1.0"),
        (lambda n, r, s: n.transpose(r, "exc"), ArgumentError, "one that has synapses"),
        (lambda n, r, s: n.convolution(r, r, "exc", name="c").nb_synapses, ArgumentError, "no synapses of its own"),
        (lambda n, r, s: n.convolution(r, r, "exc").connect_filter([1.0], delays=-1.0), ArgumentError, "at least 0"),
        (lambda n, r, s: n.convolution(r, r, "exc").weights, StateError, "no filters yet"),
    ],
)
def test_mistakes(make, error, message):
    net = snn.Network()
    rates, spikes = net.create(4, SUM, name="rates"), net.create(4, FOLLOWER, name="spikes")
    with pytest.raises(error, match=message):
        make(net, rates, spikes)


def test_sides_of_hybrid_projections():
    net = snn.Network()
    rates = net.create(4, SUM, name="rates")
    net.decoding(rates, rates, "exc", name="d").all_to_all(weights=1.0)
    with pytest.raises(ArgumentError, match="`d`, a decoding, leads from spiking to rate-coded neurons: .*`rates`"):
        net.compile()


def test_a_special_projection_must_be_connected():
    net = snn.Network()
    rates = net.create(4, SUM, name="rates")
    net.convolution(rates, rates, "exc", name="c")
    with pytest.raises(StateError, match="`c` is not connected: call `connect_filter` or `connect_filters`"):
        net.compile()
