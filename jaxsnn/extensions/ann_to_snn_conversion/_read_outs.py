"""How the class of a sample is read from the last layer."""

from collections.abc import Callable
from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array

from ._integrating_neurons import Model, accumulate, integrate_and_fire


@dataclass(frozen=True, eq=False)
class ReadOut:
    """A way to read a class.

    Args:
        neuron: of the last layer.
        recorded: a variable of the last layer, or `spike`.
        score: from the record, (steps, classes), to a number for each class, of which the largest wins. Traceable.
        stop_condition: of the last layer, for `simulate_until`; None where the whole duration counts.
    """

    neuron: Model
    recorded: str
    score: Callable[[Array], Array]
    stop_condition: str | None = None


def spike_count(hidden: Model) -> ReadOut:
    """Return the read-out by the number of spikes."""
    return ReadOut(hidden, "spike", lambda spikes: spikes.sum(axis=0))


def time_to_first_spike(hidden: Model) -> ReadOut:
    """Return the read-out by the time of the first spike."""
    return ReadOut(hidden, "spike", _earliest(1), "spiked")


def time_to_k_spikes(k: int) -> ReadOut:
    """Return the read-out by the time at which a neuron has spiked k times; its neurons count their spikes."""
    return ReadOut(lambda has_bias: integrate_and_fire(has_bias, counts=True), "spike", _earliest(k), f"sc >= {k}")


def membrane_potential() -> ReadOut:
    """Return the read-out by the potential at the end, of neurons that integrate without spiking."""
    return ReadOut(accumulate, "v", lambda v: v[-1])


def _earliest(k: int) -> Callable[[Array], Array]:
    """Return the score of neurons that have spiked k times: the fewer steps before, the larger."""

    def score(spikes: Array) -> Array:
        return -jnp.sum(jnp.cumsum(spikes, axis=0) < k, axis=0)

    return score
