"""Networks of all neurons of one resolution, and of all synapses, as NEST was run."""

from functools import cache

import numpy as np

import jaxsnn as snn

from ..equations.running import golden
from .neurons import NEURONS
from .synapses import STDP, TSODYKS, TSODYKS2

GOLDEN = golden("nest_traces")
META = GOLDEN["_meta"]
# This model lets an input act on the potential a step before its record shows it (nest-simulator, issue 1582).
AHEAD = "gif_psc_exp"
RENAMED = {"I_syn_ex": "g_ex", "I_syn_in": "g_in"}  # what NEST calls a current is the input of a neuron here


@cache
def run_neurons(dt: float) -> dict[str, dict]:
    """Return what all neurons of one resolution do, by NEST's names of models."""
    net = snn.Network(dt=dt, seed=1)
    sources = {x: net.create(snn.inputs.SpikeSourceArray(META["times"][x]), name=x) for x in ("exc", "inh")}
    models = [name for name in NEURONS if GOLDEN[name]["dt"] == dt]
    cells = {name: _add(net, name, sources) for name in models}
    monitors = {name: net.monitor(P, [*recorded(name, P), "spike"]) for name, P in cells.items()}
    net.compile()
    for part, duration in enumerate((META["switch"], META["end"] - META["switch"])):
        for name, P in cells.items():
            P.I_e = GOLDEN[name]["current"][part]
        net.simulate(duration)
    return {name: monitor.get() for name, monitor in monitors.items()}


def _add(net: snn.Network, name: str, sources: dict):
    """Return a neuron with NEST's parameters, initial values and inputs."""
    trace = GOLDEN[name]
    P = net.create(1, NEURONS[name], name=name)
    numbers = {"free": trace["parameters"]["V_m"], **trace["parameters"]}
    P.set({x: numbers[x] for x in (*P.parameters, *P.variables) if x in numbers})
    rises = "g_rise_ex" in P.variables
    for source, target, weight in zip(sources.values(), ("ex", "in"), trace["weights"], strict=True):
        w = abs(weight) if "cond" in name else weight  # NEST's sign of a conductance tells where it goes
        net.connect(source, P, target=f"rise_{target}" if rises else target).all_to_all(weights=w)
    return P


def recorded(name: str, P) -> list[str]:
    """Return our names of what NEST recorded."""
    return [ours(x) for x in GOLDEN[name]["values"]]


def ours(variable: str) -> str:
    """Return our name of a recordable of NEST."""
    return RENAMED.get(variable, variable)


def steps_of(name: str, variable: str) -> np.ndarray:
    """Return the samples at NEST's times: inputs are recorded when a step begins, the rest when it ends."""
    steps = np.rint(np.asarray(GOLDEN[name]["times"]) / GOLDEN[name]["dt"]).astype(int)
    begins = ours(variable).startswith("g_") and name != AHEAD
    return steps - (0 if begins else 1)


def expected(name: str, variable: str) -> np.ndarray:
    """Return what NEST recorded, in our convention of what it means."""
    values = np.asarray(GOLDEN[name]["values"][variable])
    if (name, variable) == ("iaf_psc_exp_htum", "V_m"):
        return values + GOLDEN[name]["parameters"]["E_L"]  # this model alone records the distance from rest
    if name.startswith("aeif_psc") and variable == "I_syn_in":
        return -values  # these subtract it
    return values


def spike_times(steps: list[int], dt: float) -> np.ndarray:
    """Return the times at which the steps with spikes end, as NEST tells them, ms."""
    return (np.asarray(steps) + 1) * dt


@cache
def run_synapses() -> dict[str, dict]:
    """Return what the synapses do: the weight after each spike, what a spike transmits, what a pair does."""
    net = snn.Network(dt=0.1, seed=1)
    # In NEST a spike takes `delay` to come back from the soma of its neuron, here it acts at once.
    late = {"pre": 0.0, "post": GOLDEN["stdp_synapse"]["delay"]}
    pre, post = (net.create(snn.inputs.SpikeSourceArray(np.add(META["times"][x], late[x])), name=x) for x in late)
    cells = [_add_neuron(net, x) for x in ("sender", "receiver")]
    cells[0].I_e = GOLDEN["iaf_tum_2000_pair"]["current"][0]
    sink = net.create(1, snn.Neuron(equations="v = g_ex", spike="v > 1e9"), name="sink")
    learning = _connect(net, pre, post, "stdp_synapse", STDP)
    _connect(net, pre, sink, "tsodyks2_synapse", TSODYKS2)
    # NEST counts a delay from the end of the step in which a neuron spikes, here it counts from its beginning.
    _connect(net, *cells, "iaf_tum_2000_pair", TSODYKS, delays=2 * net.dt)
    monitors = {
        "stdp_synapse": net.monitor(learning, "w"),
        "tsodyks2_synapse": net.monitor(sink, "g_ex"),
        "iaf_tum_2000_pair": net.monitor(cells[1], ["V_m", "g_ex"]),
        "sender": net.monitor(cells[0], "spike"),
    }
    net.compile()
    net.simulate(META["end"] + 1.0)
    return {name: monitor.get() for name, monitor in monitors.items()}


def _add_neuron(net: snn.Network, name: str):
    """Return one of the two neurons of the pair."""
    P = net.create(1, NEURONS["iaf_psc_exp"], name=name)
    numbers = GOLDEN["iaf_tum_2000_pair"]["parameters"]
    P.set({x: numbers[x] for x in (*P.parameters, "V_m") if x != "I_e"})
    return P


def _connect(net: snn.Network, pre, post, name: str, synapse: snn.Synapse, delays: float = 0.0):
    """Return a projection with NEST's weight and parameters; `lambda` is a word of Python."""
    given = GOLDEN[name]["parameters"]
    weight = given["weight"] if "weight" in given else GOLDEN[name]["weights"][0]
    proj = net.connect(pre, post, "ex", synapse, name=name).all_to_all(weights=weight, delays=delays)
    proj.set({x: given[x.rstrip("_")] for x in proj.parameters if x.rstrip("_") in given})
    return proj
