"""What connects a projection that has no synapses of its own: filters, regions, the synapses of another projection."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, ClassVar, Self

import numpy as np

from ..propagation import Convolution, Pooling

SCALE = "scale"


class Kind(Enum):
    """What a projection is made of."""

    SYNAPSES = "synapses"
    CONVOLUTION = "convolution"
    POOLING = "pooling"
    COPY = "copy"
    TRANSPOSE = "transpose"
    DECODING = "decoding"
    INJECTION = "current injection"
    POPULATION_MEAN = "population mean"

    @property
    def has_synapses(self) -> bool:
        """Whether a connector makes synapses of its own."""
        return self in (Kind.SYNAPSES, Kind.DECODING)

    @property
    def is_hybrid(self) -> bool:
        """Whether it leads from spikes to rates, or from rates to conductances."""
        return self in (Kind.DECODING, Kind.INJECTION)

    @property
    def sends_values(self) -> bool:
        """Whether it sends a value of its neurons at every step, also where these spike."""
        return self is Kind.POPULATION_MEAN

    @property
    def borrows(self) -> bool:
        """Whether it uses the synapses of another projection."""
        return self in (Kind.COPY, Kind.TRANSPOSE)


@dataclass(frozen=True, eq=False, kw_only=True)
class Virtual:
    """What stands in the place of a connector; nothing of it is drawn.

    Args:
        delays: ms, one number for all neurons.
    """

    delays: float = 0.0
    title: ClassVar[str] = ""
    weights: ClassVar[None] = None

    @property
    def arrays(self) -> Mapping[str, np.ndarray]:
        """What is given as numbers, by name: the attributes of the projection, which have a derivative."""
        return {}

    def with_delays(self, delays: Any) -> Self:
        """Return the same with another delay, ms."""
        return replace(self, delays=delays)

    def is_random(self, ends: Any) -> bool:
        """Tell that no key decides anything here."""
        return False

    def longest_delay(self) -> float:
        """Return the delay, ms."""
        return self.delays


@dataclass(frozen=True, eq=False, kw_only=True)
class Filters(Virtual):
    """The filters of a convolution.

    Args:
        description: where they lie.
        filters: their weights, of the shape `description.weights_shape`.
    """

    description: Convolution
    filters: np.ndarray
    title: ClassVar[str] = "Convolution"

    @property
    def arrays(self) -> Mapping[str, np.ndarray]:
        """The weights."""
        return {"w": self.filters}


@dataclass(frozen=True, eq=False, kw_only=True)
class Regions(Virtual):
    """The regions of a pooling."""

    description: Pooling
    title: ClassVar[str] = "Pooling"


@dataclass(frozen=True, eq=False, kw_only=True)
class Borrowed(Virtual):
    """The synapses of another projection, by its name."""

    projection: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Injected(Virtual):
    """Each neuron to its counterpart."""

    title: ClassVar[str] = "One-to-One"


@dataclass(frozen=True, eq=False, kw_only=True)
class PopulationMean(Virtual):
    """All neurons as one number: the mean of what each sends.

    Args:
        scale: what the mean is multiplied with.
        baseline_steps: so many steps at the beginning measure a baseline, and nothing arrives; what arrives after them
            is the relative change from it. 0 for the mean itself.
    """

    scale: float = 1.0
    baseline_steps: int = 0
    title: ClassVar[str] = "Population mean"

    @property
    def arrays(self) -> Mapping[str, np.ndarray]:
        """The factor."""
        return {SCALE: np.asarray(self.scale, float)}
