"""Reverse mode, forward mode, batches and second derivatives of `sim.run` agree.

One small network has a bit of everything: given spikes, spiking neurons with noise, learning, delayed and delayed each
with its own delay, rates that become currents, spikes that become rates. What its derivatives are is checked elsewhere,
against finite differences and layers written by hand.
"""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import jaxsnn as snn
from jaxsnn.errors import UnsupportedError

from .differences import Start, mixed

STEPS, N = 20, 4
CELL = snn.Neuron(
    parameters="tau = 10.0; drive = 1.2; sigma = 0.1 : population",
    equations="4.0 * dg_exc/dt = -g_exc; tau * dv/dt = -v + g_exc + g_drive + drive + sigma * Normal(0.0, 1.0)",
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)
RATE = snn.Neuron(parameters="tau = 5.0; B = 0.5", equations="tau * dr/dt = -r + tanh(sum(exc) + B) : init = 0.2")
TRAINS = [[2.0, 5.0, 11.0], [1.0, 7.0, 13.0, 15.0]]


@cache
def network() -> snn.Simulation:
    """Return the network with a bit of everything."""
    net = snn.Network(dt=1.0, seed=2)
    source = net.create(snn.inputs.SpikeSourceArray(TRAINS), name="source")
    cells, rates = net.create(N, CELL, name="cells"), net.create(N, RATE, name="rates")
    cells.drive = [1.1, 1.6, 2.0, 2.5]
    weights = snn.Uniform(0.1, 0.8)
    learning = net.connect(source, cells, "exc", snn.STDP(A_plus=0.1, A_minus=0.08), name="learning")
    learning.all_to_all(weights=weights)
    net.connect(cells, cells, "exc", name="own_delays").all_to_all(weights=weights, delays=snn.Uniform(1.0, 4.0))
    net.connect(cells, cells, "exc", name="late", storage="rows").fixed_probability(0.5, weights=weights, delays=3.0)
    net.connect(rates, rates, "exc", name="slow").all_to_all(weights=snn.Uniform(-1.0, 1.0), delays=2.0)
    net.decoding(cells, rates, "exc", window=5.0, name="decoder").all_to_all(weights=snn.Uniform(0.0, 0.01))
    net.current_injection(rates, cells, "drive", name="current").connect_current()
    for handle, names in ((cells, ["v", "spike"]), (rates, "r"), (learning, "w")):
        net.monitor(handle, names)
    return net.compile()


def loss(leaves, checkpoint: bool = False):
    return run(leaves, checkpoint)[0]


def run(leaves, checkpoint: bool = False):
    """Return a number, and how many spikes there are."""
    records = network().run(*start().replaced(leaves), float(STEPS), checkpoint=checkpoint)[1]
    return mixed(records), records["cells"]["spike"].sum()


@cache
def start() -> Start:
    return Start(network())


@cache
def reverse():
    """Return the derivative by everything the run starts from."""
    gradient, spikes = jax.jit(jax.grad(run, has_aux=True))(start().leaves)
    assert spikes > 10
    return jax.tree.map(np.asarray, gradient)


def dot(a, b) -> float:
    return sum(float((a[name] * b[name]).sum()) for name in a)


def directions(number: int) -> list[dict]:
    """Return random directions in the space of everything a run starts from."""
    draw = np.random.default_rng(0)
    return [jax.tree.map(lambda x: draw.standard_normal(x.shape), start().leaves) for _ in range(number)]


def test_reverse_mode_reaches_everything(double):
    """Oracle: the description: all parameters, weights, variables and pasts but those that a run overwrites."""
    assert all(np.all(np.isfinite(x)) for x in reverse().values())
    unread = {name for name, x in reverse().items() if np.abs(x).max() < 1e-100}
    in_whole_steps, overwritten, not_met = (
        "0.populations.cells.refractory",
        "1.sums.rates.exc",
        "0.projections.learning.w_min",
    )
    at_rest = {"1.projections.learning.x", "1.projections.learning.y"}  # 10,000 steps before the first spike
    assert unread == {in_whole_steps, overwritten, not_met} | at_rest


def test_forward_mode(double):
    """Oracle: reverse mode, along three random directions at once (`jacfwd`, a batch of `jvp`)."""
    ways = directions(3)

    def along(steps):
        move = lambda x, *d: x + sum(s * y for s, y in zip(steps, d, strict=True))  # noqa: E731
        return loss(jax.tree.map(move, start().leaves, *ways))

    found = jax.jit(jax.jacfwd(along))(jnp.zeros(3))
    np.testing.assert_allclose(found, [dot(reverse(), d) for d in ways], rtol=1e-11)


@pytest.mark.slow
def test_one_tangent(double):
    """Oracle: reverse mode."""
    (way,) = directions(1)
    tangent = jax.jit(lambda x, d: jax.jvp(loss, (x,), (d,))[1])(start().leaves, way)
    np.testing.assert_allclose(tangent, dot(reverse(), way), rtol=1e-11)


@pytest.mark.slow
def test_checkpoints_change_nothing(double):
    """Oracle: the gradient with every state stored."""
    recomputed = jax.jit(jax.grad(lambda x: loss(x, checkpoint=True)))(start().leaves)
    for name, x in reverse().items():
        np.testing.assert_allclose(recomputed[name], x, rtol=1e-11, atol=1e-12 * np.abs(x).max(), err_msg=name)


@pytest.mark.slow
def test_gradients_of_a_batch(double):
    """Oracle: one gradient after the other; and their sum, for the gradient of the sum over the batch."""
    moves = [jax.tree.map(lambda x: 0.02 * x, d) for d in directions(3)]
    points = [jax.tree.map(lambda x, d: x + d, start().leaves, d) for d in moves]
    batch = jax.tree.map(lambda *x: jnp.stack(x), *points)
    one = jax.jit(jax.grad(loss))
    singles = jax.tree.map(lambda *x: np.stack(x), *[one(p) for p in points])
    inside = jax.jit(jax.vmap(jax.grad(loss)))(batch)
    outside = jax.jit(jax.grad(lambda b: jax.vmap(loss)(b).sum()))(batch)
    shared = jax.jit(jax.grad(lambda x: jax.vmap(lambda d: loss({**x, DRIVE: x[DRIVE] + d}))(SHIFTS).sum()))
    single = [one({**points[0], DRIVE: points[0][DRIVE] + d}) for d in SHIFTS]
    for name, x in singles.items():
        scale = np.abs(x).max()
        np.testing.assert_allclose(inside[name], x, rtol=1e-10, atol=1e-11 * scale, err_msg=name)
        np.testing.assert_allclose(outside[name], x, rtol=1e-10, atol=1e-11 * scale, err_msg=name)
    for name, x in shared(points[0]).items():
        total = sum(s[name] for s in single)
        np.testing.assert_allclose(x, total, rtol=1e-10, atol=1e-11 * np.abs(total).max(), err_msg=name)


DRIVE, SHIFTS = "0.populations.cells.drive", np.array([-0.1, 0.0, 0.2])


# Second derivatives


@cache
def smooth(kernel: str):
    """Return (function, point) of a smooth network: rates with delays, and neurons below threshold behind spikes."""
    net = snn.Network(dt=1.0, seed=5, kernel=kernel, method="midpoint")
    source = net.create(snn.inputs.SpikeSourceArray(TRAINS), name="source")
    below = snn.Neuron(
        parameters="tau = 8.0; E = 3.0",
        equations="""
            4.0 * dg_exc/dt = -g_exc : exponential
            tau * dv/dt = -v + g_exc * (E - v) + 0.1 * v^2 : exponential
        """,
        spike="v > 20.0",
    )
    cells, rates = net.create(2, below, name="cells"), net.create(2, RATE, name="rates")
    net.connect(source, cells, "exc", name="in").all_to_all(weights=snn.Uniform(0.1, 0.5), delays=2.0)
    net.connect(rates, rates, "exc", name="rec").all_to_all(weights=snn.Uniform(-1.0, 1.0), delays=2.0)
    net.monitor(cells, "v")
    net.monitor(rates, "r")
    sim = net.compile()
    began = Start(sim)
    flat, unravel = ravel_pytree(began.leaves)
    return lambda x: mixed(sim.run(*began.replaced(unravel(x)), 12.0, checkpoint=False)[1]), flat


@pytest.mark.slow
def test_second_derivatives(double):
    """Oracle: central differences of the gradient, and the symmetry of second derivatives; forwards over backwards."""
    f, at = smooth("plain")
    gradient, second, h = jax.jit(jax.grad(f)), np.asarray(jax.jit(jax.hessian(f))(at)), 1e-5
    expected = np.stack([(gradient(at + d) - gradient(at - d)) / (2 * h) for d in h * np.eye(at.size)])
    assert np.linalg.matrix_rank(second, tol=1e-6) > 8
    scale = np.abs(expected).max()
    np.testing.assert_allclose(second, second.T, atol=1e-13 * scale)
    np.testing.assert_allclose(second, expected, rtol=1e-6, atol=1e-8 * scale)


def test_second_derivatives_of_the_event_path(double):
    """Oracle: the plain path, where JAX can; where it cannot, the error says what to do."""
    f, at = smooth("event")
    try:
        second = jax.jit(jax.hessian(f))(at)
    except UnsupportedError as error:
        assert "compile the network with `kernel='plain'`, `'product'`" in str(error)
    else:
        np.testing.assert_allclose(second, jax.jit(jax.hessian(smooth("plain")[0]))(at), rtol=1e-9, atol=1e-9)
