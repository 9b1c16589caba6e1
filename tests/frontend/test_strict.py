"""What runs in ANNarchy, but is suspicious: an error in a strict network, a warning in any other, once."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import inputs
from jaxsnn.errors import (
    ArgumentError,
    EquationError,
    JaxsnnWarning,
    StateError,
    UnknownAttributeError,
    UnknownNameError,
)
from jaxsnn.frontend._default_value import default

RATE = snn.Neuron(parameters="tau = 10.0", equations="tau * dr/dt = -r + sum(exc)")
SPIKING = snn.Neuron(equations="v += g_exc", spike="v > 3.0", reset="v = 0.0")


@pytest.fixture(autouse=True)
def settings_stay(monkeypatch):
    """Let `setup` of one test leave no setting to the next."""
    monkeypatch.setattr(default, "settings", {"strict": False})


ONE_VALUE = snn.Neuron(equations="r = t ; x = t : population")


def pair(net, model, target="exc", synapse=None):
    """Describe a projection between two populations."""
    pre, post = net.create(2, model, name="A"), net.create(2, model, name="B")
    return net.connect(pre, post, target, synapse, name="proj").all_to_all(weights=1.0)


def compiled(net, *args):
    pair(net, *args)
    net.compile()


def assigned(owner, name):
    setattr(owner, name, 3.0)


SUSPICIOUS = {
    "rates that nobody reads": (
        lambda net: compiled(net, RATE, "ex"),
        UnknownNameError,
        "projection `proj` feeds the target `ex`, but the equations of population `B` read no `sum(ex)`. "
        "Did you mean `exc`?",
    ),
    "spikes that nobody reads": (
        lambda net: compiled(net, SPIKING, "inh"),
        UnknownNameError,
        "projection `proj` feeds the target `inh`, but the equations of population `B` read no `g_inh`. "
        "Known names: exc.",
    ),
    "a flag of a neuron": (
        lambda net: net.create(1, snn.Neuron(equations="r = t : min=0.0, foobar")),
        EquationError,
        "unknown flag `foobar`. Known names: bool, event-driven, exact, explicit, exponential, float, heun, implicit, "
        "init, int, max, midpoint, milstein, min, population, rk4, rosenbrock, runge-kutta4, semiimplicit, "
        "unless_refractory.\n"
        "  line 1: r = t : min=0.0, foobar\n                           ^",
    ),
    "a flag on spikes": (
        lambda net: pair(
            net, SPIKING, "exc", snn.Synapse(equations="x = x", pre_spike="g_target += w ; x = 1.0 : init=0.0")
        ),
        EquationError,
        "a statement on spikes has no flag `init`. Known names: max, min, unless_post.\n"
        "  line 1: g_target += w ; x = 1.0 : init=0.0\n" + 36 * " " + "^",
    ),
    "a flag on post-synaptic spikes": (
        lambda net: pair(net, SPIKING, "exc", snn.Synapse(post_spike="w += 1.0 : exponential")),
        EquationError,
        "a statement on spikes has no flag `exponential`. Known names: max, min.\n"
        "  line 1: w += 1.0 : exponential\n                     ^",
    ),
    "a flag of a parameter of a synapse": (
        lambda net: pair(net, SPIKING, "exc", snn.Synapse(parameters="a = 1.0 : init=2.0")),
        EquationError,
        "the flag `init` is for variables: a parameter keeps the value that it is given\n"
        "  line 1: a = 1.0 : init=2.0\n                    ^",
    ),
    "a monitor of rates without a window": (
        lambda net: [net.monitor(net.create(2, SPIKING, name="A"), "r"), net.compile()],
        UnknownNameError,
        "population `A` computes no mean firing rate `r`: call `compute_firing_rate(window)` first",
    ),
    "a synapse that reads rates without a window": (
        lambda net: compiled(net, SPIKING, "exc", snn.Synapse(equations="x = post.r")),
        EquationError,
        "population `B` computes no mean firing rate: call `compute_firing_rate(window)`\n"
        "  line 1: x = post.r\n              ^",
    ),
    "rates without a window": (
        lambda net: net.create(2, SPIKING, name="A").r,
        UnknownAttributeError,
        "population `A` computes no mean firing rate: call `compute_firing_rate(window)`",
    ),
    "a method that does not solve a conditional": (
        lambda net: net.create(1, snn.Neuron(equations="dr/dt = if t > 2: 1.0 - r else: 2.0 - r : exponential")),
        EquationError,
        "`exponential` needs a term that is linear in `r`: use `explicit`\n"
        "  line 1: dr/dt = if t > 2: 1.0 - r else: 2.0 - r : exponential\n          ^",
    ),
    "a parameter that a reset assigns": (
        lambda net: net.create(1, snn.Neuron("a = 1.0", "v += a", spike="v > 1.0", reset="a = 2.0")),
        EquationError,
        "`a` is a parameter and keeps its value: declare it in `equations` to change it on spike\n"
        "  line 1: a = 2.0\n          ^",
    ),
    "an unknown attribute of a population": (
        lambda net: assigned(net.create(2, RATE, name="A"), "taw"),
        UnknownAttributeError,
        "population `A` has no attribute `taw`. Did you mean `tau`?",
    ),
    "an unknown attribute of a view": (
        lambda net: assigned(net.create(2, RATE, name="A")[:1], "taw"),
        UnknownAttributeError,
        "population `A` has no attribute `taw`. Did you mean `tau`?",
    ),
    "an unknown attribute of a projection": (
        lambda net: assigned(pair(net, RATE), "ww"),
        UnknownAttributeError,
        "projection `proj` has no attribute `ww`. Did you mean `w`?",
    ),
    "an input that nobody feeds or reads": (
        lambda net: net.create(2, RATE, name="A").sum("ex"),
        UnknownNameError,
        "population `A` (2 neurons) reads no input `ex`. Did you mean `exc`?",
    ),
    "one value seen through a view": (
        lambda net: [net.monitor(net.create(2, ONE_VALUE, name="A")[:1], "x"), net.compile()],
        ArgumentError,
        "`x` has one value for the population: record it from the population, not a view",
    ),
    "values that are not drawn yet": (
        lambda net: [setattr(net.create(2, RATE, name="A"), "r", snn.Uniform(0.0, 1.0)), net.population("A").r],
        StateError,
        "`r` of population `A` is drawn when the network starts: compile it first",
    ),
    "weights that are not drawn yet": (
        lambda net: pair(net, RATE).w,
        StateError,
        "the synapses of projection `proj` are drawn when the network starts: compile it first",
    ),
}


@pytest.mark.parametrize("case", SUSPICIOUS)
def test_suspicious_things(case):
    """Oracle: messages written by hand. ANNarchy 4.8.2 accepts each of these, without a word or with a warning."""
    describe, error, message = SUSPICIOUS[case]
    with pytest.raises(error) as caught:
        describe(snn.Network())
    assert str(caught.value) == message
    with pytest.warns(JaxsnnWarning) as warned:
        describe(snn.Network(strict=False))
    assert [str(w.message) for w in warned] == [message]
    assert warned[0].filename == __file__


def test_a_warning_comes_once():
    net = snn.Network(strict=False)
    with pytest.warns(JaxsnnWarning) as warned:
        P = net.create(2, SPIKING)
        assert [P.r.tolist() for _ in range(3)] == [[0.0, 0.0]] * 3
    assert len(warned) == 1


def test_attributes_are_kept():
    """As on any Python object: on a population and a projection for all handles, on a view for itself."""
    net = snn.Network(strict=False)
    projection = pair(net, RATE)
    P = projection.pre
    view = P[:1]
    with pytest.warns(JaxsnnWarning):
        P.label, view.label, projection.label = "whole", "part", "weights"
    assert (P.label, net.get_population("A").label, view.label) == ("whole", "whole", "part")
    assert net.get_projection("proj").label == "weights"


def test_the_default_network():
    """It is not strict, unless `setup` says so; neither is one that is asked not to be."""
    with pytest.warns(JaxsnnWarning, match="unknown setting `num_thread`. Did you mean `num_threads`?"):
        snn.setup(num_thread=4)
    with pytest.raises(ArgumentError, match="unknown setting `num_thread`. Did you mean `num_threads`?"):
        snn.setup(strict=True, num_thread=4)
    with pytest.warns(JaxsnnWarning, match="computes no mean firing rate"):
        snn.Population(1, SPIKING).r  # noqa: B018
    snn.clear()
    snn.setup(strict=True)
    with pytest.raises(UnknownAttributeError, match="computes no mean firing rate"):
        snn.Population(1, SPIKING).r  # noqa: B018
    with pytest.raises(ArgumentError, match="`strict` is True or False, not 'yes'"):
        snn.Network(strict="yes")


# Lines of scripts that ANNarchy 4.8.2 runs, with the values that it gives


def test_drawn_values_can_be_read_before_compile():
    """Oracle: what the same network begins with where nobody looked; in ANNarchy, too, they are drawn once."""
    early, late = snn.Network(seed=3, strict=False), snn.Network(seed=3)
    for net in (early, late):
        net.create(3, RATE, name="A").r = snn.Uniform(0.0, 1.0)
    with pytest.warns(JaxsnnWarning):
        seen = early.population("A").r
    for net in (early, late):
        net.compile()
        np.testing.assert_array_equal(net.population("A").r, seen)


def test_inputs_that_nobody_or_only_a_synapse_reads():
    """Values measured in ANNarchy 4.8.2 after 8 steps."""
    net = snn.Network(strict=False)
    one = snn.Neuron(equations="r = 1.0")
    D, A = net.create(1, snn.Neuron(equations="r = t")), net.create(2, one)
    B, C = net.create(2, snn.Neuron(equations="r = sum(exc)")), net.create(2, one)
    S = net.create(inputs.SpikeSourceArray([1.0, 3.0, 5.0]))
    P = net.create(1, snn.Neuron(equations="v = v + g_exc", spike="v > 3.0", reset="v = 0.0"), name="P")
    net.connect(D, B, "dopa").all_to_all(1.0)
    learnt = net.connect(A, B, "exc", snn.Synapse(equations="w += 0.1 * post.sum(dopa)")).all_to_all(1.0)
    net.connect(A, C, "exc", name="unread").all_to_all(2.0)
    net.connect(S, P, "dopa", name="spikes").all_to_all(1.5)
    net.connect(S, P, "dopa", name="late").all_to_all(1.5, delays=snn.Uniform(1.0, 4.0))
    M, N = net.monitor(C, "sum(exc)"), net.monitor(P, "v")
    with pytest.warns(JaxsnnWarning, match="feeds the target") as warned:
        net.compile()
    assert [str(w.message).split("`")[1] for w in warned] == ["unread", "spikes", "late"]
    net.simulate(8.0)
    np.testing.assert_allclose(learnt.w, np.full((2, 2), 3.1), rtol=1e-6)
    np.testing.assert_allclose(B.r, 5.0, rtol=1e-6)
    assert B.sum("dopa").tolist() == [6.0, 6.0] and C.sum("exc").tolist() == [4.0, 4.0]
    assert M.get("sum(exc)")[:, 0].tolist() == [0.0] + 7 * [4.0]
    assert N.get("v")[:, 0].tolist() == 8 * [0.0]


def test_neurons_of_scripts():
    """Values measured in ANNarchy 4.8.2: conditions with `&` and `|`, flags that contradict each other or stand in a
    branch, rates of no window, parameters that a reset changes, `extra_values`."""
    net = snn.Network(strict=False)
    models = {
        "both": snn.Neuron(equations="v += 1.0", spike="(v > 7.0) | (v > 4.0) & (v > 3.0)", reset="v = 0.0"),
        "reset": snn.Neuron("vt = 3.0", "v += 1.0", spike="v > vt", reset="v = 0.0; vt += 1.0"),
        "reads": snn.Neuron("vt = 3.0", "v += 1.0 + r", spike="v > vt", reset="v = 0.0"),
        "last": snn.Neuron(equations="r = t : min=1.0, min=3.0"),
        "int": snn.Neuron(equations="r = t / 2.0 : bool, int"),
        "exponential": snn.Neuron(equations="dr/dt = 1.0 - r / 3.0 : explicit, exponential"),
        "least": snn.Neuron(equations="r = if t > 2: 1.0 : min=1.5\n else: 2.0"),
        "begun": snn.Neuron(equations="r = if t > 5: 1.0 : init=7.0\n else: r + 1.0"),
        "branches": snn.Neuron(equations="dr/dt = if t > 2: 1.0 - r/3.0 else: 2.0 - r/3.0 : exponential"),
        "extra": snn.Neuron("tau = 't0'", "tau * dr/dt = 1 - r", extra_values={"t0": 20.0}),
    }
    with pytest.warns(JaxsnnWarning) as warned:
        made = {name: net.create(1, model, name=name) for name, model in models.items()}
    assert len(warned) == 5
    spiking = {name: net.monitor(made[name], ["v", "spike"]) for name in ("both", "reset", "reads")}
    rates = {name: net.monitor(made[name], "r") for name in list(models)[3:]}
    net.compile()
    net.simulate(12.0)
    assert {name: m.get("spike")[0] for name, m in spiking.items()} == {
        "both": [4, 9],
        "reset": [3, 8],
        "reads": [3, 7, 11],
    }
    assert made["reset"].vt.tolist() == [5.0] and made["extra"].tau.tolist() == [20.0]
    last, halves, slow, least, begun, branches, _ = (m.get("r")[:, 0] for m in rates.values())
    assert last.tolist() == [3.0, 3.0, 3.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]
    assert halves.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert least.tolist() == 3 * [2.0] + 9 * [1.5] and begun.tolist() == [8, 9, 10, 11, 12, 13] + 6 * [1]
    np.testing.assert_allclose(branches[1:4], [3.3333333333333335, 4.222222222222222, 3.814814814814815], rtol=1e-6)
    np.testing.assert_allclose(slow[:2], [0.8504060682786322, 1.4597486429022237], rtol=1e-6)


def test_synapses_of_scripts():
    """Values measured in ANNarchy 4.8.2 after spikes at 1, 3 and 5: `init` has an effect where nothing else defines a
    variable, and none where an equation does."""
    net = snn.Network(strict=False)
    S = net.create(inputs.SpikeSourceArray([1.0, 3.0, 5.0]))
    P = net.create(1, snn.Neuron(equations="v = v + g_exc", spike="v > 100.0", reset="v = 0.0"))
    models = {
        "x": snn.Synapse("tau = 10.0", "tau * dx/dt = -x : exponential", pre_spike="g_target += w; x = 1.0 : init=0.0"),
        "begun": snn.Synapse(pre_spike="g_target += w ; x += 1.0 : init=5.0"),
        "after": snn.Synapse(pre_spike="g_target += w", post_spike="x += 1.5 : init=2.0"),
        "extra": snn.Synapse(parameters="a = 'k'", pre_spike="g_target += a*w", extra_values={"k": 3.0}),
    }
    with pytest.warns(JaxsnnWarning, match="a statement on spikes has no flag `init`") as warned:
        made = {name: net.connect(S, P, "exc", model, name=name).all_to_all(1.0) for name, model in models.items()}
    assert len(warned) == 1
    net.compile()
    net.simulate(8.0)
    np.testing.assert_allclose(made["x"].x, [[0.8187307530779817]], rtol=1e-6)
    assert (made["begun"].x, made["after"].x, made["extra"].a) == ([[8.0]], [[2.0]], [[3.0]])
    assert P.v.tolist() == [18.0]


def test_learning_counts_from_the_end_of_a_period():
    """Steps measured in ANNarchy 4.8.2."""
    net = snn.Network()
    A, B = net.create(1, RATE), net.create(1, RATE)
    projection = net.connect(A, B, "exc", snn.Synapse(equations="n += 1.0")).all_to_all(1.0)
    M = net.monitor(projection, "n")
    net.compile()
    for offset, steps in ((-1.0, [9, 19, 29]), (-3.0, [37, 47, 57]), (3.0, [63, 73, 83]), (-12.0, [98, 108, 118])):
        before, now = projection.n[0][0], net.get_current_step()
        projection.enable_learning(period=10.0, offset=offset)
        net.simulate(30.0)
        counts = np.concatenate([[before], M.get("n")[:, 0, 0]])
        assert (np.flatnonzero(np.diff(counts)) + now).tolist() == steps
    with pytest.raises(ArgumentError, match="`offset` is shorter than the period of 10 ms, not 10.0 ms"):
        projection.enable_learning(period=10.0, offset=10.0)


def test_statistics_over_the_whole_recording():
    """Shapes and values measured in ANNarchy 4.8.2."""
    S = snn.SpikeSourceArray([[10.0, 30.0], [20.0, 90.0]])
    M = snn.Monitor(S, "spike")
    snn.compile(silent=True)
    snn.simulate(100.0)
    assert M.times() == {"spike": {"start": [0], "stop": [None]}}
    spikes = M.get("spike")
    assert M.times() == {"spike": {"start": [0], "stop": [100]}}
    rate, each = M.population_rate(spikes), M.smoothed_rate(spikes)
    assert rate.shape == (101,) and each.shape == (2, 100)
    assert np.flatnonzero(rate).tolist() == [10, 20, 30, 90] and rate.sum() == 2000.0
    assert [np.flatnonzero(row)[[0, -1]].tolist() for row in each] == [[10, 29], [20, 89]]
    assert (M.mean_fr(spikes), snn.mean_fr(spikes), snn.mean_fr(spikes, 100)) == (20.0, 25.0, 20.0)
    assert snn.population_rate(spikes).shape == (81,) and snn.smoothed_rate(spikes).shape == (2, 80)
    assert M.inter_spike_interval(spikes) == [20.0, 70.0] and M.coefficient_of_variation(spikes) == []
    snn.simulate(50.0)
    silent = M.get("spike")
    assert M.times() == {"spike": {"start": [100], "stop": [150]}}
    assert M.population_rate(silent).shape == (51,) and M.smoothed_rate(silent).shape == (2, 50)
    counts = snn.histogram({0: [3, 10, 20], 1: [5, 6], 2: []}, per_neuron=True)
    assert counts.shape == (3, 18) and np.flatnonzero(counts[1]).tolist() == [2, 3]
    assert snn.inter_spike_interval({0: [3, 10, 20], 1: [5, 6], 2: []}, per_neuron=True) == {0: [7.0, 10.0], 1: [1.0]}


def test_times_are_steps_and_stay():
    """As ANNarchy 4.8.2 gives them, and after readings, pauses and resets."""
    snn.setup(dt=0.5)
    P = snn.Population(2, RATE)
    M = snn.Monitor(P, "r")
    snn.compile(silent=True)
    snn.simulate(50.0)
    M.get("r")
    assert M.times() == {"r": {"start": [0], "stop": [100]}}
    snn.simulate(10.0)
    assert M.times() == {"r": {"start": [0], "stop": [100]}}
    M.get("r", keep=True)
    assert M.times() == {"r": {"start": [100], "stop": [120]}}
    M.reset()
    assert M.times() == {"r": {"start": [120], "stop": [None]}}
    snn.reset()
    assert M.times() == {"r": {"start": [0], "stop": [None]}}
    with pytest.warns(JaxsnnWarning, match="does not record `zz`"):
        assert M.times("zz") == {}


def test_rates_without_a_window():
    """Oracle: zeros, as in ANNarchy 4.8.2; a value that is assigned stays."""
    net = snn.Network(strict=False)
    P = net.create(2, SPIKING, name="P")
    q = net.connect(P, P, "exc", snn.Synapse(equations="x = pre.r + 1.0", pre_spike="g_target += w")).all_to_all(1.0)
    M = net.monitor(P, "r")
    with pytest.warns(JaxsnnWarning, match="computes no mean firing rate"):
        net.compile()
    net.simulate(3.0)
    assert (M.get("r") == np.zeros((3, 2))).all() and P.r.tolist() == [0.0, 0.0] and q.x == [[1.0], [1.0]]
    other = snn.Network(strict=False)
    Q = other.create(2, SPIKING, name="Q")
    with pytest.warns(JaxsnnWarning, match="computes no mean firing rate"):
        Q.r = 3.0
    assert Q.r.tolist() == [3.0, 3.0]


def test_a_late_setup():
    """Oracle: the same description after the setting; ANNarchy 4.8.2 warns, and takes the step."""
    traces = []
    for is_late in (True, False):
        snn.clear()
        snn.setup(dt=1.0 if is_late else 0.5)
        T = snn.TimedArray(rates=[[1.0], [2.0], [3.0]], schedule=[1.0, 2.5, 3.0])
        M = snn.Monitor(T, "r", period=1.0)
        if is_late:
            with pytest.warns(JaxsnnWarning, match=r"setup\(\) comes before the first population"):
                snn.setup(dt=0.5)
        snn.compile(silent=True)
        snn.simulate(5.0)
        traces.append((snn.dt(), snn.get_current_step(), M.get("r")[:, 0].tolist()))
    assert traces[0] == traces[1] == (0.5, 10, [0.0, 1.0, 1.0, 3.0, 3.0])


def test_a_table_begins_anew_after_a_reset():
    """Values measured in ANNarchy 4.8.2: the table of before `compile()`."""
    net = snn.Network(dt=1.0)
    T = net.create(inputs.TimedArray(np.array([[1.0], [2.0], [3.0]]), schedule=[2.0, 5.0, 8.0]))
    M = net.monitor(T, "r")
    net.compile()
    T.update(np.array([[5.0], [6.0], [7.0]]))
    net.simulate(6.0)
    assert M.get("r")[:, 0].tolist() == [0.0, 0.0, 5.0, 5.0, 5.0, 6.0]
    net.reset()
    assert T.rates.tolist() == [[1.0], [2.0], [3.0]] and T.schedule == [2.0, 5.0, 8.0]
    net.simulate(12.0)
    assert M.get("r")[:, 0].tolist() == [0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0, 3.0, 3.0]


def test_one_value_is_recorded_through_a_view():
    """Values measured in ANNarchy 4.8.2."""
    net = snn.Network(strict=False)
    M = net.monitor(net.create(4, ONE_VALUE)[:2], ["x", "r"])
    with pytest.warns(JaxsnnWarning, match="`x` has one value for the population"):
        net.compile()
    net.simulate(3.0)
    found = M.get()
    assert found["x"].tolist() == [0.0, 1.0, 2.0] and found["r"].shape == (3, 2)
