"""The two pytrees of a running network: `NetworkParams` stay, `NetworkState` changes at every step.

Dataclasses for what we name, dictionaries for what the user names: `state.populations["P"]["v"]`.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import jax
from jax import Array

from ..connectivity import Storage
from ..equations import conductance_target, sum_target
from ..propagation import Spikes

Attributes = dict[str, dict[str, Array]]  # population or projection -> attribute -> array
# ("populations", "P", "v"), ("projections", "exc", "w"), ("constants", "", "tau"), ("switches", "exc", "plasticity"),
# ("connectivity", "exc", ""); to read only: ("sums", "P", "exc"), ("spikes", "P", "spike")
Path = tuple[str, str, str]
Given = dict[Path, Any]  # arrays or numbers by place

LONG_AGO = -10_000  # step of the "last" spike of a neuron, or event at a synapse, that has had none; as in ANNarchy


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
        last_events: int32 of the shape of the places, step of the last event at a synapse, per projection with
            event-driven equations.
        trains: spikes of the last steps, with a leading axis of steps (row `step % length`), per population whose
            spikes are delayed.
        histories: values of the last steps, likewise, per population whose values are delayed, by name.
        pending: (length * post population,), what spikes on their way will add to an input, per projection whose
            synapses have delays of their own; a part for each step, `step % length`.
        connectivity: who is connected to whom, per projection whose synapses come and go.
        decoded: (window, post population), what has arrived in the last steps, per projection that decodes spikes.
        tapes: zeros of the shape of the weights, per projection whose backward pass is sparse, inside a run only.
    """

    step: Array
    key: Array
    populations: Attributes
    spikes: dict[str, Spikes]
    refractory: dict[str, Array]
    last_spike: dict[str, Array]
    reductions: Attributes
    constants: Constants
    axon_spikes: dict[str, Spikes] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    sums: Attributes = field(default_factory=dict)
    origins: dict[str, Array] = field(default_factory=dict)
    projections: Attributes = field(default_factory=dict)
    last_events: dict[str, Array] = field(default_factory=dict)
    trains: dict[str, Spikes] = field(default_factory=dict)
    histories: Attributes = field(default_factory=dict)
    pending: dict[str, Array] = field(default_factory=dict)
    connectivity: dict[str, Storage] = field(default_factory=dict)
    decoded: dict[str, Array] = field(default_factory=dict)
    tapes: dict[str, Array] = field(default_factory=dict)


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


def find(params: NetworkParams, state: NetworkState, path: Path):
    """Return the value of one attribute, or of another part of a network that has a path."""
    kind, owner, name = path
    match kind:
        case "constants":
            return params.constants[name]
        case "sums":
            return state.sums[owner][name]
        case "spikes":
            return state.spikes[owner].words
        case "connectivity":
            return state.connectivity[owner] if owner in state.connectivity else state.constants.connectivity[owner]
        case "switches":
            return getattr(state.constants.switches[owner], name)
    for place in (getattr(params, kind), getattr(state.constants, kind), getattr(state, kind)):
        if name in place.get(owner, {}):
            return place[owner][name]
    raise KeyError(path)


def put(params: NetworkParams, state: NetworkState, path: Path, value) -> tuple[NetworkParams, NetworkState]:
    """Return params and state with the value of one attribute, or of another part, replaced."""
    kind, owner, name = path
    constants = state.constants
    match kind:
        case "constants":
            return replace(params, constants={**params.constants, name: value}), state
        case "connectivity" if owner in state.connectivity:
            return params, replace(state, connectivity={**state.connectivity, owner: value})
        case "connectivity":
            constants = replace(constants, connectivity={**constants.connectivity, owner: value})
            return params, replace(state, constants=constants)
        case "switches":
            switches = replace(constants.switches[owner], **{name: value})
            constants = replace(constants, switches={**constants.switches, owner: switches})
            return params, replace(state, constants=constants)

    def put_in(place: dict) -> dict:
        return {kind: {**place, owner: {**place[owner], name: value}}}

    if name in getattr(params, kind).get(owner, {}):
        return replace(params, **put_in(getattr(params, kind))), state
    if name in getattr(constants, kind).get(owner, {}):
        return params, replace(state, constants=replace(constants, **put_in(getattr(constants, kind))))
    return params, replace(state, **put_in(getattr(state, kind)))
