"""Synapses that come and go: by rules in a run, by hand between runs."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, UnsupportedError

ONES = snn.Neuron(equations="r = 1.0")
SUM = snn.Neuron(equations="r = sum(exc)")
COUNTER = snn.Synapse(
    parameters="k = 2.0",
    equations="age += 1.0",
    creating="pre.r > 0.5 : proba=1.0, w=0.5",
    pruning="age > 5.0 : proba=1.0",
)


def growing(synapse, n_pre=4, n_post=3, seed=0, **options):
    net = snn.Network(seed=seed)
    pre, post = net.create(n_pre, ONES, name="pre"), net.create(n_post, SUM, name="post")
    return net, net.connect(pre, post, "exc", synapse, name="proj", **options)


def test_rules_of_annarchy():
    """Oracle: measured on ANNarchy: created in the first step with age 0, old ones pruned at step 5, new ones at 8."""
    net, proj = growing(COUNTER)
    proj.one_to_one(weights=0.1)
    M = net.monitor(proj, ["age", "w"])
    net.compile()
    proj.k = 3.0
    proj.start_creating(period=2.0)
    numbers = []
    for step in range(9):
        if step == 2:
            proj.start_pruning(period=3.0)
        net.simulate(1.0)
        numbers.append(proj.nb_synapses)
    assert numbers == [12] * 5 + [9, 12, 12, 3]
    ages, weights = (M.get(name, keep=True) for name in ("age", "w"))
    assert ages.shape == (9, 3, 4)  # all pairs (post, pre), NaN while there is no synapse
    np.testing.assert_array_equal(ages[:, 0, 0], [1, 2, 3, 4, 5, np.nan, 0, 1, 2])
    np.testing.assert_array_equal(ages[:, 0, 1], [0, 1, 2, 3, 4, 5, 6, 7, np.nan])
    np.testing.assert_allclose(weights[4, 0], [0.1, 0.5, 0.5, 0.5], rtol=1e-6)
    assert proj.k == [[3.0], [3.0], [3.0]]


def test_what_is_pruned_sends_nothing():
    """Oracle: the sum over the synapses that exist, before the step in which they change."""
    net, proj = growing(COUNTER)
    proj.one_to_one(weights=0.1)
    M, W = net.monitor(net.population("post"), "r"), net.monitor(proj, "w")
    net.compile()
    proj.start_creating(period=2.0)
    proj.start_pruning(period=3.0)
    net.simulate(12.0)
    weights, rates = W.get("w"), M.get("r")
    assert np.isnan(weights).any()
    np.testing.assert_allclose(rates[1:], np.nansum(weights, axis=2)[:-1], rtol=1e-6)


def test_probability_of_a_rule():
    """Oracle: the binomial distribution, at 5 standard deviations."""
    rule = snn.Synapse(creating="pre.r > 0.5 : proba=0.1, w=1.0", pruning="w > 0.5 : proba=0.3")
    net, proj = growing(rule, 100, 200, seed=4)
    proj.from_sparse(snn.sparse_random_matrix(net.population("pre"), net.population("post"), 0.0, 1.0))
    net.compile()
    assert proj.nb_synapses == 0
    proj.start_creating()
    net.simulate(1.0)
    assert abs(proj.nb_synapses - 2000) < 5 * np.sqrt(20_000 * 0.09)
    proj.stop_creating()
    before = proj.nb_synapses
    proj.start_pruning()
    net.simulate(1.0)
    assert abs(proj.nb_synapses - 0.7 * before) < 5 * np.sqrt(0.21 * before)
    proj.stop_pruning()
    rest = proj.nb_synapses
    net.simulate(5.0)
    assert proj.nb_synapses == rest


def test_random_condition_and_created_delay(double):
    """Oracle: the values that the rule gives; a created synapse delays by its own number of steps."""
    rule = snn.Synapse(creating="Uniform(0.0, 1.0) * pre.r > 0.5 : w=2.0, d=3.0")
    net, proj = growing(rule, 30, 20)
    proj.from_sparse(snn.sparse_random_matrix(net.population("pre"), net.population("post"), 0.0, 1.0))
    M = net.monitor(net.population("post"), "r")
    net.compile()
    proj.start_creating()
    net.simulate(1.0)
    proj.stop_creating()
    assert abs(proj.nb_synapses - 300) < 5 * np.sqrt(150)
    assert {d for row in proj.delay for d in row} == {3.0}
    net.simulate(5.0)
    expected = 2.0 * np.bincount(proj._core.synapses("proj").post, minlength=20)
    rates = M.get("r")
    np.testing.assert_array_equal(rates[:3], 0.0)  # rates of 1 begin in step 0, and arrive three steps later
    np.testing.assert_array_equal(rates[4], expected)


def test_event_driven_synapses_begin_without_a_past(double):
    """Oracle: a synapse of the same network that was there from the beginning."""
    rule = snn.Synapse(
        parameters="tau = 10.0",
        equations="tau * dx/dt = -x : event-driven",
        pre_spike="g_target += w ; x += 1.0",
        creating="t > 4.5 : w=1.0",
    )
    net = snn.Network(seed=0)
    pre = net.create(snn.inputs.SpikeSourceArray([[2.0, 8.0, 11.0]] * 2), name="pre")
    post = net.create(1, snn.Neuron(equations="v = g_exc ; g_exc = 0.0", spike="v > 1e9"), name="post")
    proj = net.connect(pre, post, "exc", rule)
    proj.from_matrix([[1.0, None]])
    net.compile()
    proj.start_creating()
    net.simulate(15.0)
    old, new = proj.x[0]
    # As in ANNarchy, x decays for one step less than the 3 ms and 6 ms between arriving spikes.
    np.testing.assert_allclose(new, 1.0 + np.exp(-0.2), rtol=1e-12)
    np.testing.assert_allclose(old, 1.0 + np.exp(-0.2) * (1.0 + np.exp(-0.5)), rtol=1e-12)


@pytest.mark.parametrize("storage", ["dense", "rows"])
@pytest.mark.parametrize("spiking", [False, True])
def test_by_hand(double, storage, spiking):
    """Oracle: a network that is connected from the beginning as the other one is after the change."""
    rng = np.random.default_rng(1)
    before = np.where(rng.random((5, 30)) < 0.2, rng.normal(size=(5, 30)), np.nan)
    after = before.copy()
    after[2] = np.arange(30.0)  # far more than a row has
    after[0, ~np.isnan(before[0])] = np.nan
    after[0, 3] = 0.5

    def network(matrix):
        net = snn.Network(seed=0)
        if spiking:
            trains = [[float(t) for t in range(20) if (t * (i + 2)) % 7 < 2] for i in range(30)]
            pre = net.create(snn.inputs.SpikeSourceArray(trains), name="pre")
            neuron = snn.Neuron(equations="v = g_exc ; g_exc = 0.0", spike="v > 2.0")
            synapse = snn.Synapse(pre_spike="g_target += w ; trace += 1.0", post_spike="w += 0.1 * trace")
        else:
            pre, neuron = net.create(30, snn.Neuron(equations="r = sin(t)"), name="pre"), SUM
            synapse = snn.Synapse(equations="dw/dt = 0.01 * pre.r * post.r")
        post = net.create(5, neuron, name="post")
        entries = [[None if np.isnan(x) else x for x in row] for row in matrix]
        proj = net.connect(pre, post, "exc", synapse, storage=storage).from_matrix(entries)
        M = net.monitor(post, "v" if spiking else "r")
        net.compile()
        return net, proj, M

    net, proj, M = network(before)
    for rank in range(5):
        old, new = (set(np.flatnonzero(~np.isnan(m[rank])).tolist()) for m in (before, after))
        if gone := sorted(old - new):
            proj.dendrite(rank).prune_synapses(gone)
        elif rank == 2:
            proj.dendrite(rank).w = after[rank, sorted(old)]
        if old & new:
            proj.dendrite(rank).create_synapses(sorted(new - old), after[rank, sorted(new - old)])
        for pre in sorted(new - old) if not old & new else []:
            proj.create_synapse(pre, rank, w=after[rank, pre])
    other, expected, N = network(after)
    np.testing.assert_array_equal(proj.connectivity_matrix(np.nan), expected.connectivity_matrix(np.nan))
    for n in (net, other):
        n.simulate(20.0)
    np.testing.assert_allclose(*(m.get("v" if spiking else "r") for m in (M, N)), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(
        proj.connectivity_matrix(np.nan), expected.connectivity_matrix(np.nan), rtol=1e-12, atol=1e-12
    )
    net.monitor(net.population("post"), "spike" if spiking else "r")  # a change of the description keeps the synapses
    assert proj.nb_synapses == expected.nb_synapses


def test_a_synapse_created_by_hand():
    """Oracle: what the calls say; parameters begin as the model declares."""
    net, proj = growing(COUNTER)
    proj.one_to_one(weights=0.1)
    net.compile()
    dendrite = proj.dendrite(1)
    dendrite.create_synapse(3, w=2.0)
    dendrite.create_synapses([0, 2], weights=[5.0, 6.0])
    assert dendrite.pre_ranks == [0, 1, 2, 3]
    np.testing.assert_allclose(dendrite.w, [5.0, 0.1, 6.0, 2.0], rtol=1e-6)
    dendrite.prune_synapse(1)
    assert dendrite.pre_ranks == [0, 2, 3]
    assert proj.nb_synapses == 5
    for change, message in (
        (lambda: dendrite.create_synapse(0), "there is a synapse from neuron 0 to neuron 1 already"),
        (lambda: dendrite.prune_synapse(1), "there is no synapse from neuron 1 to neuron 1"),
        (lambda: dendrite.prune_synapses([2, 2]), r"a pre neuron stands twice in \[2, 2\]"),
        (lambda: dendrite.create_synapse(7), "neuron 7 is not on the pre-synaptic side of projection `proj`"),
        (lambda: dendrite.create_synapse(1, delay=-1.0), "at least 0, not"),
        (
            lambda: dendrite.create_synapse(1, delay=5.0),
            "all synapses of projection `proj` have the same delay of 1 ms",
        ),
    ):
        with pytest.raises(ArgumentError, match=message):
            change()
    assert dendrite.pre_ranks == [0, 2, 3]


def test_replicas_with_rules():
    """Oracle: one replica at a time."""
    rule = snn.Synapse(creating="pre.r > 0.5 : proba=0.1, w=1.0")
    net, proj = growing(rule, 20, 10, seed=2)
    proj.fixed_probability(0.1, weights=0.5)
    net.compile()

    def run(net):
        mine = net.get(proj)
        mine.start_creating(period=2.0)
        net.simulate(5.0)
        return mine.connectivity_matrix()

    together, apart = (net.parallel_run(run, number=3, sequential=s) for s in (False, True))
    np.testing.assert_array_equal(together, apart)
    assert len({m.tobytes() for m in together}) == 3

    def by_hand(net):
        dendrite = next(iter(net.get(proj)))
        dendrite.prune_synapse(dendrite.pre_ranks[0])

    with pytest.raises(snn.errors.ReplicaError) as caught:
        net.parallel_run(by_hand, number=2)
    assert isinstance(caught.value.__cause__, UnsupportedError)


def test_mistakes():
    net, proj = growing(snn.Synapse())
    proj.one_to_one(weights=0.1)
    with pytest.raises(ArgumentError, match="the synapses of projection `proj` have no rule `creating`"):
        proj.start_creating()
    net, proj = growing(COUNTER, storage="rows")
    proj.one_to_one(weights=0.1)
    with pytest.raises(ArgumentError, match="need a place for every pair: leave `storage` out"):
        net.compile()
    net, proj = growing(COUNTER)
    with pytest.raises(ArgumentError, match="`period` is at least one step of 1 ms, not 0.1 ms"):
        proj.start_pruning(period=0.1)
    net, proj = growing(snn.Synapse(parameters="k = 1.0 : projection", creating="pre.r > 0.0 : d=k"))
    proj.one_to_one(weights=0.1)
    with pytest.raises(ArgumentError, match="`d` of created synapses is a number of ms"):
        net.compile()
