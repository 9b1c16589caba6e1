"""Layer by layer: what no layer owns stays in the state."""

from functools import partial

import jax
import numpy as np

import jaxsnn as snn


def test_a_layered_run_in_segments(double):
    """Oracle: the run without checkpoints, which has no segments; the state of `init` for its structure."""
    raster = (np.random.default_rng(0).random((10, 3)) < 0.5).astype(float)
    net = snn.Network(dt=1.0, seed=1, kernel="product")
    source = net.create(snn.inputs.SpikeRaster(raster), name="source")
    cells = net.create(
        4, snn.Neuron(equations="5.0 * dv/dt = g_syn - v", spike="v > 1.0", reset="v = 0.0"), name="cells"
    )
    net.connect(source, cells, "syn", name="input").all_to_all(weights=3.0)
    net.connect(cells, cells, "syn", name="recurrent").all_to_all(weights=0.5)
    net.monitor(cells, ["spike", "v"])
    sim = net.compile()
    params, state = sim.init(0)
    after, records = sim.run(params, state, duration=10.0, checkpoint=True)
    assert jax.tree.structure(after) == jax.tree.structure(state)
    plain, expected = sim.run(params, state, duration=10.0, checkpoint=False)
    assert expected["cells"]["spike"].sum() > 4
    close = partial(np.testing.assert_allclose, rtol=1e-12)
    jax.tree.map(close, records, expected)
    jax.tree.map(close, after, plain)
