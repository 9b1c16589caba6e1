"""Precise spikes in a network: who chooses them, what monitors and files hold, how they travel, what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, UnsupportedError
from jaxsnn.step._precise_update import _in_parts, _in_parts_where_needed, _only
from jaxsnn.step._step_parts import Neurons

LEAKY = snn.Neuron(
    parameters="tau = 20.0; I = 0.0",
    equations="tau * dv/dt = I + g_exc - v : midpoint\n 5.0 * dg_exc/dt = -g_exc : midpoint",
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=1.7,
)


def pair(dt: float = 0.5, spikes: str = "precise", **delays) -> tuple[snn.Network, snn.Monitor, snn.Monitor]:
    net = snn.Network(dt=dt, seed=1, spikes=spikes)
    a, b = net.create(5, LEAKY, name="A"), net.create(3, LEAKY, name="B")
    a.I = np.linspace(1.2, 1.9, 5)
    net.connect(a, b, "exc", name="AB").all_to_all(weights=3.0, **delays)
    monitors = net.monitor(a, "spike"), net.monitor(b, ["spike", "v"])
    net.compile()
    return net, *monitors


def test_who_chooses():
    """Oracle: the order of precedence of `Neuron`: the population, the network, the model."""
    net = snn.Network(dt=1.0, spikes="precise", gradients="both")
    cells = {
        "a": net.create(1, LEAKY, name="a"),
        "b": net.create(1, LEAKY, name="b", spikes="grid"),
        "c": net.create(1, LEAKY, name="c", gradients="exact"),
        "input": net.create(snn.inputs.PoissonPopulation(1, rates=10.0), name="input"),
    }
    text = net.compile().summary()
    assert (
        "population a: 1 x spiking neuron, surrogate fast_sigmoid(beta=1), precise spikes with both gradients" in text
    )
    assert (
        "population c: 1 x spiking neuron, surrogate fast_sigmoid(beta=1), precise spikes with exact gradients" in text
    )
    assert [name for name in cells if f"population {name}" in text and "precise" not in line(text, name)] == [
        "b",
        "input",
    ]


def line(text: str, name: str) -> str:
    return next(row for row in text.splitlines() if row.startswith(f"population {name}:"))


def test_a_script_chooses():
    """Oracle: a monitor of spikes holds their moments, too."""
    snn.setup(dt=1.0, spikes="precise")
    try:
        assert snn.Monitor(snn.Population(1, LEAKY), "spike").variables == ["spike", "spike_times"]
    finally:
        snn.clear()
        snn.setup(spikes="grid")


def test_a_condition_without_a_distance_stays_on_the_grid():
    """Oracle: the summary says so."""
    counter = snn.Neuron(equations="n += 1.0", spike="n == 3.0", reset="n = 0.0", spikes="precise")
    net = snn.Network(dt=1.0)
    net.create(1, counter, name="cell")
    assert "spikes on the grid: the condition has no distance" in net.compile().summary()


def test_what_monitors_hold():
    """Oracle: a time lies within its step; steps are those of the same spikes."""
    net, first, second = pair()
    net.simulate(50.0)
    assert first.variables == ["spike", "spike_times"]
    steps, times = second.get("spike", keep=True), second.get("spike_times", keep=True)
    for rank, own in steps.items():
        assert len(own) > 2
        assert (
            (np.array(times[rank]) > np.array(own) * 0.5) & (np.array(times[rank]) <= (np.array(own) + 1) * 0.5)
        ).all()
    drawn, ranks = second.raster_plot()
    np.testing.assert_array_equal(drawn[ranks == 0], times[0])
    assert second.get("spike")[0] == []


@pytest.mark.slow
def test_a_file_goes_on_with_the_same_moments(tmp_path):
    """Oracle: the run without an interruption, bit by bit."""
    whole, _, monitor = pair()
    whole.simulate(40.0)
    wanted = monitor.get("spike_times")
    first, _, _ = pair()
    first.simulate(17.0)
    first.save(tmp_path / "half.npz")
    second, _, monitor = pair()
    second.load(tmp_path / "half.npz")
    second.simulate(23.0)
    for rank, times in monitor.get("spike_times").items():
        assert times == [t for t in wanted[rank] if t > 17.0]


@pytest.mark.slow
def test_errors_of_a_network_fall_with_the_square_of_dt(double):
    """Oracle: the same network with dt = 1 / 64; spikes arrive in two parts, so currents are of second order, too."""

    def times(dt: float) -> np.ndarray:
        net, _, monitor = pair(dt, delays=2.0)
        net.simulate(60.0)
        return np.array(monitor.get("spike_times")[0])

    wanted = times(1.0 / 64)
    errors = [np.abs(times(dt) - wanted).mean() for dt in (0.5, 0.25, 0.125)]
    orders = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    assert (orders > 1.6).all(), (orders, errors)


def test_a_spike_acts_in_two_parts():
    """Oracle: the integral of the current, w tau_syn, and its centre, the moment of the arrival plus tau_syn."""
    net = snn.Network(dt=0.5, seed=1, spikes="precise")
    a, b = net.create(1, LEAKY, name="A"), net.create(1, LEAKY, name="B")
    a.I = 1.5
    net.connect(a, b, "exc").all_to_all(weights=0.25, delays=1.0)
    spikes, current = net.monitor(a, "spike"), net.monitor(b, "g_exc")
    net.compile()
    net.simulate(40.0)
    a.I = 0.0
    net.simulate(80.0)
    (arrival,) = [t + 1.0 for t in spikes.get("spike_times")[0]]
    values = current.get("g_exc")[:, 0]
    decay = 1.0 - 0.1 + 0.005  # of a midpoint step
    jumps = values[1:] - values[:-1] * decay
    steps = np.flatnonzero(jumps > 1e-6) + 1
    assert jumps[steps - 1].sum() == pytest.approx(0.25, rel=1e-5)
    assert (steps * 0.5 * jumps[steps - 1]).sum() / 0.25 == pytest.approx(arrival, abs=1e-4)


def test_what_a_step_adds_it_adds_once():
    """Oracle: counts by hand. A spike splits its step in two parts; both see a current, one alone adds to a counter."""
    model = snn.Neuron(
        parameters="tau = 10.0; rate = 1.0",
        equations="count += 1.0\n time += rate * dt\n I = g_exc + 1.5\n tau * dv/dt = I - v : midpoint",
        spike="v > 1.0",
        reset="v = 0.0",
    )
    net = snn.Network(dt=1.0, seed=1, spikes="precise", strict=False)
    cell = net.create(1, model, name="A")
    seen = net.monitor(cell, ["spike", "I"])
    net.compile()
    net.simulate(40.0)
    assert len(seen.get("spike")[0]) == 3
    assert (cell.count, cell.time) == (pytest.approx(40.0), pytest.approx(40.0, rel=1e-6))
    np.testing.assert_array_equal(seen.get("I"), 1.5)


def test_refractory_neurons_add_nothing():
    """Oracle: steps by hand. A neuron counts in each step in which it is not refractory to the end."""
    model = snn.Neuron(
        parameters="tau = 10.0",
        equations="count += 1.0\n tau * dv/dt = 1.5 - v : midpoint",
        spike="v > 1.0",
        reset="v = 0.0",
        refractory=3.5,
    )
    net = snn.Network(dt=1.0, seed=1, spikes="precise", strict=False)
    cell = net.create(1, model, name="A")
    spikes = net.monitor(cell, "spike")
    net.compile()
    net.simulate(40.0)
    first, second = spikes.get("spike_times")[0]
    whole = sum(np.floor(t + 3.5) - np.ceil(t) for t in (first, second))  # steps spent in the refractory period
    assert float(cell.count[0]) == 40.0 - whole


def test_synapses_that_change_are_refused():
    """Oracle: the message names the projection and the remedy."""
    net = snn.Network(dt=1.0, spikes="precise")
    a = net.create(2, LEAKY, name="A")
    net.connect(a, a, "exc", name="plastic", synapse=snn.STDP()).all_to_all(weights=0.1)
    with pytest.raises(
        UnsupportedError, match="projection `plastic`: precise spikes reach synapses that add something"
    ):
        net.compile()


def test_mistakes():
    """Oracle: the messages."""
    with pytest.raises(ArgumentError, match="`spikes` is not 'exact'"):
        snn.Network(spikes="exact")
    with pytest.raises(ArgumentError, match="`gradients` belong to spiking neurons"):
        snn.Network(dt=1.0).create(1, snn.Neuron(equations="r = 1.0"), gradients="exact")


@pytest.mark.slow
def test_replicas_have_the_moments_of_a_single_network():
    """Oracle: the single network, bit by bit."""
    net, _, monitor = pair()
    net.simulate(30.0)
    wanted = monitor.get("spike_times")
    again, _, monitor = pair()

    def run(copy: snn.Network) -> list[float]:
        copy.simulate(30.0)
        return copy.get(monitor).get("spike_times")[0]

    assert again.parallel_run(run, number=2, seeds=[1, 1])[1] == wanted[0]
    assert jnp.isfinite(jnp.asarray(wanted[0])).all()


def test_layers_send_moments(double):
    """Oracle: `simulate`, whose loop has no layers, with dense weights between two populations."""
    net, _, monitor = pair()
    net.simulate(30.0)
    other, _, _ = pair()
    sim = other.compile()
    _, records = sim.run(*sim.init(1), 30.0)
    times = np.asarray(records[monitor.name]["spike_times"])[:, 0]
    np.testing.assert_allclose(times[np.isfinite(times)], monitor.get("spike_times")[0], rtol=0, atol=1e-12)


def test_neurons_in_several_parts_are_the_same_alone_and_among_all(double):
    """Oracle: all neurons in parts, from which derivatives come; on a CPU forward only those that need it are."""
    n, rng = 100, np.random.default_rng(0)
    net = snn.Network(dt=0.5, spikes="precise")
    net.create(n, LEAKY, name="A")
    spec = net.compile().spec.population("A")
    drawn = {"v": rng.uniform(0.8, 1.05, n), "g_exc": rng.uniform(0.0, 3.0, n), "I": rng.uniform(0.0, 3.0, n)}
    values = {k: jnp.asarray(x) for k, x in (drawn | {"tau": np.full(n, 20.0), "refractory": np.full(n, 1.7)}).items()}
    left = jnp.asarray(rng.choice([0.0, 0.0, 0.3, 0.7, 1.0, 2.2], n))
    neurons = Neurons(values, {}, (), {}, {}, left)
    wanted = _only(_in_parts(spec, neurons, n, 0.5), ["v", "g_exc"])
    found = jax.jit(lambda x, k: _in_parts_where_needed(spec, x, ["v", "g_exc"], 0.5, k))(neurons, jnp.int32(0))
    assert 16 < int(found.flags.sum()) < 80
    for x, y in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(x, y, rtol=0, atol=1e-13)
