"""Exported functions of a batch, and their derivatives."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from tests.simulation.export_networks import DURATION, assert_same, small_started, stimulated


@pytest.fixture(scope="module")
def sim():
    return small_started()[0]


@pytest.fixture(scope="module")
def started():
    return small_started()[1:]


@pytest.mark.slow
def test_a_batch_of_replicas(sim):
    """Oracle: `jax.vmap` of `sim.run`, bit for bit, and the spikes of each replica alone."""
    params, state = jax.vmap(sim.init)(jax.random.split(jax.random.key(0), 3))
    network = snn.export(sim, params, state, DURATION, in_axes=(0, 0))
    after, records = network.function.call(network.params, network.state)
    batch = jax.jit(jax.vmap(lambda params, state: sim.run(params, state, DURATION)))
    assert_same((network.restored(network.params, after)[1], records), batch(params, state))
    for i, spikes in enumerate(records["cells"]["spike"]):
        alone = sim.run(*jax.tree.map(lambda x, i=i: x[i], (params, state)), DURATION)
        assert_same(spikes, alone[1]["cells"]["spike"])


def test_a_batch_with_shared_parameters(sim, started):
    """Oracle: `sim.run` with the key of each replica, bit for bit."""
    params, state = started
    keys = jnp.asarray([[1, 2], [3, 4]], jnp.uint32)
    states = replace(jax.tree.map(lambda x: jnp.broadcast_to(x, (2, *x.shape)), state), key=keys)
    network = snn.export(sim, params, states, DURATION, in_axes=(None, 0))
    records = network.function.call(network.params, network.state)[1]
    for i in range(2):
        assert_same(
            records["cells"]["spike"][i], sim.run(params, replace(state, key=keys[i]), DURATION)[1]["cells"]["spike"]
        )


@pytest.mark.slow
def test_gradients_of_a_file(sim, started):
    """Oracle: the gradient by `sim.run`, up to rounding; without `vjp_order` there is none."""
    params, state = started
    network = snn.export(sim, params, state, DURATION, vjp_order=1)
    function = jax.export.deserialize(bytearray(network.serialize()))
    here = jax.grad(lambda p: sim.run(p, state, DURATION)[1]["cells"]["spike"].mean())(params)
    there = jax.grad(lambda p: function.call(p, network.state)[1]["cells"]["spike"].mean())(network.params)
    back = network.restored(there, network.state)[0]
    jax.tree.map(lambda x, y: np.testing.assert_allclose(x, y, rtol=1e-6, atol=1e-9), back, here)
    assert np.abs(there["loop.w"]).max() > 0
    plain = jax.export.deserialize(bytearray(snn.export(sim, params, state, DURATION).serialize()))
    with pytest.raises(ValueError, match="No VJP is available"):
        jax.grad(lambda p: plain.call(p, network.state)[1]["cells"]["spike"].mean())(network.params)


@pytest.mark.slow
def test_rows_delays_rates_and_the_sparse_backward_pass():
    """Oracle: `sim.run`, bit for bit forward, up to rounding backward, within a memory budget and for all platforms."""
    sim = stimulated().compile()
    params, state = sim.trimmed(*sim.init(3))
    network = snn.export(sim, params, state, DURATION, vjp_order=1, memory="1MiB", platforms=("cpu", "cuda", "tpu"))
    function = jax.export.deserialize(bytearray(network.serialize()))
    after, records = function.call(network.params, network.state)
    assert_same((network.restored(network.params, after)[1], records), sim.run(params, state, DURATION))
    assert records["ring"]["r"].shape == (10, 5) and records["cells"]["spike"].sum() > 50

    def loss(records):
        return records["cells"]["spike"].mean() + records["ring"]["r"].mean()

    here = jax.grad(lambda p: loss(sim.run(p, state, DURATION)[1]))(params)
    there = jax.grad(lambda p: loss(function.call(p, network.state)[1]))(network.params)
    back = network.restored(there, network.state)[0]
    jax.tree.map(lambda x, y: np.testing.assert_allclose(x, y, rtol=1e-5, atol=1e-9), back, here)
    assert all(jnp.abs(here.projections[name]["w"]).max() > 0 for name in ("seen", "sparse", "late"))


@pytest.mark.slow
def test_a_batch_of_stimuli_shares_the_weights():
    """Oracle: `sim.run` with each stimulus: the same spikes."""
    sim = stimulated().compile()
    params, state = sim.init(3)
    tables = jnp.asarray(np.random.default_rng(1).random((3, 30, 10)) < 0.2, jnp.float32)
    all_of = {**params.populations, "images": {"spikes": tables}}
    shared = jax.tree.map(lambda x: None, params)
    in_axes = (replace(shared, populations={**shared.populations, "images": {"spikes": 0}}), 0)
    states = jax.tree.map(lambda x: jnp.broadcast_to(x, (3, *x.shape)), state)
    network = snn.export(sim, replace(params, populations=all_of), states, DURATION, in_axes=in_axes)
    assert network.params["images.spikes"].shape == (3, 30, 10) and network.params["seen.w"].shape == (10, 64)
    spikes = network.function.call(network.params, network.state)[1]["cells"]["spike"]
    for i, table in enumerate(tables):
        assert_same(spikes[i], sim.run(params, state, DURATION, inputs={"images": table})[1]["cells"]["spike"])
