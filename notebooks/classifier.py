"""A spiking network that tells classes apart by latencies of spikes, read from the potentials of a population."""

from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import optax
from jax import Array

import jaxsnn as snn

Samples = tuple[Array, Array]

BATCH = 64  # samples of one update
CHECK = 100  # samples that are answered together


@dataclass(frozen=True, eq=False)
class Classifier:
    """A network with a population `input` (a `SpikeRaster`), and monitors of `spike` of `hidden` and `v` of `readout`.

    The answer is the readout neuron whose potential is the highest at any time. Samples are a pair: (n, inputs) integer
    latencies in steps, negative for no spike, and (n,) labels.

    Args:
        sim: from `net.compile(batch=BATCH)`.
        params, state: from `sim.init`; every stimulus begins with this state.
        steps: length of a stimulus.
        upper: Hz, firing rate of a hidden neuron above which the loss grows. Without a limit, excitation runs away in
            the first updates, and learning gets stuck.
        strength: of this limit, 1/Hz^2.
    """

    sim: Any
    params: Any
    state: Any
    steps: int
    upper: float = 25.0
    strength: float = 5e-4

    def records(self, params: Any, latencies: Array) -> dict[str, dict[str, Array]]:
        """Return what the monitors record of one stimulus, (inputs,)."""
        spikes = jax.nn.one_hot(latencies, self.steps, axis=0)
        duration = self.steps * self.sim.dt
        # A stimulus is short: no state need be computed a second time to save memory.
        return self.sim.run(params, self.state, duration, inputs={"input": spikes}, checkpoint=False)[1]

    def loss(self, params: Any, samples: Samples) -> Array:
        """Return the mean cross-entropy of the readout, and the price of high rates."""
        latencies, labels = samples
        records = jax.vmap(self.records, in_axes=(None, 0))(params, latencies)
        price = snn.losses.rate_penalty(records["hidden"]["spike"], self.sim.dt, upper=self.upper)
        return snn.losses.cross_entropy(records["readout"]["v"], labels) + self.strength * price

    def error(self, params: Any, samples: Samples) -> Array:
        """Return the share of wrong answers."""
        latencies, labels = samples

        def answer(x: Array) -> Array:
            return snn.losses.readout(self.records(params, x)["readout"]["v"]).argmax()

        return (jax.lax.map(answer, latencies, batch_size=CHECK) != labels).mean()

    def train(self, data: Samples, validation: Samples, updates: int, rate: float = 0.005) -> Any:
        """Train all weights; return the result of `snn.fit`, with the weights of the smallest error in validation."""
        schedule = optax.cosine_decay_schedule(rate, updates)
        return snn.fit(
            self.loss,
            self.params,
            optax.chain(optax.clip_by_global_norm(1.0), optax.adam(schedule)),
            steps=updates,
            trainable="*.w",
            data=data,
            batch_size=BATCH,
            validate=lambda params: self.error(params, validation),
            validate_every=max(1, updates // 15),
            progress=True,
        )


def latencies_of(values: Any, steps: int) -> np.ndarray:
    """Return the steps, 0 to `steps` - 1, at which neurons spike that code values between 0 and 1 by their latency."""
    return np.round(np.asarray(values) * (steps - 1)).astype(np.int32)
