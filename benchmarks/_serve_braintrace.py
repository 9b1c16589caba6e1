"""Recurrent LIF neurons that learn online with braintrace: `_serve_braintrace.py ALGORITHM NEURONS INPUTS RATE STEPS`.

Each line of standard input advances the network by `STEPS` steps of 1 ms, with a gradient in each; the answer is one
line of JSON. The network is that of `online.py`.
"""

import os
import sys
import time

import brainstate
import braintrace
import jax
import jax.numpy as jnp
from _answer import answering

ALPHA, BETA = float(jnp.exp(-1.0 / 20.0)), 10.0


@jax.custom_jvp
def spike(d):
    return (d > 0).astype(d.dtype)


@spike.defjvp
def _spike(primals, tangents):
    (d,), (change,) = primals, tangents
    return spike(d), change / (1.0 + BETA * jnp.abs(d)) ** 2


class Layer(brainstate.nn.Module):
    def __init__(self, inputs: int, neurons: int) -> None:
        super().__init__()
        key = jax.random.key(0)
        scale = 0.2 / neurons**0.5
        self.inp = brainstate.ParamState(jax.random.uniform(key, (inputs, neurons), maxval=2.4 / inputs))
        self.rec = brainstate.ParamState(scale * jax.random.normal(key, (neurons, neurons)))
        self.neurons = neurons

    def init_state(self, *_, **__) -> None:
        self.v = brainstate.HiddenState(jnp.zeros(self.neurons))

    def update(self, x):
        before = self.v.value
        z = spike(before - 1.0)
        kept = ALPHA * (before - jax.lax.stop_gradient(z))
        self.v.value = kept + braintrace.matmul(x, self.inp.value) + braintrace.matmul(z, self.rec.value)
        return spike(self.v.value - 1.0)


def main() -> None:
    answer = answering()
    algorithm, neurons, inputs, rate, steps = sys.argv[1], *map(int, sys.argv[2:6])
    brainstate.environ.set(dt=1.0)
    model = Layer(inputs, neurons)
    learner = braintrace.compile(model, algorithm, jnp.zeros(inputs))
    weights = model.states(brainstate.ParamState)

    def loss(x):
        z = learner.update(x)
        return jnp.sum((z - 0.02) ** 2), z

    def one(key):
        x = (jax.random.uniform(key, (inputs,)) < rate * 1e-3).astype(jnp.float32)
        gradients, _, z = brainstate.transform.grad(loss, weights, has_aux=True, return_value=True)(x)
        return gradients, jnp.sum(z)

    @brainstate.transform.jit
    def advance(key):
        def body(total, key):
            gradients, spikes = one(key)
            return jax.tree.map(jnp.add, total, (gradients, spikes)), None

        nothing = {name: jnp.zeros_like(w.value) for name, w in weights.items()}
        return brainstate.transform.scan(body, (nothing, jnp.zeros(())), jax.random.split(key, steps))[0]

    for turn, _ in enumerate(sys.stdin):
        begin = time.process_time()
        _, spikes = jax.block_until_ready(advance(jax.random.key(turn)))
        seconds = time.process_time() - begin
        answer({"seconds": seconds, "told": float(spikes), "cpu": sum(os.times()[:4])})


if __name__ == "__main__":
    main()
