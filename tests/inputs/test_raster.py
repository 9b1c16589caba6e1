"""A raster as an input: what goes in comes out, in every handle, and gradients go straight through."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, ShapeError, UnknownNameError
from jaxsnn.fitting import replaced

RASTER = (np.random.default_rng(0).random((7, 5)) < 0.4).astype(float)


def source(raster=RASTER):
    net = snn.Network(dt=0.5, seed=0)
    P = net.create(snn.inputs.SpikeRaster(raster), name="source")
    return net, P, net.monitor(P, "spike")


def recorded(M, n=7):
    spikes = np.zeros((n, 5))
    for rank, steps in M.get("spike").items():
        spikes[steps, rank] = 1
    return spikes


def test_the_raster_is_repeated_once_and_again_after_a_reset():
    """Oracle: the raster itself; silence afterwards."""
    net, P, M = source()
    net.compile()
    net.simulate(5.0)
    np.testing.assert_array_equal(recorded(M, 10), np.concatenate([RASTER, np.zeros((3, 5))]))
    P.spikes = RASTER[::-1]
    net.reset()
    net.simulate(3.5)
    np.testing.assert_array_equal(recorded(M), RASTER[::-1])
    np.testing.assert_array_equal(P.spikes, RASTER[::-1])


def test_saved_and_loaded(tmp_path):
    """Oracle: the raster that was saved."""
    net, _, _ = source()
    net.compile()
    net.save(tmp_path / "net.npz")
    other, P, M = source(1 - RASTER)
    other.compile()
    other.load(tmp_path / "net.npz")
    other.simulate(3.5)
    np.testing.assert_array_equal(recorded(M), RASTER)
    np.testing.assert_array_equal(P.spikes, RASTER)


def test_gradients_go_straight_through(double):
    """Oracle: a weighted sum of spikes has the weights as its derivatives."""
    sim = source()[0].compile()
    params, state = sim.init(0)
    weights = np.random.default_rng(1).random((7, 5))

    def loss(raster):
        spikes = sim.run(replaced(params, {"source.spikes": raster}), state, duration=3.5)[1]["source"]["spike"]
        return jnp.sum(weights * spikes)

    np.testing.assert_allclose(jax.grad(loss)(jnp.asarray(RASTER)), weights, rtol=1e-12)


def test_stimuli_of_a_run():
    """Oracle: the network whose parameters hold the stimulus; a longer raster than the declared one, and a batch."""
    sim = source()[0].compile()
    params, state = sim.init(0)
    other = np.concatenate([1 - RASTER, RASTER])
    run = lambda spikes: sim.run(params, state, duration=7.0, inputs={"source": spikes})[1]["source"]["spike"]  # noqa: E731
    np.testing.assert_array_equal(run(other), other)
    np.testing.assert_array_equal(jax.vmap(run)(jnp.stack([other, 1 - other])), np.stack([other, 1 - other]))


@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        ({"sauce": RASTER}, UnknownNameError, "no population `sauce`. Did you mean `source`?"),
        ({"cells": RASTER}, ArgumentError, "population `cells` follows no table of numbers"),
        (
            {"source": RASTER[:, :3]},
            ShapeError,
            r"`spikes` of .* has the shape \(steps, 5\), not \(7, 3\)",
        ),
        ({"timed": RASTER[:3]}, ShapeError, r"`rates` of population `timed` has the shape \(7, 5\), not \(3, 5\)"),
    ],
)
def test_stimuli_that_do_not_fit(inputs, error, message):
    net, _, _ = source()
    net.create(5, snn.Izhikevich, name="cells")
    net.create(snn.inputs.TimedArray(RASTER), name="timed")
    sim = net.compile()
    with pytest.raises(error, match=message):
        sim.run(*sim.init(0), duration=1.0, inputs=inputs)


@pytest.mark.parametrize(
    ("raster", "error", "message"),
    [
        ([[0, 2]], ArgumentError, "zeros and ones"),
        ([0, 1], ArgumentError, "zeros and ones, \\(steps, neurons\\)"),
        (np.zeros((0, 3)), ArgumentError, "zeros and ones"),
    ],
)
def test_mistakes(raster, error, message):
    with pytest.raises(error, match=message):
        snn.inputs.SpikeRaster(raster)


def test_a_raster_for_other_neurons_is_refused():
    _, P, _ = source()
    with pytest.raises(ShapeError, match="5"):
        P.spikes = np.ones((7, 4))
