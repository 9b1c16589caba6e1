"""Large networks: what building them takes, memory for a synapse, cost of a step against neurons and against spikes.

    python benchmarks/large.py [--only PART ...] [--sizes N ...] [--rates HZ ...] [--figure PATH] ...

Each network is built and run in a process of its own (`_large_network.py`), one after the other: COBA at 0.1 ms in
single precision with K synapses from every neuron. The straight lines are least squares; what is told beside them is
how far the points are from them.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

import numpy as np
from _large_network import KINDS, measured
from _machine import Watch
from _measure import Report, Times
from _options import Arguments, begun, parser, repetitions
from _process import answer_of

DT, WORK = 1e-4, 50_000_000  # s; neurons times steps of a reading
BARS = {False: 10.0, True: 16.0}  # bytes for a synapse, by whether it is plastic
PARTS = ("sizes", "kinds", "rates")


@dataclass(frozen=True)
class Found:
    """A network, and what its process has answered."""

    kind: str
    neurons: int
    rate: float
    told: dict

    @property
    def step(self) -> float:
        """Return us for a step, the fastest reading."""
        return min(self.told["step"]) * 1e6

    @property
    def hertz(self) -> float:
        return self.told["spikes"] / self.neurons / DT


def found(kind: str, neurons: int, rate: float, chosen: argparse.Namespace, watch: Watch) -> Found:
    """Build and run a network in a process of its own; a tiny one in this process."""
    steps = 20 if chosen.tiny else int(np.clip(WORK / neurons, 20, 5_000))
    arguments = (kind, neurons, chosen.synapses, rate, steps, repetitions(chosen, 9, 3))
    with watch.turn():
        if chosen.tiny:
            return Found(kind, neurons, rate, measured(*arguments))
        return Found(kind, neurons, rate, answer_of("_large_network.py", [str(x) for x in arguments]))


def construction(report: Report, title: str, networks: list[Found]) -> None:
    """Print seconds and memory of building."""
    report.title(title)
    names = ("describe", "compile", "init", "first step")
    parts = "".join(f"{name:>11s}" for name in names)
    print(f"{'neurons':>9s} {'synapses':>11s}{parts}{'built, B':>10s}{'run, B':>8s}{'exc, B':>8s}{'inh, B':>8s}")
    for x in networks:
        seconds = "".join(f"{x.told['seconds'][name]:11.2f}" for name in names)
        n = x.told["synapses"]
        memory = f"{x.told['built'] / n:10.1f}{x.told['peak'] / n:8.1f}"
        kept = "".join(f"{x.told['bytes'][name]:8.2f}" for name in ("exc", "inh"))
        print(f"{x.neurons:9d} {n:11d}{seconds}{memory}{kept}  {KINDS[x.kind]}")


def costs(report: Report, title: str, networks: list[Found]) -> None:
    """Print the time of a step."""
    report.title(title)
    print(
        f"{'neurons':>9s}{'Hz':>7s}{'spikes':>9s}{'us a step':>11s}{'median':>9s}{'s for 1 s':>11s}{'ns/neuron':>11s}"
    )
    for x in networks:
        middle = median(x.told["step"]) * 1e6
        told = f"{x.told['spikes']:9.1f}{x.step:11.1f}{middle:9.1f}{x.step * 1e-6 / DT:11.2f}"
        print(f"{x.neurons:9d}{x.hertz:7.1f}{told}{x.step * 1e3 / x.neurons:11.2f}  {KINDS[x.kind]}")
        report.keep({f"{x.neurons} neurons, {x.kind}, {x.hertz:.1f} Hz": Times(x.told["step"])})


def line(x: Sequence[float], y: Sequence[float]) -> tuple[float, float, float]:
    """Return (slope, value at 0, largest distance as a share of the largest value) of the straight line."""
    slope, start = np.polyfit(x, y, 1)
    return float(slope), float(start), float(np.max(np.abs(np.polyval((slope, start), x) - y)) / max(y))


def fits(by_size: list[Found], by_rate: list[Found], synapses: int) -> None:
    """Print the straight lines, and what they say of a neuron, a spike and a synapse reached."""
    if len(by_size) > 1:
        slope, start, off = line([x.neurons for x in by_size], [x.step for x in by_size])
        print(
            f"\nagainst neurons: {start:.1f} us + {slope * 1e3:.2f} ns a neuron; points within {off:.0%} of the largest"
        )
    if len(by_rate) > 1:
        slope, start, off = line([x.told["spikes"] for x in by_rate], [x.step for x in by_rate])
        per, n = slope * 1e3 / synapses, by_rate[0].neurons
        print(f"against spikes:  {start:.1f} us ({start * 1e3 / n:.2f} ns a neuron) + {slope:.2f} us a spike", end="")
        print(f" ({per:.1f} ns a synapse reached); points within {off:.0%} of the largest")


def draw(path: str, by_size: list[Found], by_rate: list[Found], synapses: int) -> None:
    """Draw the cost of a step against neurons and against spikes, with the straight lines."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 3.6), layout="constrained")
    for axes, networks, of in zip(figure.subplots(1, 2), (by_size, by_rate), ("neurons", "spikes"), strict=True):
        x = [one.neurons if of == "neurons" else one.told["spikes"] for one in networks]
        y = [one.step for one in networks]
        if not x:
            continue
        axes.plot(x, y, "o", color="tab:blue", label="measured")
        if len(x) > 1:
            slope, start, _ = line(x, y)
            ends = np.array([0.0, max(x)])
            axes.plot(ends, start + slope * ends, color="tab:orange", label="straight line, least squares")
        axes.set(ylabel="µs a step", ylim=(0, None))
        axes.legend(frameon=False)
    left, right = figure.axes
    left.set(title=f"COBA, {synapses} synapses from each neuron", xlabel="neurons")
    right.set(title=f"{by_rate[0].neurons if by_rate else ''} neurons at several rates", xlabel="spikes a step")
    figure.savefig(path, dpi=120)


def kept(report: Report, networks: list[Found]) -> None:
    """Print the bytes that arrays keep for an excitatory synapse, beside the bars."""
    print(f"\n{'bytes that arrays keep for a synapse':46s}{'':>8s}   bar")
    for x in networks:
        each, bar = x.told["bytes"]["exc"], BARS["stdp" in x.kind]
        print(f"{KINDS[x.kind]:46s}{each:8.2f}   at most {bar:g}    {'ok' if each <= bar else 'MISSED'}")
    told = {KINDS[x.kind]: x.told["bytes"]["exc"] for x in networks}
    report.sections[-1]["told"]["bytes that arrays keep for a synapse"] = told


def growth(report: Report, by_size: list[Found]) -> None:
    """Compare what a step costs for a neuron in the largest network and in the smallest; linear is 1."""
    small, large = (Times([s / x.neurons for s in x.told["step"]]) for x in (by_size[0], by_size[-1]))
    what = f"a step for each neuron: {by_size[-1].neurons} neurons / {by_size[0].neurons}"
    report.growth(what, large, small)


def options(arguments: Arguments) -> argparse.Namespace:
    own = parser(__doc__)
    own.add_argument("--only", nargs="+", default=list(PARTS), choices=PARTS, help="parts")
    own.add_argument("--sizes", type=int, nargs="+", default=[10_000, 30_000, 100_000, 300_000, 1_000_000])
    own.add_argument("--rates", type=float, nargs="+", default=[1.0, 5.0, 10.0, 20.0, 40.0], metavar="HZ")
    own.add_argument("--neurons", type=int, default=100_000, help="where kinds and rates are compared")
    own.add_argument("--synapses", type=int, default=100, help="of a neuron")
    own.add_argument("--figure", metavar="PATH", help="a PNG of both lines")
    chosen = own.parse_args(arguments)
    if chosen.tiny:
        chosen.only, chosen.sizes, chosen.neurons, chosen.synapses = ["sizes"], [400, 800], 400, 4
    return chosen


def main(arguments: Arguments = None) -> None:
    chosen = options(arguments)
    watch, report = begun(chosen)
    run = partial(found, chosen=chosen, watch=watch)
    by_size, kinds, by_rate = [], [], []
    if "sizes" in chosen.only:
        by_size = [run("post", n, 0.0) for n in sorted(chosen.sizes)]
        construction(report, "Construction at several sizes (B: most bytes of the process for a synapse)", by_size)
        costs(report, "A step at several sizes", by_size)
        growth(report, by_size)
    if "kinds" in chosen.only:
        kinds = [run(kind, chosen.neurons, 0.0) for kind in KINDS]
        construction(report, "Construction of several kinds", kinds)
        costs(report, "A step of several kinds", kinds)
    if "rates" in chosen.only:
        by_rate = [run("post", chosen.neurons, rate) for rate in sorted(chosen.rates)]
        costs(report, "A step at several rates", by_rate)
    fits(by_size, by_rate, chosen.synapses)
    kept(report, kinds or by_size[:1] or by_rate[:1])
    print(watch.told())
    if chosen.figure:
        draw(chosen.figure, by_size, by_rate, chosen.synapses)
    report.verdicts()


if __name__ == "__main__":
    main()
