"""Ctrl-C, errors and threads: a call that does not end leaves everything as it was, and the next one goes on."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, NonFiniteError, ShapeError, StateError, UnknownAttributeError

from .interrupts import Twins, campaign, interrupted_at_line


@pytest.fixture(scope="module")
def twins():
    return Twins()


@pytest.mark.parametrize(
    ("call", "stride"),
    [
        (lambda net: net.simulate(2.0), 1),
        (lambda net: net.simulate_until(2.0, net.population("P")), 3),
        (lambda net: net.step(), 1),
        (lambda net: net.reset(populations=True, projections=True, reseed_rng=True), 29),
        (lambda net: net.population("P").set({"v": -60.0, "noise": 4.0}), 1),
    ],
    ids=["simulate", "until", "step", "reset", "set"],
)
def test_interrupted_at_every_line(twins, call, stride):
    """Oracle: a network that was never interrupted: time, values, weights, samples. Our lines one by one."""
    call(twins.net)  # compiles: tracing has too many lines
    call(twins.other)
    n, ends = 0, 0
    while interrupted_at_line(n, lambda: call(twins.net)):
        n += stride
        if twins.differences():  # the call was over but for its last lines
            call(twins.other)
            ends += 1
        assert twins.differences() == [], n
    call(twins.other)
    assert n > 30 and ends < 20
    twins.simulate(1.0)
    assert twins.differences() == []


def test_interrupted_between_callbacks(twins):
    """Oracle: a network that was never interrupted; what callbacks have assigned, read and recorded is undone."""
    net, calls = twins.net, []

    @net.every(period=0.5)
    def change(n):
        calls.append(n)
        net.population("P").v = -50.0
        net.get_monitor("M").get()
        net.get_monitor("M").pause()
        if len(calls) % 3 == 0:
            raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            net.simulate(5.0)
    finally:
        net.clear_all_callbacks()
    assert calls == [0, 1, 2] and twins.differences() == []
    twins.simulate(1.0)
    assert twins.differences() == []


def test_a_step_that_fails_behind_a_callback():
    """Oracle: the sentence of the error, that the network keeps its state of before the call."""
    net = snn.Network(seed=1)
    P = net.create(1, snn.Neuron(equations="r = if t > 44.5: log(-1.0) else: t"), name="P")
    M = net.monitor(P, "r")
    net.compile()
    net.every(10.0)(lambda n: None)
    with pytest.raises(NonFiniteError):
        net.simulate(100.0, check_finite=True)
    assert net.get_time() == 0.0 and M.get("r").size == 0


def test_two_threads(twins):
    """Oracle: the undisturbed network: one thread advances, what others try meanwhile is an error."""
    net, errors = twins.net, []

    def act(call):
        try:
            call()
        except StateError as error:
            errors.append(str(error))

    def meanwhile(_):
        for call in (lambda: net.simulate(1.0), lambda: setattr(net.population("P"), "v", 0.0), net.reset):
            other = threading.Thread(target=act, args=(call,))
            other.start()
            other.join()

    core = net._core
    outer, _ = core.take_turn()
    meanwhile(0)
    core.end_turn(outer)
    assert len(errors) == 3 and all("another thread is simulating this network" in e for e in errors)
    assert twins.differences() == []
    act(lambda: net.simulate(1.0))
    twins.other.simulate(1.0)
    assert len(errors) == 3 and twins.differences() == []


# Descriptions


def empty():
    net = snn.Network(seed=1)
    return net, net.create(5, snn.Izhikevich, name="P")


def test_a_connector_that_fails_leaves_no_projection():
    """Oracle: a network in which nobody has tried; the same handle can try again, or another one of its name."""
    net, P = empty()
    with pytest.raises(ArgumentError, match="`probability` is a finite number, at least 0, at most 1"):
        net.connect(P, P, "exc", name="e").fixed_probability(1.5, 1.0)
    assert net.projections() == []
    e = net.connect(P, P, "exc", name="e")
    for attempt in (lambda: e.from_matrix(np.ones((2, 2))), lambda: e.with_func(lambda pre, post: 1 / 0)):
        with pytest.raises((ShapeError, ZeroDivisionError)):
            attempt()
        assert net.projections() == []
    e.fixed_probability(0.5, 1.0)
    assert net.projection("e") is e
    with pytest.raises(ArgumentError, match="`probability`"):
        e.fixed_probability(-1.0, 1.0)
    assert e.connector_name == "Random"  # it keeps the connector that it had
    net.compile()


def test_a_name_that_was_taken_since():
    net, P = empty()
    first = net.connect(P, P, "exc", name="e")
    with pytest.raises(ArgumentError):
        first.all_to_all("one")
    net.connect(P, P, "inh", name="e").all_to_all(2.0)
    with pytest.raises(StateError, match="its connector has failed, and its name is taken now"):
        first.all_to_all(1.0)
    assert [q.target for q in net.projections()] == ["inh"]


def test_projections_that_something_refers_to_stay():
    net, P = empty()
    e = net.connect(P, P, "exc", snn.STDP(), name="e")
    net.monitor(e, "w")
    with pytest.raises(ArgumentError):
        e.all_to_all("one")
    assert net.projection("e") is e
    image = net.create((4, 4), snn.Neuron(equations="r = 1.0"), name="image")
    with pytest.raises(ShapeError):
        net.convolution(image, image, "exc", name="c").connect_filter(np.ones((3, 3, 3)))
    assert [q.name for q in net.projections()] == ["e"]


@pytest.mark.parametrize("is_compiled", [False, True])
def test_a_set_that_fails(is_compiled):
    """Oracle: the values of before."""
    net, P = empty()
    e = net.connect(P, P, "exc", snn.STDP(), name="e").all_to_all(0.5)
    P.c = -60.0
    if is_compiled:
        net.compile()
    for one, good in ((P, {"c": -1.0}), (P[1:3], {"c": -1.0}), (P[1], {"c": -1.0}), (e, {"tau_plus": 1.0})):
        with pytest.raises(UnknownAttributeError):
            one.set({**good, "nope": 1.0})
    if is_compiled:
        for one in (e.dendrite(1), e.dendrite(1).synapse(0)):
            with pytest.raises(UnknownAttributeError):
                one.set({"w": 0.25, "nope": 1.0})
        assert e.dendrite(1).w == [0.5] * 4
    assert (P.c == -60.0).all() and e.tau_plus == 20.0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"cache": 5}, "`cache` is a folder, such as '~/.cache/jaxsnn', not 5"),
        ({"cache": __file__}, "is a file: give another name"),
        ({"seed": 1.5}, "`seed` is an integer"),
        ({"method": "euler"}, "euler"),
    ],
)
def test_a_setup_that_fails(wrong, message):
    """Oracle: the settings of before."""
    import jax

    with pytest.raises(ArgumentError, match=message):
        snn.setup(**{"dt": 0.25, "seed": 7, "precision": "double", **wrong})
    assert (snn.dt(), jax.config.jax_enable_x64) == (1.0, False)
    assert snn.Network().dt == 1.0


# Processes

FORKED = """
import os, jax.numpy as jnp, jaxsnn as snn
from jaxsnn.simulation import check_process
net = snn.Network(seed=1)
P = net.create(3, snn.Izhikevich, name="P")
def child(act):
    if os.fork() == 0:
        try:
            act()
            os._exit(0)
        except snn.errors.StateError as error:
            os.write(1, str(error).encode())
            os._exit(3)
    return os.waitpid(-1, 0)[1] >> 8
print(child(check_process), flush=True)
jnp.zeros(3) + 1.0
print(child(net.compile), flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_after_jax_has_started():
    """Oracle: a fork before, after which all works; after it a call would hang."""
    command = [sys.executable, "-W", "ignore", "-c", FORKED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    first, second = done.stdout.splitlines()
    assert first == "0"
    assert second.startswith("this process was forked after JAX had started") and second.endswith("at all3")
    assert "multiprocessing.get_context('spawn')" in second


@pytest.mark.slow
def test_signals_at_random_moments():
    """Oracle: a network that gets none: 100 of them."""
    hits, broken = campaign(100)
    assert hits > 30 and broken == 0
