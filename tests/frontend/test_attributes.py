"""What scripts read of populations, projections, dendrites and monitors beside the values of their models."""

import h5py
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, JaxsnnWarning, StateError, UnknownNameError

LIF = snn.Neuron(
    parameters="tau = 10.0\nk = 2.0 : population",
    equations="tau * dv/dt = -v + g_exc\nm += 1.0 : population",
    spike="v > 1",
    reset="v = 0",
    refractory=2.0,
    functions="half(x) = x / 2",
)
RATE = snn.Neuron(equations="r = sum(exc)")
PLASTIC = snn.Synapse(
    parameters="e = 1.0 : projection\nq = 1.0", equations="th = post.r : postsynaptic\nw += e * pre.r"
)


def test_what_scripts_read():
    """Oracle: measured in ANNarchy 4.8.2 on the same script, but for the second `w` in `pr.attributes` there."""
    P = snn.Population((4, 3), LIF, name="P", stop_condition="v > 1.0 : all")
    R, R2 = snn.Population(3, RATE, name="R"), snn.Population(3, RATE, name="R2")
    S = snn.SpikeSourceArray([[1.0], [2.0]], name="S")
    pr = snn.Projection(S, P, "exc", snn.STDP(), name="pr").connect_all_to_all(0.5)
    pl = snn.Projection(R, R2, "exc", PLASTIC, name="pl").connect_all_to_all(0.5)
    st = snn.Projection(R, R2, "exc", name="st").connect_one_to_one(0.5)
    M = snn.Monitor(P[:2, :2], "v", 2.0, 1.0, True, 0)
    assert P.parameters == ["tau", "k"] and set(P.variables) == {"v", "m", "r", "g_exc"}
    assert P.init == {"tau": 10.0, "k": 2.0, "v": 0.0, "m": 0.0, "r": 0.0, "g_exc": 0.0}
    assert (P.id, S.id, P.class_name, S.class_name, P.functions, P.targets) == (0, 3, "pop0", "pop3", ["half"], ["exc"])
    assert (P.stop_condition, R.stop_condition, R.variables) == ("v > 1.0 : all", None, ["r"])
    assert (P.width, P.height, P.depth, P.dimension, P.size_in_bytes()) == (4, 3, 1, 2, 0)
    rule = ["tau_plus", "tau_minus", "A_plus", "A_minus", "w_min", "w_max"]
    assert (pr.parameters, pr.variables, pr.attributes) == ([*rule, "w"], ["x", "y", "w"], [*rule, "w", "x", "y"])
    assert (pl.parameters, pl.variables, st.parameters, st.variables) == (["e", "q"], ["th", "w"], ["w"], [])
    assert (pr.id, pl.id, st.id, pr.connector_name) == (0, 1, 2, "All-to-All")
    switches = {"transmission": True, "axon_transmission": True, "update": True, "plasticity": True}
    assert pl.init == switches | {"e": 1.0, "q": 1.0, "th": 0.0, "w": 0.0}
    assert M.object.ranks.tolist() == [0, 1, 3, 4] and (M.variables, M.id, M.net_id) == (["v"], 0, 0)
    assert (M.period, M.period_offset) == (2.0, 1.0)
    snn.compile("annarchy", False, silent=True)
    snn.reset(populations=True, net_id=0)
    dendrite = pr.dendrite(1)
    assert (dendrite.pre, dendrite.post, dendrite.proj, dendrite.target) == (S, P, pr, "exc")
    assert (dendrite.post_rank, dendrite.idx, dendrite.size, dendrite.pre_ranks) == (1, 1, 2, [0, 1])
    assert (dendrite.attributes, dendrite.variables) == (pr.attributes, pr.variables)
    synapse = dendrite.synapse(1)
    assert (synapse.rank, synapse.dendrite) == (1, dendrite) and dendrite.get("w") == [0.5, 0.5]
    assert P.size_in_bytes() > 0 and pr.size_in_bytes() > 0 and pr.nb_synapses == 24


def test_attributes_that_a_handle_hides():
    """Oracle: ANNarchy 4.8.2: `P.width` is the geometry's, `P.get("width")` the model's."""
    model = snn.Neuron(parameters="width = 3.0", equations="r = width")
    with pytest.warns(JaxsnnWarning, match="an attribute `width` is hidden by that of the population") as caught:
        P = snn.Population(2, model)
        snn.Population(2, model)
    assert len(caught) == 1
    synapse = snn.Synapse(parameters="target = 2.0", psp="w * pre.r * target")
    with pytest.warns(JaxsnnWarning, match="an attribute `target` is hidden by that of the projection"):
        proj = snn.Projection(P, P, "exc", synapse)
    P.set({"width": 4.0})
    proj.set({"target": 5.0})
    assert (P.width, P.get("width").tolist(), proj.target, proj.get("target")) == (2, [4.0, 4.0], "exc", 5.0)
    with pytest.raises(ArgumentError, match="an attribute `width` is hidden by that of the population"):
        snn.Network().create(2, model)


def test_what_is_asked_too_early_or_in_vain():
    """Oracle: ANNarchy 4.8.2 gives 0, empty lists and None, and warns; a strict network raises."""
    P = snn.Population(2, RATE, name="P")
    proj = snn.Projection(P, P, "exc").connect_all_to_all(1.0)
    with pytest.warns(JaxsnnWarning, match="are drawn when the network starts: compile it first"):
        assert (proj.nb_synapses, proj.nb_synapses_per_dendrite(), proj.size, len(proj)) == (0, [], 0, 0)
    with pytest.warns(JaxsnnWarning, match="the network has no population `PP`. Did you mean `P`."):
        assert snn.get_population("PP") is None
    with pytest.warns(JaxsnnWarning, match="the network has no projection `q`"):
        assert snn.get_projection("q") is None
    T = snn.TimedArray([[1.0], [2.0]], schedule=[2.0, 5.0], period=9.0)
    with pytest.warns(JaxsnnWarning, match="`r` of population `pop1` .* follows its table: assign `rates`"):
        T.r = 3.0
    T.update([[7.0], [9.0]])
    assert (T.schedule, T.period) == ([0.0, 1.0], -1.0)
    with pytest.warns(JaxsnnWarning, match="compiles all populations and projections"):
        snn.compile("annarchy", False, [P], silent=True)
    net = snn.Network()
    Q = net.create(2, RATE, name="Q")
    with pytest.raises(StateError, match="compile it first"):
        _ = net.connect(Q, Q, target="exc").all_to_all(1.0).nb_synapses
    with pytest.raises(ArgumentError, match="follows its table"):
        net.create(snn.inputs.TimedArray([[1.0]])).r = 2.0
    snn.clear()
    snn.setup(strict=True)
    with pytest.raises(UnknownNameError, match="no population `PP`"):
        snn.get_population("PP")
    snn.clear()
    snn.setup(strict=False)
    with pytest.raises(ArgumentError, match="`net_id` is 0, the default network, not 3"):
        snn.get_time(3)


def test_recordings_in_files(tmp_path):
    """Oracle: what `get` returns; shapes and names are those of the files of ANNarchy 4.8.2."""
    P, G = snn.Population(3, snn.Neuron(equations="r = t\nq = 2 * t : population"), name="P"), snn.InputArray((2, 2))
    S = snn.SpikeSourceArray([[1.0, 3.0], [2.0]], name="S")
    M, N, K = snn.Monitor(P, ["r", "q"]), snn.Monitor(G, "r"), snn.Monitor(S, "spike")
    snn.compile(silent=True)
    snn.simulate(4.0)
    both = snn.MonitorList([M, K])
    both.save_all(tmp_path / "all.hdf5", keep=True)
    both.save_all(tmp_path / "flat.hdf5", keep=True, flat_keys=True)
    M.save(tmp_path / "new" / "q.npy", "q", keep=True)
    N.save(tmp_path / "shaped.hdf5", reshape=True)
    data, spikes = M.get(keep=True), K.get("spike", keep=True)
    with h5py.File(tmp_path / "all.hdf5") as file:
        np.testing.assert_array_equal(file["P/r"], data["r"])
        assert {rank: file[f"S/spike/{rank}"][()].tolist() for rank in (0, 1)} == spikes
    with h5py.File(tmp_path / "flat.hdf5") as file:
        np.testing.assert_array_equal(file["P_q"], data["q"])
    with h5py.File(tmp_path / "shaped.hdf5") as file:
        assert file["r"].shape == (4, 2, 2)
    np.testing.assert_array_equal(np.load(tmp_path / "new" / "q.npy"), data["q"])
    assert len(N.get("r")) == 0
    for wrong, message in [
        (lambda: M.save(tmp_path / "a.npy"), "takes one variable that is no spikes, not r, q"),
        (lambda: M.save(tmp_path / "a.npz"), "are written to `.npy` or `.hdf5`"),
        (lambda: both.save_all(tmp_path / "a.npy"), "written to `.hdf5`, not to"),
    ]:
        with pytest.raises(ArgumentError, match=message):
            wrong()
    assert len(M.get("r")) == 4
    (tmp_path / "p.xml").write_text(
        "<database><parameter><name>a</name><value>1.5</value></parameter>"
        "<parameter><name>b</name><value>2</value></parameter></database>"
    )
    assert snn.load_parameter(tmp_path / "p.xml") == {"a": 1.5, "b": 2}
