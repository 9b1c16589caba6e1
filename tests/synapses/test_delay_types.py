"""Delays in steps are stored in the narrowest integers that hold them, where a spike reads them: nobody sees it."""

import numpy as np
import pytest

import jaxsnn as snn

POST = snn.Neuron(equations="v = g_exc", spike="v > 1.0e6")


def network(longest=0.0, high=20.0):
    """Return a network in which six neurons spike now and then, each synapse with a delay of its own."""
    net = snn.Network(dt=1.0, seed=3)
    times = [[float(t) for t in range(i, 400, 17)] for i in range(6)]
    pre, post = net.create(snn.inputs.SpikeSourceArray(times), name="pre"), net.create(4, POST, name="post")
    projection = net.connect(pre, post, "exc", name="q", longest_delay=longest)
    projection.all_to_all(weights=snn.Uniform(0.5, 1.0), delays=snn.Uniform(1.0, high))
    M = net.monitor(post, "g_exc")
    net.compile()
    return net, projection, M


def stored(net) -> np.ndarray:
    return net.state.constants.projections["q"]["delay"]


@pytest.mark.parametrize(("longest", "dtype"), [(0.0, np.uint8), (300.0, np.uint16), (70_000.0, np.int32)])
def test_the_type_follows_the_longest_delay(longest, dtype):
    """Oracle: the largest numbers of the types."""
    assert stored(network(longest)[0]).dtype == dtype


@pytest.mark.slow
def test_delays_outgrow_their_type():
    """Oracle: a network with room for the longer delays from the beginning, bit for bit, spikes on their way too."""
    (small, q, M), (large, r, N) = network(), network(300.0)
    np.testing.assert_array_equal(np.concatenate(q.delay), np.concatenate(r.delay))
    for net, projection in ((small, q), (large, r)):
        net.simulate(30.0)
        projection.delay = [[250.0 + 8 * i + j for i in range(6)] for j in range(4)]
        net.simulate(350.0)
    assert stored(small).dtype == stored(large).dtype == np.uint16
    assert q.delay[1][5] == 291.0
    found = np.asarray(M.get("g_exc"))
    np.testing.assert_array_equal(found, N.get("g_exc"))
    assert found[320:].any()


def test_files_know_nothing_of_it(tmp_path):
    """Oracle: the network that was saved, read by one whose delays have a wider type, and the other way round."""
    (small, q, _), (large, r, _) = network(), network(300.0)
    q.delay = [[float(1 + i + j) for i in range(6)] for j in range(4)]
    small.save(str(tmp_path / "small.npz"))
    large.load(str(tmp_path / "small.npz"))
    assert stored(large).dtype == np.uint16
    np.testing.assert_array_equal(np.concatenate(q.delay), np.concatenate(r.delay))
    large.save(str(tmp_path / "large.npz"))
    q.delay = 3.0
    small.load(str(tmp_path / "large.npz"))
    assert stored(small).dtype == np.uint8
    np.testing.assert_array_equal(np.concatenate(q.delay), np.concatenate(r.delay))


def test_a_new_synapse_with_a_long_delay():
    """Oracle: the delays that were given."""
    net, q, _ = network()
    before = q.dendrite(0).delay
    q.dendrite(0).prune_synapse(2)
    q.dendrite(0).create_synapse(2, 0.5, 280.0)
    assert stored(net).dtype == np.uint16
    assert q.dendrite(0).delay == [*before[:2], 280.0, *before[3:]]
