"""Replicas, sweeps and pure functions of networks with sparse rows, delays and plasticity."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError


def described(storage):
    """Return a network in which connectivity, weights and delays are drawn."""
    net = snn.Network(dt=1.0, seed=5)
    P = net.create(60, snn.Izhikevich(noise=5.0), name="P")
    drawn = {"weights": snn.Uniform(0.0, 3.0), "delays": snn.Uniform(1.0, 6.0)}
    net.connect(P, P, "exc", snn.STP(), name="stp", storage=storage).fixed_probability(0.2, **drawn)
    net.connect(P, P, "exc", snn.STDP(w_max=2.0), name="stdp", storage=storage).fixed_number_pre(
        5, weights=1.0, delays=2.0
    )
    net.M = net.monitor(P, "spike")
    net.compile()
    return net


def result(net):
    net.simulate(60.0)
    weights = np.concatenate([*net.projection("stdp").w, *net.projection("stp").x])
    return net.M.raster_plot(), weights, net.projection("stp").connectivity_matrix()


@pytest.mark.parametrize("storage", ["dense", "rows"])
def test_replicas_one_by_one_and_together(storage):
    """Oracle: one replica after the other: the same bits; each has its own synapses."""
    net = described(storage)
    together = net.parallel_run(method=result, number=3)
    alone = net.parallel_run(method=result, number=3, sequential=True)
    for (spikes, weights, matrix), (own_spikes, own_weights, own_matrix) in zip(together, alone, strict=True):
        for mine, other in ((spikes[0], own_spikes[0]), (spikes[1], own_spikes[1])):
            np.testing.assert_array_equal(mine, other)
        np.testing.assert_array_equal(weights, own_weights)
        np.testing.assert_array_equal(matrix, own_matrix)
        assert len(spikes[0]) > 0
    assert (together[0][2] != together[1][2]).any()


SUM = snn.Neuron(equations="r = sum(exc)")
ONE = snn.Neuron(parameters="r = 1.0")


@pytest.mark.parametrize("storage", ["dense", "rows"])
def test_values_of_synapses_from_outside(storage):
    """Oracle: the product with the matrix that is given, (pre, post), where there are synapses: in `init`, a sweep."""
    net = snn.Network(seed=0)
    pre, post = net.create(4, ONE, name="pre"), net.create(3, SUM, name="post")
    exists = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 1], [1, 1, 1]], float)
    lists = snn.LILConnectivity()
    for j in range(3):
        ranks = np.flatnonzero(exists[:, j])
        lists.add(j, ranks, [0.0] * len(ranks), [0.0] * len(ranks))
    net.connect(pre, post, "exc", name="proj", storage=storage).with_func(lambda pre, post: lists)
    net.monitor(post, "r", name="M")
    sim = net.compile()
    matrices = np.random.default_rng(0).uniform(1.0, 2.0, (2, 4, 3)).astype(np.float32)
    expected = (matrices * exists).sum(axis=1)
    _, records = sim.run(*sim.init(0, values={"proj.w": matrices[0]}), duration=1.0)
    np.testing.assert_allclose(records["M"]["r"][0], expected[0], rtol=1e-6)
    swept = snn.sweep(sim, {"proj.w": matrices}, duration=1.0)
    np.testing.assert_allclose(swept["M"]["r"][:, 0], expected, rtol=1e-6)


def test_sweep_over_a_constant_of_plasticity():
    """Oracle: dw/dt = eta from w = 0.5, so w = 0.5 + eta * t."""
    net = snn.Network(seed=0)
    pre, post = net.create(3, ONE, name="pre"), net.create(2, SUM, name="post")
    synapse = snn.Synapse(parameters="eta = 0.1 : projection", equations="dw/dt = eta")
    net.connect(pre, post, "exc", synapse, name="proj").all_to_all(weights=0.5)
    net.monitor(net.projection("proj"), "w", name="M")
    rates = np.array([0.0, 0.25, 1.0], np.float32)
    found = snn.sweep(net.compile(), {"proj.eta": rates}, duration=4.0)["M"]["w"]
    expected = 0.5 + rates[:, None] * np.arange(1.0, 5.0)
    np.testing.assert_allclose(found.reshape(3, 4, -1), np.broadcast_to(expected[..., None], (3, 4, 6)), rtol=1e-6)


def test_one_weight_reads_as_a_number():
    """Oracle: ANNarchy 4.8.2: a number, but lists with `force_multiple_weights` or a learning rule."""
    net = snn.Network(seed=0)
    pre, post = net.create(2, ONE, name="pre"), net.create(2, SUM, name="post")
    one = net.connect(pre, post, "exc", name="one").all_to_all(weights=0.5)
    lists = net.connect(pre, post, "exc", name="lists").all_to_all(0.5, 0.0, False, True)
    learns = net.connect(pre, post, "exc", snn.Hebb(), name="learns").all_to_all(weights=0.5)
    net.compile()
    assert (one.w, one.dendrite(1).w, one.synapse(0, 1).w) == (0.5, 0.5, 0.5)
    assert lists.w == learns.w == [[0.5, 0.5], [0.5, 0.5]]
    one.w = 0.25
    assert one.w == 0.25
    one.synapse(0, 1).w = 0.75
    assert one.w == [[0.25, 0.25], [0.75, 0.25]]
    one.dendrite(0).w = [1.0, 2.0]
    assert one.w == [[1.0, 2.0], [0.75, 0.25]]


def test_one_synapse_of_several():
    """Oracle: the synapses beside it stay as they are."""
    net = snn.Network(seed=0)
    pre, post = net.create(3, ONE, name="pre"), net.create(2, SUM, name="post")
    proj = net.connect(pre, post, "exc", snn.Hebb(), name="proj").all_to_all(weights=0.5, delays=2.0)
    net.compile()
    synapse = proj.synapse(1, 0)
    synapse.set({"w": 0.75})
    assert proj.w == [[0.5, 0.75, 0.5], [0.5, 0.5, 0.5]]
    assert (synapse.get("w"), synapse.w, synapse.delay, synapse.pre_rank, synapse.post_rank) == (0.75, 0.75, 2.0, 1, 0)
    assert not hasattr(synapse, "size")
    for handle in (synapse, proj.dendrite(0)):
        with pytest.raises(ArgumentError, match="delays are assigned to the projection"):
            handle.delay = 3.0
    proj.dendrite(1).w = snn.Uniform(2.0, 3.0)
    assert min(proj.w[1]) >= 2.0 > max(proj.w[0])


@pytest.mark.parametrize("storage", ["dense", "rows"])
def test_weights_assigned_before_compilation(storage):
    """Oracle: the number, and the bounds of the distribution, in the place of what the connector has."""
    net = snn.Network(seed=0)
    pre, post = net.create(4, ONE, name="pre"), net.create(3, SUM, name="post")
    number = net.connect(pre, post, "exc", name="number", storage=storage).fixed_number_pre(2, weights=0.5)
    drawn = net.connect(pre, post, "exc", name="drawn", storage=storage).fixed_number_pre(2, weights=0.5)
    number.w, drawn.w = 0.25, snn.Uniform(2.0, 3.0)
    net.compile()
    assert number.w == 0.25
    assert number.connectivity_matrix().sum() == 6 * 0.25
    flat = np.concatenate(drawn.w)
    assert len(set(flat)) == 6 and flat.min() >= 2.0 and flat.max() < 3.0


def test_models_as_classes():
    """Oracle: the same models as instances."""

    class Input(snn.Neuron):
        def __init__(self, rate=1.0):
            super().__init__(parameters=f"r = {rate}")

    class Growing(snn.Synapse):
        def __init__(self, eta=0.1):
            super().__init__(parameters=f"eta = {eta}", equations="dw/dt = eta * pre.r")

    net = snn.Network(seed=0)
    pre, other, post = net.create(2, Input), net.create(2, Input(2.0)), net.create(1, SUM)
    slow = net.connect(pre, post, "exc", Growing).all_to_all(weights=0.0)
    fast = net.connect(other, post, "exc", Growing(0.5)).all_to_all(weights=0.0)
    net.compile()
    net.simulate(2.0)
    np.testing.assert_allclose([slow.w[0], fast.w[0]], [[0.2, 0.2], [2.0, 2.0]], rtol=1e-6)


def test_statements_that_leave_out_simultaneous_spikes(double):
    """Oracle: by hand: `unless_post` counts spikes of `pre` but those of the steps in which `post` spikes too."""
    net = snn.Network(dt=1.0, seed=0)
    pre = net.create(snn.inputs.SpikeSourceArray([[2.0, 5.0, 9.0, 12.0], [3.0, 5.0, 10.0]]), name="pre")
    drive = net.create(snn.inputs.SpikeSourceArray([[1.0, 4.0, 8.0, 10.0, 13.0]]), name="drive")  # post one step later
    post = net.create(1, snn.Neuron(equations="v = g_exc", spike="v > 0.5", reset="v = 0.0"), name="post")
    synapse = snn.Synapse(pre_spike="g_target += 0.0; x += 1.0 : unless_post; y += 1.0", post_spike="z += 1.0")
    net.connect(drive, post, "exc").all_to_all(weights=1.0)
    proj = net.connect(pre, post, "exc", synapse, name="proj").all_to_all(weights=1.0)
    net.compile()
    net.simulate(20.0)
    assert (proj.x, proj.y, proj.z) == ([[1.0, 2.0]], [[4.0, 3.0]], [[5.0, 5.0]])


def test_delays_of_created_synapses_in_a_pure_run(double):
    """Oracle: the same network through `simulate`: a rule gives each new synapse its own delay."""

    def describe():
        net = snn.Network(dt=1.0, seed=3)
        pre = net.create(4, snn.Neuron(equations="r = t"), name="pre")
        post = net.create(2, SUM, name="post")
        synapse = snn.Synapse(creating="pre.r > 2.0 : proba = 0.5, w = 1.0, d = 3.0", psp="w * pre.r")
        proj = net.connect(pre, post, "exc", synapse, name="proj")
        proj.fixed_probability(0.3, weights=1.0, delays=snn.Uniform(1.0, 6.0))
        M = net.monitor(post, "r", name="M")
        sim = net.compile()
        proj.start_creating()
        return net, proj, M, sim

    net, proj, M, _ = describe()
    drawn = np.concatenate(proj.delay)
    net.simulate(15.0)
    other, _, _, sim = describe()
    final, records = sim.run(other.params, other.state, duration=15.0)
    np.testing.assert_array_equal(records["M"]["r"], M.get("r"))
    np.testing.assert_array_equal(final.projections["proj"]["delay"], net.state.projections["proj"]["delay"])
    assert 3.0 in np.concatenate(proj.delay)
    assert 3.0 not in drawn
