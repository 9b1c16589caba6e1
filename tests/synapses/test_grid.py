"""Every form of storage and kernel means the same in a network: form x kernel x batch x precision.

A recurrent network of 40 neurons with random connectivity, delays and STDP, whose spikes change what later spikes do.
The oracle is the plain path on dense storage.
"""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.connectivity._dense import Dense

N, STEPS, MEMBERS = 40, 60, 3

NEURON = snn.Neuron(
    parameters="tau = 10.0 : population ; drive = 1.5",
    equations="tau * dv/dt = drive - v + g_exc ; dg_exc/dt = -g_exc / 3.0",
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)
STDP = snn.Synapse(
    parameters="tau = 20.0 : projection ; eta = 0.05 : projection",
    equations="tau * dx/dt = -x : event-driven \n tau * dy/dt = -y : event-driven",
    pre_spike="g_target += w ; x += 1.0 ; w = clip(w - eta * y, 0.0, 1.0)",
    post_spike="y += 1.0 ; w = clip(w + eta * x, 0.0, 1.0)",
)
COMBINATIONS = [("dense", "event"), ("dense", "product"), ("rows", "plain"), ("rows", "event"), ("rows", "scatter")]
BATCHES = ["single", "shared weights", "own weights", "own connectivity"]
FAST = [  # of a grid whose compilation takes minutes, every value once; the others are slow
    ("dense", "event", "single"),
    ("dense", "product", "shared weights"),
    ("rows", "plain", "own connectivity"),
    ("rows", "event", "own weights"),
]
GRID = [
    pytest.param(s, k, b, marks=() if (s, k, b) in FAST else pytest.mark.slow) for s, k in COMBINATIONS for b in BATCHES
]


@cache
def simulation(storage, kernel, precision):
    net = snn.Network(dt=1.0, seed=3)
    P = net.create(N, NEURON, name="P")
    exc = net.connect(P[:30], P, "exc", STDP, name="exc", storage=storage, kernel=kernel)
    exc.fixed_probability(0.2, weights=snn.Uniform(0.1, 0.5), delays=2.0)
    net.monitor(P, ["spike", "v"], name="M")
    return net.compile()


@cache
def beginning(storage, batch, precision):
    """Return parameters and states of a batch and the axes along which they are one, the same for all kernels."""
    sim, keys = simulation(storage, "plain", precision), jax.random.split(jax.random.key(5), MEMBERS)
    drives = 1.5 + 0.5 * jnp.sin(jnp.arange(N))
    values = {"P.drive": drives}
    match batch:
        case "single":
            return sim.init(keys[0], values), None
        case "shared weights":
            params, state = sim.init(keys[0], values)
            own = drives[None] + 0.3 * jnp.arange(MEMBERS)[:, None]
            axes = jax.tree.map(lambda x: None, params)
            params.populations["P"]["drive"], axes.populations["P"]["drive"] = own, 0
            return (params, state), (axes, None)
        case "own weights":
            own = values | {"exc.w": 0.5 * jax.random.uniform(keys[1], (MEMBERS, 30, N))}
            return jax.jit(jax.vmap(sim.init, (None, {"P.drive": None, "exc.w": 0})))(keys[0], own), (0, 0)
    return jax.jit(jax.vmap(sim.init, (0, None)))(keys, values), (0, 0)


def outcome(sim, params, state):
    """Return a differentiable loss, spikes, and what is stored at the end."""
    state, records = sim.run(params, state, float(STEPS), checkpoint=False)
    spikes, there = records["M"]["spike"], sim.compiled.plans["exc"].form.exists(state.constants.connectivity["exc"])
    weights = jnp.where(there, state.projections["exc"]["w"], 0.0)
    loss = (spikes * jnp.cos(jnp.arange(N))[None]).sum() + (records["M"]["v"] ** 2).sum() + weights.sum()
    return loss, (spikes, weights, state.constants.connectivity["exc"])


def results(storage, kernel, batch, precision):
    """Return (spikes, weights as matrices, derivatives by the parameters)."""
    sim, (values, axes) = simulation(storage, kernel, precision), beginning(storage, batch, precision)
    function = lambda p, s: outcome(sim, p, s)  # noqa: E731
    if precision == "double":
        function = jax.grad(function, has_aux=True)
    made = jax.jit(function if axes is None else jax.vmap(function, axes))(*values)
    gradient, (spikes, weights, connectivity) = made
    return np.asarray(spikes), _matrices(weights, connectivity), gradient


def _matrices(weights, connectivity):
    """Return weights (..., pre, post) from either storage."""
    weights = np.asarray(weights)
    if isinstance(connectivity, Dense):
        return weights
    ends, out = np.broadcast_to(np.asarray(connectivity.ends), weights.shape), np.zeros((*weights.shape[:-1], N + 1))
    np.put_along_axis(out, ends, weights, axis=-1)
    return out[..., :N]


@cache
def oracle(batch, precision):
    return results("dense", "plain", batch, precision)


def check(storage, kernel, batch, precision, rtol):
    ours, plain = results(storage, kernel, batch, precision), oracle(batch, precision)
    assert plain[0].sum() / np.prod(plain[0].shape[:-2]) > 150
    np.testing.assert_array_equal(ours[0], plain[0])
    assert np.ptp(plain[1]) > 0.3
    np.testing.assert_allclose(ours[1], plain[1], rtol=rtol, atol=rtol)
    mine, theirs = (dict(jax.tree_util.tree_leaves_with_path(r[2])) for r in (ours, plain))
    assert set(mine) == set(theirs)
    for path, expected in theirs.items():
        scale = np.abs(expected).max()
        assert scale > 0 or "refractory" in str(path)
        np.testing.assert_allclose(mine[path], expected, rtol=100 * rtol, atol=100 * rtol * scale, err_msg=str(path))


@pytest.mark.slow
@pytest.mark.parametrize(("storage", "kernel", "batch"), GRID)
def test_grid_in_double_precision(double, storage, kernel, batch):
    """Oracle: the plain path on dense storage: the same spikes; weights and gradients by all parameters to rounding."""
    check(storage, kernel, batch, "double", rtol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(("storage", "kernel", "batch"), GRID)
def test_grid_in_single_precision(storage, kernel, batch):
    """Oracle: the plain path on dense storage: the same spikes; weights and a loss to rounding."""
    check(storage, kernel, batch, "single", rtol=1e-5)
