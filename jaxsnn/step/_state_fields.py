"""How a field of the state is declared: what code that knows no field by its name must know of each of them.

Runs, resets, files, changes of the step counter and of the description go over all fields. A new one says at its
declaration, in `NetworkState`, whose it is and how it behaves there; this is all that they ask.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

LONG_AGO = -10_000  # step of the "last" spike of a neuron, or event at a synapse, that has had none; as in ANNarchy

FARTHEST = 10_000_000  # steps; what happened longer ago counts as that long ago where the clock is set back
LAST_STEP = 2**31 - 1 - FARTHEST  # that a network can do: up to it no difference of steps overflows 32 bits


class Owner(Enum):
    """What a field has a value for."""

    NETWORK = "the network"
    POPULATION = "populations, by name"
    PROJECTION = "projections, by name"


class Clock(Enum):
    """How the values of a field depend on the number of steps done, which can be set to another one."""

    NONE = "not at all"
    STEP = "they are steps themselves, counted from the same beginning"
    PAST = "rows of the last steps, row `step % length`, as many as delays need"
    WINDOW = "rows of the last steps, row `step % length`, as many as the model says"
    AHEAD = "one flat ring for a post-synaptic population in each step to come, part `step % length`"

    @property
    def follows_delays(self) -> bool:
        """Whether longer delays need a longer ring."""
        return self in (Clock.PAST, Clock.AHEAD)

    @property
    def has_rows(self) -> bool:
        """Whether there is a leading axis of steps."""
        return self in (Clock.PAST, Clock.WINDOW)


class Reset(Enum):
    """What becomes of a field when its owner begins again."""

    BEGINS = "it has the value of a network that was just initialised"
    BEGINS_WITH_VALUES = "likewise, if variables begin again too"
    STAYS = "it keeps its value"
    NOW = "it is the present step"
    FORGETS_EVENTS = "no event has happened yet at any synapse"
    FORGETS_ARRIVALS = "nothing is on its way, or has arrived"


@dataclass(frozen=True)
class StateField:
    """A field of the state.

    Args:
        name: in `NetworkState`.
        owner: what it has a value for.
        clock: how it depends on the number of steps done.
        reset: what becomes of it when its owner begins again.
        at_places: whether it has the shape of the places of synapses, and is trimmed and moved with them; attributes of
            synapses have shapes that their models say.
        empty: value where nothing has happened yet.
        file: how its key in a file begins; "" where a file has it in another way, or not at all.
        part: its name in `PopulationState`.
    """

    owner: Owner
    clock: Clock = Clock.NONE
    reset: Reset = Reset.STAYS
    at_places: bool = False
    empty: int = 0
    file: str = ""
    part: str = ""
    name: str = ""


def of_populations(
    part: str = "", *, clock: Clock = Clock.NONE, reset: Reset = Reset.BEGINS, empty: int = 0, file: str = ""
) -> Any:
    """Declare a field with a value for each population that has a use for it; for the arguments see `StateField`."""
    return _declared(StateField(Owner.POPULATION, clock, reset, empty=empty, file=file, part=part))


def of_projections(
    *,
    clock: Clock = Clock.NONE,
    reset: Reset = Reset.STAYS,
    at_places: bool = False,
    empty: int = 0,
    file: str = "",
) -> Any:
    """Declare a field with a value for each projection that has a use for it; for the arguments see `StateField`."""
    return _declared(StateField(Owner.PROJECTION, clock, reset, at_places, empty, file))


def _declared(described: StateField) -> Any:
    return field(default_factory=dict, metadata={StateField: described})
