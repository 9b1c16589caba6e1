"""A running network whose synapses, delays, time or description change: what goes on, and what begins anew."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jaxsnn as snn

ONES = snn.Neuron(equations="r = 1.0")
SUM = snn.Neuron(equations="r = sum(exc)")
FOLLOWER = snn.Neuron(equations="v = g_exc ; g_exc = 0.0", spike="v > 1e9")


def rates(connect, synapse=None, n=30, seed=0):
    net = snn.Network(seed=seed)
    pre, post = net.create(n, ONES, name="pre"), net.create(n, SUM, name="post")
    proj = net.connect(pre, post, "exc", synapse, name="proj", storage="rows")
    return net, connect(proj)


def test_reset_after_synapses_were_created_by_hand():
    """Oracle: initial values of the model; the synapses stay."""
    synapse = snn.Synapse(parameters="k = 2.0", equations="age += 1.0")
    net, proj = rates(lambda p: p.fixed_number_pre(2, weights=1.0), synapse)
    net.compile()
    net.simulate(3.0)
    for dendrite in proj:
        free = sorted(set(range(30)) - set(dendrite.pre_ranks))[:10]
        dendrite.create_synapses(free, weights=0.5)
    assert proj.dendrite(3).size == 12
    proj.k = 3.0
    proj.reset()
    assert {x for row in proj.age for x in row} == {0.0}
    assert {x for row in proj.k for x in row} == {2.0}
    net.simulate(2.0)
    assert {x for row in proj.age for x in row} == {2.0}
    np.testing.assert_allclose(net.population("post").r, 2.0 + 10 * 0.5)


def test_connectivity_is_drawn_anew_while_a_monitor_watches():
    """Oracle: the weights themselves; samples of synapses that are gone are dropped, with a warning."""
    net, proj = rates(lambda p: p.fixed_probability(0.12, weights=1.0), snn.Hebb(eta=0.1))
    M = net.monitor(proj, "w")
    net.compile()
    widths = set()
    for _ in range(6):
        net.simulate(3.0)
        widths.add(max(len(row) for row in proj.w))
        found = M.get("w", keep=True)
        np.testing.assert_array_equal(np.concatenate(list(found[-1])), np.concatenate(proj.w))
        with pytest.warns(UserWarning, match="monitors `proj` have lost their samples of synapses"):
            proj.reset(synapses=True)
        assert len(M.get("w")) == 0
    assert len(widths) > 1


def test_synapses_created_under_another_description():
    """Oracle: the sum over the present synapses, whatever was disabled, enabled and created before."""
    net, proj = rates(lambda p: p.fixed_number_pre(3, weights=1.0), snn.Hebb(eta=0.0))
    P = net.population("pre")
    net.monitor(proj, "w")
    net.compile()
    net.simulate(2.0)
    P.disable()
    net.simulate(2.0)
    P.enable()
    net.simulate(2.0)
    free = sorted(set(range(30)) - set(proj.dendrite(0).pre_ranks))[:20]
    with pytest.warns(UserWarning, match="lost their samples"):
        proj.dendrite(0).create_synapses(free, weights=1.0)
    net.simulate(2.0)
    P.disable()
    net.simulate(2.0)
    np.testing.assert_array_equal(net.population("post").r, [23.0] + [3.0] * 29)


def test_a_description_changes_around_projections_without_synapses():
    """Oracle: the current itself."""
    net = snn.Network()
    R, S = net.create(3, ONES, name="R"), net.create(3, FOLLOWER, name="S")
    net.current_injection(R, S, "exc").connect_current()
    net.compile()
    net.simulate(3.0)
    S.compute_firing_rate(10.0)
    net.simulate(3.0)
    np.testing.assert_array_equal(S.v, 1.0)


def test_delay_of_a_convolution_after_compilation():
    """Oracle: the input, so many steps later; of what nobody has kept, the last value is known."""
    net = snn.Network()
    pre = net.create(4, snn.Neuron(equations="r = t"), name="pre")
    out = net.create(4, SUM, name="out")
    conv = net.convolution(pre, out, "exc").connect_filter([1.0])
    M = net.monitor(out, "r")
    net.compile()
    net.simulate(4.0)
    conv.delay = 3.0
    net.simulate(6.0)
    np.testing.assert_array_equal(M.get("r")[:, 0], [0.0, 0.0, 1.0, 2.0, 3.0, 3.0, 3.0, 4.0, 5.0, 6.0])


def test_a_copy_of_sparse_rows_survives_trimming():
    """Oracle: the original."""
    net, proj = rates(lambda p: p.fixed_probability(0.1, weights=snn.Uniform(0.0, 1.0)))
    other = net.create(30, SUM, name="other")
    net.copy_projection(net.population("pre"), other, "exc").connect_copy(proj)
    net.compile()
    net.simulate(2.0)
    assert np.ptp(other.r) > 0
    np.testing.assert_array_equal(other.r, net.population("post").r)


def test_the_mean_firing_rate_when_time_is_set(double):
    """Oracle: the same network without the jump."""

    def run(jump):
        net = snn.Network()
        P = net.create(snn.inputs.SpikeSourceArray([5.0]), name="P")
        P.compute_firing_rate(10.0)
        M = net.monitor(P, "r")
        net.compile()
        net.simulate(8.0)
        if jump:
            net.set_current_step(14)
        net.simulate(10.0)
        return M.get("r")[:, 0]

    np.testing.assert_array_equal(run(True), run(False))
    assert np.sum(run(True) == 100.0) == 10


def test_pictures_of_synapses():
    """Oracle: what the monitor and the projection hold: a line for each of few synapses, bands of many, an image."""
    net = snn.Network(seed=0)
    P, Q = (
        net.create(6, snn.Neuron(parameters="r = 1.0"), name="P"),
        net.create(5, snn.Neuron(equations="r = sum(exc)")),
    )
    few = net.connect(P, Q, "exc", snn.Hebb(eta=0.1)).one_to_one(weights=0.5)
    many = net.connect(P, Q, "exc", snn.Hebb(eta=0.1)).fixed_probability(0.9, weights=snn.Uniform(0.0, 1.0))
    lines, bands = net.monitor(few, "w"), net.monitor(many, "w")
    net.compile()
    net.simulate(10.0)
    axes = lines.plot()
    assert axes.get_ylabel() == "w"
    assert len(axes.lines) == few.nb_synapses == 5
    np.testing.assert_array_equal([line.get_ydata()[-1] for line in axes.lines], np.concatenate(few.w))
    axes = bands.plot()
    assert many.nb_synapses > 20
    assert axes.lines[0].get_ydata()[-1] == pytest.approx(np.median(np.concatenate(many.w)))
    drawn = many.plot().images[0].get_array()
    np.testing.assert_array_equal(drawn.filled(0.0), many.connectivity_matrix())
    plt.close("all")
