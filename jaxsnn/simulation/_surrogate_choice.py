"""Which populations a change of surrogate reaches, and what becomes of them."""

from collections.abc import Sequence

from .. import arguments
from ..compiler import CompiledNetwork, with_neurons
from ..errors import ArgumentError, UnknownNameError, did_you_mean
from ..inputs import STRAIGHT_THROUGH
from ..network import NetworkSpec
from ..surrogates import Surrogate


def spiking_by_condition(spec: NetworkSpec) -> tuple[str, ...]:
    """Return the populations whose spikes depend on a distance to threshold, not on chance or on a table."""
    spiking = (p for p in spec.populations if p.neuron.is_spiking)
    return tuple(p.name for p in spiking if p.neuron.surrogate != STRAIGHT_THROUGH)


def with_choice(
    compiled: CompiledNetwork,
    populations: Sequence[str],
    surrogate: Surrogate | None,
    differentiable_reset: bool | None,
    gradients: str | None,
) -> CompiledNetwork:
    """Return a compiled network some populations of which have other gradients; None keeps what there is."""
    models = {name: compiled.spec.population(name).neuron for name in populations}
    chosen = {n: model.with_surrogate(surrogate, differentiable_reset, gradients) for n, model in models.items()}
    return with_neurons(compiled, chosen)


def check_spiking(spec: NetworkSpec, populations: str | Sequence[str]) -> tuple[str, ...]:
    """Return the names of populations that were given as one name or several.

    Raises:
        UnknownNameError: no population has this name.
        ArgumentError: one has no spikes.
    """
    names = tuple(arguments.names(populations, "populations"))
    known = {p.name: p for p in spec.populations}
    for name in names:
        if name not in known:
            raise UnknownNameError(f"the network has no population `{name}`.{did_you_mean(str(name), known)}")
        if not known[name].neuron.is_spiking:
            raise ArgumentError(f"population `{name}` is rate-coded: it has no spikes and needs no surrogate")
    return names
