"""The two pytrees of a running network: `NetworkParams` stay, `NetworkState` changes at every step.

Dataclasses for what we name, dictionaries for what the user names: `state.populations["P"]["v"]`.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import jax
from jax import Array

from ..propagation import Spikes
from ._firing import Window

Attributes = dict[str, dict[str, Array]]  # population or projection -> attribute -> array
# ("populations", "P", "v"), ("projections", "exc", "w"), ("constants", "", "tau"); to read only: ("sums", "P", "exc"),
# ("spikes", "P", "spike")
Path = tuple[str, str, str]
Given = dict[Path, Any]  # arrays or numbers by place


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class NetworkParams:
    """Constants of a run, all of them floating-point, so that `jax.grad` accepts the whole.

    Args:
        populations: parameter arrays, () for one value per population or while no neuron differs, else (size,); also
            the floating-point tables of inputs.
        projections: `w` is (pre.size, post.size).
        constants: () each.
    """

    populations: Attributes
    projections: Attributes
    constants: dict[str, Array] = field(default_factory=dict)


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Constants:
    """Integer and boolean arrays that no step changes: they have no derivative and stay out of `NetworkParams`.

    Args:
        populations: parameters of type `int` and `bool`, and integer tables of inputs.
    """

    populations: Attributes = field(default_factory=dict)


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
        last_spike: (size,) int32 step of the last spike, per population that reads `t_last`.
        reductions: () values of `mean(x)` and its kin, by their text.
        constants: see `Constants`.
        axon_spikes: axonal spikes of the last step, per population that has them.
        windows: recent spikes, per population whose mean firing rate is computed.
        sums: (size,) each, the last input of each target that a rate-coded projection feeds, by population.
        origins: () int32, the step of the last reset, per population with a source.
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


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Emitted:
    """What a step reports and does not carry.

    Args:
        inputs: per population, its `g_<target>` and `sum(<target>)` after transmission and before the update: what
            monitors record.
    """

    inputs: Attributes


def find(params: NetworkParams, state: NetworkState, path: Path):
    """Return the value of one attribute."""
    kind, owner, name = path
    if kind == "constants":
        return params.constants[name]
    if kind == "sums":
        return state.sums[owner][name]
    if kind == "spikes":
        return state.spikes[owner].words
    if kind == "projections":
        return params.projections[owner][name]
    for place in (params.populations, state.constants.populations, state.populations):
        if name in place.get(owner, {}):
            return place[owner][name]
    raise KeyError(path)


def put(params: NetworkParams, state: NetworkState, path: Path, value) -> tuple[NetworkParams, NetworkState]:
    """Return params and state with the value of one attribute replaced."""
    kind, owner, name = path

    def put_in(place: dict) -> dict:
        return {**place, owner: {**place[owner], name: value}}

    if kind == "constants":
        return replace(params, constants={**params.constants, name: value}), state
    if kind == "projections":
        return replace(params, projections=put_in(params.projections)), state
    if name in params.populations.get(owner, {}):
        return replace(params, populations=put_in(params.populations)), state
    if name in state.constants.populations.get(owner, {}):
        return params, replace(
            state, constants=replace(state.constants, populations=put_in(state.constants.populations))
        )
    return params, replace(state, populations=put_in(state.populations))
