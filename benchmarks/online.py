"""Online gradients of recurrent LIF neurons: a step of `snn.online` against one of backpropagation, and braintrace.

    python benchmarks/online.py [--neurons N ...] [--rates HZ ...] [--million] [--quick] [--json PATH]

100 Poisson neurons send to N neurons, which are connected with each other, all to all or at 10 %; both kinds of weights
learn, and the loss reads all spikes. Times are of the processor, per step of 1 ms: threads of XLA count. BRAINPY_PYTHON
names a Python that has braintrace. `--million` runs a million steps of 1000 neurons at 10 %, and tells the memory. See
README.md.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
from _machine import Watch
from _measure import Report, Task, Times, interleaved
from _options import Arguments, begun, parser, repetitions
from _peers import python_of, watched
from _process import BRAINTRACE, HERE, Peer, package_version

import jaxsnn as snn
from jaxsnn.fitting import named_leaves, replaced

INPUTS, STEPS, CALLS, TRAINED = 100, 200, 5, ["inp.w", "rec.w"]
SENDER, SYNAPSE, THROUGH_TIME = "online, a trace per sender", "online, a trace per synapse", "backpropagation"


def described(neurons: int, rate: float, sparse: bool, refractory: bool) -> snn.simulation.Simulation:
    """Return the network; with a refractory period, of 0 ms here, each synapse needs a trace of its own."""
    model = snn.LIF() if refractory else snn.LIF().with_changes(refractory=None)
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.PoissonPopulation(INPUTS, rates=float(rate)), name="src")
    hidden = net.create(neurons, model, name="h")
    net.connect(source, hidden, "exc", name="inp").all_to_all(weights=snn.Uniform(0.0, 2.4 / INPUTS))
    within = net.connect(hidden, hidden, "exc", name="rec", storage="rows" if sparse else None)
    if sparse:
        within.fixed_probability(0.1, weights=snn.Normal(0.0, 0.2 / (0.1 * neurons) ** 0.5))
    else:
        within.all_to_all(weights=snn.Normal(0.0, 0.2 / neurons**0.5), allow_self_connections=True)
    net.monitor(hidden, "spike")
    return net.compile()


def of_spikes(records: dict, target: float) -> jax.Array:
    return jnp.sum((records["h"]["spike"] - target) ** 2)


def online(sim: snn.simulation.Simulation, steps: int) -> Callable:
    """Return what advances state and traces, and adds up the gradients of all steps."""
    rule = snn.online(sim, of_spikes, TRAINED)

    def advance(params, state, traces):
        def body(carry, _):
            state, traces, total, spikes = carry
            state, traces, gradients, records = rule.step(params, state, traces, 0.02)
            total = jax.tree.map(jnp.add, total, gradients)
            return (state, traces, total, spikes + jnp.sum(records["h"]["spike"])), None

        known = named_leaves(params)
        nothing = {name: jnp.zeros_like(known[name]) for name in TRAINED}
        return jax.lax.scan(body, (state, traces, nothing, 0.0), None, steps)[0]

    return rule, jax.jit(advance)


def through_time(sim: snn.simulation.Simulation, params, state) -> Callable:
    def total(values, params, state):
        _, records = sim.run(replaced(params, values), state, float(STEPS))
        return jnp.sum(jax.vmap(of_spikes, (0, None))(records, 0.02))

    gradient = jax.jit(jax.grad(total))
    known = named_leaves(params)
    return lambda: gradient({name: known[name] for name in TRAINED}, params, state)


def taking(work: Callable) -> float:
    """Return the seconds of the processor that some work takes, of several calls, as clocks are coarse."""
    begin = time.process_time()
    for _ in range(CALLS):
        jax.block_until_ready(work())
    return (time.process_time() - begin) / CALLS


def tasks_of(neurons: int, rate: float, sparse: bool) -> dict[str, Task]:
    """Return our tasks by name: the two kinds of traces, and backpropagation."""
    found: dict[str, Task] = {}
    for name, refractory in ((SENDER, False), (SYNAPSE, True)):
        sim = described(neurons, rate, sparse, refractory)
        params, state = sim.trimmed(*sim.init(1))
        rule, advance = online(sim, STEPS)
        found[name] = partial(taking, partial(advance, params, state, rule.init(params, state)))
        if not refractory:
            found[THROUGH_TIME] = partial(taking, through_time(sim, params, state))
    return found


def peer_of(python: str | None, neurons: int, rate: float) -> dict[str, Peer]:
    if python is None:
        return {}
    name = f"braintrace {package_version(python, 'braintrace')}, D-RTRL"
    arguments = ["d_rtrl", str(neurons), str(INPUTS), str(int(rate)), str(STEPS)]
    return {name: Peer(python, BRAINTRACE, arguments, str(HERE))}


def compared(neurons: int, rate: float, sparse: bool, turns: int, python: str | None, watch: Watch, report: Report):
    """Report what a step takes; return the rows of the table of all sizes."""
    how = "10 %" if sparse else "all to all"
    report.title(f"{neurons} neurons, {how}, input of {rate:g} Hz: {STEPS} steps, CPU time")
    found = peer_of(None if sparse else python, neurons, rate)
    with watched(found, watch):
        tasks = tasks_of(neurons, rate, sparse) | {name: partial(p.ask, "learn") for name, p in found.items()}
        times = interleaved(tasks, turns, watch)
        report.tell("spikes", {n: p.told["learn"] for n, p in found.items()} or {"of a peer": 0.0}, ".0f")
    report.table(times, base=THROUGH_TIME)
    for name in (SENDER, SYNAPSE):
        report.at_most(
            f"{neurons}, {how}, {rate:g} Hz: {name} / backpropagation", times[name], times[THROUGH_TIME], None
        )
        for peer in found:
            report.faster(f"{neurons}, {how}, {rate:g} Hz: {name}, {peer}", times[name], times[peer], None)
    return {f"{neurons} | {how} | {rate:g}": times}


def synapses(label: str) -> float:
    """Return the number of synapses that learn, by the label of a row."""
    neurons, how, _ = label.split(" | ")
    return int(neurons) * (INPUTS + int(neurons) * (0.1 if how == "10 %" else 1.0))


def table(rows: dict[str, dict[str, Times]]) -> None:
    """Print the microseconds of a step, and the nanoseconds of a synapse in it, as Markdown."""
    names = list(dict.fromkeys(name for times in rows.values() for name in times))
    print(f"\n| neurons | connected | Hz | {' | '.join(names)} |\n|{'---|' * (3 + len(names))}")
    for label, times in rows.items():
        steps = {n: t.min / STEPS for n, t in times.items()}
        cells = [f"{steps[n] * 1e6:.0f} ({steps[n] / synapses(label) * 1e9:.2f})" if n in steps else "" for n in names]
        print(f"| {label} | {' | '.join(cells)} |")


def resident() -> float:
    """Return the memory that this process holds, MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def million(steps: int, neurons: int) -> None:
    """Learn for very many steps; tell the memory on the way."""
    chunk = max(1, steps // 100)
    sim = described(neurons, 50.0, sparse=True, refractory=False)
    params, state = sim.trimmed(*sim.init(1))
    rule, advance = online(sim, chunk)
    traces, begin = rule.init(params, state), time.process_time()
    for turn in range(100):
        state, traces, _, spikes = jax.block_until_ready(advance(params, state, traces))
        if turn % 10 == 9:
            done = (turn + 1) * chunk
            took = (time.process_time() - begin) / done * 1e6
            print(f"{done} steps: {resident():.1f} MiB, {took:.0f} us of the processor a step, {spikes:.0f} spikes")


def main(arguments: Arguments = None) -> None:
    options = parser(__doc__)
    options.add_argument("--neurons", type=int, nargs="*", default=[100, 300, 1000])
    options.add_argument("--rates", type=float, nargs="*", default=[10.0, 50.0], help="of the input, Hz")
    options.add_argument("--million", action="store_true", help="a million steps of 1000 neurons instead")
    chosen = options.parse_args(arguments)
    watch, report = begun(chosen)
    if chosen.million:
        return million(1000 if chosen.tiny else 1_000_000, 20 if chosen.tiny else 1000)
    python = None if chosen.tiny else python_of("BRAINPY_PYTHON")
    sizes, rates = ([20], [50.0]) if chosen.tiny else (chosen.neurons, chosen.rates)
    rows, turns = {}, repetitions(chosen, 10, 3)
    for neurons in sizes:
        for rate in rates:
            for sparse in (False, True):
                rows |= compared(neurons, rate, sparse, turns, python, watch, report)
    table(rows)
    report.verdicts()
    return None


if __name__ == "__main__":
    main()
