"""The microcircuit in a process of its own, in jaxsnn or in NEST: seconds, memory, spikes.

    python _microcircuit_run.py jaxsnn|nest SCALE DRIVE DURATION SEED THREADS

The answer is one line of JSON. Half a second of model time comes before what is measured.
"""

import os
import resource
import sys
import time

import numpy as np
from _answer import answering
from _potjans_diesmann import (
    CAPACITANCE,
    DT,
    NAMES,
    REFRACTORY,
    RESET,
    REST,
    START,
    TAU_M,
    TAU_SYN,
    THRESHOLD,
    Circuit,
    statistics,
    synapse_count,
)

BEFORE, PART = 500.0, 1000.0  # ms: left out; of a call
MOST_AT_ONCE = 14  # spikes of the background in a step, of which 2.3 are expected at most: more come once in 10^7


def cpu() -> float:
    return sum(os.times()[:2])


def poisson_shares(expected: float) -> np.ndarray:
    """Return the chance of at most k events, k = 0, 1, ... up to the most that are told apart."""
    terms = np.cumprod(np.concatenate([[np.exp(-expected)], expected / np.arange(1, MOST_AT_ONCE)]))
    return np.cumsum(terms)


class Ours:
    """The circuit in jaxsnn. Delays begin with the step of a spike, a step before NEST's: they are a step longer."""

    def __init__(self, circuit: Circuit, drive: str, seed: int, threads: int) -> None:
        import jaxsnn as snn

        self.net = net = snn.Network(dt=DT, seed=seed)
        noisy = drive == "poisson"
        model, currents, rates = self._neuron(snn, noisy), circuit.constant_input(noisy), circuit.background_rates()
        self.monitors, populations = {}, {}
        for name, size in circuit.sizes.items():
            P = populations[name] = net.create(size, model, name=name)
            P.v, P.I = snn.Normal(*START), currents[name]
            if noisy:
                P.weight = circuit.background_weight
                for k, share in enumerate(poisson_shares(rates[name] * DT * 1e-3)):
                    setattr(P, f"share_{k}", share)
            self.monitors[name] = net.monitor(P, "spike")
        for b in circuit.bundles:
            sign = {"min": 0.0} if b.weight > 0 else {"max": 0.0}
            net.connect(populations[b.pre], populations[b.post], "syn", name=f"{b.pre}_{b.post}").fixed_total_number(
                b.number,
                weights=snn.Normal(b.weight, b.spread, **sign),
                delays=snn.TruncatedNormal(b.delay[0] + DT, b.delay[1], min=2.0 * DT, max=b.farthest + DT),
                allow_self_connections=True,
            )

    @staticmethod
    def _neuron(snn, noisy: bool):
        """Return the neuron, solved exactly for a step, with input currents that go on while it is refractory.

        How many spikes of the background arrive in a step is read off a uniform number.
        """
        decays = {"m": np.exp(-DT / TAU_M), "syn": np.exp(-DT / TAU_SYN)}
        by_input = TAU_M * TAU_SYN / (CAPACITANCE * (TAU_M - TAU_SYN)) * (decays["m"] - decays["syn"])
        by_constant = TAU_M / CAPACITANCE * (1.0 - decays["m"])
        moved = f"{REST} + {decays['m']} * (v - {REST}) + {by_input} * g_syn + {by_constant} * I"
        equations = f"v = ite(waits > 0.0, {RESET}, {moved})\nwaits = Max(waits - 1.0, 0.0)\n"
        parameters, arrived = "I = 0.0 : population", ""
        if noisy:
            parameters += " ; weight = 0.0 : population"
            parameters += "".join(f" ; share_{k} = 1.0 : population" for k in range(MOST_AT_ONCE))
            spikes = " + ".join(f"ite(chance > share_{k}, 1.0, 0.0)" for k in range(MOST_AT_ONCE))
            equations, arrived = f"chance = Uniform(0.0, 1.0)\n{equations}", f" + weight * ({spikes})"
        equations += f"g_syn = {decays['syn']} * g_syn{arrived}"
        reset = f"v = {RESET} ; waits = {REFRACTORY / DT}"
        return snn.Neuron(parameters=parameters, equations=equations, spike=f"v >= {THRESHOLD}", reset=reset)

    def build(self) -> None:
        import jax

        self.net.compile()
        jax.block_until_ready((self.net.params, self.net.state))

    def advance(self, duration: float) -> None:
        self.net.simulate(duration)

    def spikes(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Return (times in ms, ranks) since the last call."""
        return {name: tuple(map(np.asarray, m.raster_plot())) for name, m in self.monitors.items()}

    def bytes(self) -> int:
        """Return the bytes of all arrays."""
        import jax

        return sum(x.nbytes for x in jax.tree.leaves((self.net.params, self.net.state)))


class Nest:
    """The circuit in NEST."""

    def __init__(self, circuit: Circuit, drive: str, seed: int, threads: int) -> None:
        import nest

        self.nest, self.circuit, self.seen = nest, circuit, 0.0
        nest.set_verbosity("M_ERROR")
        nest.ResetKernel()
        nest.set(resolution=DT, local_num_threads=threads, rng_seed=seed + 1)
        noisy = drive == "poisson"
        currents, rates = circuit.constant_input(noisy), circuit.background_rates()
        self.recorder, self.populations = nest.Create("spike_recorder"), {}
        self.given = (currents, rates if noisy else None)

    def build(self) -> None:
        nest, circuit = self.nest, self.circuit
        currents, rates = self.given
        model = {"C_m": CAPACITANCE, "tau_m": TAU_M, "tau_syn_ex": TAU_SYN, "tau_syn_in": TAU_SYN, "E_L": REST}
        model |= {"V_th": THRESHOLD, "V_reset": RESET, "t_ref": REFRACTORY}
        for name, size in circuit.sizes.items():
            P = self.populations[name] = nest.Create("iaf_psc_exp", size, {**model, "I_e": currents[name]})
            P.V_m = nest.random.normal(*START)
            nest.Connect(P, self.recorder)
            if rates:
                source = nest.Create("poisson_generator", params={"rate": rates[name]})
                nest.Connect(source, P, syn_spec={"weight": circuit.background_weight, "delay": 1.5})
        for b in circuit.bundles:
            low, high = (0.0, np.inf) if b.weight > 0 else (-np.inf, 0.0)
            synapses = {
                "weight": nest.math.redraw(nest.random.normal(b.weight, b.spread), low, high),
                "delay": nest.math.redraw(nest.random.normal(*b.delay), DT, b.farthest),
            }
            rule = {"rule": "fixed_total_number", "N": b.number}
            nest.Connect(self.populations[b.pre], self.populations[b.post], rule, synapses)
        nest.Prepare()

    def advance(self, duration: float) -> None:
        self.nest.Run(duration)

    def spikes(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Return (times in ms, ranks) since the last call."""
        found = self.recorder.events
        new = found["times"] > self.seen
        times, senders, self.seen = found["times"][new], found["senders"][new], self.nest.biological_time
        first = {name: P[0].global_id for name, P in self.populations.items()}
        inside = {n: (senders >= i) & (senders < i + self.circuit.sizes[n]) for n, i in first.items()}
        return {n: (times[there], senders[there] - first[n]) for n, there in inside.items()}

    def bytes(self) -> int:
        """Return the memory of the process."""
        return peak()


def peak() -> int:
    """Return the most memory that this process has taken, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measured(
    simulator: str,
    scale: float,
    drive: str,
    duration: float,
    seed: int,
    threads: int,
    populations: tuple[str, ...] = NAMES,
) -> dict:
    """Build the circuit and let it run."""
    circuit = Circuit(scale, populations)
    begin, begin_cpu = time.perf_counter(), cpu()
    network = {"jaxsnn": Ours, "nest": Nest}[simulator](circuit, drive, seed, threads)
    network.build()
    built, built_cpu = time.perf_counter() - begin, cpu() - begin_cpu
    network.advance(BEFORE)
    network.spikes()
    walls, cpus, parts = [], [], []
    for _ in range(max(1, round(duration / PART))):
        part = min(PART, duration)
        begin, begin_cpu = time.perf_counter(), cpu()
        network.advance(part)
        walls.append((time.perf_counter() - begin) / part * 1e3)
        cpus.append((cpu() - begin_cpu) / part * 1e3)
        parts.append(network.spikes())
    spikes = {
        name: (np.concatenate([part[name][0] for part in parts]), np.concatenate([part[name][1] for part in parts]))
        for name in circuit.sizes
    }
    shown = {name: (times - BEFORE, ranks.astype(int)) for name, (times, ranks) in spikes.items()}
    number = synapse_count(circuit)
    return {
        "built": built,
        "built cpu": built_cpu,
        "wall": walls,
        "cpu": cpus,
        "synapses": number,
        "bytes": network.bytes() / number,
        "peak": peak(),
        "statistics": statistics(shown, circuit.sizes, duration),
    }


if __name__ == "__main__":
    answer = answering()
    simulator, scale, drive, duration, seed, threads = sys.argv[1:]
    answer(measured(simulator, float(scale), drive, float(duration), int(seed), int(threads)))
