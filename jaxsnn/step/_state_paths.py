"""One value of a network by its path: where it stands among parameters and state."""

from dataclasses import replace
from typing import Any

from ..network import Path
from ._state import NetworkParams, NetworkState, with_owned

# Beside attributes, paths name other parts: ("switches", "exc", "plasticity"), ("connectivity", "exc", ""), a field of
# the state of one owner, ("refractory", "P", ""), ("pending", "exc", ""); to read only: ("sums", "P", "exc"),
# ("spikes", "P", "spike").
Given = dict[Path, Any]  # arrays or numbers by place


def find(params: NetworkParams, state: NetworkState, path: Path):
    """Return the value of one attribute, or of another part of a network that has a path."""
    kind, owner, name = path
    if _is_field(path):
        return getattr(state, kind)[owner]
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
    if _is_field(path):
        return params, with_owned(state, owner, {kind: value})
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


def _is_field(path: Path) -> bool:
    """Tell whether a path stands for all that a field of the state holds of one population or projection."""
    kind, _, name = path
    return name == "" and kind not in ("constants", "connectivity")
