"""COBA, 4000 neurons, one simulated second in 10,000 steps: jaxsnn against a loop by hand, ANNarchy and Brian2.

    python benchmarks/coba.py [--quick] [--wait S] [--steps N]

The hand-written loop below is what a careful JAX user would write for this network alone: both projections in one
table of rows, inhibitory rows pointing at the second half of the conductances, the bits of spikes walked through two
levels of words. Peers are measured where ANNARCHY_PYTHON and BRIAN2_PYTHON name a Python that has them. See README.md.
"""

import tempfile

import _script_coba as script
import jax
import jax.numpy as jnp
import numpy as np
from _hand_written import lowest, once, pack
from _hand_written_random import U32
from _machine import Watch, header
from _measure import Report, interleaved
from _ours import Ours, options
from _peers import peers, tasks
from jax import Array, lax

import jaxsnn as snn

HAND, OURS = "hand-written loop", "jaxsnn"
N, LANES, WORDS = script.N, 4096, 128

# By hand


def table(exists: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends and weights of the synapses of each neuron, by (pre, post) flags.

    Padding adds nothing to the last lane.
    """
    width = -(-int(exists.sum(axis=1).max()) // 8) * 8
    ends, weights = np.full((LANES, width), LANES - 1, np.int32), np.zeros((LANES, width), np.float32)
    for i, row in enumerate(exists):
        (post,) = np.nonzero(row)
        ends[i, : len(post)] = post
        weights[i, : len(post)] = script.EXC if i < script.N_EXC else script.INH
    ends[script.N_EXC : N] += LANES
    return ends, weights


def walk(words: Array, visit, acc):
    """Visit every set bit: the words that the summary names, then their bits."""

    def bits(word, acc, visit):
        body = lambda c: (c[0] & (c[0] - U32(1)), visit(c[1], lowest(c[0]).astype(jnp.int32)))  # noqa: E731
        return lax.while_loop(lambda c: c[0] != 0, body, (word, acc))[1]

    summary = pack(words != 0)
    n = summary.shape[0]

    def word(acc, k):
        return bits(words[k], acc, lambda acc, bit: visit(acc, bit * WORDS + k))

    def body(carry):
        i, acc = carry
        return i + 1, bits(summary[i], acc, lambda acc, bit: word(acc, bit * n + i))

    return lax.while_loop(lambda c: c[0] < n, body, (jnp.int32(0), acc))[1]


def second(ends: Array, weights: Array, state, steps: int):
    """Advance by so many steps; return the state and the packed spikes of each."""

    def step(state, i):
        v, g, rest = state
        ge, gi = g[:LANES], g[LANES:]
        active = rest <= 0
        v = jnp.where(active, v + script.DT * (((-60 - v) + ge * (0 - v) + gi * (-80 - v) + 20) * 0.05), v)
        spikes = once(((v > -50) & active).astype(jnp.uint8), i) > 0
        v, rest = jnp.where(spikes, -60.0, v), jnp.where(spikes, 50, rest - 1)
        g = jnp.concatenate([ge * (1 - script.DT / 5), gi * (1 - script.DT / 10)])
        words = pack(spikes)

        def visit(g, k):
            return g.at[ends[k]].add(weights[k], mode="promise_in_bounds", indices_are_sorted=True)

        return (v, walk(words, visit, g), rest), words

    return lax.scan(step, state, jnp.arange(steps), unroll=2)


class ByHand:
    """The loop, with where it has got to."""

    def __init__(self, steps: int, exists: np.ndarray) -> None:
        values = {name: np.pad(x, (0, LANES - N)) for name, x in script.initial().items()}
        v = np.where(np.arange(LANES) < N, values["v"], -60.0)
        state = v, np.concatenate([values["g_exc"], values["g_inh"]])
        rest = np.where(np.arange(LANES) < N, 0, 2**30)  # lanes past the neurons never spike
        self.state = (*(jnp.asarray(x, jnp.float32) for x in state), jnp.asarray(rest, jnp.int32))
        self.table = tuple(jnp.asarray(x) for x in table(exists))
        self.run, self.spikes = jax.jit(lambda ends, weights, state: second(ends, weights, state, steps)), 0

    def __call__(self) -> None:
        self.state, words = jax.block_until_ready(self.run(*self.table, self.state))
        self.spikes = int(lax.population_count(words[:, :WORDS]).sum())


def synapses() -> np.ndarray:
    """Return who is connected to whom, (pre, post) flags: the loop by hand has the same synapses as jaxsnn."""
    return sum(projection.connectivity_matrix() for projection in snn.projections()).T > 0


def main() -> None:
    chosen = options("COBA", script.DT)
    print(header())
    watch, report = Watch(chosen.wait), Report()
    ours = Ours(script, chosen.steps)
    hand = ByHand(chosen.steps, synapses())
    with (
        tempfile.TemporaryDirectory() as folder,
        peers("coba", chosen.steps * script.DT, script.DT, ("float",), watch, folder) as found,
    ):
        report.title(f"COBA, {N} neurons, {chosen.steps} steps, single precision")
        times = interleaved({HAND: hand, OURS: ours, **tasks(found)}, 3 if chosen.quick else 20, watch)
        report.table(times, base=HAND)
        print(watch.told())
    spikes = {HAND: hand.spikes, OURS: ours.spikes, **{name: peer.spikes["simulate"] for name, peer in found.items()}}
    print("spikes in the last run: " + ", ".join(f"{name} {count:.0f}" for name, count in spikes.items()))
    report.at_most("jaxsnn / hand-written loop", times[OURS], times[HAND], 1.3)
    for name in found:
        report.faster(f"jaxsnn over {name}", times[OURS], times[name], 1.0)
    report.verdicts()
    verdict = "ok" if ours.built < 3.0 else "MISSED"
    print(f"{'compile() and the first step, s':68s}{ours.built:6.2f} {'':9s}   at most 3    {verdict}")


if __name__ == "__main__":
    main()
