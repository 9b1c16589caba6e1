"""A graph that becomes a network, and the network a graph: every parameter has the same bits."""

import jax
import numpy as np
import pytest

import jaxsnn as snn

nir = pytest.importorskip("nir")

from .graphs import GRAPHS  # noqa: E402 - it needs the package

NOT_PARAMETERS = ("input_type", "output_type", "metadata", "nodes", "edges")


def assert_same(one, other) -> None:
    """Compare two graphs: names, edges, kinds, and the bits of all parameters."""
    assert set(one.nodes) == set(other.nodes)
    assert set(one.edges) == set(other.edges)
    for name, node in one.nodes.items():
        twin = other.nodes[name]
        assert type(node) is type(twin), name
        for field in set(vars(node)) - set(NOT_PARAMETERS):
            a, b = np.asarray(getattr(node, field)), np.asarray(getattr(twin, field))
            assert a.shape == b.shape and (a == b).all(), (name, field, a, b)
            assert a.dtype == b.dtype or a.dtype.kind in "iu", (name, field)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_come_back(name, dtype, tmp_path):
    """Oracle: the graph itself, through a network and a file."""
    jax.config.update("jax_enable_x64", dtype is np.float64)
    try:
        graph = GRAPHS[name](dtype)
        net = snn.nir.read(graph, dt=1.0)
        net.compile()
        snn.nir.write(net, tmp_path / "graph.nir")
    finally:
        jax.config.update("jax_enable_x64", False)
    assert_same(graph, without_own_flattening(nir.read(tmp_path / "graph.nir"), graph))


def without_own_flattening(written, graph):
    """Give the `Flatten` of a written graph, which the network does not have, the name that it had."""
    old = {name: n for name, n in graph.nodes.items() if isinstance(n, nir.Flatten)}
    new = [name for name, n in written.nodes.items() if isinstance(n, nir.Flatten)]
    names = dict(zip(new, old, strict=True))
    nodes = {names.get(name, name): node for name, node in written.nodes.items()}
    edges = [(names.get(a, a), names.get(b, b)) for a, b in written.edges]
    return nir.NIRGraph(nodes, edges, type_check=False)


@pytest.mark.slow
def test_catalogue_comes_back():
    """Oracle: the network that was written: its spikes, and those of what was read from its graph.

    LIF and CubaLIF add spikes at once, which a CubaLIF of NIR does by w_in, a LIF by R.
    """
    generator = np.random.default_rng(0)
    raster = generator.random((80, 5)) < 0.3
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.SpikeRaster(raster), name="source")
    lif = net.create(6, snn.LIF(tau_m=15.0), name="lif")
    cuba = net.create(4, snn.CubaLIF(tau_m=12.0, tau_syn=4.0), name="cuba")
    net.connect(source, lif, target="exc", name="w1").from_matrix(generator.normal(0.5, 0.5, (6, 5)))
    net.connect(lif, cuba, target="exc", name="w2").from_matrix(generator.normal(1.5, 1.0, (4, 6)))
    net.connect(lif, cuba, target="inh", name="w3").from_matrix(generator.random((4, 6)) * 0.5)
    net.connect(cuba, lif, target="inh", name="w4").from_matrix(generator.random((6, 4)))
    net.monitor(cuba, "spike", name="out")
    net.compile()
    graph = snn.nir.to_graph(net, allow_subtract=True)
    assert graph.metadata == {
        "jaxsnn_method": "exponential", "jaxsnn_reset": "subtract", "jaxsnn_order": "in turn"
    }  # fmt: skip
    net.simulate(80.0)
    again = snn.nir.read(graph, duration=80.0, inputs={"source": raster})
    again.compile()
    again.simulate(80.0)
    there, here = net.get_monitor("out").get("spike"), again.get_monitor("out").get("spike")
    assert sum(map(len, there.values())) > 20
    assert {int(k): list(map(int, v)) for k, v in here.items()} == {int(k): list(map(int, v)) for k, v in there.items()}
