"""The two pytrees of a running network: `NetworkParams` stay, `NetworkState` changes at every step.

Dataclasses for what we name, dictionaries for what the user names: `state.populations["P"]["v"]`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any

import jax
from jax import Array

from ..connectivity import Storage
from ..equations import conductance_target, sum_target
from ..propagation import Spikes
from ._last_events import LastEvents
from ._named_value import named_value
from ._pytree_text import pytree_text
from ._state_fields import LONG_AGO, Clock, Owner, Reset, StateField, of_populations, of_projections

Attributes = dict[str, dict[str, Array]]  # population or projection -> attribute -> array


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Window:
    """The spikes of the last W steps, for the mean firing rate.

    Args:
        words: (W, ceil(n / 32)) uint32, packed flags; row `step % W`.
        counts: (n,) int32, their number per neuron.
    """

    words: Array
    counts: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class NetworkParams:
    """Constants of a run, all of them floating-point, so that `jax.grad` accepts the whole.

    `params["cells.tau"]` is the array of this name; `fitting.replaced(params, {"cells.tau": x})` has another one.

    Args:
        populations: parameter arrays, () for one value per population or while no neuron differs, else (size,); also
            the floating-point tables of inputs.
        projections: parameter arrays, () for one value or while no synapse differs, (post.size,) where flagged
            `postsynaptic`, else of the shape of the places: (pre.size, post.size) in the dense form, (rows, width) in
            the sparse one; the filters of a convolution. `w` is here unless something changes it.
        constants: () each.
    """

    populations: Attributes
    projections: Attributes
    constants: dict[str, Array] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """Return an array by its public name, `params["cells.tau"]`; in a gradient, the derivative by it."""
        return named_value(name, self.populations | self.projections, self.constants)

    def __repr__(self) -> str:
        """Return names, types and shapes."""
        return pytree_text(self)


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Switches:
    """What of a projection takes place.

    Args:
        transmission: () bool, whether anything arrives, and anything is learnt.
        update: () bool, whether equations are executed.
        plasticity: () bool, whether `w` can change.
        axon_transmission: () bool, whether axonal spikes arrive.
        period, offset: () int32, equations are executed in steps t with (t - offset) % period == 0.
        creating, pruning: () int32, steps between two executions of a structural rule, 0 for none; with the `_offset`
            of the first.
    """

    transmission: Array
    update: Array
    plasticity: Array
    axon_transmission: Array
    period: Array
    offset: Array
    creating: Array
    creating_offset: Array
    pruning: Array
    pruning_offset: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Constants:
    """Integer and boolean arrays that no step changes: they have no derivative and stay out of `NetworkParams`.

    Args:
        populations: parameters of type `int` and `bool`, and integer tables of inputs.
        projections: parameters of type `int` and `bool`, and delays in steps, `delay`.
        connectivity: who is connected to whom, per projection whose synapses stay.
        switches: by projection.
    """

    populations: Attributes = field(default_factory=dict)
    projections: Attributes = field(default_factory=dict)
    connectivity: dict[str, Storage] = field(default_factory=dict)
    switches: dict[str, Switches] = field(default_factory=dict)


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class NetworkState:
    """What a step changes (`constants` and `key` excepted).

    Args:
        step: () int32, number of steps done; time is `step * dt`.
        key: (2,) uint32, raw seed of all random numbers of the run.
        populations: variables, (size,) or () where flagged `population`.
        spikes: spikes of the last step, per spiking population.
        refractory: (size,) int32 steps left, per population with a refractory period.
        last_spike: (size,) int32 step of the last spike, per population whose equations or synapses ask for it.
        reductions: () values of `mean(x)` and its kin, by their text.
        constants: see `Constants`.
        axon_spikes: axonal spikes of the last step, per population that has them.
        windows: recent spikes, per population whose mean firing rate is computed.
        sums: (size,) each, the last input of each target that a rate-coded projection feeds, by population.
        origins: () int32, the step of the last reset, per population with a source.
        projections: variables of synapses, shapes as for parameters.
        last_events: step of the last event at each synapse, per projection with event-driven equations: int32 of the
            shape of the places, or `LastEvents` where its neurons keep it.
        trains: spikes of the last steps, with a leading axis of steps (row `step % length`), per population whose
            spikes are delayed.
        histories: values of the last steps, likewise, per population whose values are delayed, by name.
        pending: (length * post population,), what spikes on their way will add to an input, per projection whose
            synapses have delays of their own; a part for each step, `step % length`.
        connectivity: who is connected to whom, per projection whose synapses come and go.
        decoded: (window, post population), what has arrived in the last steps, per projection that decodes spikes.
        baselines: (2,), number and sum of the means that were measured so far, per projection that sends how a
            population mean differs from its baseline.
        tapes: zeros of the shape of the weights, per projection whose backward pass is sparse, inside a run only.
    """

    step: Array
    key: Array
    populations: Attributes = of_populations("variables", reset=Reset.STAYS)
    spikes: dict[str, Spikes] = of_populations(file="spikes")
    refractory: dict[str, Array] = of_populations(file="refractory-steps")
    last_spike: dict[str, Array] = of_populations(clock=Clock.STEP, empty=LONG_AGO, file="last_spike-step")
    reductions: Attributes = of_populations(reset=Reset.BEGINS_WITH_VALUES, file="reduction-")
    constants: Constants = field(default_factory=Constants)
    axon_spikes: dict[str, Spikes] = of_populations(file="axon_spikes")
    windows: dict[str, Window] = of_populations("window", clock=Clock.WINDOW, file="window")
    sums: Attributes = of_populations(file="sum-")
    origins: dict[str, Array] = of_populations("origin", clock=Clock.STEP, reset=Reset.NOW, file="origins-step")
    projections: Attributes = of_projections()
    last_events: dict[str, Array | LastEvents] = of_projections(
        clock=Clock.STEP, reset=Reset.FORGETS_EVENTS, at_places=True, empty=LONG_AGO, file="last-event-step"
    )
    trains: dict[str, Spikes] = of_populations("train", clock=Clock.PAST, file="train")
    histories: Attributes = of_populations("history", clock=Clock.PAST, file="history-")
    pending: dict[str, Array] = of_projections(clock=Clock.AHEAD, reset=Reset.FORGETS_ARRIVALS, file="pending-inputs")
    connectivity: dict[str, Storage] = of_projections()
    decoded: dict[str, Array] = of_projections(clock=Clock.WINDOW, reset=Reset.FORGETS_ARRIVALS, file="decoded-inputs")
    baselines: dict[str, Array] = of_projections(reset=Reset.FORGETS_ARRIVALS, file="baseline")
    tapes: dict[str, Array] = of_projections()

    def __getitem__(self, name: str) -> Any:
        """Return a variable by its public name, `state["cells.v"]`."""
        return named_value(name, self.populations | self.projections, {})

    def __repr__(self) -> str:
        """Return names, types and shapes."""
        return pytree_text(self)


@cache
def state_fields(owner: Owner) -> tuple[StateField, ...]:
    """Return the fields of the state that have a value for each population, or for each projection."""
    described = [(f.name, f.metadata.get(StateField)) for f in fields(NetworkState)]
    return tuple(replace(info, name=name) for name, info in described if info is not None and info.owner is owner)


def owned_by(state: NetworkState, owner: Owner, name: str) -> dict[str, Any]:
    """Return what the state has of one population or projection, by field."""
    places = {f.name: getattr(state, f.name) for f in state_fields(owner)}
    return {part: place[name] for part, place in places.items() if name in place}


def with_owned(state: NetworkState, name: str, new: Mapping[str, Any]) -> NetworkState:
    """Return the state with other values of one population or projection, by field."""
    return replace(state, **{part: {**getattr(state, part), name: value} for part, value in new.items()})


def without_projections(state: NetworkState) -> NetworkState:
    """Return the state of the populations alone."""
    constants = replace(state.constants, projections={}, connectivity={})
    return replace(state, constants=constants, **{f.name: {} for f in state_fields(Owner.PROJECTION)})


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Emitted:
    """What a step reports and does not carry.

    Args:
        conductances, sums: inputs by population and target, after transmission and before the update: what monitors
            record.
    """

    conductances: Attributes
    sums: Attributes

    def input(self, population: str, name: str) -> Array | None:
        """Return an input by the name that a monitor gives it, None for what is none; a conductance is a sum, too."""
        conductances, sums = self.conductances.get(population, {}), self.sums.get(population, {})
        if (target := conductance_target(name)) is not None:
            return conductances.get(target)
        if (target := sum_target(name)) is not None:
            return conductances[target] if target in conductances else sums[target]
        return None
