"""What a notebook shows of a network and its parts: their own attributes. Nothing is drawn, run or compiled for it."""

import threading

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.models import STDP
from jaxsnn.recording import Recording

from ..html_reader import read


def described():
    net = snn.Network(dt=0.5, seed=3)
    E = net.create(40, snn.Izhikevich(noise=5.0), name="E")
    net.create((2, 5), snn.Izhikevich(a=0.1), name="<b>")
    E.v = snn.Normal(-65.0, 5.0)
    E[:10].d = 6.0
    exc = net.connect(E, net.get_population("<b>"), target="exc", name="exc")
    exc.fixed_probability(0.25, weights=snn.Uniform(0.0, 0.5), delays=2.0)
    inh = net.connect(net.get_population("<b>"), E, target="inh", name="inh", synapse=STDP())
    inh.all_to_all(weights=0.25)
    net.monitor(E, ["spike", "v"], name="M")
    net.monitor(inh, "w", period=5.0, name="W")
    return net


@pytest.fixture(scope="module")
def net():
    net = described()
    net.compile()
    net.simulate(50.0)
    return net


def parts(net):
    return [net, *net.get_populations(), *net.get_projections(), *net.get_monitors()]


def test_a_network_shows_its_description(net):
    """Oracle: the network."""
    found = read(net._repr_html_())
    assert found.facts == {
        "neurons": "50 in 2 populations",
        "synapses": "about 500 in 2 projections",
        "step (ms)": "0.5",
        "seed": "3",
        "state": "compiled",
        "time (ms)": "50",
    }
    assert found.tables["populations"] == [("E", "40", "Izhikevich"), ("<b>", "10 = 2 x 5", "Izhikevich")]
    exc = ("exc", "E", "<b>", "exc", "Random, probability 0.25", "about 100", "Uniform(min=0, max=0.5)", "2")
    inh = ("inh", "<b>", "E", "inh", "All-to-All", "400", "0.25", "")
    assert [row[:8] for row in found.tables["projections"]] == [exc, inh]
    assert [row[8] for row in found.tables["projections"]] == [q.synapse_type.name for q in net.get_projections()]
    assert found.tables["monitors"] == [("M", "E", "spike, v", "0.5"), ("W", "inh", "w", "5")]
    assert set(found.texts) == {"equations of Izhikevich", "equations of STDP"}


def test_a_population_shows_its_values(net):
    """Oracle: its attributes."""
    E = net.get_population("E")
    found = read(E._repr_html_())
    assert found.title == ("population", "E")
    assert (found.facts["receives"], found.facts["sends"], found.facts["recorded by"]) == (
        "inh from <b>",
        "exc to <b>",
        "M",
    )
    values = dict(found.tables["parameters"]) | dict(found.tables["variables"])
    assert list(values) == [name for name in E.attributes if name in values]
    assert values["noise"] == "5"
    assert values["d"] == f"6 to 8, mean {E.d.mean():.4g}"
    assert values["v"] == f"{E.v.min():.4g} to {E.v.max():.4g}, mean {E.v.mean(dtype=float):.4g}"
    assert E.neuron_type.spike in found.texts["equations"]


def test_a_view_shows_the_values_of_its_neurons(net):
    """Oracle: the attributes of the view."""
    view, one = net.get_population("E")[:10], net.get_population("E")[3]
    found = read(view._repr_html_())
    assert found.title == ("10 of 40 neurons of population", "E")
    assert found.facts["ranks"] == "0, 1, 2, 3, 4, 5, 6, 7, 8 and 1 more"
    assert dict(found.tables["parameters"])["d"] == "6"
    assert dict(found.tables["variables"])["v"].startswith(f"{view.v.min():.4g} to")
    assert dict(read(one._repr_html_()).tables["variables"])["v"] == f"{one.v.item():.6g}"


def test_a_projection_shows_its_synapses(net):
    """Oracle: its attributes and the plan."""
    found = read(net.get_projection("inh")._repr_html_())
    assert found.title == ("projection", "inh")
    plan = net._core.plan("inh")
    facts = {"from": "<b>", "to": "E", "target": "inh", "connections": "All-to-All", "synapses": "400"}
    assert found.facts | facts == found.facts
    assert plan.kernel_choice.reason in found.facts["kernel"]
    values = dict(found.tables["parameters and variables of the synapses"])
    assert (values["tau_plus"], values["w"]) == ("20", "0.25 (at the beginning)")
    assert "pre_spike" in found.texts["equations"]


def test_monitors_show_what_they_hold(net):
    """Oracle: the number of steps, and what is recorded; nothing is forgotten."""
    plt.close("all")
    M, W = net.get_monitor("M"), net.get_monitor("W")
    found = read(M._repr_html_())
    assert found.facts["records"] == "spike, v of E (40 neurons)"
    assert found.facts["holds"].startswith("100 samples of spike, 100 samples of v (")
    assert found.pictures == ["spike, every spike", "v, 5 of 40 neurons"]
    assert read(W._repr_html_()).pictures == ["w"]
    assert M.get("v", keep=True).shape == (100, 40)
    assert plt.get_fignums() == []


def test_showing_compiles_runs_and_draws_nothing(compilations):
    """Oracle: the number of compilations, the arrays that were not made, and the draft."""
    net = described()
    draft = net._core.draft
    for part in parts(net):
        read(part._repr_html_())
    assert net._core.draft is draft
    net.compile()
    for part in parts(net):
        read(part._repr_html_())
    assert net._core.own_arrays is None
    assert compilations.count == 0


def test_showing_a_network_that_has_run_compiles_nothing(net, compilations):
    """Oracle: the number of compilations."""
    for part in parts(net):
        read(part._repr_html_())
    assert compilations.count == 0


def test_before_compilation_values_are_those_that_are_declared():
    """Oracle: what was declared."""
    found = read(described().get_population("E")._repr_html_())
    values = dict(found.tables["parameters"]) | dict(found.tables["variables"])
    assert (values["noise"], values["v"], values["d"]) == ("5", "Normal(mu=-65, sigma=5)", "6 to 8, mean 7.5")


def test_a_network_that_is_half_described_shows_so():
    net = snn.Network()
    assert read(net._repr_html_()).facts["neurons"] == "0 in 0 populations"
    P = net.create(3, snn.LeakyIntegrator, name="P")
    late = net.connect(P, P, target="exc", name="late")
    assert read(net._repr_html_()).facts["to do"] == "connect the projections that have no connector yet"
    assert read(late._repr_html_()).facts["connections"] == "not connected yet"
    assert read(net._repr_html_()).facts["seed"] == "a fresh one at compilation"
    assert net._core.seed is None


def test_a_stopped_monitor_shows_so():
    net = described()
    M = net.get_monitor("M")
    M.pause()
    assert read(M._repr_html_()).facts["state"] == "paused"
    M.stop()
    assert read(M._repr_html_()).facts == {"": "no longer part of its network"}
    assert repr(M) == "monitor `M`"


def test_many_parts_are_cut():
    """Oracle: the number of populations."""
    net = snn.Network()
    for i in range(57):
        net.create(2, snn.LeakyIntegrator, name=f"P{i}")
    found = read(net._repr_html_())
    assert len(found.tables["populations"]) == 20
    assert found.notes == ["and 37 more"]


def test_values_of_many_neurons_are_not_copied():
    """Oracle: an array of as many numbers is not read: its text is that of the declaration."""
    net = snn.Network(seed=1)
    P = net.create(20_000, snn.LeakyIntegrator, name="P")
    P.r = snn.Uniform(0.0, 1.0)
    net.compile()
    net.step()
    found = read(P._repr_html_())
    assert dict(found.tables["variables"])["r"] == "Uniform(min=0, max=1) (at the beginning)"
    assert dict(found.tables["parameters"])["tau"] == f"{P.tau:.6g}"


def test_while_another_thread_simulates_the_description_is_shown(net):
    """Oracle: a thread that holds its turn, as `simulate` does."""
    core, shown = net._core, []

    def show():
        shown.extend(read(part._repr_html_()) for part in parts(net))

    outer, _ = core.take_turn()
    try:
        thread = threading.Thread(target=show)
        thread.start()
        thread.join()
    finally:
        core.end_turn(outer)
    assert len(shown) == len(parts(net))


def test_replicas_show_themselves():
    """Oracle: HTML of each replica and its parts, well-formed."""
    net = snn.Network(seed=1)
    P = net.create(3, snn.Izhikevich, name="P")
    M = net.monitor(P, "v", name="M")
    net.compile()

    def run(replica):
        before = [read(x._repr_html_()).title for x in (replica, replica.get(P), replica.get(M), P, M)]
        replica.simulate(5.0)
        after = [read(x._repr_html_()).title for x in (replica, replica.get(P), replica.get(M), P, M)]
        return before == after

    assert net.parallel_run(run, 2) == [True, True]


def test_projections_without_synapses_show_what_they_are():
    net = snn.Network()
    image, filtered = (net.create((6, 6), snn.LeakyIntegrator, name=name) for name in ("image", "filtered"))
    convolution = net.convolution(image, filtered, target="exc", name="edges").connect_filter(np.ones((3, 3)))
    found = read(convolution._repr_html_())
    assert (found.facts["connections"], found.facts["model"]) == ("Convolution", "convolution")
    assert "synapses" not in found.facts
    assert read(net._repr_html_()).tables["projections"][0][4] == "Convolution"


def test_the_last_samples_of_a_recording_are_not_copied():
    """Oracle: slices of the pieces, which share their memory; 100 bytes are five rows of 20 bytes."""
    pieces = [(0, np.arange(20.0, dtype=np.float32).reshape(4, 5), 2), (8, np.ones((3, 5), np.float32), 2)]
    latest = Recording(chunks={"v": pieces, "few": [(0, np.ones((2, 5), np.float32), 1)]}).latest(100)
    (first, rows, period), last = latest.chunks["v"]
    assert (first, period) == (4, 2)
    np.testing.assert_array_equal(rows, pieces[0][1][2:])
    assert np.shares_memory(rows, pieces[0][1])
    assert np.shares_memory(last[1], pieces[1][1])
    assert latest.sample_steps("v").tolist() == [4, 6, 8, 10, 12]
    assert len(latest.chunks["few"][0][1]) == 2
    assert Recording(chunks={"v": pieces}).latest(10).chunks == {"v": []}
