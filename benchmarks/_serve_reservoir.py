"""The reservoir in NumPy or in BrainPy's `brainstate`: `python _serve_reservoir.py numpy|brainpy UNITS STEPS`.

Single precision, as many threads as the library takes. Each line of standard input advances it by so many steps; the
answer is one line of JSON.
"""

import os
import sys
import time

import numpy as np
from _answer import answering
from _script_reservoir import DT, TAU, initial, weights


def by_numpy(units: int, steps: int):
    """Return what advances the reservoir, and what returns its rates."""
    W, v = weights(units), initial(units).astype(np.float32)
    r, k, product = np.tanh(v), np.float32(DT / TAU), np.empty(units, np.float32)

    def advance() -> None:
        for _ in range(steps):
            np.dot(W, r, out=product)
            np.subtract(product, v, out=product)
            np.multiply(product, k, out=product)
            np.add(v, product, out=v)
            np.tanh(v, out=r)

    return advance, lambda: r


def by_brainpy(units: int, steps: int):
    """Return the same two of the network in BrainPy's language."""
    import brainstate
    import jax
    import jax.numpy as jnp

    class Reservoir(brainstate.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            v = jnp.asarray(initial(units), jnp.float32)
            self.w = brainstate.ParamState(jnp.asarray(weights(units)))
            self.v, self.r = brainstate.HiddenState(v), brainstate.HiddenState(jnp.tanh(v))

        def update(self) -> None:
            self.v.value = self.v.value + (self.w.value @ self.r.value - self.v.value) * (DT / TAU)
            self.r.value = jnp.tanh(self.v.value)

    net = Reservoir()
    loop = brainstate.transform.jit(lambda: brainstate.transform.for_loop(lambda _: net.update(), jnp.arange(steps)))

    def advance() -> None:
        loop()
        jax.block_until_ready(net.r.value)

    return advance, lambda: np.asarray(net.r.value)


def main() -> None:
    answer = answering()
    library, units, steps = sys.argv[1:4]
    advance, rates = {"numpy": by_numpy, "brainpy": by_brainpy}[library](int(units), int(steps))
    for _ in sys.stdin:
        begin = time.perf_counter()
        advance()
        seconds = time.perf_counter() - begin
        answer({"seconds": seconds, "told": float(np.sqrt(np.mean(rates() ** 2))), "cpu": sum(os.times()[:4])})


if __name__ == "__main__":
    main()
