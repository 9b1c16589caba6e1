"""COBA and CUBA as a careful JAX user would write them by hand: one loop over steps, nothing of jaxsnn.

Both projections in one table of rows, inhibitory rows pointing at the second half of the inputs; the bits of spikes are
walked through two levels of words.
"""

from types import ModuleType

import jax
import jax.numpy as jnp
import numpy as np
from _hand_written import lowest, once, pack
from _hand_written_random import U32
from jax import Array, lax

Edges = list[tuple[np.ndarray, np.ndarray]]


def table(edges: Edges, script: ModuleType, lanes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends and weights of the synapses of each neuron, (lanes, width).

    Padding adds nothing to the last lane.

    Args:
        edges: (pre, post) ranks of excitatory synapses, and of inhibitory ones.
        script: has the weights.
        lanes: how many; inhibitory synapses end in another set of them.
    """
    pre, post = (np.concatenate(x) for x in zip(*edges, strict=True))
    inhibitory = np.repeat([False, True], [len(edges[0][0]), len(edges[1][0])])
    order = np.lexsort((post, pre))
    pre, post, inhibitory = pre[order], post[order], inhibitory[order]
    counts = np.bincount(pre, minlength=lanes)
    place = np.arange(len(pre)) - np.repeat(np.cumsum(counts) - counts, counts)
    width = -(-int(counts.max()) // 8) * 8
    ends, weights = np.full((lanes, width), lanes - 1, np.int32), np.zeros((lanes, width), np.float32)
    ends[pre, place] = post + lanes * inhibitory
    weights[pre, place] = np.where(inhibitory, script.INH, script.EXC)
    return ends, weights


def walk(words: Array, visit, acc):
    """Visit every set bit: the words that the summary names, then their bits."""

    def bits(word, acc, visit):
        body = lambda c: (c[0] & (c[0] - U32(1)), visit(c[1], lowest(c[0]).astype(jnp.int32)))  # noqa: E731
        return lax.while_loop(lambda c: c[0] != 0, body, (word, acc))[1]

    summary, stride = pack(words != 0), words.shape[0]
    n = summary.shape[0]

    def word(acc, k):
        return bits(words[k], acc, lambda acc, bit: visit(acc, bit * stride + k))

    def body(carry):
        i, acc = carry
        return i + 1, bits(summary[i], acc, lambda acc, bit: word(acc, bit * n + i))

    return lax.while_loop(lambda c: c[0] < n, body, (jnp.int32(0), acc))[1]


def neurons(state, i: Array, script: ModuleType):
    """Advance neurons by a step; return their state, to which the spikes are still to be added, and these, packed."""
    v, g, rest = state
    lanes = v.shape[0]
    ge, gi = g[:lanes], g[lanes:]
    active = rest <= 0
    v = jnp.where(active, v + script.DT * (script.slope(v, ge, gi) * 0.05), v)
    spikes = once(((v > -50) & active).astype(jnp.uint8), i) > 0
    v, rest = jnp.where(spikes, -60.0, v), jnp.where(spikes, 50, rest - 1)
    g = jnp.concatenate([ge * (1 - script.DT / 5), gi * (1 - script.DT / 10)])
    return (v, g, rest), pack(spikes)


def advanced(ends: Array, weights: Array, state, script: ModuleType, steps: int):
    """Advance by so many steps; return the state and the packed spikes of each."""

    def step(state, i):
        (v, g, rest), words = neurons(state, i, script)

        def visit(g, k):
            return g.at[ends[k]].add(weights[k], mode="promise_in_bounds", indices_are_sorted=True)

        return (v, walk(words, visit, g), rest), words

    return lax.scan(step, state, jnp.arange(steps), unroll=2)


class ByHand:
    """The loop, with where it has got to.

    Args:
        script: `_script_coba` or `_script_cuba`.
        size: number of neurons.
        steps: how many a call advances.
        edges: as for `table`.
    """

    def __init__(self, script: ModuleType, size: int, steps: int, edges: Edges) -> None:
        lanes = -(-size // 1024) * 1024
        values = {name: np.pad(x, (0, lanes - size)) for name, x in script.initial(size).items()}
        live = np.arange(lanes) < size
        v, g = np.where(live, values["v"], -60.0), np.concatenate([values["g_exc"], values["g_inh"]])
        rest = np.where(live, 0, 2**30)  # lanes past the neurons never spike
        self.state = jnp.asarray(v, jnp.float32), jnp.asarray(g, jnp.float32), jnp.asarray(rest, jnp.int32)
        self.table = tuple(jnp.asarray(x) for x in table(edges, script, lanes))
        self.run, self.told = jax.jit(lambda ends, weights, state: advanced(ends, weights, state, script, steps)), 0

    def __call__(self) -> None:
        self.state, words = jax.block_until_ready(self.run(*self.table, self.state))
        self.told = int(lax.population_count(words).sum())
