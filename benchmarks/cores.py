"""One large network on one core, and split by post-synaptic neurons over two: does it pay?

    python benchmarks/cores.py [--neurons N ...] [--steps N] [--quick] [--wait S] [--limit S] [--json PATH]

The loop by hand of COBA, and the same loop under `jax.shard_map` over two devices of the host: each has half of the
neurons and the synapses that end in them, and is told all spikes at every step (`all_gather` of packed flags). This is
the case for and against such a mode of jaxsnn: it has none, see README.md.
"""

import argparse
from contextlib import suppress

import _script_coba as script
import jax
import jax.numpy as jnp
import numpy as np
from _hand_written_sparse import ByHand, neurons, table, walk
from _machine import Watch
from _measure import Report, interleaved
from _options import Arguments, begun, parser, repetitions, warm_up
from jax import Array, lax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

ALONE, SPLIT = "one core", "two cores"


def edges(size: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Draw (pre, post) ranks of excitatory and inhibitory synapses, so many of each neuron."""
    rng, cut = np.random.default_rng(1), size * 4 // 5
    post = rng.integers(0, size, (size, script.SYNAPSES))
    pre = np.repeat(np.arange(size), script.SYNAPSES).reshape(post.shape)
    return [(pre[part].ravel(), post[part].ravel()) for part in (slice(0, cut), slice(cut, size))]


def advanced(ends: Array, weights: Array, state, shares: int, steps: int):
    """Advance one share: its neurons, and the synapses that end in them; `ends` has a row for every neuron."""
    ends, weights = ends[0], weights[0]
    lanes = state[0].shape[0]

    def step(state, i):
        (v, g, rest), words = neurons(state, i, script)
        everyone = lax.all_gather(words, "cores")

        def visit(g, k, share):
            row = share * lanes + k
            return g.at[ends[row]].add(weights[row], mode="promise_in_bounds", indices_are_sorted=True)

        for share in range(shares):
            g = walk(everyone[share], lambda g, k, share=share: visit(g, k, share), g)
        return (v, g, rest), everyone[:, None]

    return lax.scan(step, state, jnp.arange(steps))


class Split:
    """The loop on several devices, with where it has got to."""

    def __init__(self, size: int, steps: int, synapses: list[tuple[np.ndarray, np.ndarray]]) -> None:
        devices = np.asarray(jax.devices()[:2])
        self.shares, axis = len(devices), PartitionSpec("cores")
        self.lanes = -(-size // (self.shares * 1024)) * 1024
        self.owner, self.place = np.divmod(np.arange(size), -(-size // self.shares))
        self.rows = self.owner * self.lanes + self.place  # the neurons of a share are padded to whole words
        on_mesh = NamedSharding(Mesh(devices, ("cores",)), axis)
        tables = [self._table(synapses, share) for share in range(self.shares)]
        self.table, self.told = jax.device_put(self._stacked(tables), on_mesh), 0
        self.state = jax.device_put(self._begin(script.initial(size)), on_mesh)
        share = lambda ends, weights, state: advanced(ends, weights, state, self.shares, steps)  # noqa: E731
        out = (axis, PartitionSpec(None, None, "cores"))
        self.run = jax.jit(jax.shard_map(share, mesh=on_mesh.mesh, in_specs=axis, out_specs=out, check_vma=False))

    def _begin(self, values: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
        full = {name: np.zeros(self.shares * self.lanes, np.float32) for name in values}
        for name, x in values.items():
            full[name][self.rows] = x
        live = np.isin(np.arange(self.shares * self.lanes), self.rows)
        g = np.stack([full[name].reshape(self.shares, self.lanes) for name in ("g_exc", "g_inh")], axis=1)
        return np.where(live, full["v"], np.float32(-60)), g.reshape(-1), np.where(live, 0, 2**30).astype(np.int32)

    def _table(self, synapses: list[tuple[np.ndarray, np.ndarray]], share: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows of all neurons, with the synapses that end in one share."""
        mine = [self.owner[post] == share for _, post in synapses]
        edges = [(self.rows[pre[x]], self.place[post[x]]) for (pre, post), x in zip(synapses, mine, strict=True)]
        lanes = self.shares * self.lanes
        ends, weights = table(edges, script, lanes)
        ends = np.where(ends >= lanes, ends - lanes + self.lanes, ends)
        return np.where(weights == 0, self.lanes - 1, ends).astype(np.int32), weights

    def _stacked(self, tables: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, ...]:
        """Return the tables of all shares, equally wide."""
        width = max(ends.shape[1] for ends, _ in tables)

        def wide(x: np.ndarray, padding: int) -> np.ndarray:
            return np.pad(x, ((0, 0), (0, width - x.shape[1])), constant_values=padding)

        return np.stack([wide(e, self.lanes - 1) for e, _ in tables]), np.stack([wide(w, 0) for _, w in tables])

    def __call__(self) -> None:
        self.state, words = jax.block_until_ready(self.run(*self.table, self.state))
        self.told = int(lax.population_count(words[:, :, 0]).sum())


def measure(size: int, steps: int, chosen: argparse.Namespace, watch: Watch, report: Report) -> None:
    """Time one size."""
    synapses = edges(size)
    tasks = {ALONE: ByHand(script, size, steps, synapses), SPLIT: Split(size, steps, synapses)}
    report.title(f"COBA by hand, {size} neurons, {steps} steps")
    times = interleaved(tasks, repetitions(chosen, 6, 3), watch, warm_up(chosen))
    report.table(times, base=ALONE)
    print(watch.told())
    rates = {name: 1000 * task.told / (size * steps * script.DT) for name, task in tasks.items()}
    report.tell("firing rates in the last run, Hz", rates, ".1f")
    report.faster(f"COBA by hand, {size} neurons: two cores over one", times[SPLIT], times[ALONE], None)


def main(arguments: Arguments = None) -> None:
    options = parser(__doc__)
    options.add_argument("--neurons", type=int, nargs="+", default=[4000, 100_000])
    options.add_argument("--steps", type=int, default=1000)
    chosen = options.parse_args(arguments)
    with suppress(RuntimeError):  # a process that has begun to compute keeps the devices it has
        jax.config.update("jax_num_cpu_devices", 2)
    watch, report = begun(chosen)
    for size in [512] if chosen.tiny else chosen.neurons:
        measure(size, 20 if chosen.tiny else chosen.steps, chosen, watch, report)
    report.verdicts()


if __name__ == "__main__":
    main()
