"""What a step through sparse connectivity takes by each kernel, beside the estimates by which one is chosen.

    python benchmarks/_kernels.py [--neurons 1000 4000 20000 100000] [--synapses 100] [--share 0.02] [--steps 1000]

For an accelerator: `jaxsnn/propagation/_cost.py` has speeds from data sheets, and this says what they should be. It
runs on JAX's default device. Steps are turns of one compiled loop, whose input decides the spikes of the next turn.
It compares nothing with anything else, so it is not among the benchmarks that `run.py` plans.
"""

import argparse
import time
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from jaxsnn.connectivity import Drawn, Ends, FixedNumberPre, Side, choose_form, everything
from jaxsnn.propagation import KNOWN, Load, Operands, Outcome, Rule, Spikes, costs, pack
from jaxsnn.surrogates import fast_sigmoid

RULE = Rule(lambda values: Outcome({}, values["w"]), adds_weight=True)
KERNELS = ("product", "gather", "scatter", "plain")
MOST_DENSE = 2 * 2**30


def built(name: str, n: int, synapses: int):
    """Return (form, storage, weights, load) for n neurons with so many synapses each, as a kernel needs them."""
    ends = Ends(everything(n), everything(n), True)
    connector = FixedNumberPre(Drawn(1.0), synapses)
    width, depth = connector.most(ends)
    needs = KNOWN[name]
    form = choose_form(connector, ends, by=needs.rows_by or Side.PRE, requested=needs.storage or "rows").form
    storage = jax.jit(lambda key: form.build(connector.edges(key, ends, {}, jnp.float32))[0])(jax.random.key(0))
    weights = jnp.ones(form.shape, jnp.float32)
    exists = form.exists(storage)
    return form, storage, weights if exists is None else jnp.where(exists, weights, 0.0), Load((n, n), width, depth)


def seconds(name: str, form, storage, weights, share: float, steps: int) -> float:
    """Return the least time of a step among five readings."""
    kernel, n = KNOWN[name].build(form, Side.PRE, RULE, fast_sigmoid()), weights.shape[0]
    score = jax.random.uniform(jax.random.key(1), (n,))

    @jax.jit
    def run(operands: Operands, score):
        def body(i, carry):
            score, total = carry
            _, into = kernel(operands, Spikes(pack(score < share), share - score), {}, {"": 0.0 * total}, None)
            moved = (score + 0.618 + 1e-12 * into[""]) % 1.0
            return moved, into[""]

        return lax.fori_loop(0, steps, body, (score, jnp.zeros(n)))

    operands = Operands(storage, {"w": weights}, {}, {}, {})
    run(operands, score)[1].block_until_ready()
    readings = []
    for _ in range(5):
        start = time.perf_counter()
        run(operands, score)[1].block_until_ready()
        readings.append((time.perf_counter() - start) / steps)
    return min(readings)


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--neurons", type=int, nargs="+", default=[1000, 4000, 20_000, 100_000])
    options.add_argument("--synapses", type=int, default=100, help="of a neuron, at most")
    options.add_argument("--share", type=float, default=0.02, help="of the neurons that spike in a step")
    options.add_argument("--steps", type=int, default=1000)
    chosen = options.parse_args(arguments)
    print(f"{jax.devices()[0].device_kind}; us a step, measured (estimated)")
    for n in chosen.neurons:
        row = []
        for name in KERNELS:
            if name == "product" and 4 * n * n > MOST_DENSE:
                continue
            form, storage, weights, load = built(name, n, chosen.synapses)
            took = seconds(name, form, storage, weights, chosen.share, chosen.steps)
            guess = costs(jax.default_backend(), load).get(name, np.nan)
            row.append(f"{name} {took * 1e6:.1f} ({guess / 1e3:.1f})")
        print(f"{n} x {chosen.synapses}: " + ", ".join(row), flush=True)


if __name__ == "__main__":
    main()
