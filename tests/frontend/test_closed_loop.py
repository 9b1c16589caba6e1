"""A script that assigns, simulates a little and reads: what a turn costs, counted, and what it computes."""

import sys
from pathlib import Path

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.frontend._loops import Loops

JAX = str(Path(jax.__file__).parent)


@pytest.fixture(scope="module")
def network():
    net = snn.Network(dt=1.0, seed=1)
    I = net.create(3, snn.Neuron(parameters="r = 0.0"), name="I")  # noqa: E741
    P = net.create(2, snn.Neuron(parameters="tau = 4.0", equations="tau * dv/dt + v = sum(exc) ; r = pos(v)"), name="P")
    net.connect(I, P, target="exc").from_matrix(np.array([[1.0, 0.5, -2.0], [0.0, 1.0, 1.0]]))
    net.compile()
    return net, I, P


def turn(network, rates):
    net, I, P = network  # noqa: E741
    I.r = rates
    net.simulate(1.0)
    return P.r


def test_turns_are_those_of_the_equations(network):
    """Oracle: explicit Euler in NumPy, each turn with the rates that were just assigned; what was read stays."""
    v, w, read = np.zeros(2), np.array([[1.0, 0.5, -2.0], [0.0, 1.0, 1.0]]), []
    for rates in np.random.default_rng(1).random((5, 3)):
        v = v + (w @ rates - v) / 4.0
        read.append((turn(network, rates), np.maximum(v, 0.0)))
    for found, expected in read:
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


def test_what_was_assigned_is_a_copy(network):
    """Oracle: the numbers that were assigned, whatever becomes of the array."""
    rates = np.array([1.0, 2.0, 3.0])
    network[1].r = rates
    rates[:] = 0.0
    found = network[1].r
    found[:] = 0.0
    assert network[1].r.tolist() == [1.0, 2.0, 3.0]


def test_a_turn_is_one_dispatch(network, monkeypatch, compilations):
    """Oracle: counts. One call of a compiled loop, and no Python code of JAX: nothing traced, put or looked up."""
    calls, frames, run = [], [], Loops._run
    monkeypatch.setattr(Loops, "_run", lambda *given: calls.append(0) or run(*given))

    def profile(frame, event, _):
        if event == "call" and frame.f_code.co_filename.startswith(JAX):
            frames.append(frame.f_code.co_name)

    network[0].reset()
    for _ in range(40):  # after turns 1, 2, 4, 8, 16, 32, 64 ... it is asked whether the state is finite
        turn(network, [0.1, 0.2, 0.3])
    calls.clear()
    compilations.count = 0
    sys.setprofile(profile)
    for _ in range(10):
        turn(network, [0.1, 0.2, 0.3])
    seen = frames.copy()
    jax.device_put(1.0)  # what this test would find
    sys.setprofile(None)
    assert len(calls) == 10 and compilations.count == 0
    assert seen == [] and frames


def test_moments_between_turns(network):
    """Oracle: the same turns without looking: parameters and state that are read in between change nothing."""
    net = network[0]
    net.reset()
    first = [turn(network, [1.0, 0.0, 0.0]) for _ in range(3)]
    net.reset()
    for expected in first:
        found = turn(network, [1.0, 0.0, 0.0])
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(net.state.populations["P"]["r"], expected)
        assert isinstance(net.params.populations["I"]["r"], jax.Array)
        assert int(net.state.step) == net.get_current_step()


def test_trials_compile_nothing(network, compilations):
    """Oracle: JAX's own count. One rate for all takes the places of those of each, and a reset needs no program."""
    net, I, P = network  # noqa: E741
    first = turn(network, [0.5, 0.5, 0.5])
    compilations.count = 0
    for rates in (0.5, [0.5, 0.5, 0.5], 0.5):
        net.reset(projections=True)
        assert P.r.tolist() == [0.0, 0.0] and I.r.tolist() == [0.0, 0.0, 0.0]
        I.clear()
        found = turn(network, rates)
    assert compilations.count == 0
    assert I.r.tolist() == [0.5, 0.5, 0.5] and found.shape == first.shape
