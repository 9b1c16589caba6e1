"""Gradients of `sim.run` where it is smooth: networks of rates, and spiking ones whose spikes are given.

Every floating-point number a run starts from is checked: parameters, weights, tables and constants, and all of the
state: values of neurons and synapses, conductances, the past that delayed projections read. Neurons and synapses on
their own are checked in tests/integrators, tests/models and tests/synapses.
"""

from functools import cache

import numpy as np
import pytest

import jaxsnn as snn

from .differences import Derivatives, Start, mixed

METHODS = ("explicit", "implicit", "semiimplicit", "exponential", "rosenbrock", "midpoint", "rk4")
RATE = """
    tau * dx/dt = -x + a * sum(exc) - y + B : init = {0}, {1}
    dy/dt = x / 7.0 - y / 9.0 : init = 0.1, {1}
    r = tanh(x)
"""
WEIGHTS = snn.Uniform(-0.8, 0.9)


def halves(cases, quick):
    """Return pytest parameters (names, name) of two networks: one of some cases, and a slow one of the others."""
    others = tuple(name for name in cases if name not in quick)
    slow = [pytest.param(others, name, marks=pytest.mark.slow, id=name) for name in others]
    return [pytest.param(quick, name, id=name) for name in quick], slow


def rates(method: str = "exponential", start: float = 0.3) -> snn.Neuron:
    """Return a neuron of two coupled variables."""
    return snn.Neuron(parameters="tau = 5.0 : population; a = 1.2; B = 0.2", equations=RATE.format(start, method))


@cache
def methods():
    """Return one recurrent network for each method, dense and sparse in turn."""
    net = snn.Network(dt=1.0, seed=1)
    for i, method in enumerate(METHODS):
        P = net.create(3, rates(method, 0.2 + 0.1 * i), name=method)
        P.B = [0.2, -0.3, 0.4]
        proj = net.connect(P, P, "exc", name=f"in_{method}", storage=("dense", "rows")[i % 2])
        proj.all_to_all(weights=WEIGHTS, allow_self_connections=True)
        net.monitor(P, ["x", "r"])
    sim = net.compile()
    return Derivatives(Start(sim), lambda *begun: mixed(sim.run(*begun, duration=12.0, checkpoint=False)[1]))


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_recurrent_rates(double, method):
    """Oracle: central differences of fourth order, by all parameters, weights, and initial values."""
    methods().check(method, inert=(f"sums.{method}.exc",))
    methods().check(f"in_{method}")


SATURATING = snn.Synapse(
    parameters="k = 1.5; q = 0.7 : postsynaptic", psp="w * pre.r / (1.0 + k * (q * post.x - pre.r)^2)"
)
STRONGEST = snn.Synapse(psp="w * pre.x^2", operation="max")
AVERAGE = snn.Synapse(parameters="b = 0.5 : projection", psp="w * exp(-b * pre.x)", operation="mean")
COVARIANCE = snn.Synapse(
    parameters="eta = 0.05 : projection; decay = 0.3 : projection; tau = 6.0",
    equations="""
        tau * dc/dt = (pre.r - mean(pre.r)) * (post.r - mean(post.r)) - c : init = 0.1
        dw/dt = eta * (c - decay * w * post.r^2)
    """,
)
PROJECTIONS = {  # name: (synapse, storage, delays)
    "late": (None, "dense", 3.0),
    "late_rows": (None, "rows", 2.0),
    "own_delays": (None, "dense", snn.Uniform(1.0, 4.0)),
    "own_delays_rows": (None, "rows", snn.Uniform(1.0, 4.0)),
    "saturating": (SATURATING, "dense", 0.0),
    "saturating_late": (SATURATING, "rows", 3.0),
    "strongest": (STRONGEST, "rows", 0.0),
    "average": (AVERAGE, "dense", snn.Uniform(1.0, 3.0)),
    "covariance": (COVARIANCE, "dense", 0.0),
    "covariance_late": (COVARIANCE, "rows", 3.0),
}


def overwritten(name: str) -> tuple[str, ...]:
    """Return what a run does not read of its first state: inputs, reductions, and rates that nobody sees, or late."""
    synapse, _, delays = PROJECTIONS[name]
    unread = ["r"] if delays or synapse in (STRONGEST, AVERAGE) else []
    return (f"sums.P_{name}.exc", f"reductions.P_{name}.mean(r)", *(f"populations.P_{name}.{x}" for x in unread))


@cache
def projections(names):
    """Return recurrent networks, one for each of some kinds of projection."""
    net = snn.Network(dt=1.0, seed=2)
    for name in names:
        synapse, storage, delays = PROJECTIONS[name]
        P = net.create(3, rates(), name=f"P_{name}")
        P.B, P.x = [0.2, -0.3, 0.4], [0.3, -0.2, 0.5]
        proj = net.connect(P, P, "exc", synapse, name=name, storage=storage)
        proj.all_to_all(weights=WEIGHTS, delays=delays, allow_self_connections=True)
        net.monitor(P, ["x", "r"])
        if synapse is COVARIANCE:
            net.monitor(net.projection(name), ["w", "c"])
    sim = net.compile()
    return Derivatives(Start(sim), lambda *begun: mixed(sim.run(*begun, duration=10.0, checkpoint=False)[1]))


QUICK_P, SLOW_P = halves(PROJECTIONS, ("own_delays", "covariance_late"))


@pytest.mark.parametrize(("names", "name"), [*QUICK_P, *SLOW_P])
def test_contributions_delays_and_plasticity(double, names, name):
    """Oracle: central differences of fourth order, by everything that a run starts from, the past included."""
    made = projections(names)
    made.check(name)
    made.check(f"P_{name}", inert=overwritten(name))


SYNAPSES = "tau_g * dg_exc/dt = -g_exc : exponential; tau_i * dg_inh/dt = -g_inh : exponential"
BELOW = snn.Neuron(  # never reaches its threshold
    parameters="tau = 9.0; tau_g = 4.0; tau_i = 7.0; E = 3.0; a = 0.4; tau_a = 30.0 : population",
    equations=f"""
        {SYNAPSES}
        tau * dv/dt = -v + g_exc * (E - v) - g_inh - u : init = 0.1, exponential
        tau_a * du/dt = a * v - u
    """,
    spike="v > 10.0",
    reset="v = 0.0",
)
DEPRESSING = snn.Synapse(
    parameters="tau = 20.0 : projection; U = 0.4",
    equations="tau * dx/dt = 1.0 - x : init = 0.8, event-driven",
    pre_spike="g_target += w * U * x; x -= U * x",
)
GAP = snn.Synapse(parameters="k = 0.05", psp="k * w * (pre.v - post.v)")
NMDA = snn.Synapse(  # each spike reads the potential that it meets
    parameters="slope = 0.6 : postsynaptic", pre_spike="g_target += w / (1.0 + exp(-slope * post.v))"
)
TRAINS = [[2.0, 5.0, 6.0, 11.0], [1.0, 7.0, 13.0], [3.0, 4.0, 9.0, 15.0]]
ARRIVALS = {  # name: (target, synapse, storage, kernel, delays)
    "event": ("exc", None, "dense", "event", 0.0),
    "rows": ("inh", None, "rows", "event", 0.0),
    "late": ("exc", None, "dense", "product", 3.0),
    "late_rows": ("inh", None, "rows", "plain", 2.0),
    "own_delays": ("exc", None, "rows", "event", snn.Uniform(1.0, 4.0)),
    "depressing": ("exc", DEPRESSING, "rows", "event", 0.0),
    "depressing_own": ("exc", DEPRESSING, "dense", "event", snn.Uniform(1.0, 4.0)),
    "nmda": ("exc", NMDA, "dense", "event", 2.0),
}


@cache
def arrivals(names):
    """Return populations below threshold behind given trains of spikes, one for each of some projections."""
    net = snn.Network(dt=1.0, seed=3)
    source = net.create(snn.inputs.SpikeSourceArray(TRAINS), name="source")
    for name in names:
        target, synapse, storage, kernel, delays = ARRIVALS[name]
        P = net.create(2, BELOW, name=f"P_{name}")
        proj = net.connect(source, P, target, synapse, name=name, storage=storage, kernel=kernel)
        proj.all_to_all(weights=snn.Uniform(0.1, 0.6), delays=delays)
        P.g_exc, P.g_inh, P.v = [0.2, 0.3], [0.1, 0.2], [0.1, -0.2]
        net.monitor(P, ["v", "g_exc", "g_inh"])
    last = net.population(f"P_{names[-1]}")
    net.connect(last, last, "exc", GAP, name="gap").all_to_all(weights=WEIGHTS)
    sim = net.compile()
    return Derivatives(Start(sim), lambda *begun: mixed(sim.run(*begun, duration=18.0, checkpoint=False)[1]))


QUICK, SLOW = halves(ARRIVALS, ("own_delays", "nmda"))


@pytest.mark.parametrize(("names", "name"), [*QUICK, *SLOW])
def test_spikes_that_arrive_below_threshold(double, names, name):
    """Oracle: central differences of fourth order, by everything that a run starts from, spikes under way included.

    Event-driven variables are at rest before the first spike, whatever they begin with, as in ANNarchy.
    """
    made = arrivals(names)
    made.check(name, inert=(f"projections.{name}.x",))
    made.check(f"P_{name}")


def test_gap_junctions(double):
    """Oracle: central differences of fourth order."""
    arrivals(QUICK[0].values[0]).check("gap")


@cache
def special():
    """Return a chain: a table, a convolution, a pooling, a current into spiking neurons, spikes decoded into rates."""
    net = snn.Network(dt=1.0, seed=4)
    net.constant("gain", 0.8)
    table = np.array([[1.0, -0.5, 0.3, 0.9], [0.2, 0.6, -0.7, 0.1], [-0.4, 0.8, 0.5, -0.2]])
    source = net.create(snn.inputs.TimedArray(table, schedule=2.0, period=5.0), name="table")
    filtered = net.create(4, snn.Neuron(equations="5.0 * dr/dt = -r + gain * sum(exc) : init = 0.2"), name="filtered")
    net.convolution(source, filtered, "exc", name="filter").connect_filter([0.5, 1.0, -0.4], delays=2.0)
    pooled = net.create(2, snn.Neuron(equations="r = sum(exc)^2 + gain"), name="pooled")
    net.pooling(filtered, pooled, "exc", name="pool", operation="mean").connect_pooling(extent=(2,))
    leaky = snn.Neuron(parameters="tau = 6.0", equations="tau * dv/dt = -v + g_exc", spike="v > 10.0", reset="v = 0.0")
    cells = net.create(2, leaky, name="cells")
    net.current_injection(pooled, cells, "exc", name="current").connect_current()
    trains = net.create(snn.inputs.SpikeSourceArray(TRAINS), name="trains")
    decoded = net.create(2, snn.Neuron(parameters="k = 0.01", equations="r = tanh(k * sum(exc))"), name="decoded")
    net.decoding(trains, decoded, "exc", window=4.0, name="decoder").all_to_all(weights=WEIGHTS)
    for P, names in ((filtered, "r"), (pooled, "r"), (cells, "v"), (decoded, "r")):
        net.monitor(P, names)
    sim = net.compile()
    return Derivatives(Start(sim), lambda *begun: mixed(sim.run(*begun, duration=14.0, checkpoint=False)[1]))


OVERWRITTEN = {  # what a run does not read of its first state
    "table": ("populations.table.r",),
    "filtered": ("sums.filtered.exc",),
    "pooled": ("sums.pooled.exc",),
    "decoded": ("sums.decoded.exc", "populations.decoded.r"),
}


@pytest.mark.slow
@pytest.mark.parametrize("owner", ["gain", "table", "filtered", "filter", "pooled", "cells", "decoded", "decoder"])
def test_tables_constants_and_special_projections(double, owner):
    """Oracle: central differences of fourth order, by everything that a run starts from."""
    special().check(owner, inert=OVERWRITTEN.get(owner, ()))
