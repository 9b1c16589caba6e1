"""The network of `train.py` in Spyx: `python _train_spyx.py STEPS`; each line of standard input asks for a step.

Spyx compares potentials before their update, so that its spikes come a step later than those of snnTorch.
"""

import sys

import jax
import jax.numpy as jnp
import optax
import spyx
from _answer import train_on_demand
from _train_task import CLASSES, DECAY, HIDDEN, RATE, STEEPNESS, THRESHOLD, data, weights
from flax import nnx


def linear(w, rngs) -> nnx.Linear:
    layer = nnx.Linear(*w.shape, use_bias=False, rngs=rngs)
    layer.kernel[...] = w
    return layer


def recurrent(w, rngs) -> spyx.nn.RLIF:
    surrogate = spyx.axn.superspike(STEEPNESS)
    layer = spyx.nn.RLIF((HIDDEN,), beta=DECAY, threshold=THRESHOLD, activation=surrogate, rngs=rngs)
    layer.recurrent_w[...] = w
    return layer


def network() -> nnx.Module:
    first, within, between, within2, last = (jnp.asarray(w) for w in weights().values())
    rngs = nnx.Rngs(0)
    hidden = linear(first, rngs), recurrent(within, rngs), linear(between, rngs), recurrent(within2, rngs)
    return spyx.nn.Sequential(*hidden, linear(last, rngs), spyx.nn.LI((CLASSES,), beta=DECAY, rngs=rngs))


def main() -> None:
    inputs, labels = (jnp.asarray(x) for x in data(int(sys.argv[1])))
    learned = nnx.All(nnx.Param, lambda path, _: path[-1] != "beta")
    net = network()
    optimizer = nnx.Optimizer(net, optax.adam(RATE), wrt=learned)

    @nnx.jit
    def train(net, optimizer):
        def loss(net):
            out, _ = spyx.nn.run(net, inputs)
            return optax.softmax_cross_entropy_with_integer_labels(out.mean(axis=0), labels).mean()

        loss, gradient = nnx.value_and_grad(loss, argnums=nnx.DiffState(0, learned))(net)
        optimizer.update(net, gradient)
        return loss

    train_on_demand(lambda: float(jax.block_until_ready(train(net, optimizer))))


if __name__ == "__main__":
    main()
