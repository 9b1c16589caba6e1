"""What a graph, or a network, cannot say is refused: the message names the population, projection or node, and why."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, FileFormatError, JaxsnnError, ShapeError, StateError, UnsupportedError

nir = pytest.importorskip("nir")


@dataclass
class Case:
    """A neuron, or a projection onto plain ones, that is no node."""

    equations: str = "10.0 * dv/dt = g_exc - v"
    spike: str | None = "v > 1.0"
    reset: str | None = "v = 0.0"
    says: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    synapse: snn.Synapse | None = None


PLAIN = Case()
NEURONS = {
    "noise": Case("10.0 * dv/dt = g_exc - v + Normal(0.0, 1.0)", says="equation of `v`.*random numbers"),
    "white noise": Case("10.0 * dv/dt = g_exc - v + xi", says="equation of `v`.*random numbers"),
    "quadratic": Case("dv/dt = v * v + g_exc", says="equation of `v`.*multiplies two things"),
    "power": Case("dv/dt = 0.04 * v**2 + g_exc", says="equation of `v`.*a power"),
    "exponential": Case("10.0 * dv/dt = exp(v) - v + g_exc", says="equation of `v`.*the function `exp`"),
    "conductance": Case("10.0 * dv/dt = -v + g_exc * (2.0 - v)", says="equation of `v`.*multiplies two things"),
    "condition": Case("10.0 * dv/dt = -v + ite(v > 0.5, 1.0, g_exc)", says="equation of `v`.*the function `ite`"),
    "clock": Case("10.0 * dv/dt = -v + g_exc + t", says="equation of `v`.*reads the time `t`"),
    "sine": Case("10.0 * dv/dt = -v + g_exc + sin(t)", says="equation of `v`.*reads the time `t`"),
    "growth": Case("10.0 * dv/dt = v + g_exc", says="equation of `v`.*decay"),
    "bounds": Case("10.0 * dv/dt = g_exc - v : min = -1.0", says="equation of `v` has bounds"),
    "midpoint": Case("10.0 * dv/dt = g_exc - v : midpoint", says="equation of `v`.*method `midpoint`"),
    "implicit": Case("10.0 * dv/dt = g_exc - v : implicit", says="equation of `v`.*method `implicit`"),
    "mean": Case("10.0 * dv/dt = g_exc - v + mean(v)", says="equation of `v`.*mean or extreme"),
    "shared": Case(
        "10.0 * dm/dt = -m : population\n10.0 * dv/dt = g_exc - v + m", says="`m` has one value for the pop"
    ),
    "two membranes": Case(
        "10.0 * dv/dt = g_exc - v\n10.0 * du/dt = g_exc - u", says="equations of `v`, `u` are no membrane"
    ),
    "adaptation": Case(
        "10.0 * dv/dt = g_exc - v - a\n100.0 * da/dt = -a", reset="v = 0.0 ; a += 1.0", says="reset changes `a`"
    ),
    "coupled": Case("10.0 * dv/dt = g_exc - v - a\n50.0 * da/dt = v - a", says="are no membrane"),
    "two currents": Case(
        "5.0 * dI/dt = g_exc - I\n3.0 * dJ/dt = g_exc - J\n10.0 * dv/dt = I + J - v", says="several synaptic"
    ),
    "current beside input": Case("5.0 * dI/dt = -I + g_exc\n10.0 * dv/dt = I - v + g_exc", says="inputs beside"),
    "current without leak": Case("dI/dt = g_exc\n10.0 * dv/dt = I - v", says="several synaptic time constants|leak"),
    "two methods": Case(
        "5.0 * dI/dt = g_exc - I : exponential\n10.0 * dv/dt = I - v : explicit", says="different methods"
    ),
    "at threshold": Case(spike="v >= 1.0", says="spike condition has `>=`"),
    "below": Case(spike="v < -1.0", says="holds below a threshold"),
    "two conditions": Case(spike="v > 1.0 and v < 9.0", says="no single comparison"),
    "moving threshold": Case(
        "50.0 * da/dt = -a\n10.0 * dv/dt = g_exc - v", spike="v > 1.0 + a", says="are no membrane|compares `v`, `a`"
    ),
    "threshold of time": Case(spike="v > t", says="spike condition: it reads the time"),
    "no reset": Case(reset=None, says="no reset"),
    "soft reset": Case(reset="v -= 1.0", says="takes the threshold off.*allow_subtract=True"),
    "part of a reset": Case(reset="v -= 0.5", says="something else than the threshold off `v`"),
    "scaled reset": Case(reset="v = 0.5 * v", says="neither sets `v` to a number"),
    "reset to an input": Case(reset="v = 0.1 * g_exc", says="neither sets `v` to a number"),
    "refractory": Case(options={"refractory": 5.0}, says="refractory period"),
    "axon": Case(options={"axon_spike": "v > 0.9"}, says="axonal spikes"),
    "decay of more than 1": Case("v = 1.5 * v + g_exc", says="does not keep a part of `v`"),
    "growing sum": Case("v = v * g_exc", says="equation of `v`.*multiplies two things"),
    "two values": Case("u = g_exc\nv = 2.0 * g_exc", reset=None, says="computes `u`, `v`"),
    "product": Case("10.0 * dv/dt = g_exc - v : init = 0.0\nv2 = v * v", says="equation of `v2`"),
    "plastic": Case(synapse=snn.STDP(), says="projection `exc`.*weights of NIR do not change"),
    "short-term": Case(synapse=snn.STP(), says="projection `exc`.*equations"),
    "half a weight": Case(synapse=snn.Synapse(pre_spike="g_target += 0.5 * w"), says="projection `exc`.*0.5 \\* w"),
    "gap junction": Case(synapse=snn.Synapse(psp="w * (pre.v - post.v)"), says="projection `exc`.*post.v"),
    "graded": Case(synapse=snn.Synapse(psp="w * pre.v"), says="sends `v`.*gives spikes"),
}


def network_of(case: Case) -> snn.Network:
    """Return neurons with this text, and the same kind of neurons before them."""
    net = snn.Network(dt=1.0, seed=1, strict=False)
    plain = snn.Neuron(equations=PLAIN.equations, spike=PLAIN.spike, reset=PLAIN.reset)
    neuron = snn.Neuron(equations=case.equations, spike=case.spike, reset=case.reset, **case.options)
    source = net.create(3, plain, name="source")
    cells = net.create(3, neuron, name="cells")
    net.connect(source, cells, target="exc", synapse=case.synapse, name="exc").all_to_all(weights=0.5)
    return net


@pytest.mark.parametrize("name", NEURONS)
@pytest.mark.filterwarnings("ignore::jaxsnn.errors.JaxsnnWarning")
def test_networks_that_cannot_be_said(name):
    """Oracle: the definitions of NIR's nodes, whose list is shorter than what equations can say."""
    case = NEURONS[name]
    net = network_of(case)
    sim = net.compile()
    params, state = sim.init(1)
    with pytest.raises(UnsupportedError, match=f"(?s){case.says}") as caught:
        snn.nir.to_graph(sim, params=params, state=state)
    assert "`cells`" in str(caught.value) or "`source`" in str(caught.value)


def graph(*nodes, inputs: int = 3):
    """Return nodes one after the other, as they are."""
    named = {f"n{i}": node for i, node in enumerate(nodes)}
    named = {"input": nir.Input(input_type=np.array([inputs])), **named}
    named["output"] = nir.Output(output_type=np.array([3]))
    names = list(named)
    return nir.NIRGraph(named, list(pairwise(names)), type_check=False)


def lif(n: int = 3, **changes):
    """Return plain neurons."""
    ones = np.ones(n)
    parameters = {"tau": 0.02 * ones, "r": ones, "v_leak": 0 * ones, "v_threshold": ones, "v_reset": 0 * ones}
    return nir.LIF(**{**parameters, **changes})


def convolution(**changes):
    """Return a convolution over one channel of 4 times 4."""
    options = {"stride": (1, 1), "padding": (1, 1), "dilation": (1, 1), "groups": 1}
    return nir.Conv2d(
        **{"input_shape": (4, 4), "weight": np.ones((1, 1, 3, 3)), "bias": np.zeros(1), **options, **changes}
    )


def images(node):
    """Return a node behind an image."""
    named = {"image": nir.Input(input_type=np.array([1, 4, 4])), "node": node}
    named["output"] = nir.Output(output_type=np.array([1, 4, 4]))
    return nir.NIRGraph(named, [("image", "node"), ("node", "output")], type_check=False)


class Strange(nir.NIRNode):
    """A node of nobody."""

    def __init__(self) -> None:
        self.input_type, self.output_type, self.metadata = {"input": None}, {"output": None}, {}


def with_edge(edge):
    """Return a graph with one more edge."""
    made = graph(lif())
    made.edges = [*made.edges, edge]
    return made


def inner(inputs: int):
    """Return a graph in which a node is a graph with so many inputs."""
    nodes = {f"in{i}": nir.Input(input_type=np.array([3])) for i in range(inputs)}
    nodes |= {"cells": lif(), "out": nir.Output(output_type=np.array([3]))}
    edges = [*((f"in{i}", "cells") for i in range(inputs)), ("cells", "out")]
    return graph(nir.NIRGraph(nodes, edges, type_check=False))


GRAPHS = {
    "unknown node": (lambda: graph(Strange()), UnsupportedError, "`n0` is a Strange"),
    "dilation": (lambda: images(convolution(dilation=(2, 2))), UnsupportedError, "`node`.*dilation"),
    "groups": (lambda: images(convolution(groups=2)), UnsupportedError, "`node`.*groups"),
    "wide padding": (lambda: images(convolution(padding=(2, 2))), UnsupportedError, "`node`.*padding"),
    "large kernel": (lambda: images(nir.SumPool2d(*[np.array([9, 9])] * 2, np.array([0, 0]))), ShapeError, "`node`"),
    "flat image": (lambda: graph(convolution(), lif()), ShapeError, "`n0`.*Conv2d needs an input"),
    "channels": (lambda: images(convolution(weight=np.ones((1, 2, 3, 3)))), ShapeError, "`node`.*reads 2 channels"),
    "stacked weights": (lambda: graph(nir.Linear(np.ones((2, 3, 3))), lif()), ShapeError, "`n0`.*shape \\(2, 3, 3\\)"),
    "wrong width": (lambda: graph(nir.Linear(np.ones((3, 5))), lif()), ShapeError, "`input` gives 3.*`n0` takes 5"),
    "wrong size": (lambda: graph(nir.Linear(np.ones((4, 3))), lif()), ShapeError, "`n0` gives 4.*`n1` takes 3"),
    "negative tau": (lambda: graph(lif(tau=-np.ones(3))), ArgumentError, "`n0`: `tau` is -1"),
    "infinite r": (lambda: graph(lif(r=np.full(3, np.inf))), ArgumentError, "`n0`: `R` is inf"),
    "part of a delay": (lambda: graph(nir.Delay(np.full(3, 1.5e-3)), lif()), UnsupportedError, "`n0` delays by 1.5 ms"),
    "no delay": (lambda: graph(nir.Delay(np.zeros(3)), lif()), UnsupportedError, "`n0` delays by 0 ms"),
    "stray edge": (lambda: with_edge(("n0", "nobody")), FileFormatError, "`n0` -> `nobody`"),
    "two entries": (lambda: inner(2), UnsupportedError, "`n0` is a graph with 2 nodes Input"),
    "no entry": (lambda: inner(0), UnsupportedError, "`n0` is a graph with 0 nodes Input"),
    "matrix of nothing": (
        lambda: nir.NIRGraph({"w": nir.Linear(np.ones((3, 3))), "lif": lif()}, [("w", "lif")], type_check=False),
        UnsupportedError,
        "`w` is a Linear that nothing feeds",
    ),
    "output of nothing": (
        lambda: nir.NIRGraph({"o": nir.Output(output_type=np.array([3]))}, [], type_check=False),
        UnsupportedError,
        "nothing feeds the output `o`",
    ),
    "node alone": (lambda: lif(), ArgumentError, "not the node LIF"),
    "number": (lambda: 5, ArgumentError, "`graph` is the path"),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs_that_cannot_be_said(name):
    """Oracle: the rules of `docs/nir.md`."""
    made, error, says = GRAPHS[name]
    with pytest.raises(error, match=f"(?s){says}"):
        snn.nir.read(made())


def test_files_that_are_no_graphs(tmp_path):
    """Oracle: a file of another format, and one that is not there."""
    (tmp_path / "text.nir").write_text("no graph")
    with pytest.raises(FileFormatError, match="text.nir` holds no NIR graph"):
        snn.nir.read(tmp_path / "text.nir")
    with pytest.raises(FileNotFoundError):
        snn.nir.read(tmp_path / "nowhere.nir")


@pytest.mark.parametrize("options, says", [
    ({"method": "midpoint"}, "`method` is one of"),
    ({"reset": "later"}, "`reset` is one of"),
    ({"order": "first"}, "`order` is one of"),
    ({"inputs": {"inptu": np.zeros((5, 3))}}, "no input `inptu`.*input"),
    ({"inputs": {"input": np.zeros((5, 4))}}, "needs numbers \\(steps, 3\\), not \\(5, 4\\)"),
    ({"duration": -1.0}, "duration"),
])  # fmt: skip
def test_arguments(options, says):
    """Oracle: the documentation of `read`."""
    with pytest.raises(JaxsnnError, match=says):
        snn.nir.read(graph(lif()), **options)


def test_what_cannot_be_written_leaves_no_file(tmp_path):
    """Oracle: an old file, which is as it was."""
    file = tmp_path / "graph.nir"
    file.write_text("before")
    net = network_of(NEURONS["no reset"])
    with pytest.raises(StateError, match="compile"):
        snn.nir.write(net, file)
    sim = net.compile()
    with pytest.raises(ArgumentError, match="`params` and `state`"):
        snn.nir.write(sim, file)
    with pytest.raises(UnsupportedError, match="`cells`"):
        snn.nir.write(net, file)
    assert file.read_text() == "before" and list(tmp_path.iterdir()) == [file]


def test_without_the_package(monkeypatch):
    """Oracle: an import that fails."""
    monkeypatch.setitem(__import__("sys").modules, "nir", None)
    with pytest.raises(snn.errors.MissingPackageError, match=r"jaxsnn\[nir\]"):
        snn.nir.read("graph.nir")
