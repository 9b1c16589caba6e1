"""A dense reservoir of 1000 tanh units, 10,000 steps: jaxsnn against a loop by hand, NumPy, BrainPy and ANNarchy.

    python benchmarks/reservoir.py [--units N] [--steps N] [--quick] [--wait S] [--limit S] [--json PATH]

A step is one product of a matrix and a vector, and a tanh. BRAINPY_PYTHON names a Python that has BrainPy,
ANNARCHY_PYTHON one that has ANNarchy. NumPy runs in a process of its own, with the threads of its BLAS. See README.md.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import _script_reservoir as script
import jax
import jax.numpy as jnp
import numpy as np
from _machine import Watch, cores
from _measure import interleaved
from _options import Arguments, begun, parser, repetitions
from _ours import Ours
from _peers import Workload, python_of, tasks, told, watched
from _process import RESERVOIR, Peer, package_version
from jax import Array, lax

import jaxsnn as snn

HAND, OURS, ALIKE = "hand-written loop", "jaxsnn", 20  # steps after which both are compared


class ByHand:
    """The reservoir as one scan, with where it has got to.

    Args:
        w: (post, pre) weights.
        steps: how many a call advances.
    """

    def __init__(self, w: np.ndarray, steps: int) -> None:
        v = jnp.asarray(script.initial(len(w)), jnp.float32)
        self.w, self.state, self.steps = jnp.asarray(w, jnp.float32), (v, jnp.tanh(v)), steps
        self.run = jax.jit(self._run, static_argnums=2)

    @staticmethod
    def _run(w: Array, state, steps: int):
        def step(state, _):
            v, r = state
            v = v + (w @ r - v) * (script.DT / script.TAU)
            return (v, jnp.tanh(v)), None

        return lax.scan(step, state, None, length=steps)[0]

    def __call__(self) -> None:
        self.state = jax.block_until_ready(self.run(self.w, self.state, self.steps))

    @property
    def told(self) -> float:
        """Root mean square of the rates."""
        return float(jnp.sqrt(jnp.mean(self.state[1] ** 2)))


@contextmanager
def peers(work: Workload, steps: int, watch: Watch, asked: bool) -> Iterator[dict[str, Peer]]:
    """Yield NumPy, and those that there are of BrainPy and ANNarchy; none if not asked."""
    found: dict[str, Peer] = {}
    with tempfile.TemporaryDirectory() as folder, watched(found, watch):
        if asked:
            size = [str(work.size), str(steps)]
            found[f"NumPy {np.__version__}"] = Peer(sys.executable, RESERVOIR, ["numpy", *size], folder)
            if python := python_of("BRAINPY_PYTHON"):
                name = f"BrainPy {package_version(python, 'brainpy')}"
                found[name] = Peer(python, RESERVOIR, ["brainpy", *size], folder)
            if python := python_of("ANNARCHY_PYTHON"):
                name = f"ANNarchy {package_version(python, 'ANNarchy')}, float, {cores()} threads"
                found[name] = work.annarchy(python, "float", folder, cores())
        yield found


def difference(ours: Ours, hand: ByHand) -> float:
    """Return the largest difference of rates after a few steps from the same potentials."""
    P = snn.get_population("reservoir")
    v = np.asarray(P.v, np.float32)
    _, r = hand.run(hand.w, (jnp.asarray(v), jnp.tanh(v)), ALIKE)
    snn.simulate(ALIKE * script.DT)
    return float(np.abs(np.asarray(P.r) - np.asarray(r)).max())


def measure(units: int, steps: int, chosen: argparse.Namespace) -> None:
    """Time the reservoir."""
    watch, report = begun(chosen)
    ours = Ours(script, units, steps)
    hand = ByHand(snn.projections()[0].connectivity_matrix(), steps)
    differ = difference(ours, hand)
    work, name = Workload("reservoir", units, steps * script.DT, script.DT), f"reservoir, {units} units, {steps} steps"
    with peers(work, steps, watch, not chosen.tiny) as found:
        report.title(f"{name}, single precision")
        turns = repetitions(chosen, 6, 2)
        times = interleaved({HAND: hand, OURS: ours, **tasks(found)}, turns, watch, warm_up=1)
        report.table(times, base=HAND)
        print(watch.told())
        rms = {HAND: hand.told, OURS: ours.told, **told(found)}
    report.tell("root mean square of the rates", rms, ".3f")
    report.tell(f"rates of jaxsnn and by hand after {ALIKE} steps", {"differ by": differ}, ".1e")
    report.at_most(f"{name}: jaxsnn / hand-written loop", times[OURS], times[HAND], 1.25)
    for peer in found:
        report.faster(f"{name}: jaxsnn over {peer}", times[OURS], times[peer], 5.0 if "ANNarchy" in peer else 1.0)
    report.verdicts()


def main(arguments: Arguments = None) -> None:
    options = parser(__doc__)
    options.add_argument("--units", type=int, default=script.N)
    options.add_argument("--steps", type=int, default=10_000, help="of 1 ms")
    chosen = options.parse_args(arguments)
    if chosen.tiny:
        measure(50, 100, chosen)
    else:
        measure(chosen.units, chosen.steps, chosen)


if __name__ == "__main__":
    main()
