"""STDP, 1000 Poisson inputs at 15 Hz onto 100 neurons, 10 s in 10,000 steps: jaxsnn against a loop by hand and peers.

    python benchmarks/stdp.py [--steps N] [--quick] [--wait S] [--limit S] [--json PATH]

The hand-written loop below is what a careful JAX user would write for this network alone: traces of neurons instead of
events of synapses, which is the same for all-to-all spike timing; a row of weights for each input spike, a column for
each output spike. Peers are measured where ANNARCHY_PYTHON and BRIAN2_PYTHON name a Python that has them; see README.
"""

import tempfile

import _script_stdp as script
import jax
import jax.numpy as jnp
import numpy as np
from _hand_written import lowest, once, pack
from _hand_written_random import HASH, U32
from _measure import interleaved
from _options import Arguments, begun, parser, repetitions, warm_up
from _ours import Ours
from _peers import Workload, peers, tasks, told
from jax import Array, lax

HAND, OURS = "hand-written loop", "jaxsnn"
PRE, POST = 1024, 128  # lanes
UP, DOWN = script.A_PLUS * script.W_MAX, script.A_MINUS * script.W_MAX
DECAY, CHANCE = np.float32(np.exp(-script.DT / script.TAU)), script.RATE * script.DT / 1000

# By hand


def visited(words: Array, visit, acc):
    """Visit every set bit of up to 32 words."""
    n = words.shape[0]

    def bits(k, acc):
        body = lambda c: (c[0] & (c[0] - U32(1)), visit(c[1], lowest(c[0]).astype(jnp.int32) * n + k))  # noqa: E731
        return lax.while_loop(lambda c: c[0] != 0, body, (words[k], acc))[1]

    def body(carry):
        summary, acc = carry
        return summary & (summary - U32(1)), bits(lowest(summary).astype(jnp.int32), acc)

    summary = pack(jnp.pad(words != 0, (0, 32 - n)))[0]
    return lax.while_loop(lambda c: c[0] != 0, body, (summary, acc))[1]


def advanced(state, key, steps: int):
    """Advance by so many steps; return the state and the packed output spikes of each."""

    def step(state, i):
        w, x, y, v, g, arriving = state

        def arrive(carry, k):
            w, g = carry
            row = once(w[k], i)  # a second reader of the weights would have all of them copied
            return w.at[k].set(jnp.clip(row - y, 0.0, script.W_MAX)), g + row

        w, g = visited(pack(arriving > 0), arrive, (w, g))
        x = x * DECAY + UP * arriving
        v, g = v + script.DT / 10 * (-74 - v - g * v), g * (1 - script.DT / 5)
        spikes = v > -54
        words = pack(spikes)
        w = visited(words, lambda w, k: w.at[:, k].set(jnp.clip(w[:, k] + x, 0.0, script.W_MAX)), w)
        y = y * DECAY + DOWN * spikes
        new = jax.random.uniform(jax.random.fold_in(key, i), (PRE,)) < CHANCE
        new = (new & (jnp.arange(PRE) < script.N_PRE)).astype(jnp.float32)
        return (w, x, y, jnp.where(spikes, -60.0, v), g, new), words

    return lax.scan(step, state, jnp.arange(steps))


class ByHand:
    """The loop, with where it has got to."""

    def __init__(self, steps: int) -> None:
        w = np.zeros((PRE, POST), np.float32)
        size = (script.N_PRE, script.N_POST)
        w[: size[0], : size[1]] = np.random.default_rng(0).uniform(0, script.W_MAX, size)
        silent = [np.zeros(n, np.float32) for n in (PRE, POST)]
        state = w, *silent, np.full(POST, -60.0, np.float32), silent[1], silent[0]
        self.state = tuple(jnp.asarray(x) for x in state)
        self.run, self.spikes, self.calls = jax.jit(lambda s, key: advanced(s, key, steps)), 0, 0

    def __call__(self) -> None:
        self.calls += 1
        key = jax.random.fold_in(jax.random.key(1, impl=HASH), self.calls)
        self.state, words = jax.block_until_ready(self.run(self.state, key))
        self.spikes = int(lax.population_count(words).sum())


def main(arguments: Arguments = None) -> None:
    options = parser(__doc__)
    options.add_argument("--steps", type=int, default=10_000, help="of 1 ms")
    chosen = options.parse_args(arguments)
    steps = 100 if chosen.tiny else chosen.steps
    watch, report = begun(chosen)
    hand, ours = ByHand(steps), Ours(script, script.N_POST, steps)
    work = Workload("stdp", script.N_POST, steps * script.DT, script.DT)
    precisions = () if chosen.tiny else ("double", "float")
    with tempfile.TemporaryDirectory() as folder, peers(work, precisions, watch, folder) as found:
        report.title(f"STDP, {script.N_PRE} x {script.N_POST}, {steps} steps; jaxsnn in single precision")
        turns = repetitions(chosen, 8, 2)
        times = interleaved({HAND: hand, OURS: ours, **tasks(found)}, turns, watch, warm_up(chosen))
        report.table(times, base=HAND)
        print(watch.told())
        counts = {HAND: hand.spikes, OURS: ours.told, **told(found)}
    seconds = script.N_POST * work.duration / 1000
    report.tell("output spikes, Hz", {name: count / seconds for name, count in counts.items()}, ".1f")
    name = f"STDP, {script.N_PRE} x {script.N_POST}"
    report.at_most(f"{name}: jaxsnn / hand-written loop", times[OURS], times[HAND], None)
    for peer in found:
        report.faster(f"{name}: jaxsnn over {peer}", times[OURS], times[peer], 1.0)
    report.verdicts()


if __name__ == "__main__":
    main()
