"""The description of a network: populations and projections are added, found by name, and compiled."""

from collections.abc import Callable, Sequence
from functools import cache
from math import inf, prod
from numbers import Real
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..inputs import Input
from ..models import Neuron, Synapse
from ..network import PopulationSpec, ProjectionSpec, checked, read_stop_condition
from ..simulation import Simulation
from ..surrogates import Surrogate
from ._base_projection import BaseProjection
from ._core import Core, HasCore
from ._dendrite import Dendrite
from ._input_populations import population_of
from ._population import IndividualNeuron, Population, PopulationView, Ranked
from ._projection import Projection
from ._special_handles import HANDLES

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
    core = network._core
    core.check_open("a population")
    described = geometry if isinstance(geometry, Input) else Input(geometry, _model(neuron))
    model, shape = described.neuron.within(core.draft.context), _shape(described.geometry)
    model = core.draft.with_gradients(model, surrogate, differentiable_reset)
    core.judge(*model.analysed.remarks)
    _check_hidden(model.analysed.names, (Population, IndividualNeuron), "population")
    stop = None if stop_condition is None else read_stop_condition(stop_condition, model)
    source = None if described.schedule is None else described.schedule.source(core.dt)
    name, size = core.draft.new_name("population", name), prod(shape)
    values = {a: checked(x, size, f"`{a}` of population `{name}`") for a, x in described.values.items()}
    spec = PopulationSpec(name, shape, model, values, source, stop)
    core.draft = core.draft.with_population(spec).with_schedule(name, described.schedule)
    return population_of(core, name)


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
    core = network._core
    core.check_open("a projection")
    check_mine(core, pre)
    check_mine(core, post)
    model = _synapse(synapse).within(core.draft.context)
    _check_hidden(model.analysed.names, (Projection, Dendrite), "projection")
    core.judge(*model.analysed.remarks)
    name = core.draft.new_name("projection", name)
    unconnected: Any = None
    spec = ProjectionSpec(
        name,
        pre.name,
        pre._ranks,
        post.name,
        post._ranks,
        _targets(target),
        model,
        unconnected,
        storage=storage,
        kernel=kernel,
        fractional_delays=bool(fractional_delays),
        longest_delay=_duration(longest_delay),
    )
    core.draft = core.draft.with_projection(spec)
    return Projection(core, name)


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
    return HANDLES[network._core.projection(name).kind](network._core, name)


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


def check_mine(core: Core, side: Any) -> None:
    """Raise if something is no population or view of this network."""
    if not isinstance(side, Population | PopulationView):
        raise ArgumentError(f"a population or a view is expected here, not {side!r}")
    if side.name not in core.draft.populations or not side._core.is_same_network(core):
        raise ArgumentError(f"{side!r} belongs to another network")


def _check_hidden(names: Sequence[str], handles: tuple[type, ...], what: str) -> None:
    """Raise if an attribute of a model has the name of something that a handle has."""
    own = (name for name in names if name != "refractory" or what == "projection")
    hidden = next((name for name in own if any(hasattr(handle, name) for handle in handles)), None)
    if hidden is not None:
        raise ArgumentError(f"an attribute `{hidden}` would hide that of the {what}: give it another name")


def _model(neuron: Any) -> Neuron:
    model = neuron if isinstance(neuron, Neuron) else neuron() if callable(neuron) else None
    if not isinstance(model, Neuron):
        raise ArgumentError(f"`neuron` is a `Neuron` or a built-in such as `Izhikevich`, not {neuron!r}")
    return model


@cache
def default_synapse() -> Synapse:
    """Return the synapse at which a spike adds `w`, and a rate counts `w` times."""
    return Synapse(name="Default")


def _synapse(synapse: Any) -> Synapse:
    model = synapse if isinstance(synapse, Synapse) else synapse() if callable(synapse) else synapse
    if model is None:
        return default_synapse()
    if not isinstance(model, Synapse):
        raise ArgumentError(f"`synapse` is a `Synapse` or a built-in such as `STDP`, not {synapse!r}")
    return model


def _targets(target: Any) -> tuple[str, ...]:
    targets = (target,) if isinstance(target, str) else tuple(target) if isinstance(target, list | tuple) else ()
    if not targets or not all(isinstance(t, str) for t in targets):
        raise ArgumentError(f"`target` is the name of an input, such as 'exc', or a list of them, not {target!r}")
    return targets


def _duration(value: Any) -> float:
    number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else -1.0
    if not 0 <= number < inf:
        raise ArgumentError(f"`longest_delay` is a duration in ms, not {value!r}")
    return number


def _shape(geometry: Any) -> tuple[int, ...]:
    shape = tuple(geometry) if isinstance(geometry, tuple | list) else (geometry,)
    if not shape or any(isinstance(g, bool) or not isinstance(g, int | np.integer) or g < 1 for g in shape):
        raise ArgumentError(
            f"`geometry` is a number of neurons or a shape of such numbers, at least 1, not {geometry!r}"
        )
    return tuple(int(g) for g in shape)
