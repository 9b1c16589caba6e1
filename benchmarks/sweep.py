"""`snn.sweep`: 1000 points of the acceptance network, and 1 to 10,000 networks of 20 neurons, against loops by hand.

    python benchmarks/sweep.py [--points N] [--replicas N ...] [--quick] [--wait S] [--limit S] [--json PATH]

Weights are drawn once, the gain of the noise differs from point to point, and the number of spikes of each point comes
back. The loops by hand are in `_hand_written_sweep.py`: threads that map over points, and one `vmap`. See README.md.
"""

from functools import partial

import _hand_written as page
import numpy as np
from _hand_written_sweep import SMALL, SMALL_EXC, SMALL_STEPS, PageSweep, Small
from _machine import Watch, cores
from _measure import Report, Times, interleaved
from _options import Arguments, begun, parser, repetitions

import jaxsnn as snn

HAND, OURS = "by hand", "jaxsnn, sweep"


def n_spikes(records):
    """What is kept of a point."""
    return records["P"]["spike"].sum()


def described(n: int, n_exc: int, values: dict[str, np.ndarray], exc: float, inh: float) -> snn.Simulation:
    """Return an Izhikevich network with the noise left to the sweep, all to all."""
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(n, snn.Izhikevich, name="P")
    for name, x in values.items():
        setattr(P, name, x)
    P.v = -65.0
    P.u = -65.0 * P.b
    net.connect(P[:n_exc], P, "exc").all_to_all(weights=snn.Uniform(0.0, exc), allow_self_connections=True)
    net.connect(P[n_exc:], P, "inh").all_to_all(weights=snn.Uniform(0.0, inh), allow_self_connections=True)
    net.monitor(P, "spike")
    return net.compile()


def swept(sim: snn.Simulation, noise: np.ndarray, duration: float) -> np.ndarray:
    return snn.sweep(sim, {"P.noise": noise}, duration, measure=n_spikes, redraw=False)


def compared(name: str, tasks: dict, points: int, turns: int, watch: Watch, report: Report) -> dict[str, Times]:
    """Report both, and how many points a second they do."""
    report.title(name)
    counts: dict[str, float] = {}

    def kept(task: str) -> None:
        counts[task] = float(np.mean(tasks[task]()))

    times = interleaved({task: partial(kept, task) for task in tasks}, turns, watch, warm_up=1)
    report.table(times, base=HAND)
    print(watch.told())
    for task, t in times.items():
        print(f"{task}: {points / t.min:.0f} points a second, {counts[task]:.0f} spikes in each")
    report.at_most(f"{name}: jaxsnn / by hand", times[OURS], times[HAND], None)
    return times


def of_the_page(points: int, turns: int, watch: Watch, report: Report) -> None:
    """Sweep the noise of the acceptance network."""
    gains = np.linspace(0.8, 1.2, points)
    values = {name: x[: page.N] for name, x in page.parameters(np.random.default_rng(0)).items()}
    noise = gains[:, None] * values.pop("noise")
    sim, hand = described(page.N, page.N_EXC, values, 0.5, 1.0), PageSweep(gains, cores())
    tasks = {HAND: hand, OURS: partial(swept, sim, noise, float(page.STEPS))}
    compared(f"sweep of {points} points, acceptance network, {page.STEPS} steps", tasks, points, turns, watch, report)


def of_small_networks(replicas: int, turns: int, sim: snn.Simulation, watch: Watch, report: Report) -> None:
    """Sweep the noise of a small network."""
    gains = np.linspace(0.8, 1.2, replicas)
    noise = gains[:, None] * np.where(np.arange(SMALL) < SMALL_EXC, 5.0, 2.0)
    tasks = {HAND: Small(gains), OURS: partial(swept, sim, noise, float(SMALL_STEPS))}
    name = f"sweep of {replicas} points, {SMALL} neurons, {SMALL_STEPS} steps"
    compared(name, tasks, replicas, turns, watch, report)


def main(arguments: Arguments = None) -> None:
    options = parser(__doc__)
    options.add_argument("--points", type=int, default=1000, help="of the acceptance network")
    options.add_argument("--replicas", type=int, nargs="*", default=[1, 10, 100, 1000, 10_000], help="of the small one")
    chosen = options.parse_args(arguments)
    watch, report = begun(chosen)
    if not chosen.tiny:
        of_the_page(chosen.points, repetitions(chosen, 3, 1), watch, report)
    values = {"a": np.where(np.arange(SMALL) < SMALL_EXC, 0.02, 0.1), "b": 0.2, "c": -65.0, "d": 8.0}
    small = described(SMALL, SMALL_EXC, values, 5.0, 10.0)
    for replicas in [2] if chosen.tiny else chosen.replicas:
        of_small_networks(replicas, repetitions(chosen, 8, 3), small, watch, report)
    report.verdicts()


if __name__ == "__main__":
    main()
