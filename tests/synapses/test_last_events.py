"""Steps of last events that neurons keep for their synapses: the numbers of steps that each synapse keeps."""

import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.editing import at_synapses, of_neurons
from jaxsnn.plan import Delivery, EventClock, choose_event_clock
from jaxsnn.step import LONG_AGO, LastEvents

from ..io.networks import document

PLASTIC = snn.Synapse(
    parameters="tau = 15.0 : projection ; rest = 0.4",
    equations="tau * dx/dt = rest - x : init = 1.0, event-driven ; tau * dy/dt = -y : event-driven, min = -0.5",
    pre_spike="g_target += w ; x += 0.1 ; w = clip(w + 0.1 * y, 0.0, 2.0)",
    post_spike="y -= 0.1 ; w = clip(w + 0.1 * x, 0.0, 2.0)",
)
STEPS = np.random.default_rng(3).random((2, 8, 60)) < 0.15  # side, neuron, step
AXON = snn.Neuron(
    equations="drive += 1.0",
    spike="modulo(drive, 7.0) == 3.0",
    axon_spike="modulo(drive, 5.0) == 2.0",
    reset="drive += 0.0",
)


def times(side):
    return [[float(t) for t in np.flatnonzero(row)] for row in STEPS[side]]


def network(
    storage="rows", delays: float | snn.Uniform = 1.0, synapse=PLASTIC, pre=None, kernel=None, part=slice(0, 8)
):
    """Return a compiled network in which both sides spike at given times, so that no sum decides what happens."""
    net = snn.Network(seed=4)
    P = net.create(8, AXON, name="pre") if pre else net.create(snn.inputs.SpikeSourceArray(times(0)), name="pre")
    Q = net.create(snn.inputs.SpikeSourceArray(times(1)), name="post")
    p = net.connect(P[part], Q, "exc", synapse, name="p", storage=storage, kernel=kernel)
    p.fixed_probability(0.6, weights=snn.Uniform(0.0, 1.0), delays=delays)
    net.compile()
    return net


def projection(net) -> snn.Projection:
    found = net.projection("p")
    assert isinstance(found, snn.Projection)
    return found


def values(net):
    """Return all that synapses have, the steps of the last events among them."""
    found = {name: np.concatenate(list(getattr(projection(net), name))) for name in ("w", "x", "y")}
    return found | {"last": document(net).arrays["projections/p/last-event-step"]}


@pytest.fixture
def at_each_synapse(monkeypatch):
    """Return a function that makes networks in which each synapse keeps the step of its last event."""

    def made(make):
        with monkeypatch.context() as patch:
            patch.setattr("jaxsnn.plan._plan_projection.choose_event_clock", lambda *_: EventClock.OF_SYNAPSES)
            net = make()
        assert not isinstance(net.state.last_events["p"], LastEvents)
        return net

    return made


def same(one, two, **tolerance):
    for name, expected in values(two).items():
        np.testing.assert_allclose(values(one)[name], expected, err_msg=name, **(tolerance or {"rtol": 0, "atol": 0}))


SLOW = [
    {"kernel": "plain"},
    {"delays": 3.0},
    {"part": slice(2, 7), "storage": "dense"},
    {"synapse": snn.STDP(w_max=1.0)},
    {"pre": "axon", "synapse": snn.STDP(w_max=1.0)},
]


@pytest.mark.optimised
@pytest.mark.parametrize(
    "options", [{}, {"storage": "dense"}, *(pytest.param(x, marks=pytest.mark.slow) for x in SLOW)], ids=str
)
def test_the_same_bits(at_each_synapse, options):
    """Oracle: the network in which each synapse keeps the step of its last event."""
    mine, theirs = network(**options), at_each_synapse(lambda: network(**options))
    assert isinstance(mine.state.last_events["p"], LastEvents)
    for _ in range(2):
        for net in (mine, theirs):
            net.simulate(25.0)
        same(mine, theirs)
    assert (values(mine)["last"] > 30).any()


@pytest.mark.slow
def test_the_plain_path():
    """Oracle: the plain path, which looks at all synapses in every step; to the rounding of fused multiplications."""
    mine, plain = network(storage="dense", kernel="event"), network(storage="dense", kernel="plain")
    for net in (mine, plain):
        net.simulate(50.0)
    same(mine, plain, rtol=1e-6, atol=1e-7)


def test_who_keeps_them():
    """Oracle: a list by hand; the summary says it."""
    assert "steps of last events one for each neuron" in network().summary()
    assert "steps of last events one for each synapse" in network(delays=snn.Uniform(1.0, 4.0)).summary()
    grown = snn.Synapse(equations="dx/dt = -x : event-driven", pre_spike="x += 1.0", pruning="w < 0.0 : proba = 0.1")
    still = snn.Synapse(pre_spike="g_target += w")
    for synapse, delivery, expected in (
        (snn.STP(), Delivery.NEXT_STEP, EventClock.OF_NEURONS),
        (snn.STP(), Delivery.UNIFORM, EventClock.OF_NEURONS),
        (snn.STP(), Delivery.PER_SYNAPSE, EventClock.OF_SYNAPSES),
        (grown, Delivery.NEXT_STEP, EventClock.OF_SYNAPSES),
        (still, Delivery.NEXT_STEP, None),
    ):
        assert choose_event_clock(synapse.analysed, delivery) is expected


@pytest.mark.slow
def test_synapses_that_are_created_by_hand(at_each_synapse):
    """Oracle: the network whose synapses keep the steps; nothing has happened at a new one: it has decayed to rest."""
    mine, theirs = network(), at_each_synapse(network)
    for net in (mine, theirs):
        net.simulate(30.0)
        dendrite = projection(net).dendrite(3)
        free = sorted(set(range(8)) - set(dendrite.pre_ranks))
        dendrite.create_synapses(free, weights=0.5)
        dendrite.prune_synapse(dendrite.pre_ranks[0])
        net.simulate(25.0)
    assert free
    for name in ("w", "x", "y"):
        np.testing.assert_allclose(values(mine)[name], values(theirs)[name], rtol=2e-6, atol=1e-7, err_msg=name)


@pytest.mark.slow
def test_delays_that_become_longer(at_each_synapse):
    """Oracle: the network whose synapses keep the steps from the beginning, as they do once delays differ."""
    make = lambda: network(delays=snn.Uniform(0.5, 1.0))  # noqa: E731
    mine, theirs = make(), at_each_synapse(make)
    assert isinstance(mine.state.last_events["p"], LastEvents)
    for net in (mine, theirs):
        net.simulate(20.0)
        projection(net).delay = snn.Uniform(1.0, 3.0)
        net.simulate(30.0)
    assert not isinstance(mine.state.last_events["p"], LastEvents)
    same(mine, theirs)


@pytest.mark.slow
def test_files_of_synapses_with_delays_of_their_own(at_each_synapse, tmp_path):
    """Oracle: the network whose synapses keep the steps loads the same file."""
    source = at_each_synapse(network)
    source.simulate(20.0)
    projection(source).dendrite(3).create_synapses(
        sorted(set(range(8)) - set(projection(source).dendrite(3).pre_ranks)), weights=0.5
    )
    projection(source).save(tmp_path / "p.npz")
    mine, theirs = network(), at_each_synapse(network)
    for net in (mine, theirs):
        projection(net).load(tmp_path / "p.npz")
        net.simulate(40.0)
    for name in ("w", "x", "y"):
        np.testing.assert_allclose(values(mine)[name], values(theirs)[name], rtol=2e-6, atol=1e-7, err_msg=name)


def test_neurons_are_found_from_synapses():
    """Oracle: steps that were made from those of neurons."""
    net = network()
    core = projection(net)._core
    found, plan = core.synapses("p"), core.plan("p")
    rng = np.random.default_rng(0)
    for _ in range(20):
        given = LastEvents(*(jnp.asarray(rng.choice([LONG_AGO, 3, 5, 9, 12], 8)) for _ in range(2)))
        steps = at_synapses(given, found)
        np.testing.assert_array_equal(at_synapses(of_neurons(plan, found, steps), found), steps)
    steps = rng.integers(0, 50, found.size)
    assert (at_synapses(of_neurons(plan, found, steps), found) >= steps).all()
