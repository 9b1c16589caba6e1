"""Changes of a network: those that fail leave it as it was, those that succeed cost no more than they must."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import inputs, rng
from jaxsnn.errors import ArgumentError, ReplicaError, ShapeError, StateError, UnknownAttributeError, UnknownNameError
from tests.conftest import acceptance

COUNTER = snn.Neuron(parameters="p = 1.0\nk = 2 : int", equations="v += p", spike="v >= 4.0", reset="v = 0.0")


def network(n=3, **options):
    net = snn.Network(seed=1, **options)
    P = net.create(n, COUNTER, name="P")
    return net, P, net.monitor(P, ["v", "spike"])


# What fails changes nothing


def test_a_population_that_cannot_be_created_is_not_there():
    net = snn.Network()
    for described in (inputs.PoissonPopulation(3, rates=[1.0, 2.0]), inputs.PoissonPopulation(3, rates="q")):
        with pytest.raises((ShapeError, ValueError)):
            net.create(described, name="P")
    assert net.populations() == []
    P = net.create(3, COUNTER, name="P")
    assert net.populations() == [P] and P in net.populations() and P[0] == P[0] and P[0] != P[1]


@pytest.mark.parametrize("compiled", [False, True])
def test_changes_that_fail(compiled):
    net, P, M = network()
    if compiled:
        net.compile()
        net.simulate(2.0)
    for change, error in [
        (lambda: P.compute_firing_rate(float("inf")), ArgumentError),
        (lambda: P.compute_firing_rate(-1.0), ArgumentError),
        (lambda: setattr(P, "refractory", [1.0, 2.0]), (ShapeError, StateError)),
        (lambda: setattr(P, "k", 2.5), ArgumentError),
        (lambda: M.start("q"), UnknownNameError),
        (lambda: setattr(M, "period", 0.0), ArgumentError),
        (lambda: net.monitor(P, "q"), UnknownNameError),
    ]:
        with pytest.raises(error):
            change()
    with pytest.raises(UnknownAttributeError):
        _ = P.refractory
    assert P.attributes == ["p", "k", "v"] and M.variables == ["v", "spike"] and len(net.monitors()) == 1
    net.compile()
    net.simulate(2.0)
    assert P.v.tolist() == ([0.0] * 3 if compiled else [2.0] * 3)


def test_a_table_that_does_not_fit_leaves_the_old_one():
    net = snn.Network()
    T = net.create(inputs.TimedArray([[1.0], [2.0]], schedule=2.0), name="T")
    net.compile()
    for wrong in ({"rates": [[1.0, 2.0]]}, {"schedule": [3.0, 1.0]}, {"rates": "a"}):
        with pytest.raises((ArgumentError, ShapeError)):
            T.update(**wrong)
    assert T.rates.tolist() == [[1.0], [2.0]] and T.schedule == [0.0, 2.0]
    net.simulate(3.0)
    assert T.r.tolist() == [2.0]
    with pytest.raises(ShapeError, match=r"`T.rates` takes a value of shape \(2, 1\), not \(\)"):
        net.simulation.init(0, {"T.rates": 3.0})


# What a change costs


def test_monitors_that_come_and_go_compile_once(compilations):
    """Oracle: the number of compilations."""
    net, P, _ = network()
    net.compile()
    net.simulate(2.0)

    def visit():
        extra = net.monitor(P, "v", period=3.0)
        net.simulate(2.0)
        extra.stop()
        net.simulate(1.0)
        P.compute_firing_rate(10.0)

    visit()
    visit()
    before = compilations.count
    for _ in range(3):
        visit()
    assert compilations.count == before


def test_windows_that_change_and_change_back():
    """Oracle: a count of the spikes since the last change: a spike every 4 steps."""
    net, P, _ = network(1)
    net.compile()
    for window, expected in ((8.0, 250.0), (4.0, 250.0), (8.0, 250.0)):
        P.compute_firing_rate(window)
        net.simulate(1.0)
        assert P.r.tolist() in ([0.0], [1000.0 / window])
        net.simulate(15.0)
        assert P.r.tolist() == [expected]


def test_a_reset_draws_no_weights():
    """Oracle: weights stay bit for bit; the computation that gives initial values has no use for their size."""
    net = acceptance(snn.Network(seed=1), n=50)[0]
    sim, seed = net.compile(), rng.raw_of_seeds([1])[0]
    params, _ = sim.begin(seed, sim.declared)
    assert params.projections == {}
    text = sim.begin.lower(seed, sim.declared).compile().as_text()
    assert "40,50" not in text and "f32[50]" in text


# One rule, however one comes to it


def test_a_seed_after_compile_decides_noise_alone():
    """Oracle: the same calls with and without a reading in between, and in a replica."""
    model = snn.Neuron(parameters="p = 1.0", equations="r = p + Normal(0.0, 1.0)")

    def described(seed):
        net = snn.Network(seed=seed)
        P = net.create(3, model, name="P")
        P.p = snn.Uniform(0.0, 1.0)
        return net, P, net.monitor(P, "r")

    def run(net, P, M, read):
        if read:
            _ = P.p
        net.set_seed(7)
        net.simulate(3.0)
        return P.p, M.get("r")

    results = []
    for read in (False, True):
        net, P, M = described(5)
        net.compile()
        results.append(run(net, P, M, read))
    net, P, M = described(1)
    results += net.parallel_run(lambda net: run(net, net.get(P), net.get(M), False), 1, seeds=[5])
    for p, r in results[1:]:
        np.testing.assert_array_equal(p, results[0][0])
        np.testing.assert_array_equal(r, results[0][1])


def test_redrawn_weights_of_replicas():
    """Oracle: a single network of the replica's seed; a given matrix comes back as it was declared."""

    def described(seed):
        net = snn.Network(seed=seed)
        P = net.create(3, snn.Neuron(equations="r = sum(exc) + 1.0"), name="P")
        net.connect(P, P, target="exc", name="drawn").all_to_all(weights=snn.Uniform(0.0, 1.0))
        net.connect(P, P, target="exc", name="given").from_matrix(np.eye(3))
        return net

    def run(net):
        net.projection("given").w = 2.0
        net.simulate(2.0)
        net.reset(synapses=True)
        return [net.projection(name).connectivity_matrix() for name in ("drawn", "given")]

    net = described(1)
    for redraw in (True, False):
        (replica,) = net.parallel_run(run, 1, seeds=[5], redraw=redraw)
        np.testing.assert_array_equal(replica[1], np.eye(3))
        alone = described(5)
        alone.compile()
        np.testing.assert_array_equal(replica[0], run(alone)[0])


def test_tables_of_replicas_are_those_declared():
    """Oracle: the declared table, whatever the network or another replica has made of its own."""
    net = snn.Network()
    T = net.create(inputs.TimedArray([[1.0], [2.0]], schedule=2.0), name="T")
    M = net.monitor(T, "r")
    net.compile()
    T.rates = [[10.0], [20.0]]

    def run(net, rows):
        mine = net.get(T)
        if rows:
            mine.rates = np.ones((rows, 1))
        else:
            mine.period = 4.0
        net.simulate(6.0)
        return mine.rates.tolist(), net.get(M).get("r")[:, 0].tolist()

    many, own = net.parallel_run(run, 2, rows=[5, 0])
    assert many == ([[1.0]] * 5, [1.0] * 6)
    assert own == ([[1.0], [2.0]], [1.0, 1.0, 2.0, 2.0, 1.0, 1.0])


def test_callbacks_are_not_those_of_replicas():
    net, _P, _M = network(1)
    calls = []
    net.every(2.0)(lambda n: calls.append("network"))

    def run(net):
        net.every(3.0)(lambda n: calls.append("replica"))
        net.simulate(6.0)

    net.parallel_run(run, 1)
    assert calls == ["replica", "replica"]


@pytest.mark.parametrize(
    "slip",
    [
        lambda net, P, M: M.get("v"),
        lambda net, P, M: M.pause(),
        lambda net, P, M: M.start("v"),
        lambda net, P, M: net.monitor(P, "v"),
        lambda net, P, M: P.compute_firing_rate(10.0),
        lambda net, P, M: P.disable(),
        lambda net, P, M: P.clear(),
    ],
)
def test_acting_on_the_network_in_a_replica(slip):
    net, P, M = network(2)
    with pytest.raises(ReplicaError) as caught:
        net.parallel_run(lambda replica: slip(net, P, M), 1)
    assert "act on the replica" in str(caught.value.__cause__)


def test_settings_keep_what_was_declared():
    """Oracle: the same network object with other settings: handles, callbacks and a seed survive `setup`."""
    tau = snn.Constant("tau", 10.0)
    snn.set_seed(5)
    calls = []
    snn.every(2.0)(calls.append)
    snn.setup(dt=0.5)
    P = snn.Population(1, snn.Neuron(equations="r = tau"), name="P")
    snn.setup(num_threads=4)  # has no meaning here, so it may come late
    with pytest.raises(ArgumentError, match="comes before the first population"):
        snn.setup(dt=1.0, strict=True)
    snn.compile(silent=True)
    tau.set(20.0)
    snn.simulate(4.0)
    assert P.r.tolist() == [20.0] and snn.default_network().seed == 5 and calls == [0, 1]
    snn.clear(constants=False)
    assert float(snn.get_constant("tau")) == 20.0
    snn.setup(dt=1.0)


# Numbers of other kinds


def test_constants_and_numpy_numbers_are_numbers():
    net = snn.Network(seed=1)
    c = net.constant("c", 2.0)
    assert (f"tau = {c}", f"{c:.2f}", int(c), round(c, 1)) == ("tau = 2.0", "2.00", 2, 2.0)
    for refractory in (2, np.float32(2.0), np.int64(2), c):
        model = snn.Neuron(equations="v = 1.0", spike="v > 0.0", refractory=refractory)
        assert model.refractory == 2.0 and type(model.refractory) is float
    P = net.create(200, COUNTER, name="P")
    P.p = snn.Uniform(1.0, c)
    net.compile()
    assert P.p.dtype == np.float32 and 1.0 <= P.p.min() < P.p.max() < 2.0


def test_parameters_of_a_poisson_population_are_left_alone():
    P = snn.Network().create(inputs.PoissonPopulation(2, rates=20.0, parameters="base_rates = 0.0"), name="P")
    assert P.base_rates.tolist() == [0.0, 0.0] and P.rates.tolist() == [20.0, 20.0]


# Recordings


def test_recordings_over_a_clock_that_was_set_back():
    net, _P, M = network(1)
    net.compile()
    net.simulate(8.0)
    spikes = M.get("spike", keep=True)
    net.reset()
    assert M.mean_fr(spikes) == 250.0  # of the recording that the reset forgot
    net.simulate(4.0)
    net.reset(monitors=False)
    net.simulate(6.0)
    assert len(M.get("v", keep=True)) == 10
    with pytest.raises(StateError, match="time was set back during this recording"):
        M.population_rate()


def test_periods_that_change_within_a_recording():
    """Oracle: v counts the steps: its samples stand at their times in the picture."""
    net = snn.Network()
    P = net.create(1, snn.Neuron(equations="n += 1.0\nr = n"), name="P")
    M = net.monitor(P, "r", period=5.0, period_offset=2.0)
    net.compile()
    net.simulate(10.0)
    M.start(period=5.0)
    assert M.period_offset == 2.0
    M.period = 3.0
    net.simulate(9.0)
    line = M.plot().lines[0]
    np.testing.assert_array_equal(line.get_xdata(), line.get_ydata())
    assert M.get("r")[:, 0].tolist() == [3.0, 8.0, 12.0, 15.0, 18.0]


def test_what_a_monitor_asks_for():
    """It can be computed until the network is compiled; a strict network then refuses a rate of 0."""
    net, P, _ = network()
    net.monitor(P, "r")
    with pytest.raises(
        UnknownNameError, match=r"computes no mean firing rate `r`: call `compute_firing_rate\(window\)`"
    ):
        net.compile()
    P.compute_firing_rate(10.0)
    net.compile()
