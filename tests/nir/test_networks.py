"""What `read` makes of graphs and `write` of networks, against closed forms."""

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import UnsupportedError

nir = pytest.importorskip("nir")


def li(n: int, tau: float = 0.01) -> nir.LI:
    """Return leaky integrators with the resistance 1."""
    ones = np.ones(n)
    return nir.LI(tau=tau * ones, r=ones, v_leak=0.0 * ones)


def junctions():
    """Return a graph in which nodes feed several others, and are fed by several."""
    nodes = {
        "a": nir.Input(input_type=np.array([2])),
        "b": nir.Input(input_type=np.array([2])),
        "both": nir.Linear(np.array([[1.0, 2.0], [0.5, -1.0]])),
        "next": nir.Affine(np.array([[3.0, 1.0]]), np.array([0.25])),
        "left": li(2),
        "right": li(1),
        "sides": nir.Output(output_type=np.array([2])),
        "end": nir.Output(output_type=np.array([1])),
    }
    edges = [
        ("a", "both"), ("b", "both"), ("both", "left"), ("both", "next"), ("next", "right"), ("left", "sides"),
        ("both", "sides"), ("right", "end"),
    ]  # fmt: skip
    return nir.NIRGraph(nodes, edges)


@pytest.fixture(scope="module")
def junctions_run():
    """The graph above, run with random inputs: what goes in, and what its outputs show."""
    generator = np.random.default_rng(3)
    a, b = generator.random((20, 2)), generator.random((20, 2))
    net = snn.nir.read(junctions(), duration=20.0, inputs={"a": a, "b": b})
    sim = net.compile()
    params, state = sim.init(0)
    _, records = sim.run(params, state, 20.0)
    return a, b, net, sim, (params, state), records


def integrated(x: np.ndarray, share: float = 0.1) -> np.ndarray:
    """Return what Euler's method makes of a leaky integrator's input."""
    v, found = np.zeros(x.shape[1]), []
    for row in x:
        v = v + share * (row - v)
        found.append(v)
    return np.array(found)


def test_sums(junctions_run):
    """Oracle: NumPy, each projection one step late: `both` adds its inputs up, as the output `sides` does."""
    a, b, net, _, _, records = junctions_run
    given = (a + b) @ np.array([[1.0, 2.0], [0.5, -1.0]]).T
    np.testing.assert_allclose(records["end"]["v"][3:, 0], integrated(given @ [[3.0], [1.0]] + 0.25)[:-3, 0], rtol=1e-5)
    sides = np.zeros((20, 2))
    sides[3:] += given[:-3]
    sides[4:] += integrated(given)[:-4]
    np.testing.assert_allclose(records["sides"]["v"], sides, rtol=1e-5, atol=1e-6)
    assert net.population("both_in").neuron_type.equations == "v = g_a_both_in + g_b_both_in"


@pytest.mark.slow
def test_gradients(junctions_run):
    """Oracle: a central difference of the loss, in one weight."""
    _, _, _, sim, (_, state), _ = junctions_run

    matrix, direction, step = np.ones((2, 2)), np.array([[1.0, 0.5], [2.0, -1.0]]), 1e-2

    def loss(params):
        return sim.run(params, state, 20.0)[1]["end"]["v"].sum()

    def moved(by):
        return float(loss(sim.init(0, {"both.w": matrix + by * direction})[0]))

    slopes = np.asarray(jax.grad(loss)(sim.init(0, {"both.w": matrix})[0])["both.w"])
    assert (slopes * direction).sum() == pytest.approx((moved(step) - moved(-step)) / (2 * step), rel=1e-3)


def written(net, **options):
    """Compile a network and return its graph."""
    net.compile()
    return snn.nir.to_graph(net, **options)


def test_rates():
    """Oracle: the equation, tau dr/dt + r = sum(exc) - 2 sum(inh) + B: R = 1, the bias is that of the leak."""
    net = snn.Network(dt=0.5, seed=1)
    image = net.create(snn.inputs.InputArray(3), name="image")
    cells = net.create(
        2, snn.Neuron("tau = 8.0 ; B = 0.5", "tau * dr/dt + r = sum(exc) - 2.0 * sum(inh) + B"), name="c"
    )
    matrix = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    net.connect(image, cells, target="exc", name="exc").from_matrix(matrix)
    net.connect(image, cells, target="inh", name="inh").from_matrix(matrix / 4)
    graph = written(net)
    assert (graph.nodes["c"].tau == np.float32(0.008)).all() and (graph.nodes["c"].r == 1.0).all()
    assert (graph.nodes["c"].v_leak == 0.5).all() and type(graph.nodes["c"]).__name__ == "LI"
    assert (graph.nodes["exc"].weight == matrix).all() and (graph.nodes["inh"].weight == -matrix / 4).all()
    assert (graph.nodes["inh_scale"].scale == 2.0).all()
    assert ("inh", "inh_scale") in graph.edges and ("inh_scale", "c") in graph.edges


def test_conductances_that_nothing_feeds():
    """Oracle: NIR's CubaLIF; g_inh, which no projection feeds, stays 0."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.SpikeSourceArray([[1.0]]), name="source")
    fed = net.create(1, snn.CubaLIF(tau_syn=5.0, tau_m=8.0, bias=0.5), name="fed")
    net.create(1, snn.CubaLIF(tau_m=8.0, bias=0.5), name="alone")
    net.connect(source, fed, target="exc", name="w").all_to_all(weights=0.5)
    nodes = written(net, allow_subtract=True).nodes
    assert (type(nodes["fed"]).__name__, type(nodes["alone"]).__name__) == ("CubaLIF", "LIF")
    assert nodes["fed"].w_in == pytest.approx(1.0 / (1.0 - np.exp(-1.0 / 5.0)), rel=1e-6)
    assert nodes["fed"].v_leak == nodes["alone"].v_leak == 0.5


def test_one_method_in_a_graph():
    """Oracle: the metadata of a graph, which are of all nodes."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.SpikeSourceArray([[1.0]]), name="source")
    for method in ("explicit", "exponential"):
        cells = net.create(
            1, snn.Neuron("", f"5.0 * dv/dt = g_exc - v : {method}", "v > 1.0", reset="v = 0.0"), name=method
        )
        net.connect(source, cells, target="exc", name=f"to_{method}").all_to_all(weights=0.5)
    with pytest.raises(UnsupportedError, match="`exponential`.*its method is `exponential`, that of `explicit` is"):
        written(net)


def test_delays_and_views():
    """Oracle: the definition of a Delay: what is beyond the one step of each projection, s; missing synapses are 0."""
    net = snn.Network(dt=0.5, seed=1)
    source = net.create(snn.inputs.SpikeSourceArray([[1.0], [2.0], [3.0]]), name="source")
    cells = net.create(4, snn.Neuron("", "10.0 * dv/dt = g_exc - v", "v > 1.0", reset="v = 0.0"), name="cells")
    net.connect(source[1:], cells[:2], target="exc", name="late").all_to_all(weights=0.5, delays=3.0)
    graph = written(net)
    assert (graph.nodes["late_delay"].delay == np.float32(0.0025)).all()
    assert graph.nodes["late"].weight.tolist() == [[0.0, 0.5, 0.5], [0.0, 0.5, 0.5], [0.0] * 3, [0.0] * 3]
    assert ("source", "late_delay") in graph.edges and ("late_delay", "late") in graph.edges


def test_parameters_of_a_fit():
    """Oracle: the parameters that are given."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.SpikeSourceArray([[1.0], [2.0]]), name="source")
    cells = net.create(2, snn.LI(tau_m=10.0), name="cells")
    net.connect(source, cells, target="exc", name="w").from_matrix(np.ones((2, 2)))
    sim = net.compile()
    params, state = sim.init(0, {"w.w": 3.0, "cells.tau_m": [5.0, 6.0]})
    graph = snn.nir.to_graph(sim, params=params, state=state)
    assert (graph.nodes["w"].weight == 3.0).all()
    assert graph.nodes["cells"].tau == pytest.approx([0.005, 0.006])
    assert (snn.nir.to_graph(net, params=params).nodes["w"].weight == 3.0).all()
    assert (snn.nir.to_graph(net).nodes["w"].weight == 1.0).all()


def convolving(filters: np.ndarray, geometry: tuple[int, int, int]) -> snn.Network:
    """Return an image of 6 times 6 with two channels, and neurons with filters."""
    net = snn.Network(dt=1.0, seed=1)
    table = snn.inputs.Table(np.zeros((5, 6, 6, 2)))
    image = net.create((6, 6, 2), snn.Neuron("I = 0.0", "v = I", "False"), name="image", tables={"I": table})
    cells = net.create(geometry, snn.Neuron("", "dv/dt = g_exc", "v > 1.0", reset="v = 0.0"), name="cells")
    net.convolution(image, cells, "exc", psp="pre.v * w", name="conv").connect_filters(filters)
    return net


def test_convolution_of_a_network():
    """Oracle: the filters, with channels first; the windows of NIR begin at the border of the padded image."""
    filters = np.random.default_rng(0).normal(size=(4, 3, 3, 2))
    node = written(convolving(filters, (3, 3, 4))).nodes["conv"]
    assert (node.stride, node.padding, node.input_shape) == ((2, 2), (1, 1), (6, 6))
    assert (node.weight == np.moveaxis(filters, -1, 1).astype(np.float32)).all()
    with pytest.raises(UnsupportedError, match=r"projection `conv`.*windows begin at \[1, 4\]"):
        written(convolving(filters[:, :1, :1], (2, 2, 4)))
