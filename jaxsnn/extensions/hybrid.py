"""Populations between spikes and rates: `from jaxsnn.extensions.hybrid import Rate2SpikePopulation`.

In new networks, a `PoissonPopulation` with a `target` and a `DecodingProjection` do the same and leave the connectivity
to you.
"""

from numbers import Real
from typing import Any

import numpy as np

from ..errors import ArgumentError, UnsupportedError
from ..frontend._core import Core
from ..frontend._default import default_network
from ..frontend._population import Population
from ..inputs import Input, PoissonPopulation
from ..models import Neuron, parameter_block

TARGET = "partner"


class HybridPopulation(Population):
    """A population of the default network each of whose neurons has a partner in another one.

    Args:
        partner: the other population.
        described: the neurons.
        name: unique; None numbers the populations.
    """

    def __init__(self, partner: Population, described: Input, name: str | None) -> None:
        network: Any = default_network()
        created = network.create(described, name=name)
        super().__init__(created._core, created.name)
        object.__setattr__(self, "population", partner)

    def _on(self, core: Core) -> Any:
        """Return the same population of a network of the same make."""
        other = object.__new__(type(self))
        Population.__init__(other, core, self._name)
        object.__setattr__(other, "population", self.population._on(core))
        return other


class Rate2SpikePopulation(HybridPopulation):
    """Spiking neurons that follow the rates of a population: Poisson spike trains of `scaling * r` Hz.

    Args:
        population: rate-coded.
        name: unique; None numbers the populations.
        scaling: Hz for a rate of 1.
        refractory: ms.
        copied: accepted and ignored.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.extensions.hybrid import Rate2SpikePopulation
        >>> snn.clear()
        >>> rates = snn.InputArray(500)
        >>> spikes = Rate2SpikePopulation(rates, scaling=100.0)
        >>> M = snn.Monitor(spikes, "spike")
        >>> snn.compile(silent=True)
        >>> rates.r = 0.5
        >>> snn.simulate(1000.0)
        >>> bool(45.0 < M.mean_fr() < 55.0)
        True
    """

    def __init__(
        self,
        population: Population,
        name: str | None = None,
        scaling: float = 1.0,
        refractory: float | None = None,
        copied: bool = False,
    ) -> None:
        partner, factor = _partner(population, spiking=False), _positive(scaling, "scaling")
        super().__init__(partner, PoissonPopulation(partner.geometry, target=TARGET, refractory=refractory), name)
        default_network().connect(partner, self, TARGET).one_to_one(weights=factor)


class Spike2RatePopulation(HybridPopulation):
    """Rate-coded neurons that follow the firing rates of a population: `r` is the rate over `scaling` Hz.

        smooth dr/dt = rate / scaling - r

    The rate is the number of spikes in the last `window`.

    Args:
        population: spiking.
        name: unique; None numbers the populations.
        mode: `"window"`.
        window: ms.
        scaling: firing rate, Hz, for which r is 1.
        smooth: time constant, ms; not below one step.
        cut, copied: accepted and ignored.

    Raises:
        UnsupportedError: another mode.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.extensions.hybrid import Spike2RatePopulation
        >>> snn.clear()
        >>> spikes = snn.SpikeSourceArray([[10.0, 20.0, 30.0], [40.0]])
        >>> rates = Spike2RatePopulation(spikes, window=50.0, scaling=10.0)
        >>> snn.compile(silent=True)
        >>> snn.simulate(50.0)
        >>> rates.r.round(3).tolist()
        [6.0, 2.0]
    """

    def __init__(
        self,
        population: Population,
        name: str | None = None,
        mode: str = "window",
        window: float = 100.0,
        scaling: float = 1.0,
        smooth: float = 1.0,
        cut: float = 3.0,
        copied: bool = False,
    ) -> None:
        if mode != "window":
            message = f"the mode {mode!r} of Spike2RatePopulation does not exist here"
            raise UnsupportedError(f"{message}: use 'window', or a `DecodingProjection`")
        partner, factor = _partner(population, spiking=True), 1.0 / _positive(scaling, "scaling")
        tau = max(_positive(smooth, "smooth"), default_network().dt)
        neuron = Neuron(
            parameter_block({"smooth": tau}, shared=["smooth"]),
            f"smooth * dr/dt = sum({TARGET}) - r",
            name="Spike2Rate",
            description="Firing rates of a spiking population.",
        )
        super().__init__(partner, Input(partner.geometry, neuron), name)
        decoded = default_network().decoding(partner, self, TARGET, window=_positive(window, "window"))
        decoded.one_to_one(weights=factor)


def _partner(population: Any, spiking: bool) -> Population:
    if not isinstance(population, Population) or population.neuron_type.is_spiking is not spiking:
        kind = "spiking" if spiking else "rate-coded"
        raise ArgumentError(f"`population` is a {kind} population of the default network, not {population!r}")
    return population


def _positive(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < value < np.inf:
        raise ArgumentError(f"`{name}` is a number greater than 0, not {value!r}")
    return float(value)
