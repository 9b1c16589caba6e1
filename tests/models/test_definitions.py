"""Parameters and equations as Python values: the text that they become, and the models that this gives."""

import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError

AGE = """
    age = if pre.r * post.r > 0.0 :
            0
          else :
            age + 1 : init = 0, int
"""


def test_texts():
    """Oracle: the text that the same model has in ANNarchy 4.8; localities and defaults of ANNarchy 5.0.4."""
    neuron = snn.Neuron(
        parameters={
            "tau": 10,
            "E": snn.Parameter(-70.0, "local"),
            "on": True,
            "k": snn.Parameter(3, "local", int),
            "shared": snn.Parameter(value=0.5),
            "other": "cc",
        },
        equations=[
            snn.Variable("x += Uniform(-0.1, 0.1)", init=0.1, locality="global"),
            "tau * dv/dt + v = E # leak",
            snn.Variable("tau * du/dt = -u # decay", init="E", min=-1, max="k", method="exponential"),
            snn.Variable("n += 1 : init=2", type="int"),
        ],
        spike="v > 1.0",
        reset=["v = E", "u += 1.0"],
    )
    assert neuron.parameters.splitlines() == [
        "tau = 10 : population",
        "E = -70.0",
        "on = True : population, bool",
        "k = 3 : int",
        "shared = 0.5 : population",
        "other = cc : population",
    ]
    assert neuron.equations.splitlines() == [
        "x += Uniform(-0.1, 0.1) : population, init=0.1",
        "tau * dv/dt + v = E # leak",
        "tau * du/dt = -u # decay",
        " : exponential, init=E, min=-1, max=k",
        "n += 1 : init=2, int",
    ]
    assert neuron.reset == "v = E\nu += 1.0"
    synapse = snn.Synapse(
        parameters={"T": snn.Parameter(10000, "global", int), "z": snn.Parameter(1.0, "semiglobal")},
        equations=snn.Variable(AGE, init=0, type=int),
        creating=snn.Creating("pre.r > 1.0", proba=0.1, w=0.01, d=2.0),
        pruning=snn.Pruning("age > T", proba=0.5),
    )
    assert synapse.parameters == "T = 10000 : projection, int\nz = 1.0 : postsynaptic"
    assert synapse.equations == AGE.rstrip()
    assert synapse.creating == "pre.r > 1.0 : proba=0.1, w=0.01, d=2.0" and synapse.pruning == "age > T : proba=0.5"


def test_values_of_a_network():
    """Oracle: the values in the dictionaries; distributions give one value per neuron, or one for all."""
    neuron = snn.Neuron(
        parameters={"tau": 10.0, "b": snn.Parameter(snn.Uniform(1.0, 2.0), "local"), "one": snn.Uniform(3.0, 4.0)},
        equations=[snn.Variable("r = b", init=snn.Uniform(5.0, 6.0)), snn.Variable("u += 1.0", init="tau", max=11.5)],
    )
    synapse = snn.Synapse(
        parameters={"q": snn.Parameter(snn.Uniform(7.0, 8.0), "local"), "eta": 0.5},
        equations=snn.Variable("dw/dt = eta * pre.r", max=1.25),
    )
    net = snn.Network(seed=1)
    P = net.create(4, neuron)
    proj = net.connect(P, P, "exc", synapse).all_to_all(1.0)
    net.compile()
    assert P.tau == 10.0 and P.u.tolist() == [10.0] * 4 and 3.0 < P.one < 4.0
    for values, low in ((P.b, 1.0), (P.r, 5.0), ([q for row in proj.q for q in row], 7.0)):
        assert len({*values}) == len(values) and all(low <= x < low + 1.0 for x in values)
    net.simulate(2.0)
    assert P.u.tolist() == [11.5] * 4 and proj.w[0] == [1.25] * 3 and proj.eta == 0.5
    again = snn.Network(seed=1).create(4, neuron)
    with pytest.raises(snn.errors.StateError, match="`b` of population `pop0` is drawn"):
        _ = again.b


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: snn.Parameter(1.0, "population"), "`locality` is one of local, semiglobal, global, not 'population'"),
        (lambda: snn.Variable("r = 1", type=str), "`type` is float, int or bool, not <class 'str'>"),
        (lambda: snn.Neuron({"a": snn.Parameter(1.0, "semiglobal")}, "r = a"), "a neuron has no values that are 'semi"),
        (lambda: snn.Neuron({"a": [1.0, 2.0]}, "r = a"), "`value` is a number, a distribution or a name"),
        (lambda: snn.Neuron(equations=["r = 1.0", 3]), "a list of equations holds texts and `Variable`, not 3"),
    ],
)
def test_mistakes(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()
