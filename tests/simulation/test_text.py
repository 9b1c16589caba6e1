"""What a console shows of networks, simulations, parameters and results: short, without values, under `jit` too."""

import jax
import optax
import pytest

import jaxsnn as snn
from jaxsnn.errors import UnknownNameError

from ..html_reader import read


@pytest.fixture(scope="module")
def network():
    net = snn.Network(dt=0.5, seed=1)
    P = net.create(100, snn.Izhikevich(noise=5.0), name="P")
    net.connect(P, P, "exc", name="exc").all_to_all(weights=snn.Uniform(0.0, 0.5))
    before = repr(net)
    net.compile()
    return net, before


def test_network(network):
    net, before = network
    assert before == "network: dt 0.5 ms, populations 1, neurons 100, projections 1, not compiled"
    assert repr(net) == before.replace("not ", "")
    assert repr(net.simulation) == "simulation: dt 0.5 ms on cpu, populations 1, neurons 100, projections 1"


def test_parameters_and_state(network):
    params, state = network[0].simulation.init(0)
    assert "populations: {P {a float32[], b float32[]," in repr(params)
    assert "projections: {exc {w float32[100, 100]}}" in repr(params)
    assert "u float32[100], v float32[100]" in repr(state)
    assert len(repr(params)) < 400 and len(repr(state)) < 400


def test_in_a_transformation(network):
    """Oracle: the text outside."""
    params, _ = network[0].simulation.init(0)
    texts = []
    jax.jit(lambda p: texts.append(repr(p)))(params)
    assert texts == [repr(params)]
    assert "w NoneType" in repr(jax.tree.map(lambda _: None, params))


def test_many_owners():
    net = snn.Network(dt=1.0)
    for i in range(40):
        net.create(1, snn.Izhikevich, name=f"P{i}")
    params, state = net.compile().init(0)
    assert "and 28 more" in repr(params)
    assert len(repr(params)) < 2000 and len(repr(state)) < 3000


def test_fit():
    result = snn.fit(lambda p: (p["x"] - 3.0) ** 2, {"x": 1.0}, optax.sgd(0.25), steps=4)
    assert repr(result) == "fit of x: loss 0.015625 after 4 steps (ended by: steps)"


def test_sweep_that_keeps_nothing():
    net = snn.Network(dt=1.0)
    net.create(3, snn.Izhikevich, name="P")
    with pytest.raises(
        snn.errors.ArgumentError, match="this network has none: add one before `compile\\(\\)`, or give"
    ):
        snn.sweep(net.compile(), {"P.noise": [0.0, 1.0]}, 10.0)


def test_values_by_name(network):
    """Oracle: the same arrays by field and dictionary; a gradient is read in the same way."""
    params, state = network[0].simulation.init(0)
    assert params["exc.w"] is params.projections["exc"]["w"]
    assert state["P.v"] is state.populations["P"]["v"]
    gradient = jax.grad(lambda p: (p["exc.w"] ** 2).sum())(params)
    assert (gradient["exc.w"] == 2.0 * params["exc.w"]).all()
    with pytest.raises(UnknownNameError, match=r"no value is called `exc.v`. Did you mean `exc.w`\?"):
        params["exc.v"]


def test_a_notebook_shows_a_simulation(network):
    """Oracle: the description and the plan."""
    sim = network[0].simulation
    found = read(sim._repr_html_())
    assert found.facts == {
        "neurons": "100 in 1 population",
        "step (ms)": "0.5",
        "runs on": "cpu, in float32",
        "random numbers": "counter",
    }
    assert found.tables["populations"] == [("P", "100", "Izhikevich")]
    assert found.tables["projections"][0][:6] == ("exc", "P", "P", "exc", "All-to-All", "9,900")
    plan = sim.compiled.plans["exc"]
    (row,) = found.tables["how spikes and rates travel"]
    assert row[3:] == (plan.kernel.name, plan.kernel_choice.reason, plan.delivery.value)


def test_a_notebook_shows_a_fit():
    """Oracle: the result."""
    result = snn.fit(lambda p: (p["<b>"] - 3.0) ** 2, {"<b>": 1.0}, optax.sgd(0.25), steps=4)
    found = read(result._repr_html_())
    assert found.facts == {"loss": "0.015625", "steps": "4", "ended by": "steps"}
    assert found.tables["trained"] == [("<b>", "one number", f"{float(result.trained['<b>']):.6g}")]
    assert found.pictures == ["history"]
