"""Training: a step of a recurrent spiking network against the same by hand and peers, and the sparse backward pass.

    python benchmarks/train.py [--steps 100 1000] [--neurons 10000] [--only learning|backward] [--quick] [--json PATH]

The first part takes a training step (forward, backward, Adam) of 700-128-128-20 neurons with two recurrent layers, 64
samples at once. `_hand_written_train.py` has it by hand. SPYX_PYTHON names a Python that has Spyx, TORCH_PYTHON one
that has snnTorch, Norse or both. The second part is in `_sparse_backward.py`. See README.md.
"""

import argparse
import functools
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import _hand_written_train as by_hand
import _sparse_backward
import jax
import jax.numpy as jnp
import numpy as np
import optax
from _machine import Watch
from _measure import Report, Task, interleaved
from _options import Arguments, begun, parser, repetitions, warm_up
from _peers import watched
from _process import SPYX, TORCH, Peer, package_version
from _train_task import BATCH, CLASSES, DECAY, HIDDEN, INPUTS, RATE, STEEPNESS, THRESHOLD, data, weights
from jax import Array

import jaxsnn as snn
from jaxsnn.fitting import replaced

HAND, NAIVE, OURS = "by hand, layer by layer", "by hand, one scan", "jaxsnn"
BAR = 1.15
Predict = Callable[[dict[str, Array], Array], Array]


def described(steps: int) -> snn.Network:
    """Return the network; its inputs are a table of parameters, one sample long."""
    net = snn.Network(dt=1.0, seed=0)
    leak = f"v = {DECAY} * v + g_exc"
    surrogate = snn.surrogates.fast_sigmoid(STEEPNESS)
    LIF = snn.Neuron(equations=leak, spike=f"v > {THRESHOLD}", reset=f"v -= {THRESHOLD}", surrogate=surrogate)
    inputs = net.create(snn.inputs.SpikeRaster(np.zeros((steps, INPUTS))), name="inputs")
    first, second = net.create(HIDDEN, LIF, name="first"), net.create(HIDDEN, LIF, name="second")
    out = net.create(CLASSES, snn.Neuron(equations=leak, spike="v > 1.0e9"), name="out")  # never spikes
    ends = (inputs, first), (first, first), (first, second), (second, second), (second, out)
    for name, (pre, post) in zip(weights(), ends, strict=True):
        net.connect(pre, post, "exc", name=name).all_to_all(weights=0.0, allow_self_connections=True)
    net.monitor(out, "v")
    return net


def ours(steps: int) -> Predict:
    """Return what `by_hand.layered` is, of jaxsnn: (weights, spikes) to the mean potentials of the outputs."""
    sim = described(steps).compile(batch=BATCH)
    params, state = sim.init(0, {f"{name}.w": w for name, w in weights().items()})

    def predict(weights: dict[str, Array], spikes: Array) -> Array:
        learned = replaced(params, {f"{name}.w": w for name, w in weights.items()})

        def one(raster: Array) -> Array:
            records = sim.run(learned, state, float(steps), inputs={"inputs": raster}, checkpoint=False)[1]
            return records["out"]["v"].mean(axis=0)

        return jax.vmap(one)(spikes)

    return predict


class Learner:
    """A network that learns: each call is one step of Adam.

    Args:
        predict: maps weights and spikes to a score of each class.
        steps: of time.
        samples_first: whether spikes are (samples, steps, inputs), as `vmap` likes them, not (steps, samples, inputs).
    """

    def __init__(self, predict: Predict, steps: int, samples_first: bool = False) -> None:
        optimizer = optax.adam(RATE)
        spikes, labels = data(steps)
        self.given = jnp.asarray(np.swapaxes(spikes, 0, 1) if samples_first else spikes), jnp.asarray(labels)
        self.weights = {name: jnp.asarray(w) for name, w in weights().items()}
        self.state, self.losses = optimizer.init(self.weights), []

        def loss(weights, spikes, labels):
            return optax.softmax_cross_entropy_with_integer_labels(predict(weights, spikes), labels).mean()

        @functools.partial(jax.jit, donate_argnums=(0, 1))
        def train(weights, state, spikes, labels):
            value, gradient = jax.value_and_grad(loss)(weights, spikes, labels)
            updates, state = optimizer.update(gradient, state, weights)
            return optax.apply_updates(weights, updates), state, value

        self.train = train

    def __call__(self) -> None:
        self.weights, self.state, loss = self.train(self.weights, self.state, *self.given)
        self.losses.append(float(loss))


@contextmanager
def peers(steps: int, watch: Watch, asked: bool) -> Iterator[dict[str, Peer]]:
    """Yield the peers that there are, by name, in processes of their own; none if not asked."""
    found: dict[str, Peer] = {}
    known = [(SPYX, "spyx", "Spyx"), (TORCH, "snntorch", "snnTorch"), (TORCH, "norse", "Norse")]
    with tempfile.TemporaryDirectory() as folder:
        for script, package, name in known if asked else []:
            variable = "SPYX_PYTHON" if script == SPYX else "TORCH_PYTHON"
            try:
                version = package_version(os.environ[variable], package)
            except (KeyError, subprocess.CalledProcessError):
                print(f"{name} left out: {variable} does not name a Python that has it")
                continue
            arguments = [str(steps)] if script == SPYX else [package, str(steps)]
            found[f"{name} {version}"] = Peer(os.environ[variable], script, arguments, folder)
        with watched(found, watch):
            yield found


def learning(steps: int, chosen: argparse.Namespace, watch: Watch, report: Report) -> None:
    """Time training steps of so many steps of time."""
    predicts = {HAND: by_hand.layered, NAIVE: by_hand.naive, OURS: ours(steps)}
    if chosen.tiny:
        del predicts[NAIVE]
    learners = {name: Learner(predict, steps, samples_first=name == OURS) for name, predict in predicts.items()}
    report.title(f"A training step, {INPUTS}-{HIDDEN}-{HIDDEN}-{CLASSES}, batch {BATCH}, {steps} steps")
    with peers(steps, watch, asked=not chosen.tiny) as found:
        first = {name: peer.answer["loss"] for name, peer in found.items()}
        asked: dict[str, Task] = {name: functools.partial(peer.ask, "train") for name, peer in found.items()}
        times = interleaved(
            {**learners, **asked}, repetitions(chosen, 15 if steps < 500 else 8, 3), watch, warm_up(chosen)
        )
    report.table(times, base=HAND)
    print(watch.told())
    first |= {name: learner.losses[0] for name, learner in learners.items()}
    report.tell("first losses", first, ".6f")
    same = max(abs(first[name] - first[HAND]) for name in predicts) < 1e-5
    print(f"those of jaxsnn and by hand are equal to 1e-5: {'ok' if same else 'MISSED'}")
    report.at_most(f"training, {steps} steps: jaxsnn / {HAND}", times[OURS], times[HAND], BAR)
    if NAIVE in times:
        report.at_most(f"training, {steps} steps: jaxsnn / {NAIVE}", times[OURS], times[NAIVE], None)
    for name in found:
        report.faster(f"training, {steps} steps: jaxsnn over {name}", times[OURS], times[name], 1.0)


def main(arguments: Arguments = None) -> None:
    options = parser(__doc__)
    options.add_argument("--steps", type=int, nargs="*", default=[100, 1000], help="of time, in a training step")
    options.add_argument("--neurons", type=int, default=_sparse_backward.NEURONS, help="of the sparse backward pass")
    options.add_argument("--only", choices=("learning", "backward"), help="one of the two parts")
    chosen = options.parse_args(arguments)
    watch, report = begun(chosen)
    if chosen.only != "backward":
        for steps in [5] if chosen.tiny else chosen.steps:
            learning(steps, chosen, watch, report)
    if chosen.only != "learning":
        _sparse_backward.measure(chosen, watch, report)
    report.verdicts()


if __name__ == "__main__":
    main()
