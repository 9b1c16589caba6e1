"""The part of the state that belongs to one population, and what it meets during a step."""

from dataclasses import dataclass
from typing import Any

from jax import Array

from ..propagation import Spikes
from ._state import NetworkState, Window, owned_by, state_fields, with_owned
from ._state_fields import Owner


@dataclass(frozen=True)
class PopulationState:
    """The part of the network's state that belongs to one population; None where the model has no use for it.

    See `NetworkState` for what each part is.
    """

    variables: dict[str, Array]
    spikes: Spikes | None = None
    refractory: Array | None = None
    last_spike: Array | None = None
    reductions: dict[str, Array] | None = None
    axon_spikes: Spikes | None = None
    window: Window | None = None
    sums: dict[str, Array] | None = None
    origin: Array | None = None
    train: Spikes | None = None
    history: dict[str, Array] | None = None


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
        serial: the same counter where a step is quicker in one thread, see `_serial`; else None.
    """

    constants: dict[str, Array]
    tables: dict[str, Array]
    sums: dict[str, Array]
    step: Array
    key: Array
    opaque: Array | None
    serial: Array | None = None


def population_state(state: NetworkState, name: str) -> PopulationState:
    """Return the part of the state that belongs to a population."""
    owned = owned_by(state, Owner.POPULATION, name)
    return PopulationState(**{part: owned.get(field) for field, part in _parts().items()})  # type: ignore[arg-type]


def with_population_state(state: NetworkState, name: str, own: PopulationState) -> NetworkState:
    """Return the state with the part of a population put in its place."""
    new: dict[str, Any] = {field: getattr(own, part) for field, part in _parts().items()}
    return with_owned(state, name, {field: value for field, value in new.items() if value is not None})


def _parts() -> dict[str, str]:
    """Return the names of the parts of a population by those of the fields of the state."""
    return {f.name: f.part or f.name for f in state_fields(Owner.POPULATION)}
