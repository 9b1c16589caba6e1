"""`Table`: a parameter of a neuron follows a table, read in the step in which it holds."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, ShapeError, UnknownNameError
from jaxsnn.inputs import Table

N, STEPS, DT, TAU = 3, 40, 0.5, 10.0
VALUES = np.random.default_rng(0).uniform(0.0, 4.0, (STEPS, N))
CELL = snn.Neuron(
    parameters=f"tau = {TAU} ; I = 0.0 ; gain = 1.0 : population",
    equations="tau * dv/dt = gain * I - v : exponential",
    spike="v > 1.2",
    reset="v = 0.0",
)


@cache
def described(tables: bool = True) -> snn.Network:
    """Return three neurons whose `I` follows a table."""
    net = snn.Network(dt=DT, seed=0)
    P = net.create(
        N, CELL, name="P", tables={"I": Table(VALUES), "gain": Table([1.0, 0.5], [0.0, 10.0])} if tables else None
    )
    net.monitor(P, ["v", "spike"], name="M")
    net.compile()
    return net


@pytest.fixture
def net() -> snn.Network:
    """Return the network at its beginning."""
    described().reset(monitors=True)
    return described()


def recorded(net: snn.Network) -> np.ndarray:
    return net.get_monitor("M").get("v")


def test_assigned_each_step(net):
    """Oracle: the same network whose parameters are assigned before each step, bit for bit."""
    plain = described(False)
    net.simulate(STEPS * DT)
    P = plain.get_population("P")
    for k, row in enumerate(VALUES):
        P.I, P.gain = row, 1.0 if k * DT < 10.0 else 0.5
        plain.step()
    found, expected = recorded(net), recorded(plain)
    assert (expected == 0.0).sum() >= 3  # resets
    np.testing.assert_array_equal(found, expected)


def test_another_table(net):
    """Oracle: the closed form of an RC circuit, v(t) = I (1 - exp(-t / tau)), from the first step on."""
    net.get_population("P").set_table("I", Table([1.0, 0.0], schedule=[0.0, 5.0]))
    net.simulate(9.0)
    t = DT * np.arange(1, 19)
    charged = 1.0 - np.exp(-np.minimum(t, 5.0) / TAU)
    np.testing.assert_allclose(
        recorded(net), np.tile((charged * np.exp(-np.maximum(t - 5.0, 0.0) / TAU))[:, None], N), rtol=1e-5
    )
    net.get_population("P").set_table("I", Table(VALUES))


def test_period(net):
    """Oracle: the values repeated by hand."""
    net.get_population("P").set_table("I", Table(VALUES[:8], period=8 * DT))
    net.simulate(STEPS * DT)
    found = recorded(net)
    net.get_population("P").set_table("I", VALUES[np.arange(STEPS) % 8])
    net.reset(monitors=True)
    net.simulate(STEPS * DT)
    np.testing.assert_array_equal(found, recorded(net))
    net.get_population("P").set_table("I", VALUES)


def test_gradient_by_the_values(double):
    """Oracle: the impulse response of the circuit; no value after the loss counts."""
    net = snn.Network(dt=DT, seed=0)
    net.monitor(net.create(N, CELL, name="P", tables={"I": Table(0.1 * VALUES)}), "v")
    sim = net.compile()
    params, state = sim.init(0)
    loss = lambda table: sim.run(params, state, 10.0, inputs={"P.I_table": table})[1]["P"]["v"][9].sum()  # noqa: E731
    slope = jax.grad(loss)(jnp.asarray(0.1 * VALUES))
    decay = np.exp(-DT / TAU)
    expected = np.where(np.arange(STEPS) < 10, (1 - decay) * decay ** (9.0 - np.arange(STEPS)), 0.0)
    np.testing.assert_allclose(slope, np.tile(expected[:, None], N), rtol=1e-10)
    assert "P.I_table" in snn.fitting.named_leaves(params)
    found = snn.sweep(sim, {"P.I_table": np.stack([0.1 * VALUES, 0.2 * VALUES])}, 5.0)["P"]["v"]
    np.testing.assert_allclose(found[1], 2 * found[0], rtol=1e-10)


def test_saved_and_loaded(net, tmp_path):
    """Oracle: the network that was saved."""
    net.simulate(5.0)
    net.save(str(tmp_path / "net.npz"))
    net.simulate(5.0)
    expected = recorded(net)[-10:]
    net.get_population("P").set_table("I", 0.0 * VALUES)
    net.load(str(tmp_path / "net.npz"))
    net.simulate(5.0)
    np.testing.assert_array_equal(recorded(net)[-10:], expected)


MISTAKES = {
    "no table": ({"I": VALUES}, ArgumentError, r"`tables` are `inputs.Table\(values\)` by the name"),
    "no parameter": (
        {"J": Table(1.0 + VALUES)},
        ArgumentError,
        "`J` is no parameter .* tau, I, gain: declare `J = 0.0`",
    ),
    "variable": ({"v": Table(VALUES)}, ArgumentError, "`v` is no parameter"),
    "size": ({"I": Table(VALUES[:, :2])}, ShapeError, "the table of `I` has 2 values per time for 3 neurons"),
    "shared": ({"gain": Table(VALUES)}, ShapeError, "the table of `gain` has 3 values per time for 1 neurons"),
}


@pytest.mark.parametrize(("tables", "error", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(tables, error, message):
    with pytest.raises(error, match=message):
        snn.Network().create(N, CELL, tables=tables)


def test_mistakes_of_calls(net):
    with pytest.raises(ArgumentError, match="`values` of Table takes finite numbers"):
        Table([np.nan])
    with pytest.raises(ArgumentError, match="`values` of Table need a first axis of times"):
        Table(3.0)
    with pytest.raises(ArgumentError, match="`tau` of .* follows no table, but I, gain does"):
        net.get_population("P").set_table("tau", VALUES)
    with pytest.raises(ArgumentError, match="`tables` belong to populations of a neuron"):
        snn.Network().create(snn.inputs.TimedArray(VALUES), tables={"r": Table(VALUES)})
    sim = net.compile()
    with pytest.raises(UnknownNameError, match="no population `P.J_table`"):
        sim.run(*sim.init(0), 1.0, inputs={"P.J_table": VALUES})


@pytest.mark.parametrize(
    ("name", "tables"), [("H.mu", "`H.mus`, `H.sigmas`"), ("A.r", "`A.rates`"), ("S.due", "`S.spike_steps`")]
)
def test_what_a_table_overwrites_takes_no_value(name, tables):
    """Oracle: the message; in a sweep such values would have no effect, in silence."""
    net = snn.Network(dt=1.0, seed=1)
    trains = net.create(snn.inputs.HomogeneousCorrelatedSpikeTrains(3, rates=20.0, corr=0.3, tau=10.0), name="H")
    net.create(snn.inputs.TimedArray(np.ones((3, 1))), name="A")
    net.create(snn.inputs.SpikeSourceArray([[1.0]]), name="S")
    net.monitor(trains, "spike")
    sim = net.compile()
    with pytest.raises(ArgumentError, match=f"`{name}` is overwritten at each step .* give one of .*{tables}"):
        snn.sweep(sim, {name: np.array([1.0, 2.0])}, 5.0)
    with pytest.raises(ArgumentError, match="overwritten"):
        sim.init(0, {name: 1.0})
