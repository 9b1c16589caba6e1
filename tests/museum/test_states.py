"""Reports about states, resets, names, seeds and arguments, and what holds here. See `docs/museum.md`."""

from math import exp

import numpy as np
import pytest

import jaxsnn as snn

DRIVE = "v = 0.8 * v + 0.3"
CELL = snn.Neuron("tau = 5.0", "tau * dy/dt = -y + 1.0 ; v = y", spike="v > 0.9", reset="v = 0.0")
BOTH = snn.Synapse(
    parameters="tau = 50.0 : projection\nA_pre = 0.5 : projection\nlevel = 2.5 : postsynaptic",
    equations="tau * dz/dt = A_pre - z",
    pre_spike="g_target += w * post.y + level",
)


class States:
    """Neurons with each kind of reset, two populations of one model, and synapses that read their variables."""

    def __init__(self, seed: int = 1) -> None:
        net = snn.Network(dt=1.0, seed=seed)
        soft = snn.Neuron(equations=DRIVE, spike="v > 1.0", reset="v -= 1.0")
        hard = snn.Neuron(equations=DRIVE, spike="v > 1.0", reset="v = 0.0")
        quiet = snn.Neuron(equations="v = 0.8 * v + 0.1", spike="v > 1.0", reset="v -= 1.0")
        self.cells = {n: net.create(1, m, name=n) for n, m in (("soft", soft), ("hard", hard), ("quiet", quiet))}
        self.traces = {name: net.monitor(cell, ["v", "spike"]) for name, cell in self.cells.items()}
        self.A, self.B = net.create(2, CELL, name="A"), net.create(2, CELL, name="B")
        self.A.tau, self.B.tau = 5.0, 10.0
        self.source = net.create(snn.inputs.SpikeSourceArray([[10.0], [12.0]]), name="source")
        receiver = snn.Neuron("tau = 4.0", "tau * dg_exc/dt = -g_exc : exponential\nv = 0.0\ny = 3.0", spike="v > 1.0")
        self.R, self.S = net.create(2, receiver, name="R"), net.create(2, receiver, name="S")
        self.both = net.connect(self.source, self.R, "exc", BOTH, name="both").one_to_one(1.0)
        self.sparse = net.connect(self.source, self.S, "exc", name="sparse", storage="rows").one_to_one(1.0, delays=5.0)
        self.noise = net.create(20, snn.Neuron(equations="r = Normal(0.0, 1.0)"), name="noise")
        self.draws = net.monitor(self.noise, "r")
        self.conductances = {part.name: net.monitor(part, "g_exc") for part in (self.R, self.S)}
        self.net, self.sim = net, net.compile()


@pytest.fixture(scope="module")
def states():
    made = States()
    made.sparse.w = [[7.0], [9.0]]
    made.net.simulate(40.0)
    return made


def reset_in_loop(kind: str, drive: float) -> tuple[list[float], list[int]]:
    """Return v and the steps of spikes, by a loop."""
    v, values, spikes = 0.0, [], []
    for step in range(40):
        v = 0.8 * v + drive
        if v > 1.0:
            v = v - 1.0 if kind == "soft" else 0.0
            spikes.append(step)
        values.append(v)
    return values, spikes


@pytest.mark.parametrize("name", ["soft", "hard", "quiet"])
def test_resets(states, name):
    """jeshraghian/snntorch#379, #364, #413: soft and hard resets exchanged, not decayed, of silent neurons too.

    Oracle: a loop.
    """
    values, spikes = reset_in_loop("hard" if name == "hard" else "soft", 0.1 if name == "quiet" else 0.3)
    assert np.allclose(states.traces[name].get("v", keep=True)[:, 0], values, atol=1e-5)
    assert states.traces[name].get("spike", keep=True)[0] == spikes
    assert (spikes == []) == (name == "quiet")


def test_conductances_decay(states):
    """jeshraghian/snntorch#358: the synaptic current was overwritten by the potential, and did not decay.

    Oracle: the exponential; between two steps exp(-1/4).
    """
    g = states.conductances["S"].get("g_exc", keep=True)[:, 0]
    after = np.flatnonzero(g)[1:10]
    assert np.allclose(g[after + 1] / g[after], exp(-0.25), rtol=1e-5)


def test_variables_that_nobody_records_are_updated(states):
    """brian-team/brian2genn#135: a variable that only synapses read stood still unless recorded. Oracle: the ODE."""
    assert np.allclose(states.A.y, 1.0 - (1.0 - 1.0 / 5.0) ** 40, atol=1e-5)
    assert np.isclose(states.R.y[0], 3.0)


def test_one_model_in_two_populations(states):
    """genn-team/genn#351: merged populations shared what initialised one of them. Oracle: the ODE with each tau."""
    assert np.allclose(states.B.y, 1.0 - (1.0 - 1.0 / 10.0) ** 40, atol=1e-5)


def test_equal_names_in_neurons_and_synapses(states):
    """brian-team/brian2genn#110, a parameter of both, of one name, did not compile. Oracle: the ODE."""
    assert np.allclose(np.ravel(states.both.z), 0.5 * (1.0 - (1.0 - 1.0 / 50.0) ** 40), atol=1e-5)
    assert states.R.tau[0] == 4.0
    assert states.both.tau == 50.0


def test_values_of_post_synaptic_neurons_begin_as_declared(states):
    """genn-team/genn#328: such values of synapses without an update were not initialised. Oracle: w * y + level."""
    g = states.conductances["R"].get("g_exc", keep=True)
    assert g[11, 0] == pytest.approx(1.0 * 3.0 + 2.5, rel=1e-5)
    assert np.allclose(states.both.level, 2.5)


def test_weights_of_sparse_synapses_can_be_set(states):
    """genn-team/genn#628: variables of sparse connectivity could not be set. Oracle: what arrives."""
    g = states.conductances["S"].get("g_exc", keep=True)
    assert states.sparse.w == [[7.0], [9.0]]
    assert (g[15, 0], g[17, 1]) == (7.0, 9.0)


def test_projections_are_found_by_each_side(states):
    """ANNarchy/ANNarchy#19: `pre` and `target` were ignored by the method of a network. Oracle: the description."""
    find = states.net.get_projections
    assert [p.name for p in find(post=states.R)] == ["both"]
    assert [p.name for p in find(pre=states.source)] == ["both", "sparse"]
    assert find(pre=states.A) == []
    assert find(target="inh") == []


def test_equal_seeds_are_equal_runs(states):
    """nengo/nengo#1275, brian-team/brian2#19: equal seeds, other numbers. Oracle: the same bits, built anew."""
    again = States()
    again.net.simulate(40.0)
    assert again.noise.r.tolist() == states.noise.r.tolist()
    assert again.noise.r.tolist() != States(seed=2).noise.r.tolist()


def test_replicas_do_not_share_noise(states):
    """chaobrain/brainstate#216: mapped states grew axes, sizes were not compared. Oracle: shapes; all draws differ."""
    measured = {"A.tau": np.full(3, 5.0)}
    draws = snn.sweep(states.sim, measured, 3.0, measure=lambda records: records["noise"]["r"])
    assert draws.shape == (3, 3, 20)
    assert len(np.unique(draws)) == draws.size
    with pytest.raises(snn.errors.ShapeError, match="equal length"):
        snn.sweep(states.sim, {"A.tau": np.ones(2), "B.tau": np.ones(3)}, 3.0)
    with pytest.raises(snn.errors.ShapeError, match="leading axis"):
        snn.sweep(states.sim, {"A.tau": 1.0}, 3.0)


def test_a_stimulus_that_reaches_nobody_is_an_error(states):
    """neuronsimulator/nrn#625: a vector played into a number, not into its address, did nothing. Oracle: the error."""
    params, state = states.sim.init(0)
    with pytest.raises(snn.errors.ArgumentError, match="follows no table"):
        states.sim.run(params, state, 3.0, inputs={"A": np.ones((3, 2))})


def test_a_reset_forgets_spikes_on_their_way(states):
    """jeshraghian/snntorch#323: spikes survived a reset. Oracle: nothing arrives but what is emitted anew."""
    net = states.net
    net.reset()
    net.simulate(13.0)  # both spikes are under way, for 5 ms
    net.reset()
    states.conductances["S"].get("g_exc")
    net.simulate(8.0)
    assert not states.conductances["S"].get("g_exc").any()
