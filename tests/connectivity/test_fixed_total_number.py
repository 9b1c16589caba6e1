"""The connector that fixes how many synapses there are in all."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import jaxsnn as snn
from jaxsnn.connectivity import Drawn, Ends, FixedTotalNumber, Ranks, Side, choose_form, everything
from jaxsnn.connectivity import _fixed_total_number as module
from jaxsnn.errors import ArgumentError, UnsupportedError

from ..cases import some

APART = Ends(everything(12), everything(9), False)
PARTLY = Ends(Ranks(20, range(8)), Ranks(20, (3, 19, 5, 0, 11)), True)  # three of them are on both sides


def pairs_of(connector, ends, seed=0):
    """Return the matrix of how many synapses each pair has, from one program."""
    edges = jax.jit(lambda key: connector.edges(key, ends, {}, jnp.float32))(jax.random.key(seed))
    other = np.asarray(edges.other)
    assert edges.by is Side.PRE and edges.exists is None and other.shape == (ends.pre.size, connector.most(ends)[0])
    assert (np.diff(other, axis=1) >= 0).all() and other.min() >= 0 and other.max() <= ends.post.size
    return np.stack([np.bincount(row, minlength=ends.post.size + 1)[: ends.post.size] for row in other])


@pytest.mark.parametrize("number", some([700, 1], 2))
@pytest.mark.parametrize("ends", [APART, PARTLY], ids=["apart", "partly"])
@pytest.mark.parametrize("itself", [True, False])
def test_all_pairs_are_as_likely(ends, number, itself, monkeypatch):
    """Oracle: the total, exactly; and chi-square over all pairs at the level of 10^-4; draws come in several parts."""
    monkeypatch.setattr(module, "AT_ONCE", 64)
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 5)
    counts = pairs_of(FixedTotalNumber(Drawn(1.0), number, self_connections=itself), ends)
    assert counts.sum() == number
    meets = (ends.pre.array[:, None] == ends.post.array) & ends.same_population & (not itself)
    assert counts[meets].sum() == 0
    if number > 1:
        assert counts.max() > 1  # multapses
        assert stats.chisquare(counts[~meets]).pvalue > 1e-4


def test_how_many_a_neuron_has_is_binomial():
    """Oracle: mean and variance of a binomial distribution, five standard deviations of each, over 2000 neurons."""
    rows, number = 2000, 100_000
    ends = Ends(everything(rows), everything(rows), True)
    counts = pairs_of(FixedTotalNumber(Drawn(1.0), number, self_connections=True), ends)
    expected = stats.binom(number, 1 / rows)
    for each in (counts.sum(axis=0), counts.sum(axis=1)):
        assert abs(each.var() / expected.var() - 1.0) < 5.0 * np.sqrt(2.0 / rows)
        assert each.max() <= max(FixedTotalNumber(Drawn(1.0), number).most(ends))


def test_a_seed_decides():
    """Oracle: the same key, and another one."""
    connector = FixedTotalNumber(Drawn(1.0), 50)
    other = jax.jit(lambda seed: connector.edges(jax.random.key(seed), APART, {}, jnp.float32).other)
    assert np.array_equal(other(3), other(3))
    assert not np.array_equal(other(3), other(4))
    assert connector.is_random(APART) and connector.expected(APART) == 50.0


def test_what_cannot_be():
    with pytest.raises(ArgumentError, match="from 1 to 2\\^31 - 1, not 0"):
        FixedTotalNumber(Drawn(1.0), 0)
    alone = Ends(everything(1), everything(1), True)
    with pytest.raises(ArgumentError, match="no pair to connect among 1 pre-synaptic and 1 post-synaptic neurons: 3"):
        FixedTotalNumber(Drawn(1.0), 3).check(alone)
    with pytest.raises(ArgumentError, match="several synapses to a pair of neurons, and a matrix has one place"):
        choose_form(FixedTotalNumber(Drawn(1.0), 3), APART, by=Side.PRE, requested="dense")


NEURON = snn.Neuron(equations="v = g_exc", spike="v > 1.0e6")


def network(synapse=None, storage=None, number=300, **options):
    """Return a network in which 12 neurons spike at different times, with so many synapses on 9."""
    net = snn.Network(dt=1.0, seed=5)
    pre = net.create(snn.inputs.SpikeSourceArray([[float(i)] for i in range(12)]), name="pre")
    post = net.create(9, NEURON, name="post")
    projection = net.connect(pre, post, "exc", synapse, name="q", storage=storage)
    projection.fixed_total_number(number, **options)
    return net, projection, net.monitor(post, "g_exc")


@pytest.mark.slow
@pytest.mark.parametrize("delays", [1.0, snn.Uniform(1.0, 4.0)], ids=["one delay", "own delays"])
def test_every_synapse_of_a_pair_counts(delays):
    """Oracle: a sum over the list of synapses, one by one."""
    net, projection, M = network(weights=snn.Normal(1.0, 0.1, min=0.0), delays=delays)
    net.compile()
    net.simulate(20.0)
    assert projection.nb_synapses == 300
    expected = np.zeros((20, 9))
    for d in projection:
        late = np.broadcast_to(d.delay, len(d.pre_ranks)).round().astype(int)
        np.add.at(expected[:, d.post_rank], np.asarray(d.pre_ranks) + late, d.w)
    found = np.asarray(M.get("g_exc"))
    shift = int(np.flatnonzero(found.any(axis=1))[0] - np.flatnonzero(expected.any(axis=1))[0])
    np.testing.assert_allclose(found[shift:], expected[: 20 - shift], rtol=1e-5)
    matrix = np.zeros((9, 12))
    for d in projection:
        np.add.at(matrix[d.post_rank], np.asarray(d.pre_ranks), d.w)
    np.testing.assert_allclose(projection.connectivity_matrix(), matrix, rtol=1e-5)


@pytest.mark.slow
def test_plasticity_reaches_every_synapse_of_a_pair():
    """Oracle: a count: each synapse sees one spike of its post-synaptic neuron."""
    net = snn.Network(dt=1.0, seed=5)
    pre = net.create(12, NEURON, name="pre")
    post = net.create(snn.inputs.SpikeSourceArray([[3.0]] * 9), name="post")
    counting = snn.Synapse(pre_spike="g_target += w", post_spike="w += 1.0")
    projection = net.connect(pre, post, "exc", counting, name="q").fixed_total_number(
        300, weights=snn.Uniform(0.0, 0.5)
    )
    net.compile()
    before = np.concatenate(projection.w)
    net.simulate(8.0)
    np.testing.assert_allclose(np.concatenate(projection.w), before + 1.0, rtol=1e-6)


def test_synapses_that_overwrite_their_input_are_refused():
    net, _, _ = network(snn.Synapse(pre_spike="g_target = Max(g_target, w)"), weights=1.0)
    with pytest.raises(UnsupportedError, match="synapses of one pair would overwrite each other's effect"):
        net.compile()


def test_a_matrix_is_refused():
    net, _, _ = network(storage="dense", weights=1.0)
    with pytest.raises(ArgumentError, match="a matrix has one place for each pair"):
        net.compile()


def test_rates_add_up_over_synapses_of_a_pair():
    """Oracle: a matrix product."""
    net = snn.Network(dt=1.0, seed=5)
    P = net.create(12, snn.Neuron(parameters="r = 0.0"), name="P")
    P.r = np.arange(12.0)
    Q = net.create(9, snn.Neuron(equations="r = sum(exc)"), name="Q")
    projection = net.connect(P, Q, "exc").fixed_total_number(300, weights=0.5)
    net.compile()
    net.simulate(3.0)
    counts = np.zeros((9, 12))
    for d in projection:
        np.add.at(counts[d.post_rank], np.asarray(d.pre_ranks), 1)
    np.testing.assert_allclose(Q.r, 0.5 * counts @ np.arange(12.0), rtol=1e-6)
