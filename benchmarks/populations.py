"""Cost of a neuron and step of each model of the catalogue, against the same equations written by hand in JAX.

    python benchmarks/populations.py [--neurons 10000] [--only IF_cond_exp ...] [--quick] [--wait S] [--json PATH]

Both advance a population without synapses, with a current that differs between neurons, in single precision, and pack
the spikes of each step into words. After a first run of both, variables are compared. See README.md.
"""

from functools import partial

import _hand_written_neurons as by_hand
import jax
import numpy as np
from _machine import Watch
from _measure import Report, Times, interleaved
from _options import Arguments, begun, parser, repetitions

import jaxsnn as snn

BAR = 1.3
CURRENTS = {  # from the first neuron to the last: some fire, some do not
    "LeakyIntegrator": ("B", -1.0, 1.0),
    "Izhikevich": ("i_offset", 0.0, 20.0),
    "IF_curr_exp": ("i_offset", 0.0, 2.0),
    "IF_cond_exp": ("i_offset", 0.0, 2.0),
    "IF_curr_alpha": ("i_offset", 0.0, 2.0),
    "IF_cond_alpha": ("i_offset", 0.0, 2.0),
    "EIF_cond_exp_isfa_ista": ("i_offset", 0.0, 2.0),
    "EIF_cond_alpha_isfa_ista": ("i_offset", 0.0, 2.0),
    "HH_cond_exp": ("i_offset", 0.0, 1.0),
    "HodgkinHuxley": ("I", 0.0, 20.0),
}


class Ours:
    """A population of jaxsnn, which goes on from call to call."""

    def __init__(self, name: str, dt: float, current: np.ndarray, steps: int) -> None:
        self.net = snn.Network(dt=dt, seed=1)
        self.P = self.net.create(len(current), getattr(snn, name), name="P")
        setattr(self.P, CURRENTS[name][0], current)
        self.net.compile()
        self.duration = steps * dt

    def __call__(self) -> None:
        self.net.simulate(self.duration)
        jax.block_until_ready(self.net.state)


def compared(name: str, model: by_hand.Model, hand: by_hand.Alone, ours: Ours) -> str:
    """Return the largest share of neurons in which a variable differs by more than a thousandth of its span."""
    shares = []
    for place, variable in model.compared.items():
        mine, theirs = np.asarray(hand.state[0][place]), getattr(ours.P, variable)
        shares.append(np.mean(np.abs(mine - theirs) > 1e-3 * max(np.ptp(mine), 1e-6)))
    return f"{100 * max(shares):.1f} % of the neurons differ"


def measure(name: str, neurons: int, steps: int, repetitions: int, watch: Watch, report: Report) -> tuple[Times, Times]:
    """Time one model, by hand and in jaxsnn."""
    model, (_, low, high) = by_hand.MODELS[name], CURRENTS[name]
    current = np.linspace(low, high, neurons).astype(np.float32)
    hand, ours = by_hand.Alone(model, current, steps), Ours(name, model.dt, current, steps)
    hand()
    ours()
    told = compared(name, model, hand, ours)
    times = interleaved({"by hand": hand, "jaxsnn": ours}, repetitions, watch, warm_up=1)
    a, b = times["by hand"], times["jaxsnn"]
    per = 1e9 / (neurons * steps)
    print(
        f"{name:28s}{a.min * per:9.3f}{b.min * per:9.3f}{b.min / a.min:9.2f}{b.median / a.median:9.2f}   {told}",
        flush=True,
    )
    report.keep({f"{name}, {task}": t for task, t in times.items()})
    report.at_most(f"{neurons} neurons, {name}: jaxsnn / by hand", b, a, BAR)
    return a, b


def main(arguments: Arguments = None) -> None:
    options = parser(__doc__)
    options.add_argument("--neurons", type=int, default=10_000)
    options.add_argument("--only", nargs="*", default=list(CURRENTS), choices=list(CURRENTS))
    chosen = options.parse_args(arguments)
    neurons = 100 if chosen.tiny else chosen.neurons
    watch, report = begun(chosen)
    report.title(f"ns per neuron and step, {neurons} neurons, minimum of the turns")
    print(f"{'':28s}{'by hand':>9s}{'jaxsnn':>9s}{'x min':>9s}{'x median':>9s}   after the first run")
    run = partial(measure, neurons=neurons, watch=watch, report=report)
    for name in ["LeakyIntegrator"] if chosen.tiny else chosen.only:
        run(name, steps=500, repetitions=repetitions(chosen, 15, 5))
    print(watch.told())
    report.verdicts()


if __name__ == "__main__":
    main()
