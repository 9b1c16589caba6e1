"""The description of a network: populations and projections are added, found by name, and compiled."""

from collections.abc import Callable, Sequence
from math import inf
from numbers import Real
from typing import Any

from ..errors import ArgumentError
from ..inputs import Input
from ..models import Neuron, Synapse
from ..simulation import Simulation
from ..surrogates import Surrogate
from ._base_projection import BaseProjection
from ._core import HasCore
from ._describe_population import add_population, model_of
from ._input_populations import population_of
from ._population import HANDLES, Population, Ranked
from ._projection import Projection
from ._special_handles import projection_of

Model = Neuron | Input | Callable[[], Neuron]


def create(
    network: HasCore,
    geometry: int | tuple[int, ...] | Input,
    neuron: Model | None = None,
    name: str | None = None,
    stop_condition: str | None = None,
    *,
    surrogate: str | Surrogate | None = None,
    differentiable_reset: bool | None = None,
) -> Population:
    """Add a population.

    Args:
        geometry: number of neurons, or a shape; or an input, which brings its own.
        neuron: a `Neuron`, or a built-in such as `Izhikevich`, which then takes its defaults.
        name: unique; None numbers the populations.
        stop_condition: when `simulate_until` has reached its goal here, such as `"v > 0.0 : all"` or `"spiked"`.
        surrogate: derivative of its spikes in gradients, a name or a `Surrogate`; None is that of the network or,
            where it has none, of the model.
        differentiable_reset: whether gradients flow through its resets; None as for `surrogate`. See `Neuron`.

    Raises:
        EquationError: the equations name something that neither the model nor the network knows.
        ArgumentError: an unknown surrogate, or one for a neuron without spikes.
    """
    described = geometry if isinstance(geometry, Input) else Input(geometry, model_of(neuron))
    added = add_population(network._core, HANDLES, described, name, stop_condition, surrogate, differentiable_reset)
    return population_of(network._core, added)


def connect(  # noqa: PLR0913 - options of one thing, by keyword
    network: HasCore,
    pre: Ranked,
    post: Ranked,
    target: str | Sequence[str],
    synapse: Synapse | Callable[[], Synapse] | None = None,
    name: str | None = None,
    *,
    storage: str | None = None,
    kernel: str | None = None,
    fractional_delays: bool = False,
    longest_delay: float = 0.0,
) -> Projection:
    """Add a projection; call one of its connectors next.

    Args:
        pre, post: populations or views.
        target: which input of the post neurons it feeds: `exc` reaches `g_exc` of spiking neurons, `sum(exc)` of
            rate-coded ones. Several targets all receive the same.
        synapse: a `Synapse`, or a built-in such as `STDP`, which then takes its defaults; None for the default one:
            a spike adds `w`, a rate counts `w` times.
        name: unique; None numbers the projections.
        storage: how synapses are stored, `dense` or `rows`; None chooses.
        kernel: how spikes reach them: `event` walks the neurons that spiked, `scatter` adds their rows at once,
            `gather` sums along rows of post-synaptic neurons, `product` is a matrix product, `plain` the reference.
            None chooses, by platform and size.
        fractional_delays: make the delays parameters, `<name>.delay`, real numbers of ms that can be fitted: what
            is between two steps arrives in both, in parts (linear interpolation). Else they are whole steps.
        longest_delay: ms, up to which delays can grow; the connector's longest one by default.

    Raises:
        EquationError: the synapse names something that neither it nor the network knows.
    """
    options: dict[str, Any] = {"storage": storage, "kernel": kernel, "fractional_delays": bool(fractional_delays)}
    options["longest_delay"] = _duration(longest_delay)
    return Projection._added(network._core, pre, post, target, synapse, name, **options)


def compile(network: HasCore, batch: int = 1) -> Simulation:
    """Compile the description; returns the pure functions. A second call returns the same until a monitor is added.

    Args:
        batch: how many stimuli you will send through one set of weights by `jax.vmap`; many make a matrix product
            pay. Replicas do not count.
    """
    return network._core.compile(batch)


def get_population(network: HasCore, name: str) -> Population:
    """Return the population of this name.

    Raises:
        UnknownNameError: there is none.
    """
    return population_of(network._core, name)


def get_populations(network: HasCore) -> list[Population]:
    """Return all populations, in the order of creation."""
    return [population_of(network._core, name) for name in network._core.draft.populations]


def get_projection(network: HasCore, name: str) -> BaseProjection:
    """Return the projection of this name.

    Raises:
        UnknownNameError: there is none.
    """
    return projection_of(network._core, name)


def get_projections(network: HasCore) -> list[BaseProjection]:
    """Return all projections, in the order of creation."""
    return [get_projection(network, name) for name in network._core.draft.projections]


def enable_learning(
    network: HasCore, projections: Any = None, period: float | None = None, offset: float | None = None
) -> None:
    """Enable learning in projections, all of them by default; see `Projection.enable_learning`."""
    for projection in _chosen(network, projections):
        projection.enable_learning(period, offset)


def disable_learning(network: HasCore, projections: Any = None) -> None:
    """Disable learning in projections, all of them by default; see `Projection.disable_learning`."""
    for projection in _chosen(network, projections):
        projection.disable_learning()


def _chosen(network: HasCore, projections: Any) -> list[BaseProjection]:
    if projections is None:
        return get_projections(network)
    several = [projections] if isinstance(projections, BaseProjection) else list(projections)
    for one in several:
        if not isinstance(one, BaseProjection) or not one._core.is_same_network(network._core):
            raise ArgumentError(f"a projection of this network is expected here, not {one!r}")
    return several


def _duration(value: Any) -> float:
    number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else -1.0
    if not 0 <= number < inf:
        raise ArgumentError(f"`longest_delay` is a duration in ms, not {value!r}")
    return number
