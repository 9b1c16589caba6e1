"""The description of a network: populations and projections are added, found by name, and compiled."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .. import arguments
from ..connectivity import FORMS
from ..errors import ArgumentError
from ..inputs import Input, Table
from ..models import Neuron, Synapse
from ..propagation import KNOWN
from ..surrogates import Surrogate
from ._base_projection import BaseProjection
from ._core import Core, HasCore
from ._describe_population import add_population, model_of, with_tables
from ._describe_projection import check_mine
from ._input_populations import population_of
from ._move import move_population
from ._population import HANDLES, Population, Ranked
from ._projection import Projection
from ._special_handles import projection_of
from ._spike_choice import SpikeChoice

Model = Neuron | Input | Callable[[], Neuron]


def create(  # noqa: PLR0913 - options of one thing, by keyword
    network: HasCore,
    geometry: int | tuple[int, ...] | Input | Population | None = None,
    neuron: Model | None = None,
    name: str | None = None,
    stop_condition: str | None = None,
    population: Population | None = None,
    storage_order: str = "post_to_pre",
    *,
    surrogate: str | Surrogate | None = None,
    differentiable_reset: bool | None = None,
    spikes: str | None = None,
    gradients: str | None = None,
    tables: Mapping[str, Table] | None = None,
) -> Population:
    """Add a population.

    Args:
        geometry: number of neurons, or a shape; or an input, which brings its own; or a population.
        neuron: a `Neuron`, or a built-in such as `Izhikevich`, which then takes its defaults.
        name: unique; None numbers the populations.
        stop_condition: when `simulate_until` has reached its goal here, such as `"v > 0.0 : all"` or `"spiked"`.
        population: of the default network, such as `PoissonPopulation(100, rates=20.0)`, which moves here.
        storage_order: accepted and ignored.
        surrogate: derivative of its spikes in gradients, a name or a `Surrogate`; None is that of the network or,
            where it has none, of the model.
        differentiable_reset: whether gradients flow through its resets; None as for `surrogate`. See `Neuron`.
        spikes: `"grid"` or `"precise"`, at the end of a step or at their moment within it; None as for `surrogate`.
        gradients: of precise spikes, `"exact"`, `"surrogate"` or `"both"`; None as for `surrogate`.
        tables: `inputs.Table` by the name of a parameter that follows it in time, such as an injected current.

    Raises:
        EquationError: the equations name something that neither the model nor the network knows.
        ArgumentError: an unknown surrogate, or one for a neuron without spikes; `tables` of an input, or of what is no
            parameter. ShapeError: tables of another number of neurons.
    """
    core = network._core
    given = geometry if population is None else population
    if isinstance(given, Population):
        core.check_open("a population")
        return move_population(core, given, name)
    described = given if isinstance(given, Input) else Input(given, model_of(neuron))  # type: ignore[arg-type]
    described = described if tables is None else with_tables(described, tables)
    chosen = SpikeChoice(surrogate, differentiable_reset, spikes, gradients)
    added = add_population(core, HANDLES, described, name, stop_condition, chosen)
    return population_of(core, added)


def connect(  # noqa: PLR0913 - options of one thing, by keyword
    network: HasCore,
    pre: Ranked | str | BaseProjection | None = None,
    post: Ranked | str | None = None,
    target: str | Sequence[str] = "",
    synapse: Synapse | Callable[[], Synapse] | None = None,
    name: str | None = None,
    projection: BaseProjection | None = None,
    disable_omp: bool = True,
    *,
    storage: str | None = None,
    kernel: str | None = None,
    fractional_delays: bool = False,
    longest_delay: float = 0.0,
) -> Projection:
    """Add a projection; call one of its connectors next.

    Args:
        pre, post: populations or views, or names of populations.
        target: which input of the post neurons it feeds: `exc` reaches `g_exc` of spiking neurons, `sum(exc)` of
            rate-coded ones. Several targets all receive the same.
        synapse: a `Synapse`, or a built-in such as `STDP`, which then takes its defaults; None for the default one:
            a spike adds `w`, a rate counts `w` times.
        name: unique; None numbers the projections.
        projection: one between populations of this network, such as `DecodingProjection(P, Q, "exc")`, in the place of
            all other arguments; as the first one too. It is returned as it is.
        disable_omp: accepted and ignored.
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
    given = pre if projection is None else projection
    if isinstance(given, Projection):
        return _own_projection(core, given)
    fractional_delays = arguments.flag(fractional_delays, "fractional_delays")
    ends = _side(core, pre), _side(core, post)
    for value, argument, known in ((storage, "storage", FORMS), (kernel, "kernel", KNOWN)):
        _ = None if value is None else arguments.one_of(value, argument, known)
    options: dict[str, Any] = {"storage": storage, "kernel": kernel, "fractional_delays": fractional_delays}
    options["longest_delay"] = _duration(longest_delay)
    return Projection._added(core, *ends, target, synapse, name, **options)


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


def get_projections(
    network: HasCore,
    post: Ranked | str | None = None,
    pre: Ranked | str | None = None,
    target: str | None = None,
    suppress_error: bool = False,
) -> list[BaseProjection]:
    """Return the projections, in the order of creation.

    Args:
        post, pre: only those between these populations, or of these names; None for all.
        target: only those that feed this input.
        suppress_error: accepted and ignored; a list can be empty.
    """
    for side, x in (("post", post), ("pre", pre)):
        if not (x is None or isinstance(x, str | Ranked)):
            raise ArgumentError(f"`{side}` is a population, a view or the name of a population, not {x!r}")
    target = None if target is None else arguments.text(target, "target")
    names = {side: x if isinstance(x, str) else x.name for side, x in (("post", post), ("pre", pre)) if x is not None}
    return [
        get_projection(network, q.name)
        for q in network._core.draft.projections.values()
        if all(getattr(q, side) == name for side, name in names.items()) and (target is None or target in q.targets)
    ]


def _side(core: Core, side: Any) -> Ranked:
    """Return a population or view of this network, which may be given by name."""
    found = population_of(core, side) if isinstance(side, str) else side
    check_mine(core, found)
    return found


def _own_projection(core: Core, given: BaseProjection) -> Any:
    """Return a projection that is one of this network already, since its populations are."""
    if not given._core.is_same_network(core):
        raise ArgumentError(f"{given!r} belongs to another network: its populations do")
    return given


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
    several = list(projections) if isinstance(projections, list | tuple) else [projections]
    for one in several:
        if not isinstance(one, BaseProjection) or not one._core.is_same_network(network._core):
            raise ArgumentError(f"a projection of this network is expected here, not {one!r}")
    return several


def _duration(value: Any) -> float:
    return arguments.real(value, "longest_delay", "ms", least=0.0)
