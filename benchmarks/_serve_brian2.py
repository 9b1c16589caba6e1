"""COBA, CUBA and STDP in Brian2's C++ standalone mode, one thread.

    python _serve_brian2.py coba|cuba|stdp SIZE PRECISION DURATION

The binary is built once; each line of standard input runs it from the beginning. The seconds are Brian2's own, of its
loop alone.
"""

import os
import sys
from types import ModuleType

import _script_coba as coba
import _script_cuba as cuba
import _script_stdp as stdp
import brian2 as b
from _answer import answering

CONDUCTANCES = """
    dv/dt = (-60*mV - v + ge * (0*mV - v) + gi * (-80*mV - v) + 20*mV) / (20*ms) : volt (unless refractory)
    dge/dt = -ge / (5*ms) : 1
    dgi/dt = -gi / (10*ms) : 1
"""
CURRENTS = """
    dv/dt = (-49*mV - v + ge - gi) / (20*ms) : volt (unless refractory)
    dge/dt = -ge / (5*ms) : volt
    dgi/dt = -gi / (10*ms) : volt
"""


def build_sparse(script: ModuleType, equations: str, unit, size: int):
    """Build COBA or CUBA; inputs have the unit of their weights."""
    neurons = b.NeuronGroup(
        size, equations, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * b.ms, method="euler"
    )
    values, n_exc = script.initial(size), size * 4 // 5
    neurons.v = values["v"] * b.mV
    neurons.ge, neurons.gi = values["g_exc"] * unit, values["g_inh"] * unit
    weights = {"exc_w": script.EXC * unit, "inh_w": script.INH * unit}
    exc = b.Synapses(neurons[:n_exc], neurons, on_pre="ge += exc_w", namespace=weights)
    inh = b.Synapses(neurons[n_exc:], neurons, on_pre="gi += inh_w", namespace=weights)
    for synapses in (exc, inh):
        synapses.connect(p=script.SYNAPSES / size)
    monitor = b.SpikeMonitor(neurons)
    return b.Network(neurons, exc, inh, monitor), monitor


def build_stdp(size: int):
    neurons = b.NeuronGroup(
        size,
        "dv/dt = (-74*mV - v - g * v) / (10*ms) : volt\ndg/dt = -g / (5*ms) : 1",
        threshold="v > -54*mV",
        reset="v = -60*mV",
        method="euler",
    )
    neurons.v = -60 * b.mV
    inputs = b.PoissonGroup(stdp.N_PRE, stdp.RATE * b.Hz)
    synapses = b.Synapses(
        inputs,
        neurons,
        "w : 1\ndx/dt = -x / tau : 1 (event-driven)\ndy/dt = -y / tau : 1 (event-driven)",
        on_pre="g_post += w\nx += up\nw = clip(w - y, 0, w_max)",
        on_post="y += down\nw = clip(w + x, 0, w_max)",
        namespace={
            "tau": stdp.TAU * b.ms,
            "up": stdp.A_PLUS * stdp.W_MAX,
            "down": stdp.A_MINUS * stdp.W_MAX,
            "w_max": stdp.W_MAX,
        },
    )
    synapses.post.order = -1  # spikes of post neurons act first, as in ANNarchy
    synapses.connect()
    synapses.w = "rand() * w_max"
    monitor = b.SpikeMonitor(neurons)
    return b.Network(inputs, neurons, synapses, monitor), monitor


BUILD = {
    "coba": lambda size: build_sparse(coba, CONDUCTANCES, 1, size),
    "cuba": lambda size: build_sparse(cuba, CURRENTS, b.mV, size),
    "stdp": build_stdp,
}


def main() -> None:
    answer = answering()
    kind, size, precision, duration = sys.argv[1:5]
    b.prefs.core.default_float_dtype = b.float32 if precision == "float" else b.float64
    b.set_device("cpp_standalone", build_on_run=False)
    b.seed(3)
    b.defaultclock.dt = (stdp.DT if kind == "stdp" else coba.DT) * b.ms
    network, monitor = BUILD[kind](int(size))
    network.run(float(duration) * b.ms)
    b.device.build(directory="brian2", compile=True, run=False, with_output=False)
    for _ in sys.stdin:
        b.device.run(with_output=False)
        spikes = int(monitor.num_spikes)
        answer({"seconds": b.device._last_run_time, "told": spikes, "cpu": sum(os.times()[:4])})


if __name__ == "__main__":
    main()
