"""COBA and STDP in Brian2's C++ standalone mode: `python _serve_brian2.py coba|stdp PRECISION DURATION`, one thread.

The binary is built once; each line of standard input runs it from the beginning. The seconds are Brian2's own, of its
loop alone.
"""

import os
import sys

import _script_coba as coba
import _script_stdp as stdp
import brian2 as b
from _answer import answering


def build_coba():
    neurons = b.NeuronGroup(
        coba.N,
        """dv/dt = (El - v + ge * (0*mV - v) + gi * (-80*mV - v) + I) / (20*ms) : volt (unless refractory)
        dge/dt = -ge / (5*ms) : 1
        dgi/dt = -gi / (10*ms) : 1""",
        threshold="v > -50*mV",
        reset="v = -60*mV",
        refractory=5 * b.ms,
        method="euler",
        namespace={"El": -60 * b.mV, "I": 20 * b.mV},
    )
    values = coba.initial()
    neurons.v, neurons.ge, neurons.gi = values["v"] * b.mV, values["g_exc"], values["g_inh"]
    exc = b.Synapses(neurons[: coba.N_EXC], neurons, on_pre=f"ge += {coba.EXC}")
    inh = b.Synapses(neurons[coba.N_EXC :], neurons, on_pre=f"gi += {coba.INH}")
    for synapses in (exc, inh):
        synapses.connect(p=coba.PROBABILITY)
    monitor = b.SpikeMonitor(neurons)
    return b.Network(neurons, exc, inh, monitor), monitor


def build_stdp():
    neurons = b.NeuronGroup(
        stdp.N_POST,
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


def main() -> None:
    answer = answering()
    kind, precision, duration = sys.argv[1:4]
    b.prefs.core.default_float_dtype = b.float32 if precision == "float" else b.float64
    b.set_device("cpp_standalone", build_on_run=False)
    b.seed(3)
    b.defaultclock.dt = (coba.DT if kind == "coba" else stdp.DT) * b.ms
    network, monitor = (build_coba if kind == "coba" else build_stdp)()
    network.run(float(duration) * b.ms)
    b.device.build(directory="brian2", compile=True, run=False, with_output=False)
    for _ in sys.stdin:
        b.device.run(with_output=False)
        spikes = int(monitor.num_spikes)
        answer({"seconds": b.device._last_run_time, "spikes": spikes, "cpu": sum(os.times()[:4])})


if __name__ == "__main__":
    main()
