"""`Network` and its handles: attributes, views, weights, monitors, time, and how often it compiles."""

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, ShapeError, StateError, UnknownNameError
from tests.conftest import acceptance

COUNTER = snn.Neuron(parameters="p = 1.0", equations="v += 1 ; w = p * v", spike="v >= 4", reset="v = 0")


def counting(n=3, **options):
    net = snn.Network(dt=1.0, seed=0, **options)
    P = net.create(n, COUNTER, name="P")
    return net, P, net.monitor(P, ["v", "spike"])


def test_attributes_before_and_after_compile():
    """Oracle: NumPy arrays assigned the same way."""
    net, P, _ = counting(6)
    expected = np.full(6, 1.0)
    for compiled in (False, True):
        if compiled:
            net.compile()
        np.testing.assert_array_equal(P.p, expected)
        P[:2].p = [5.0, 6.0]
        P[2:4].p = P[:2].p * 2 + 1
        P[5].p = -1.0
        P[[4, 0]].p = np.array([8.0, 9.0])
        expected[:2], expected[2:4], expected[5], expected[[4, 0]] = [5, 6], [11, 13], -1, [8, 9]
        np.testing.assert_array_equal(P.p, expected)
        np.testing.assert_array_equal(P[1:4].p, expected[1:4])
        P.p, expected = 2.0, np.full(6, 2.0)
    net.simulate(1.0)
    np.testing.assert_array_equal(P.w, np.full(6, 2.0))


def test_geometry_and_views():
    """Oracle: NumPy indexing of a grid of ranks."""
    net = snn.Network()
    P = net.create((3, 4), COUNTER)
    grid = np.arange(12).reshape(3, 4)
    P.p = grid
    np.testing.assert_array_equal(P.p, grid)
    np.testing.assert_array_equal(P[1:, ::2].p, grid[1:, ::2].reshape(-1))
    np.testing.assert_array_equal(P[P.p.reshape(-1) > 8].ranks, [9, 10, 11])
    np.testing.assert_array_equal((P[:2] + P[1:5]).ranks, range(5))
    np.testing.assert_array_equal(P[4:][-2:].ranks, [10, 11])
    assert (len(P), P.name, P.geometry, len(P[:5])) == (12, "pop0", (3, 4), 5)
    assert P.attributes == ["p", "v", "w"] and P.parameters == ["p"] and P.variables == ["v", "w"]


def test_distributions_as_values():
    """Oracle: bounds of the distributions, and the seed: the same one gives the same draws."""

    def drawn(seed):
        net = snn.Network(seed=seed)
        P = net.create(100, COUNTER)
        P.p = snn.Uniform(1.0, 2.0)
        P[:50].p = snn.Normal(10.0, 0.1)
        P[0].p = -3.0
        net.compile()
        return P.p

    first = drawn(1)
    assert first[0] == -3.0 and (np.abs(first[1:50] - 10) < 1).all()
    assert ((first[50:] >= 1) & (first[50:] < 2)).all() and len(np.unique(first)) == 100
    np.testing.assert_array_equal(first, drawn(1))
    assert not np.array_equal(first, drawn(2))


def test_recording():
    """Oracle: the neuron counts to 4 and starts again."""
    net, _, M = counting()
    net.compile()
    net.simulate(6.0)
    v = np.array([1.0, 2, 3, 0, 1, 2])
    np.testing.assert_array_equal(M.get("v", keep=True), np.repeat(v[:, None], 3, 1))
    assert M.get("spike") == {0: [3], 1: [3], 2: [3]}
    assert M.get("spike") == {0: [], 1: [], 2: []}
    net.simulate(4.0)
    data = M.get()
    assert data["v"].shape == (10, 3) and data["spike"][1] == [7]
    net.simulate(3.0)
    times, ranks = M.raster_plot()
    np.testing.assert_array_equal(times, [11, 11, 11])
    np.testing.assert_array_equal(ranks, [0, 1, 2])
    assert (net.get_time(), net.get_current_step()) == (13.0, 13)


def test_statistics_of_a_monitor():
    """Oracle: one spike of each of three neurons in 4 ms, all in the last step."""
    net, _, M = counting()
    net.compile()
    net.simulate(4.0)
    spikes = M.get("spike", keep=True)
    assert M.mean_fr(spikes) == 250.0
    np.testing.assert_array_equal(M.raster_plot(spikes)[0], [3.0, 3.0, 3.0])
    np.testing.assert_array_equal(M.population_rate(), [0, 0, 0, 1000, 0])  # and one step more


def test_monitor_of_a_view_and_after_compile():
    """Oracle: the columns of the monitor of everything."""
    net, P, M = counting(5)
    P.v = np.arange(5) / 4
    some = net.monitor(P[1:4:2], ["v", "spike"])
    net.compile()
    net.simulate(3.0)
    late = net.monitor(P[4], "v")
    net.simulate(3.0)
    everything = M.get()
    np.testing.assert_array_equal(some.get("v", keep=True), everything["v"][:, 1:4:2])
    assert some.get("spike") == {r: everything["spike"][r] for r in (1, 3)}
    np.testing.assert_array_equal(late.get("v"), everything["v"][3:, 4:])
    assert (M.name, some.name, late.name) == ("P", "P_1", "P_2")


def test_monitor_between_compile_and_the_first_step():
    """Oracle: a monitor that was described before."""
    net, P, M = counting()
    net.compile()
    late = net.monitor(P, "v")
    net.simulate(5.0)
    np.testing.assert_array_equal(late.get("v"), M.get("v"))


def test_long_runs_are_pieced_together(monkeypatch):
    """Oracle: a run in one piece. Records move to the host in pieces of bounded size."""
    monkeypatch.setattr("jaxsnn.recording._buffer.MOST_ROWS", 16)
    net, _, M = counting()
    net.compile()
    net.simulate(100.0)
    v = M.get("v")[:, 0]
    np.testing.assert_array_equal(v, np.arange(1, 101) % 4)
    assert M.get("spike")[0] == list(range(3, 100, 4))


def test_weights_can_be_read_and_assigned():
    """Oracle: the matrix that was assigned."""
    net = snn.Network(seed=0)
    P = net.create(4, snn.Izhikevich, name="P")
    proj = net.connect(P[:2], P, target="exc", name="exc").all_to_all(weights=snn.Uniform(0.0, 1.0))
    net.compile()
    matrix = proj.connectivity_matrix(fill=-1.0)
    assert matrix.shape == (4, 4) and (np.diag(matrix) == -1).all() and proj.nb_synapses == 6
    assert (matrix[:, 2:] == -1).all()
    assert [len(row) for row in proj.w] == [1, 1, 2, 2]
    new = np.arange(8.0).reshape(4, 2)
    proj.w = new
    np.testing.assert_array_equal(proj.connectivity_matrix()[:, :2], np.where(matrix[:, :2] == -1, 0, new))
    proj.w = [[1.0], [2.0], [3.0, 4.0], [5.0, 6.0]]
    assert proj.w == [[1.0], [2.0], [3.0, 4.0], [5.0, 6.0]]
    proj.w = 0.5
    assert proj.w[3] == [0.5, 0.5]
    proj.w = snn.Uniform(2.0, 3.0)
    assert all(2 <= w < 3 for row in proj.w for w in row)


@pytest.mark.parametrize(
    ("connect", "exists"),
    [
        (lambda p: p.one_to_one(weights=2.0), np.eye(4, 3, dtype=bool)),
        (lambda p: p.all_to_all(weights=2.0), np.ones((4, 3), bool)),
        (lambda p: p.fixed_probability(1.0, weights=2.0), np.ones((4, 3), bool)),
        (lambda p: p.fixed_probability(0.0, weights=2.0), np.zeros((4, 3), bool)),
        (lambda p: p.from_matrix([[2, None], [2, 2], [None, 2]]), None),
    ],
)
def test_connectors(connect, exists):
    """Oracle: the definition of each connector."""
    net = snn.Network(seed=0)
    pre, post = net.create(4, snn.Izhikevich), net.create(3, snn.Izhikevich)
    given = exists is None
    proj = connect(net.connect(pre[:2] if given else pre, post, target="exc"))
    net.compile()
    expected = np.array([[2, 0], [2, 2], [0, 2]]) if given else 2.0 * exists.T
    np.testing.assert_array_equal(proj.connectivity_matrix()[:, : expected.shape[1]], expected)


def test_fixed_probability():
    """Oracle: the binomial distribution, 5 standard deviations."""
    net = snn.Network(seed=0)
    P = net.create(200, snn.Izhikevich)
    proj = net.connect(P, P, target="exc").fixed_probability(0.1, weights=snn.Uniform(1.0, 2.0))
    net.compile()
    n = 200 * 199
    assert abs(proj.nb_synapses - 0.1 * n) < 5 * np.sqrt(n * 0.09)
    matrix = proj.connectivity_matrix()
    assert (np.diag(matrix) == 0).all() and matrix[matrix > 0].min() >= 1


def test_transmission_takes_one_step():
    """Oracle: ANNarchy's minimal latency, a spike of step k moves g in step k + 1, for one step."""
    source = snn.Neuron(equations="n += 1", spike="n == 3")
    sink = snn.Neuron(equations="v = g_exc", spike="v > 1000")
    net = snn.Network(dt=1.0)
    a, b = net.create(2, source), net.create(2, sink)
    net.connect(a, b, target="exc").one_to_one(weights=0.75)
    M = net.monitor(b, ["v", "g_exc"])
    net.compile()
    net.simulate(6.0)
    np.testing.assert_array_equal(M.get("v", keep=True)[:, 0], [0, 0, 0, 0.75, 0, 0])
    np.testing.assert_array_equal(M.get("g_exc")[:, 1], [0, 0, 0, 0.75, 0, 0])


def test_refractory_neurons_keep_their_conductance():
    """Oracle: golden.json, probes refr_g and norefr_g of ANNarchy 4.8.2: spikes that pile up during refractoriness."""
    times = [2, 5, 6, 7, 8, 9, 20]
    fires = " or ".join(f"n == {t + 1}" for t in times)
    source = snn.Neuron(equations="n += 1", spike=fires)

    def spikes(refractory):
        sink = snn.Neuron(equations="dv/dt = -v / 1000 + g_exc", spike="v > 0.9", reset="v = 0", refractory=refractory)
        net = snn.Network(dt=1.0)
        a, b = net.create(1, source), net.create(1, sink)
        net.connect(a, b, target="exc").one_to_one(weights=1.0)
        M = net.monitor(b, "spike")
        net.compile()
        net.simulate(20.0)
        return M.get("spike")[0]

    assert spikes(5.0) == [3, 9, 15]
    assert spikes(None) == [3, 6, 7, 8, 9, 10]


def test_number_of_compilations(compilations):
    """Oracle: JAX's own count. Many durations, single steps and assignments compile nothing after the first call."""
    net, P, M = counting()
    net.compile()
    net.simulate(1.0)
    assert compilations.count > 0
    compilations.count = 0
    for duration in (1, 2, 3, 10, 100, 999, 1000, 4097, 1.5):
        net.simulate(float(duration))
        P.v = 0.0
        P[:2].v = [1.0, 2.0]
        P.p = 1.0
        net.step()
    M.get()
    assert compilations.count == 0


def test_duration_rounds_up():
    """Oracle: section 15 of the reference, ceil(duration / dt) steps, without an extra one from rounding."""
    net = snn.Network(dt=0.1)
    net.create(1, COUNTER)
    net.compile()
    net.simulate(0.3)
    assert net.get_current_step() == 3
    net.simulate(0.25)
    assert net.get_current_step() == 6
    net.simulate(0.0)
    assert net.get_time() == pytest.approx(0.6)


def test_compile_twice_is_compile_once():
    net, _, _ = acceptance(snn.Network(seed=0), n=20)
    assert net.compile() is net.compile()


@pytest.mark.slow
def test_seeds():
    """Oracle: equal seeds are equal networks; no seed is a fresh one."""

    def spikes(seed):
        net, _, M = acceptance(snn.Network(seed=seed), n=50)
        net.compile()
        net.simulate(100.0)
        return M.get("spike")

    assert spikes(3) == spikes(3) != spikes(4)
    assert spikes(None) != spikes(None)


def test_errors_of_the_description():
    net = snn.Network(seed=0)
    P = net.create(3, snn.Izhikevich, name="P")
    with pytest.raises(ArgumentError, match="the name `P` is taken"):
        net.create(3, snn.Izhikevich, name="P")
    with pytest.raises(ArgumentError, match="`geometry` is a number of neurons"):
        net.create(0, snn.Izhikevich)
    with pytest.raises(ArgumentError, match="`neuron` is a `Neuron`"):
        net.create(1, "Izhikevich")
    with pytest.raises(ArgumentError, match="belongs to another network"):
        net.connect(P, snn.Network().create(2, snn.Izhikevich), target="exc")
    with pytest.raises(ArgumentError, match="a delay is a finite number of ms, at least 0, not -5.0"):
        net.connect(P, P, target="exc", name="late").all_to_all(weights=1.0, delays=-5.0)
    _ = net.connect(P, P, target="exc", name="late")
    with pytest.raises(StateError, match="projection `late` is not connected"):
        net.compile()
    with pytest.raises(UnknownNameError, match="`w` is not a variable of the model"):
        net.monitor(P, "w")
    with pytest.raises(UnknownNameError, match="`a` is a parameter: it does not change"):
        net.monitor(P, ["v", "a"])
    with pytest.raises(ShapeError, match=r"needs a matrix \(post, pre\) = \(3, 3\), not \(2, 3\)"):
        net.connect(P, P, target="exc").from_matrix(np.ones((2, 3)))
    with pytest.raises(ArgumentError, match="rank 9 is outside|cannot be indexed"):
        P[[1, 9]]


def test_failed_calls_leave_the_network_as_it_was():
    net, P, _ = counting()
    net.compile()
    net.simulate(2.0)
    before = P.v
    for wrong in (lambda: net.simulate(-1.0), lambda: setattr(P, "v", [1.0, 2.0]), lambda: setattr(P, "p", "x")):
        with pytest.raises((ArgumentError, ShapeError)):
            wrong()
    np.testing.assert_array_equal(P.v, before)
    assert net.get_current_step() == 2
    with pytest.raises(StateError, match="cannot be added: the network is compiled"):
        net.create(1, COUNTER)
    assert jax.device_get(net.state.step) == 2


def test_values_are_copies():
    """Oracle: the array as it was when it was assigned."""
    _, P, _ = counting(3)
    mine = np.array([1.0, 2.0, 3.0])
    P.p = mine
    mine[:] = 9.0
    np.testing.assert_array_equal(P.p, [1.0, 2.0, 3.0])


def test_distributions_do_not_hinder_other_attributes():
    """Oracle: what was assigned: a drawn parameter leaves other attributes readable before compilation."""
    _, P, _ = counting(4)
    P.p = snn.Uniform(1.0, 2.0)
    P[:2].v = 3.0
    np.testing.assert_array_equal(P.v, [3, 3, 0, 0])


def test_views_can_be_walked():
    """Oracle: the ranks."""
    _, P, _ = counting(5)
    assert [int(n.ranks[0]) for n in P[1:4]] == [1, 2, 3] and len(list(P)) == 5
    other = counting(5)[1]
    with pytest.raises(ArgumentError, match="cannot be united"):
        _ = P[:2] + other[2:]
    for index in (None, True, [], [7]):
        with pytest.raises(ArgumentError):
            _ = P[index]


def test_population_wide_attributes():
    """Oracle: the value of the one number; a distribution is drawn once for all."""
    neuron = snn.Neuron(parameters="s = 1.0 : population", equations="m = s : population ; v = m", spike="v > 100")
    net = snn.Network(seed=0)
    P = net.create((2, 2), neuron)
    M = net.monitor(P, ["m", "v"])
    P.s = 2.0
    net.compile()
    net.simulate(2.0)
    assert P.s == 2.0
    data = M.get(reshape=True)
    assert data["m"].tolist() == [2.0, 2.0] and data["v"].shape == (2, 2, 2)
    assert M.get("m").shape == (0,) and M.get("v").shape == (0, 4)
    P.s = snn.Uniform(5.0, 6.0)
    assert 5.0 <= P.s < 6.0
    with pytest.raises(ArgumentError, match="assign it to the population, not to a view"):
        P[:2].s = 1.0


def test_mean_rate_counts_what_was_read():
    """Oracle: 250 Hz of a neuron that spikes every 4 ms, whatever was read before."""
    net, _, M = counting(2)
    net.compile()
    net.simulate(100.0)
    assert M.mean_fr(M.get("spike")) == 250.0
    net.simulate(40.0)
    assert M.mean_fr() == 250.0
    assert M.population_rate().shape == (1,)


def test_names_that_would_collide():
    net, P, _ = counting()
    with pytest.raises(ArgumentError, match="the name `P` is taken by a population"):
        net.connect(P, P, target="exc", name="P")
    with pytest.raises(ArgumentError, match="an attribute `targets` is hidden by that of the population"):
        net.create(1, snn.Neuron(equations="targets = 1", spike="targets > 1"))


def test_numpy_numbers_are_numbers():
    """Oracle: the same numbers as Python's."""
    net = snn.Network(dt=np.float32(0.5), seed=np.int64(3))
    P = net.create(np.int64(4), snn.Izhikevich(a=np.float64(0.1)), name="P")
    net.connect(P, P, target="exc").all_to_all(weights=np.array(0.5))
    net.compile()
    net.simulate(np.float32(1.0))
    assert (net.dt, net.get_current_step(), P.a[0]) == (0.5, 2, np.float32(0.1))
    assert snn.Uniform(0.0, 1.0).get_values(np.int64(5), seed=1).shape == (5,)
