"""The cortical microcircuit of Potjans and Diesmann (2014): building, memory, core-seconds for a second of the model.

    python benchmarks/microcircuit.py [--scale S ...] [--drive poisson|dc] [--duration MS] [--nest] ...

Each run is a process of its own (`_microcircuit_run.py`). At full scale there are 77,169 neurons and 0.3 billion
synapses with delays of their own, which take about 10 GB while they are built. A smaller scale keeps mean and variance
of the input of a neuron: S times the neurons, S times the synapses of each.

With `--nest` NEST (`NEST_PYTHON`) runs the same network on as many threads. Both run with several seeds for equally
long. Rates, coefficients of variation of intervals, and correlations of each population are compared by their
Kolmogorov-Smirnov distance; what the seeds of NEST differ by among themselves is what there is to reach.
"""

import argparse
import os
import sys
from collections.abc import Iterable
from itertools import combinations, product

import numpy as np
from _measure import Report, Times
from _microcircuit_run import measured
from _options import Arguments, begun, parser
from _potjans_diesmann import published
from _process import answer_of

MEASURES = ("rate", "CV", "correlation")
MOST_CORE_SECONDS, MOST_BYTES, MOST_BUILT, FASTER = 25.0, 12.0, 180.0, 2.0


def run(chosen: argparse.Namespace, simulator: str, scale: float, seed: int) -> dict:
    """Build and run the circuit in a process of its own; a tiny one in this process."""
    arguments = (simulator, scale, chosen.drive, chosen.duration, seed, chosen.threads)
    if chosen.tiny:
        return measured(*arguments, populations=("L4E", "L4I"))
    return answer_of("_microcircuit_run.py", [str(x) for x in arguments], chosen.pythons[simulator])


def distance(one: list[float], other: list[float]) -> float:
    """Return the Kolmogorov-Smirnov distance of two samples."""
    places = np.sort(np.concatenate([one, other]))
    shares = (np.searchsorted(np.sort(x), places, side="right") / max(1, len(x)) for x in (one, other))
    return float(np.abs(np.subtract(*shares)).max(initial=0.0))


def costs(report: Report, scale: float, told: dict[str, dict]) -> None:
    """Print what building and a second of the model took."""
    report.title(f"The microcircuit at scale {scale:g}: {told['jaxsnn']['synapses']} synapses")
    heads = {"built, s": 10, "core-s": 8, "B/synapse": 11, "peak, GB": 10, "wall s/s": 10, "core-s/s": 10}
    print(" " * 10 + "".join(f"{name:>{width}s}" for name, width in heads.items()))
    for name, x in told.items():
        print(f"{name:10s}{x['built']:10.1f}{x['built cpu']:8.1f}{x['bytes']:11.2f}{x['peak'] / 1e9:10.2f}", end="")
        print(f"{min(x['wall']):10.2f}{min(x['cpu']):10.2f}", flush=True)
    report.tell("synapses", {name: x["synapses"] for name, x in told.items()}, "d")
    report.keep({f"{name}, core-seconds a second": Times(x["cpu"]) for name, x in told.items()})


def bars(report: Report, scale: float, told: dict[str, dict]) -> None:
    """Judge by the bars: those of memory and speed have a meaning at full size alone."""
    ours = told["jaxsnn"]
    if scale == 1.0:
        report.within("bytes for a synapse", Times([ours["bytes"]]), MOST_BYTES)
        report.within("a second of the model, core-seconds", Times(ours["cpu"]), MOST_CORE_SECONDS)
    report.within(f"building at scale {scale:g}, core-seconds", Times([ours["built cpu"]]), MOST_BUILT)
    if "nest" in told:
        what = f"core-seconds at scale {scale:g}: NEST / jaxsnn"
        report.faster(what, Times(ours["cpu"]), Times(told["nest"]["cpu"]), FASTER)


def rates(told: dict[str, dict]) -> None:
    """Print mean rates beside those of the paper."""
    names = list(told["jaxsnn"]["statistics"])
    print(f"\n{'mean rate, Hz':16s}" + "".join(f"{name:>8s}" for name in names))
    for name, x in told.items():
        print(f"{name:16s}" + "".join(f"{np.mean(x['statistics'][p]['rate']):8.2f}" for p in names))
    print(f"{'published':16s}" + "".join(f"{published()[p]:8.2f}" for p in names) + "   at full scale")


def distances(pairs: Iterable[tuple[list[float], list[float]]]) -> tuple[float, float]:
    """Return the mean and the largest distance of pairs of samples; (0, 0) where there are none."""
    found = [distance(one, other) for one, other in pairs] or [0.0]
    return float(np.mean(found)), max(found)


def likeness(report: Report, ours: list[dict], nests: list[dict]) -> None:
    """Print how far our runs are from those of NEST, and these from each other."""
    print("\nKolmogorov-Smirnov distance, mean (largest) over pairs of runs")
    for measure in MEASURES:
        told = {}
        for p in ours[0]["statistics"]:
            mine, theirs = ([x["statistics"][p][measure] for x in runs] for runs in (ours, nests))
            between, within = distances(product(mine, theirs)), distances(combinations(theirs, 2))
            told |= {f"{p}, jaxsnn": between[0], f"{p}, NEST": within[0]}
            print(f"{measure:12s}{p:6s} jaxsnn to NEST {between[0]:.3f} ({between[1]:.3f})", end="   ")
            print(f"NEST to NEST {within[0]:.3f} ({within[1]:.3f})", flush=True)
        report.sections[-1]["told"][f"Kolmogorov-Smirnov distance of {measure}"] = told


def options(arguments: Arguments) -> argparse.Namespace:
    own = parser(__doc__)
    own.add_argument("--scale", type=float, nargs="+", default=[0.1], help="0 < S <= 1")
    own.add_argument(
        "--drive", choices=("poisson", "dc"), default="poisson", help="the background: spikes or a current"
    )
    own.add_argument("--duration", type=float, default=10_000.0, metavar="MS", help="of the model; 500 ms come before")
    own.add_argument("--nest", action="store_true", help="compare with NEST, whose Python `NEST_PYTHON` names")
    own.add_argument("--seeds", type=int, default=3, help="runs of each of the two, with NEST")
    own.add_argument("--threads", type=int, default=1, help="of NEST")
    chosen = own.parse_args(arguments)
    if chosen.tiny:
        chosen.scale, chosen.duration, chosen.nest = [0.01], 100.0, False
    chosen.pythons = {"jaxsnn": sys.executable, "nest": os.environ.get("NEST_PYTHON", "")}
    if chosen.nest and not chosen.pythons["nest"]:
        own.error("--nest needs NEST_PYTHON, the Python that has NEST")
    chosen.simulators = ("jaxsnn", "nest") if chosen.nest else ("jaxsnn",)
    return chosen


def main(arguments: Arguments = None) -> None:
    chosen = options(arguments)
    watch, report = begun(chosen)
    for scale in chosen.scale:
        with watch.turn():
            seeds = range(1, 1 + (chosen.seeds if chosen.nest else 1))
            runs = {name: [run(chosen, name, scale, seed) for seed in seeds] for name in chosen.simulators}
            told = {name: some[0] for name, some in runs.items()}
        costs(report, scale, told)
        rates(told)
        if chosen.nest:
            likeness(report, runs["jaxsnn"], runs["nest"])
        bars(report, scale, told)
    print(watch.told())
    report.verdicts()


if __name__ == "__main__":
    main()
