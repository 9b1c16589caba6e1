"""A small network whose state has a value in every field, advanced by some steps; the tests of this folder share it."""

from functools import cache

import jax
import numpy as np

import jaxsnn as snn

STEPS = 9
CELL = snn.Neuron(
    parameters="tau = 3.0",
    equations="""
        tau * dv/dt = drive - v + g_exc
        dg_exc/dt = -g_exc / 4.0
        drive = 2.0 + 0.5 * mean(v) : population
        since = t - t_last
    """,
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
    axon_spike="v > 0.9",
)
RATE = snn.Neuron(equations="dr/dt = 0.1 * (sum(exc) - r) : init = 0.3")
GROWING = snn.Synapse(equations="age += 1.0", creating="post.r > 10.0 : w = 0.1", pruning="age > 100.0")


def described(longest=4.0):
    """Return the network; `longest` is the longest delay of the synapses, ms."""
    net = snn.Network(dt=1.0, seed=3)
    table = np.linspace(0.0, 1.0, 3 * 40).reshape(40, 3)
    drive = net.create(snn.inputs.TimedArray(table, schedule=1.0, period=40.0), name="drive")
    P, Q = net.create(5, CELL, name="P"), net.create(4, CELL, name="Q")
    R = net.create(4, RATE, name="R")
    P.compute_firing_rate(6.0)
    own = snn.DiscreteUniform(1, int(longest))
    one = net.connect(P, Q, "exc", name="ring")
    one.fixed_probability(0.6, weights=snn.Uniform(0.1, 0.6), delays=own)
    net.connect(P, Q, "exc", snn.STDP(), name="plastic").fixed_probability(0.5, weights=0.2, delays=own)
    net.connect(Q, P, "exc", name="uniform").all_to_all(weights=0.05, delays=3.0)
    net.connect(drive, R, "exc", name="rates").all_to_all(weights=snn.Uniform(0.0, 0.5), delays=own)
    net.decoding(Q, R, "exc", window=5.0, name="decoded").all_to_all(weights=0.01)
    grown = net.connect(R, R, "exc", GROWING, name="grown")
    grown.all_to_all(weights=0.1)
    return net


@cache
def started():
    """Return (simulation, parameters, state after some steps); the arrays are JAX's."""
    sim = described().compile()
    params, state = sim.init(0)
    return sim, params, advanced(sim, params, state, STEPS)


def advanced(sim, params, state, n):
    """Return the state n steps later."""
    for i in range(n):
        state = _step_of(sim)(params, state, np.int32(i))[0]
    return state


@cache
def _step_of(sim):
    return jax.jit(sim.compiled.advance)


def on_host(state):
    """Return the same state with NumPy arrays."""
    return jax.tree.map(np.array, state)


def assert_same(ours, theirs):
    """Compare two pytrees, bit by bit."""
    ours, theirs = jax.tree_util.tree_leaves_with_path(ours), dict(jax.tree_util.tree_leaves_with_path(theirs))
    assert {path for path, _ in ours} == set(theirs)
    for path, x in ours:
        np.testing.assert_array_equal(np.asarray(x), np.asarray(theirs[path]), err_msg=str(path), strict=True)
