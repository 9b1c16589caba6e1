"""Input populations: their schedules, what a reset does, their statistics, and gradients with respect to rates."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import jaxsnn as snn
from jaxsnn import inputs
from jaxsnn.errors import ArgumentError, EquationError, ShapeError
from jaxsnn.inputs._correlation import moments

FOLLOWER = snn.Neuron(equations="r = sum(exc)")


def recorded(described, steps, dt=1.0, variable="r", seed=1):
    """Return what an input population does over some steps."""
    net = snn.Network(dt=dt, seed=seed)
    P = net.create(described, name="P")
    M = net.monitor(P, variable)
    net.compile()
    net.simulate(steps * dt)
    return M.get(variable)


def rows(described, steps, dt=1.0):
    return recorded(described, steps, dt)[:, 0].tolist()


# Rates that follow a table


@pytest.mark.parametrize(
    ("options", "dt", "expected"),
    [
        ({"schedule": [2.0, 5.0, 7.0]}, 1.0, [0, 0, 1, 1, 1, 2, 2, 3, 3, 3]),
        ({"schedule": 2.0, "period": 6.0}, 1.0, [1, 1, 2, 2, 3, 3, 1, 1, 2, 2]),
        ({}, 1.0, [1, 2, 3, 3, 3]),
        ({"schedule": 1.0}, 0.5, [1, 1, 2, 2, 3, 3, 3]),
        ({"schedule": [1.0, 3.0]}, 1.0, [0, 1, 1, 2, 2, 2]),  # fewer times than rows: the rest is not used
        ({"schedule": [2.0, 4.0, 5.0], "period": 7.0}, 1.0, [0, 0, 1, 1, 2, 3, 3, 3, 3, 1, 1, 2, 3, 3]),
    ],
)
def test_timed_array(options, dt, expected):
    """Oracle: ANNarchy 4.8.2 (probes ta, ta2, ta3; the last row holds from the end of a period to its first time)."""
    assert rows(inputs.TimedArray([[1.0], [2.0], [3.0]], **options), len(expected), dt) == expected


def test_timed_array_reaches_its_targets_one_step_later():
    """Oracle: ANNarchy 4.8.2, probe tap."""
    net = snn.Network()
    source = net.create(inputs.TimedArray([[1.0], [2.0], [3.0]]), name="source")
    P = net.create(1, FOLLOWER, name="P")
    net.connect(source, P, target="exc").one_to_one()
    M = net.monitor(P, ["r", "sum(exc)"])
    net.compile()
    net.simulate(5.0)
    assert M.get("r", keep=True)[:, 0].tolist() == [0, 1, 2, 3, 3]
    np.testing.assert_array_equal(M.get("sum(exc)"), M.get("r"))
    np.testing.assert_array_equal(P.sum("exc"), [3.0])


def test_timed_array_in_a_grid():
    """Oracle: the rows themselves, in the geometry of the rates or in the one that is given."""
    table = np.arange(24.0).reshape(2, 3, 4)
    net = snn.Network()
    P, Q = net.create(inputs.TimedArray(table), name="P"), net.create(inputs.TimedArray(table, (4, 3)), name="Q")
    net.compile()
    net.simulate(2.0)
    np.testing.assert_array_equal(P.r, table[1])
    np.testing.assert_array_equal(Q.r, table[1].reshape(4, 3))


def test_an_update_of_a_timed_array():
    """Oracle: the new table, by the clock of the population, which a clear sets to 0; so does a reset, which brings
    back the table of before `compile()` (measured in ANNarchy 4.8.2)."""
    net = snn.Network(dt=0.5)
    P = net.create(inputs.TimedArray([[1.0], [2.0]], schedule=1.0), name="P")
    M = net.monitor(P, "r")
    assert (P.rates.tolist(), P.schedule, P.period) == ([[1.0], [2.0]], [0.0, 1.0], -1.0)
    P.schedule = [0.0, 2.0]
    net.compile()
    net.simulate(3.0)
    P.update(rates=[[5.0], [6.0], [7.0]], schedule=[0.0, 1.0, 3.5])
    net.simulate(1.0)
    assert M.get("r")[:, 0].tolist() == [1, 1, 1, 1, 2, 2, 6, 7]
    P.clear()
    net.simulate(1.5)
    assert M.get("r")[:, 0].tolist() == [5, 5, 6]
    P.period = 1.0
    net.reset()
    net.simulate(2.0)
    assert M.get("r")[:, 0].tolist() == [1, 1, 1, 1] and P.period == -1.0


def test_input_array():
    """Oracle: what was assigned, before and after compile, whole and in part."""
    net = snn.Network()
    P, Q = net.create(inputs.InputArray((2, 2)), name="P"), net.create(4, FOLLOWER, name="Q")
    net.connect(P, Q, target="exc").one_to_one(weights=2.0)
    P.r = [[1.0, 2.0], [3.0, 4.0]]
    net.compile()
    net.simulate(1.0)
    assert Q.r.tolist() == [2.0, 4.0, 6.0, 8.0]
    P[1, :].r = 0.0
    net.simulate(1.0)
    assert Q.r.tolist() == [2.0, 4.0, 0.0, 0.0] and P.r.tolist() == [[1.0, 2.0], [0.0, 0.0]]


# Spikes at given times


def test_spike_times():
    """Oracle: the times themselves, rounded to steps, sorted, each once."""
    spikes = recorded(inputs.SpikeSourceArray([[2.0, 0.5, 2.1, 2.0], [], [3.26]]), 10, dt=0.5, variable="spike")
    assert spikes == {0: [1, 4], 1: [], 2: [7]}  # 3.26 / 0.5 = 6.52
    assert recorded(inputs.SpikeSourceArray([1.0, 2.0]), 4, variable="spike") == {0: [1, 2]}


def test_other_spike_times():
    """Oracle: times count from the last reset or clear; those that are past when they are assigned do not come."""
    net = snn.Network()
    P = net.create(inputs.SpikeSourceArray([[2.0, 5.0], [3.0]]), name="P")
    M = net.monitor(P, "spike")
    net.compile()
    net.simulate(10.0)
    P.spike_times = [[1.0, 12.0, 13.0], list(range(40))]
    assert P.spike_times[0] == [1.0, 12.0, 13.0]
    net.simulate(5.0)
    assert M.get("spike") == {0: [2, 5, 12, 13], 1: [3, 10, 11, 12, 13, 14]}
    P.clear()
    net.simulate(2.0)
    assert M.get("spike") == {0: [16], 1: [15, 16]}
    net.reset()
    net.simulate(3.0)
    assert M.get("spike") == {0: [1], 1: [0, 1, 2]}


def test_many_spike_times_at_once():
    """Oracle: a table of random flags."""
    flags = np.random.default_rng(0).random((60, 50)) < 0.4
    spikes = recorded(inputs.SpikeSourceArray([np.flatnonzero(f) for f in flags]), 50, variable="spike")
    assert spikes == {i: np.flatnonzero(f).tolist() for i, f in enumerate(flags)}


def test_spike_times_of_replicas():
    """Oracle: a network of its own with the times of each replica, of different number."""
    net = snn.Network(seed=1)
    P = net.create(inputs.SpikeSourceArray([[1.0], [2.0]]), name="P")
    M = net.monitor(P, "spike")

    def run(net, n_times):
        mine, before = net.get(P), net.get(P).spike_times
        mine.spike_times = [list(range(n_times)), [4.0]]
        net.simulate(6.0)
        mine.spike_times = [[7.0], list(range(9))]
        net.simulate(4.0)
        return before, net.get(M).get("spike")

    for n_times, (before, spikes) in zip((0, 3, 20), net.parallel_run(run, 3, n_times=[0, 3, 20]), strict=True):
        assert before == [[1.0], [2.0]]
        assert spikes == {0: [*range(min(n_times, 6)), 7], 1: [4, 6, 7, 8]}
    assert P.spike_times == [[1.0], [2.0]]


# Random spikes


def binomial_bounds(probability, trials):
    """Return what a count lies between, but for one case in a million."""
    return stats.binom.interval(1 - 1e-6, trials, probability)


@pytest.mark.parametrize("dt", [1.0, 0.1])
def test_poisson_rates(dt):
    """Oracle: the binomial distribution of a count, for a number and for an array of rates."""
    steps = 1000
    for rates in (80.0, np.linspace(0.0, 200.0, 50)):
        spikes = recorded(inputs.PoissonPopulation(50, rates), steps, dt, "spike")
        counts = np.array([len(s) for s in spikes.values()])
        for count, rate in zip(counts, np.broadcast_to(rates, 50), strict=True):
            low, high = binomial_bounds(rate * dt / 1000.0, steps)
            assert low <= count <= high


def test_poisson_rates_from_an_equation():
    """Oracle: the rate is 200 Hz in one half of the time and 0 in the other."""
    described = inputs.PoissonPopulation(20, "if t < 100.0: high else: 0.0", parameters="high = 200.0")
    spikes = recorded(described, 200, variable="spike")
    steps = np.concatenate(list(spikes.values()))
    low, high = binomial_bounds(0.2, 20 * 100)
    assert low <= len(steps) <= high and steps.max() < 100
    with pytest.raises(EquationError, match="unknown name `hihg`. Did you mean `high`?"):
        snn.Network().create(inputs.PoissonPopulation(1, "hihg", parameters="high = 2.0"))


def test_poisson_rates_from_a_target():
    """Oracle: the rates that a projection carries, one step later."""
    net = snn.Network(seed=2)
    source = net.create(inputs.TimedArray([[0.0, 100.0], [500.0, 0.0]], schedule=[0.0, 500.0]), name="source")
    P = net.create(inputs.PoissonPopulation(2, target="exc"), name="P")
    net.connect(source, P, target="exc").one_to_one(weights=2.0)
    M = net.monitor(P, ["spike", "rates"])
    net.compile()
    net.simulate(1000.0)
    np.testing.assert_array_equal(M.get("rates")[[1, 500, 501, 999]], [[0, 200], [0, 200], [1000, 0], [1000, 0]])
    spikes = M.get("spike")
    assert spikes[0] == list(range(501, 1000))
    low, high = binomial_bounds(0.2, 500)
    assert low <= len(spikes[1]) <= high and max(spikes[1]) <= 500


def test_poisson_refractoriness():
    """Oracle: no two spikes lie closer than the refractory period."""
    spikes = recorded(inputs.PoissonPopulation(10, 900.0, refractory=3.0), 500, variable="spike")
    assert min(np.diff(s).min() for s in spikes.values()) == 4


def test_timed_poisson():
    """Oracle: the binomial distribution of the counts in each part of the schedule, per neuron."""
    rates = np.array([[0.0, 300.0], [100.0, 0.0], [50.0, 600.0]])
    described = inputs.TimedPoissonPopulation(2, rates, schedule=[0.0, 1000.0, 2000.0], period=3000.0)
    spikes = recorded(described, 6000, variable="spike")
    for neuron in range(2):
        parts = np.bincount(np.asarray(spikes[neuron], int) // 1000, minlength=6)
        for count, rate in zip(parts, np.tile(rates[:, neuron], 2), strict=True):
            low, high = binomial_bounds(rate / 1000.0, 1000)
            assert low <= count <= high
    assert len(recorded(inputs.TimedPoissonPopulation(3, [0.0], [0.0]), 100, variable="spike")[0]) == 0


def test_correlated_moments():
    """Oracle: numerical integration of the rectified normal; the figures of ANNarchy 4.8.2 for one case."""
    assert np.round(moments(20.0, 0.5, 10.0), 4).tolist() == [13.0795, 31.0227]
    for rate, corr, tau in [(20.0, 0.5, 10.0), (5.0, 0.9, 2.0), (100.0, 0.05, 50.0), (40.0, 1.0, 5.0)]:
        mu, sigma = moments(rate, corr, tau)
        x = np.linspace(0.0, mu + 12 * sigma, 400_001)
        density = stats.norm.pdf(x, mu, sigma)
        first, second = np.trapezoid(x * density, x), np.trapezoid(x * x * density, x)
        np.testing.assert_allclose(first, rate, rtol=1e-6)
        np.testing.assert_allclose(second - first**2, corr * rate / (2 * tau / 1000), rtol=1e-6)
    assert moments(20.0, 0.0, 10.0) == (20.0, 0.0)


def total_covariance(rate, corr, tau):
    """Return the integral over all lags of the covariance of a rectified Ornstein-Uhlenbeck process, per ms.

    By Price's theorem the covariance at a lag of correlation c is sigma^2 times the integral, from 0 to c, of the
    probability that both of two such normals are above 0; the lag is -tau log(c).
    """
    mu, sigma = moments(rate, corr, tau)
    c = np.linspace(0.0, 1.0 - 1e-9, 101)
    both = [stats.multivariate_normal.cdf([mu / sigma] * 2, cov=[[1.0, x], [x, 1.0]]) for x in c]
    covariance = sigma**2 * np.concatenate([[0.0], np.cumsum((np.add(both[1:], both[:-1])) / 2 * np.diff(c))])
    return 2 * tau * (np.trapezoid(covariance[1:] / c[1:], c[1:]) + covariance[1])


@pytest.mark.parametrize("annarchy", [False, True])
def test_correlated_trains(annarchy):
    """Oracle: the mean rate that was asked for, and Price's theorem for the covariance of counts in long windows.

    The process of ANNarchy 4.8.2 has neither: one run of it gave 13.9 Hz and 0.38 of corr * rate. The bounds are five
    standard deviations, measured over ten seeds.
    """
    trains = inputs.HomogeneousCorrelatedSpikeTrains(60, 20.0, corr=0.5, tau=5.0, annarchy_process=annarchy)
    spikes = recorded(trains, 80_000, variable="spike", seed=3)
    counts = np.array([np.bincount(np.asarray(s) // 200, minlength=400) for s in spikes.values()])
    pairs = np.cov(counts)[np.triu_indices(60, 1)].mean() / 200.0
    expected = 0.38 * 0.5 * 20.0 / 1000.0 if annarchy else total_covariance(20.0, 0.5, 5.0) / 1e6
    assert abs(counts.mean() / 0.2 - (13.9 if annarchy else 20.0)) < 1.9
    assert abs(pairs / expected - 1.0) < 0.5


def test_correlated_schedule():
    """Oracle: mu and sigma of each part, and the formula of the process with noise 0 (corr = 0)."""
    net = snn.Network()
    described = inputs.HomogeneousCorrelatedSpikeTrains(2, [20.0, 60.0], [0.0, 0.5], 10.0, schedule=[0.0, 5.0])
    P = net.create(described, name="P")
    M = net.monitor(P, ["mu", "sigma", "x"])
    net.compile()
    net.simulate(8.0)
    data = M.get()
    mu, sigma = moments(60.0, 0.5, 10.0)
    np.testing.assert_allclose(data["mu"], [20.0] * 5 + [mu] * 3, rtol=1e-6)
    np.testing.assert_allclose(data["sigma"], [0.0] * 5 + [sigma] * 3, rtol=1e-6)
    np.testing.assert_array_equal(data["x"][:5], 20.0)
    P.update(rates=[40.0, 40.0], corr=0.0)
    net.simulate(1.0)
    assert M.get("mu").tolist() == [40.0] and P.rates.tolist() == [40.0, 40.0]


# Gradients


def test_gradient_with_respect_to_poisson_rates():
    """Oracle: an expected count grows by dt per Hz, whatever was drawn: the estimate is exact for a sum of spikes."""
    net = snn.Network(dt=0.5, seed=1)
    P = net.create(inputs.PoissonPopulation(4, np.array([0.0, 10.0, 100.0, 900.0])), name="P")
    net.monitor(P, "spike")
    sim = net.compile()
    params, state = sim.init(jax.random.key(0))

    def total(params):
        return sim.run(params, state, duration=50.0)[1]["P"]["spike"].sum()

    gradient = jax.grad(total)(params).populations["P"]["rates"]
    np.testing.assert_allclose(gradient, 100 * 0.5 / 1000.0, rtol=1e-6)


def test_gradient_with_respect_to_a_table(double):
    """Oracle: finite differences, of a leaky neuron that is driven by the table."""
    net = snn.Network(dt=1.0)
    source = net.create(inputs.TimedArray([[1.0, 0.5], [2.0, 0.0], [-1.0, 3.0]], schedule=4.0), name="source")
    P = net.create(2, snn.Neuron(equations="5.0 * dr/dt + r = sum(exc)"), name="P")
    net.connect(source, P, target="exc", name="in").one_to_one(weights=0.7)
    net.monitor(P, "r")
    sim = net.compile()

    def energy(rates):
        params, state = sim.init(jax.random.key(0), {"source.rates": rates})
        return (sim.run(params, state, duration=12.0)[1]["P"]["r"] ** 2).sum()

    rates = jnp.array([[1.0, 0.5], [2.0, 0.0], [-1.0, 3.0]])
    gradient = jax.grad(energy)(rates)
    for index in np.ndindex(3, 2):
        step = jnp.zeros((3, 2)).at[index].set(1e-5)
        difference = (energy(rates + step) - energy(rates - step)) / 2e-5
        np.testing.assert_allclose(gradient[index], difference, rtol=1e-6)


def test_inputs_under_vmap():
    """Oracle: one run per table."""
    net = snn.Network()
    P = net.create(inputs.TimedArray(np.zeros((3, 2))), name="P")
    net.monitor(P, "r")
    sim = net.compile()
    tables = np.arange(24.0).reshape(4, 3, 2)

    def run(table):
        return sim.run(*sim.init(0, {"P.rates": table}), duration=3.0)[1]["P"]["r"]

    np.testing.assert_array_equal(jax.vmap(run)(tables), tables)


# Mistakes


@pytest.mark.parametrize(
    ("described", "error", "message"),
    [
        (lambda: inputs.PoissonPopulation(3), ArgumentError, "takes `rates` or a `target` that feeds it"),
        (lambda: inputs.PoissonPopulation(3, 1.0, "exc"), ArgumentError, "one of the two"),
        (
            lambda: inputs.PoissonPopulation(3, -1.0),
            ArgumentError,
            "`rates` takes finite numbers, at least 0, not -1.0",
        ),
        (lambda: inputs.PoissonPopulation(3, [1.0, 2.0]), ShapeError, "takes a scalar or 3 values"),
        (lambda: inputs.TimedArray(5.0), ArgumentError, "need a first axis of times"),
        (lambda: inputs.TimedArray([[1.0], [2.0]], schedule=[3.0, 1.0]), ArgumentError, "must grow"),
        (lambda: inputs.TimedArray([[1.0]], schedule=[1.0, 2.0]), ArgumentError, "2 times for 1 rows"),
        (lambda: inputs.TimedArray([[1.0, 2.0]], geometry=3), ShapeError, "have 2 values per time, its geometry 3"),
        (lambda: inputs.SpikeSourceArray(3.0), ArgumentError, "a list of times in ms, or one such list per neuron"),
        (lambda: inputs.SpikeSourceArray([1.0, [2.0]]), ArgumentError, "mixes times and lists"),
        (lambda: inputs.SpikeSourceArray([[np.nan]]), ArgumentError, "takes finite numbers"),
        (lambda: inputs.SpikeSourceArray(["a"]), ArgumentError, "`spike_times` takes finite numbers"),
        (
            lambda: inputs.HomogeneousCorrelatedSpikeTrains(3, 20.0, 1.5, 10.0),
            ArgumentError,
            "a correlation between 0 and 1, not",
        ),
        (lambda: inputs.HomogeneousCorrelatedSpikeTrains(3, 20.0, 0.5, 0.0), ArgumentError, "greater than 0, not 0.0"),
    ],
)
def test_mistakes(described, error, message):
    with pytest.raises(error, match=message):
        snn.Network().create(described(), name="P")


def test_mistakes_in_handles():
    net = snn.Network()
    P = net.create(inputs.SpikeSourceArray([[1.0], [2.0]]), name="P")
    T = net.create(inputs.TimedArray([[1.0]]), name="T")
    with pytest.raises(ShapeError, match="takes a list for each of 2 neurons, not 1"):
        P.spike_times = [1.0]
    assert P.spike_times == [[1.0], [2.0]]
    with pytest.raises(ArgumentError, match="`r` of population `T` .* follows its table: assign `rates`"):
        T.r = 3.0
