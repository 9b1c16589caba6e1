"""Populations and their parts: geometry, coordinates, single neurons, inputs, firing rates, reset, clear, enable."""

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, ShapeError, StateError, UnknownAttributeError, UnknownNameError

RATE = snn.Neuron(parameters="p = 1.0\nq = 2.0 : population", equations="x += p\nr = x * q")
COUNTER = snn.Neuron(equations="v += 1.0 ; g = g_exc", spike="v >= 4.0", reset="v = 0.0")


def network(geometry=(3, 4), neuron=RATE, **options):
    net = snn.Network(seed=1, **options)
    return net, net.create(geometry, neuron, name="P")


@pytest.mark.parametrize("geometry", [(7,), (3, 4), (2, 3, 4), (2, 3, 2, 4)])
def test_ranks_and_coordinates(geometry):
    """Oracle: NumPy's row-major order."""
    _, P = network(geometry)
    grid = np.arange(P.size).reshape(geometry)
    assert (P.geometry, P.dimension, P.size, P.width) == (geometry, len(geometry), grid.size, geometry[0])
    assert [P.height, P.depth] == [*geometry[1:3], 1, 1][:2]
    for coordinates in np.ndindex(*geometry):
        rank = int(grid[coordinates])
        assert P.rank_from_coordinates(coordinates) == rank and P.coordinates_from_rank(rank) == coordinates
        expected = [c / (g - 1) if g > 1 else 0.0 for c, g in zip(coordinates, geometry, strict=True)]
        np.testing.assert_allclose(P.normalized_coordinates_from_rank(rank), expected)
        np.testing.assert_allclose(P.normalized_coordinates_from_rank(rank, norm=2.0), np.multiply(expected, 2.0))


def test_wrong_coordinates():
    _, P = network()
    for wrong, message in [
        ((3, 0), "lie outside the geometry"),
        ((1,), "2 integer coordinates"),
        ((0.5, 1), "integer"),
    ]:
        with pytest.raises(ArgumentError, match=message):
            P.rank_from_coordinates(wrong)
    for wrong, message in [(12, "outside a population of 12"), (-13, "outside"), (1.5, "a rank is an integer")]:
        with pytest.raises(ArgumentError, match=message):
            P.neuron(wrong)


def test_single_neurons():
    """Oracle: the array of the population."""
    net, P = network()
    P.p = np.arange(12.0)
    one = P.neuron(1, 2)
    assert (one.rank, one.coordinates, one.p, P[1, 2].p) == (6, (1, 2), 6.0, 6.0)
    assert [P.neuron(6).rank, P.neuron((1, 2)).rank, P.neuron(-1).rank] == [6, 6, 11]
    assert [n.p for n in P] == list(range(12)) and [n.rank for n in P.neurons] == list(range(12))
    one.p = -1.0
    net.compile()
    P[0, 0].p = -2.0
    assert P.p[1, 2] == -1.0 and P.p[0, 0] == -2.0 and P[6].p.tolist() == [-1.0]
    np.testing.assert_array_equal((one + P[0, 0] + P[3:5]).ranks, [0, 3, 4, 6])
    net.simulate(2.0)
    assert one.r == -4.0


def test_parts_of_a_grid():
    """Oracle: measured in ANNarchy 4.8.2; where it goes wrong (negative bounds of a grid), NumPy's indexing."""
    _, P = network((4, 3, 2))
    for index, ranks, geometry in [
        (np.s_[1:3, 1:3, :], [8, 9, 10, 11, 14, 15, 16, 17], (2, 2, 2)),
        (np.s_[:, :, 0], list(range(0, 24, 2)), (4, 3, 1)),
        (np.s_[0, :, :], [0, 1, 2, 3, 4, 5], (1, 3, 2)),
        (np.s_[1, 1, :], [8, 9], (1, 1, 2)),
        (np.s_[:, 1, :], [2, 3, 8, 9, 14, 15, 20, 21], (4, 1, 2)),
        (np.s_[::2, :, 1], [1, 3, 5, 13, 15, 17], (2, 3, 1)),
        (np.s_[1:3], [1, 2], (2,)),
        (np.s_[5], [5], (1,)),
        (np.s_[-5:], [19, 20, 21, 22, 23], (5,)),
        (np.s_[10:2:-3], [10, 7, 4], (3,)),
        ([5, 1], [5, 1], (2,)),
    ]:
        assert (P[index].ranks.tolist(), P[index].geometry) == (ranks, geometry)
    grid = np.arange(24).reshape(4, 3, 2)
    for index in [np.s_[-2:, 1, -2:-1], np.s_[..., 0], np.s_[:, [0, 2], 1], np.s_[:-1, -1, :]]:
        np.testing.assert_array_equal(P[index].ranks, grid[index].reshape(-1))
    assert (P[[1, 5]] + P[2]).geometry is None and P[grid.reshape(-1) > 20].geometry == (3,)
    view = P[1:3, 1:, :]
    np.testing.assert_array_equal(view[1, :, ::2].ranks, grid[2, 1:, ::2].reshape(-1))
    for wrong in (np.s_[4, 0], np.s_[0, 0, 0, 0], 24, np.s_[2:2], [], None):
        with pytest.raises(ArgumentError, match="cannot be indexed|is empty"):
            P[wrong]


def test_ranks_and_coordinates_in_views():
    """Oracle: measured in ANNarchy 4.8.2; it fails for `coordinates_from_rank(local=True)`, here the inverse."""
    _, P = network((4, 3, 2))
    view = P[1:3, 1:3, :]
    local = {(0, 0, 0): 8, (1, 1, 1): 17, (1, 0, 1): 15}
    for coordinates, rank in local.items():
        assert view.rank_from_coordinates(coordinates, local=True) == rank
        assert view.coordinates_from_rank(rank, local=True) == coordinates
    assert view.rank_from_coordinates((1, 1, 1)) == 9 and view.rank_from_coordinates((1.0, 1.0, 1.0)) == 9
    assert [view.coordinates_from_rank(r) for r in (9, 0)] == [(1, 1, 1), (0, 0, 0)]
    assert (
        P[3:7].rank_from_coordinates((1,), local=True) == 4 and P[[1, 5]].rank_from_coordinates((1,), local=True) == 5
    )
    assert P[3:7].coordinates_from_rank(4, local=True) == (1,) and P.coordinates_from_rank(5.0) == (0, 2, 1)
    for use in (
        lambda: view.rank_from_coordinates((0, 0, 0)),
        lambda: view.coordinates_from_rank(0, local=True),
    ):
        with pytest.raises(ArgumentError, match="neuron 0 of population `P` is no part of view of 8 neurons"):
            use()
    with pytest.raises(ArgumentError, match="lie outside the geometry"):
        view.rank_from_coordinates((2, 0, 0), local=True)


def test_views_keep_their_geometry_in_projections():
    """Oracle: the ranks of the four neurons, in a function that connects by coordinates in the view."""
    net, P = network((4, 3))

    def corner(pre, post):
        assert (pre.geometry, post.geometry) == ((2, 2), (4, 3))
        synapses = snn.LILConnectivity()
        for rank in post.ranks:
            synapses.add(rank, [pre.rank_from_coordinates((1, 0), local=True)], [1.0], [1.0])
        return synapses

    model = snn.Neuron(equations="r = sum(exc)")
    proj = net.connect(P[1:3, 1:], net.create((4, 3), model, name="Q"), target="exc").with_func(corner)
    net.compile()
    assert proj.pre.geometry == (2, 2) and proj.dendrite(3).pre_ranks == [7]


@pytest.mark.parametrize("compiled", [False, True])
def test_assignment(compiled):
    """Oracle: NumPy assignment to an array of the same shape."""
    net, P = network()
    expected = np.ones((3, 4))
    if compiled:
        net.compile()
    for value in (3.0, np.arange(12).reshape(3, 4), np.arange(12), list(range(12))):
        P.p = value
        expected[:] = np.reshape(value, (3, 4)) if np.ndim(value) else value
        np.testing.assert_array_equal(P.p, expected)
    P[1, :].p = [9.0, 8.0, 7.0, 6.0]
    P[:, 0].p = -1.0
    expected[1, :], expected[:, 0] = [9, 8, 7, 6], -1
    np.testing.assert_array_equal(P.p, expected)
    P.q = 5
    assert P.q == 5.0 and P.get("q") == 5.0
    P.set({"p": 0.0, "q": 1.0})
    assert P.q == 1.0 and not P.p.any()
    with pytest.raises(ShapeError, match="takes a scalar or 12 values"):
        P.p = [1.0, 2.0]
    with pytest.raises(ArgumentError, match="has one value for population `P`: assign it to the population"):
        P[:2].q = 1.0


@pytest.mark.parametrize("compiled", [False, True])
def test_distributions(compiled):
    """Oracle: the bounds of the distribution, its reproducibility by the seed, and by a seed of its own."""

    def drawn(seed, value):
        net = snn.Network(seed=seed)
        P = net.create(200, RATE, name="P")
        if compiled:
            net.compile()
        P.p = value
        P[:50].p = 5.0
        net.compile()
        return P.p

    first = drawn(1, snn.Uniform(1.0, 2.0))
    assert (first[:50] == 5.0).all() and ((first[50:] >= 1) & (first[50:] < 2)).all() and len(set(first[50:])) > 140
    np.testing.assert_array_equal(first, drawn(1, snn.Uniform(1.0, 2.0)))
    assert (first[50:] != drawn(2, snn.Uniform(1.0, 2.0))[50:]).all()
    own = snn.Uniform(1.0, 2.0, seed=7)
    np.testing.assert_array_equal(drawn(1, own), drawn(2, own))
    np.testing.assert_array_equal(drawn(1, own)[50:], own.get_values(200)[50:])


# Inputs


def test_rates_are_summed_by_target():
    """Oracle: NumPy's sums of weights and rates of the step before; two targets, a view, and all targets together."""
    net = snn.Network()
    ramp = net.create(3, snn.Neuron(parameters="a = 1.0", equations="r = a * (t + 1.0)"), name="ramp")
    ramp.a = [1.0, 2.0, 4.0]
    P = net.create(2, snn.Neuron(equations="e = sum(exc) ; h = sum(inh) ; r = sum()"), name="P")
    net.connect(ramp[:2], P, target="exc").from_matrix([[1.0, 10.0], [0.5, 0.0]])
    net.connect(ramp[2], P[1], target="inh").all_to_all(weights=-3.0)
    net.connect(ramp, P, target="exc").one_to_one(weights=0.25)
    M = net.monitor(P, ["e", "h", "r", "sum(exc)", "sum(inh)"])
    net.compile()
    net.simulate(4.0)
    time = np.arange(4.0)[:, None]  # r of the step before is a * t
    e = time * [1 * 1 + 10 * 2 + 0.25 * 1, 0.5 * 1 + 0.25 * 2]
    i = time * [0.0, -3.0 * 4]
    data = M.get()
    for name, expected in {"e": e, "h": i, "r": e + i, "sum(exc)": e, "sum(inh)": i}.items():
        np.testing.assert_allclose(data[name], expected, rtol=1e-6)
    np.testing.assert_allclose(P.sum("inh"), i[-1], rtol=1e-6)
    np.testing.assert_allclose(P[1].sum("exc"), e[-1, 1:], rtol=1e-6)


def test_last_input_of_a_spiking_population():
    """Oracle: one spike of weight 0.5 per source, at the step after it was sent."""
    net = snn.Network()
    S = net.create(snn.inputs.SpikeSourceArray([[1.0], [1.0], [2.0]]), name="S")
    P = net.create(1, snn.Neuron(equations="dv/dt = -v\nx = g_exc", spike="v > 1e9"), name="P")
    net.connect(S, P, target="exc").all_to_all(weights=0.5)
    M = net.monitor(P, ["x", "sum(exc)", "g_exc"])
    net.compile()
    net.simulate(4.0)
    data = M.get()
    for name in ("x", "sum(exc)", "g_exc"):
        assert data[name][:, 0].tolist() == [0.0, 0.0, 1.0, 0.5]
    with pytest.raises(UnknownNameError, match="reads no input `inh`. Known names: exc."):
        P.sum("inh")


# Spikes and rates


def test_mean_firing_rate():
    """Oracle: ANNarchy 4.8.2 (probe fr): 50 Hz for each spike in 20 ms, for each neuron."""
    net, P = network(2, COUNTER)
    P.v = [0.0, 2.0]
    P.compute_firing_rate(20.0)
    M = net.monitor(P, ["r", "spike"])
    net.compile()
    net.simulate(30.0)
    r = M.get("r")
    assert r[:, 0].tolist() == [0.0] * 3 + [50.0] * 4 + [100.0] * 4 + [150.0] * 4 + [200.0] * 4 + [250.0] * 11
    assert P.spike == [1] and P.r.tolist() == [250.0, 250.0]  # the last step is 29: neuron 1 spikes at 1, 5, ... 29


def test_mean_firing_rate_after_compile():
    """Oracle: a direct count of the spikes since it was switched on."""
    net, P = network(3, COUNTER, dt=0.5)
    P.v = [0.0, 1.0, 2.0]
    net.compile()
    net.simulate(5.0)
    with pytest.raises(UnknownAttributeError, match=r"call `compute_firing_rate\(window\)`"):
        _ = P.r
    P.compute_firing_rate(3.5)
    M = net.monitor(P, ["r", "spike"])
    net.simulate(20.0)
    spikes = M.get("spike")
    counts = [[sum(k - 7 < s <= k for s in spikes[i]) for i in range(3)] for k in range(10, 50)]
    np.testing.assert_allclose(M.get("r"), np.array(counts) * (1000.0 / 3.5), rtol=1e-6)
    P.compute_firing_rate(1.0)
    net.simulate(0.5)
    assert set(P.r.tolist()) <= {0.0, 1000.0}
    with pytest.raises(ArgumentError, match="greater than 0, not 0.0"):
        P.compute_firing_rate(0.0)


@pytest.mark.parametrize("compiled", [False, True])
def test_refractory_periods(compiled):
    """Oracle: a neuron that always spikes does so every n + 1 steps, n its refractory period in whole steps."""
    always = snn.Neuron(equations="v = 1.0", spike="v > 0.0", refractory=1.0)
    net, P = network(4, always, dt=0.5)
    M = net.monitor(P, "spike")
    if compiled:
        net.compile()
    np.testing.assert_array_equal(P.refractory, 1.0)
    P.refractory = [0.0, 1.0, 1.5, 2.4]
    P[0].refractory = 0.5
    net.compile()
    net.simulate(20.0)
    assert [int(np.diff(s)[0]) for s in M.get("spike").values()] == [2, 3, 4, 5]


def test_refractory_periods_of_another_origin():
    """Oracle: as above; a model without one gets it before compile, a named attribute is what is assigned."""
    net = snn.Network()
    P = net.create(2, snn.Neuron(equations="v = 1.0", spike="v > 0.0"), name="P")
    named = snn.Neuron(parameters="pause = 1.0", equations="v = 1.0", spike="v > 0.0", refractory="pause")
    Q = net.create(200, named, name="Q")
    with pytest.raises(UnknownAttributeError, match="has no refractory period"):
        _ = P.refractory
    P.refractory = 2.0
    Q.refractory = snn.DiscreteUniform(1, 4)
    M, N = net.monitor(P, "spike"), net.monitor(Q, "spike")
    net.compile()
    net.simulate(30.0)
    assert [int(np.diff(s)[0]) for s in M.get("spike").values()] == [3, 3]
    assert [int(np.diff(s)[0]) for s in N.get("spike").values()] == (Q.pause + 1).astype(int).tolist()
    assert set(Q.pause) == {1, 2, 3, 4}
    late = network(2, COUNTER)
    late[0].compile()
    with pytest.raises(StateError, match="give it one before"):
        late[1].refractory = 2.0


# Beginning again


def started():
    net, P = network(2, snn.Neuron(
        parameters="p = 1.0", equations="dv/dt = p\ns = t_last", spike="v > 2.5", reset="v = 0.0", refractory=2.0
    ))  # fmt: skip
    M = net.monitor(P, ["v", "spike"])
    net.compile()
    return net, P, M


def test_reset_of_a_population():
    """Oracle: the first run, whose numbers come again; parameters go back to what they were before compile."""
    net, P, M = started()
    net.simulate(10.0)
    first = M.get()
    P.p = 0.5
    P.reset()
    net.simulate(10.0)
    again = M.get()
    np.testing.assert_array_equal(again["v"], first["v"])
    assert again["spike"] == {i: [s + 10 for s in steps] for i, steps in first["spike"].items()}
    assert net.get_time() == 20.0 and P.p.tolist() == [1.0, 1.0]


def test_reset_of_some_attributes_and_clear():
    """Oracle: what is not named stays; `clear` forgets the refractory period and the last spike, no values."""
    net, P, _M = started()
    P.p = 0.75
    net.simulate(5.0)  # v = 0.75, 1.5, 2.25, 3.0 -> a spike at step 3, refractory afterwards
    v = P.v.copy()
    P.clear()
    assert P.v.tolist() == v.tolist() and P.p.tolist() == [0.75, 0.75] and P.spike == []
    net.simulate(1.0)
    assert P.v.tolist() == [0.75, 0.75] and P.s.tolist() == [-10000.0, -10000.0]
    P.reset(["v"])
    assert P.v.tolist() == [0.0, 0.0] and P.p.tolist() == [0.75, 0.75]
    with pytest.raises(UnknownAttributeError, match="no attribute `vv`. Did you mean `v`?"):
        P.reset(["vv"])


def test_disabled_populations():
    """Oracle: the same network without the time in which it was disabled; its targets receive nothing of it."""
    net = snn.Network()
    S = net.create(snn.inputs.SpikeSourceArray([list(range(20))]), name="S")
    P = net.create(1, COUNTER, name="P")
    Q = net.create(1, COUNTER, name="Q")
    net.connect(S, P, target="exc").all_to_all(weights=1.0)
    net.connect(P, Q, target="exc").all_to_all(weights=1.0)
    M, N = net.monitor(P, ["v", "g"]), net.monitor(Q, ["g"])
    net.compile()
    net.simulate(4.0)  # P spikes in the last of these steps
    assert P.spike == [0] and P.enabled
    P.disable()
    net.simulate(5.0)
    assert not P.enabled
    P.enable()
    net.simulate(3.0)
    data = M.get()
    assert data["v"][:, 0].tolist() == [1, 2, 3, 0] + [0] * 5 + [1, 2, 3]
    assert data["g"][:, 0].tolist() == [0, 1, 1, 1] + [1] * 5 + [1, 1, 1]
    assert not N.get("g").any()  # ANNarchy would send the last spikes of P again at every step


def test_a_disabled_population_compiles_once(compilations):
    """Oracle: the number of compilations: one for each of the two forms of the network, however often they change."""
    net, P = network(3, COUNTER)
    net.compile()
    net.simulate(2.0)
    P.disable()
    net.simulate(2.0)
    P.enable()
    net.simulate(2.0)
    before = compilations.count
    for _ in range(3):
        P.disable()
        net.simulate(2.0)
        P.enable()
        net.simulate(2.0)
    assert compilations.count == before


def test_axonal_spikes_reach_no_target_yet_but_are_recorded():
    """Oracle: by hand. v = 1 2 3* -> 0.5; the axon fires at 0.4 < v <= 2.5 after the reset, not when refractory."""
    model = snn.Neuron(
        equations="v += 1.0\nn = n", spike="v > 2.5", reset="v = 0.5", axon_spike="v > 0.4", axon_reset="n += 1.0",
        refractory=1.0,
    )  # fmt: skip
    net, P = network(1, model)
    M = net.monitor(P, ["spike", "axon_spike", "n"])
    net.compile()
    net.simulate(7.0)
    data = M.get()
    assert data["spike"] == {0: [2, 6]} and data["axon_spike"] == {0: [0, 1, 2, 4, 5, 6]}
    assert data["n"][:, 0].tolist() == [1, 2, 3, 3, 4, 5, 6]


def test_functions_of_a_model():
    """Oracle: NumPy."""
    model = snn.Neuron(equations="r = slope(t, 2.0)", functions="slope(x, k) = if x > 1.0: k * x else: 0.0")
    net, P = network(2, model)
    net.compile()
    x = np.linspace(-1, 3, 9)
    np.testing.assert_allclose(P.slope(x, 3.0), np.where(x > 1, 3 * x, 0))
    assert P.functions == ["slope"]
    net.simulate(4.0)
    assert P.r.tolist() == [6.0, 6.0]
    with pytest.raises(ArgumentError, match="`slope` takes 2 arguments, 1 given"):
        P.slope(1.0)


def test_gradients_flow_past_what_counts_spikes(double):
    """Oracle: finite differences of a subthreshold trace, with a window, an axon and a refractory period around it."""
    model = snn.Neuron(
        parameters="tau = 8.0", equations="tau * dv/dt = 1.0 - v", spike="v > 5.0", reset="v = 0.0", refractory=2.0,
        axon_spike="v > 4.0", rate_window=10.0,
    )  # fmt: skip
    net, P = network(2, model)
    net.monitor(P, ["v", "r"])
    sim = net.compile()

    def mean(tau):
        params, state = sim.init(jax.random.key(0), {"P.tau": tau})
        return sim.run(params, state, duration=20.0)[1]["P"]["v"].mean()

    difference = (mean(8.0 + 1e-4) - mean(8.0 - 1e-4)) / 2e-4
    np.testing.assert_allclose(jax.grad(mean)(8.0), difference, rtol=1e-7)
