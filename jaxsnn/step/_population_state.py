"""The part of the state that belongs to one population, and what it meets during a step."""

from dataclasses import dataclass, fields, replace

from jax import Array

from ..propagation import Spikes
from ._state import NetworkState, Window


@dataclass(frozen=True)
class Locals:
    """The part of the network's state that belongs to one population; None where the model has no use for it."""

    variables: dict[str, Array]
    spikes: Spikes | None
    axon_spikes: Spikes | None
    refractory: Array | None
    last_spike: Array | None
    window: Window | None
    sums: dict[str, Array] | None
    origin: Array | None
    reductions: dict[str, Array]


@dataclass(frozen=True)
class Surroundings:
    """What a population meets during a step.

    Args:
        constants: of the network.
        tables: of its source.
        sums: inputs by target, for `sum(target)`.
        step: counter.
        key: for this step.
        opaque: a counter that the compiler cannot see through; None leaves it to XLA what is computed once.
    """

    constants: dict[str, Array]
    tables: dict[str, Array]
    sums: dict[str, Array]
    step: Array
    key: Array
    opaque: Array | None


# Where the parts of a population stand in the state.
PLACES = {
    "variables": "populations",
    "spikes": "spikes",
    "axon_spikes": "axon_spikes",
    "refractory": "refractory",
    "last_spike": "last_spike",
    "window": "windows",
    "sums": "sums",
    "origin": "origins",
    "reductions": "reductions",
}


def locals_of(state: NetworkState, name: str) -> Locals:
    """Return the part of the state that belongs to a population."""
    return Locals(**{part: getattr(state, place).get(name) for part, place in PLACES.items()})


def with_locals(state: NetworkState, name: str, part: Locals) -> NetworkState:
    """Return the state with the part of a population put in its place."""
    new = {PLACES[f.name]: getattr(part, f.name) for f in fields(part)}
    return replace(state, **{k: {**getattr(state, k), name: x} for k, x in new.items() if x is not None})
