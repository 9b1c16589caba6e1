"""One large network in a process of its own: what building it takes, what stays, what a step costs.

    python _large_network.py KIND NEURONS SYNAPSES RATE STEPS REPETITIONS

Four fifths of the neurons are excitatory; equations are those of COBA (`_script_coba.py`). With a rate of 0 they are
left to themselves, at weights that keep the input of a neuron what it is in COBA: about 18 Hz at every size. Otherwise
a share of the neurons is driven at 50 Hz, and weights are so small that nobody else spikes: every synapse is reached
all the same.
"""

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import exp

import _script_coba as coba
import jax
import numpy as np
from _answer import answering

import jaxsnn as snn

DRIVEN, TINY = 50.0, 1e-9  # Hz, weight
KINDS = {
    "post": "fixed_number_post, one weight for all",
    "pre": "fixed_number_pre, one weight for all",
    "probability": "fixed_probability, one weight for all",
    "drawn": "fixed_probability, weights drawn",
    "numbered": "fixed_number_post, weights drawn",
    "stdp": "fixed_probability, STDP on the excitatory ones",
    "numbered stdp": "fixed_number_post, STDP on the excitatory ones",
}
NEURON = {
    "parameters": "I = 20.0 ; tau_m = 20.0 : population ; tau_e = 5.0 : population ; tau_i = 10.0 : population",
    "equations": """
        tau_m * dv/dt = -60.0 - v + g_exc * (0.0 - v) + g_inh * (-80.0 - v) + I
        tau_e * dg_exc/dt = -g_exc
        tau_i * dg_inh/dt = -g_inh
    """,
    "spike": "v > -50.0",
    "reset": "v = -60.0",
    "refractory": 5.0,
}


class Clock:
    """Seconds of each part, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - begin


def describe(kind: str, neurons: int, synapses: int, rate: float):
    """Return the described network and its monitor of spikes."""
    net = snn.Network(dt=coba.DT, seed=7)
    P = net.create(neurons, snn.Neuron(**NEURON), name="P")
    for name, values in coba.initial(neurons).items():
        setattr(P, name, values if rate == 0.0 or name == "v" else 0.0)
    if rate > 0.0:
        drive = 10.0 / (1.0 - exp(-(1000.0 / DRIVEN - NEURON["refractory"]) / 20.0))
        P.I = np.where(np.random.RandomState(4).uniform(size=neurons) < rate / DRIVEN, drive, 0.0)
    cut = neurons * 4 // 5
    for target, own, share, weight in (("exc", P[:cut], 0.8, coba.EXC), ("inh", P[cut:], 0.2, coba.INH)):
        w = weight * coba.SYNAPSES / synapses if rate == 0.0 else TINY
        plastic = snn.STDP(w_max=2.0 * w, A_plus=1e-6, A_minus=1e-6) if "stdp" in kind and target == "exc" else None
        projection = net.connect(own, P, target, plastic, name=target)
        connect(projection, kind, synapses, share, neurons, w)
    return net, net.monitor(P, "spike")


def connect(projection, kind: str, synapses: int, share: float, neurons: int, w: float) -> None:
    """Let a projection draw its synapses: so many for each neuron that sends."""
    weights = snn.Uniform(0.5 * w, 1.5 * w) if kind in ("drawn", "numbered") else w
    if kind == "pre":
        projection.fixed_number_pre(max(1, round(share * synapses)), weights=weights)
    elif kind in ("post", "numbered", "numbered stdp"):
        projection.fixed_number_post(synapses, weights=weights)
    else:
        projection.fixed_probability(synapses / neurons, weights=weights)


def stored(net, name: str, neurons: int) -> tuple[int, float]:
    """Return the synapses of a projection, and the bytes that arrays keep for each."""
    params, state = net.params, net.state
    storage = state.constants.connectivity[name]
    own = (params.projections, state.constants.projections, state.projections, state.last_events)
    kept = sum(x.nbytes for x in jax.tree.leaves([storage, *(place.get(name) for place in own)]))
    there = sum(int((np.asarray(rows) < neurons).sum()) for rows in np.array_split(storage.ends, 16))
    return there, kept / there


def peak() -> float:
    """Return the most memory that this process has taken, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measured(kind: str, neurons: int, synapses: int, rate: float, steps: int, repetitions: int) -> dict:
    """Build the network and let it run."""
    clock, before = Clock(), peak()
    with clock.of("describe"):
        net, monitor = describe(kind, neurons, synapses, rate)
    with clock.of("compile"):
        net.compile()
    with clock.of("init"):
        jax.block_until_ready((net.params, net.state))
    built = peak() - before
    counts = {name: stored(net, name, neurons) for name in ("exc", "inh")}
    with clock.of("first step"):
        net.simulate(coba.DT)
    advance = lambda: net.simulate(steps * coba.DT)  # noqa: E731
    readings, spikes = zip(*(reading(advance, monitor) for _ in range(repetitions + 1)), strict=True)
    return {
        "seconds": clock.seconds,
        "synapses": sum(n for n, _ in counts.values()),
        "bytes": {name: each for name, (_, each) in counts.items()},
        "built": built,
        "peak": peak() - before,
        "step": [s / steps for s in readings[1:]],
        "spikes": sum(spikes[1:]) / repetitions / steps,
    }


def reading(advance: Callable[[], None], monitor) -> tuple[float, int]:
    """Return the seconds that a call takes, and the spikes in it."""
    begin = time.perf_counter()
    advance()
    return time.perf_counter() - begin, len(monitor.raster_plot()[0])


if __name__ == "__main__":
    answer = answering()
    kind, neurons, synapses, rate, steps, repetitions = sys.argv[1:]
    answer(measured(kind, int(neurons), int(synapses), float(rate), int(steps), int(repetitions)))
