"""Values of attributes as they are declared, before anything is drawn."""

from typing import Any

import numpy as np

from ..equations import Apply, Attribute, Name, Scope, evaluate, walk
from ..errors import StateError
from ..step import Path
from ._draft import Draft


def read(draft: Draft, path: Path) -> np.ndarray:
    """Return a declared value as far as it is known before anything is drawn.

    Raises:
        StateError: it is drawn when the network starts.
    """
    kind, owner, name = path
    if kind == "constants":
        return np.asarray(draft.constants[name])
    if kind in ("sums", "spikes"):
        raise StateError(f"population `{owner}` has received and sent nothing yet: compile the network first")
    if kind == "projections":
        raise StateError(f"the weights of projection `{owner}` are drawn when the network starts: compile it first")
    return _neuron_value(draft, owner, name)


def _neuron_value(draft: Draft, owner: str, name: str) -> np.ndarray:
    spec = draft.populations[owner]
    if spec.source is not None and name in spec.source.arrays:
        return spec.source.arrays[name]
    declared = spec.values.get(name)
    if isinstance(declared, np.ndarray):
        return declared
    if declared is not None:
        raise StateError(f"`{name}` of population `{owner}` is drawn when the network starts: compile it first")
    model = spec.neuron.analysed
    attribute = model.attribute(name)
    names = {node.name for node in walk(attribute.init) if isinstance(node, Name)} & set(model.names)
    values = {other: _neuron_value(draft, owner, other) for other in names}
    return np.asarray(evaluate(attribute.init, Scope(values, constants=dict(draft.constants))))


def declared(draft: Draft, path: Path) -> Any:
    """Return a value as it is declared, or as its model has it; None where that is not known yet."""
    kind, owner, name = path
    spec: Any = draft.populations[owner] if kind == "populations" else draft.projections[owner]
    given = spec.values.get(name)
    if given is not None:
        return given
    try:
        return read(draft, path) if kind == "populations" else read_synaptic(draft, owner, name)
    except StateError:
        return None


def initial_value(draft: Draft, population: str, name: str) -> Any:
    """Return with what an attribute begins: a number, an array (size,), or the distribution from which it is drawn."""
    declared = draft.populations[population].values.get(name)
    if declared is not None and not isinstance(declared, np.ndarray):
        return declared
    value = _neuron_value(draft, population, name)
    return value.item() if value.ndim == 0 else np.array(value)


def declared_or_literal(draft: Draft, path: Path, attribute: Attribute) -> Any:
    """Return what the assignment of a view is merged into.

    That is the declared value, or the model's own; None where this one depends on parameters, which may still change.
    """
    declared = draft.populations[path[1]].values.get(path[2])
    if declared is not None:
        return declared
    depends = any(isinstance(node, Name | Apply) for node in walk(attribute.init))
    return None if depends else read(draft, path)


def read_synaptic(draft: Draft, projection: str, name: str) -> Any:
    """Return the model's own initial value of an attribute of synapses."""
    attribute = draft.projections[projection].synapse.analysed.attribute(name)
    names = {node.name for node in walk(attribute.init) if isinstance(node, Name)} - set(draft.constants)
    values = {other: read_synaptic(draft, projection, other) for other in names}
    return np.asarray(evaluate(attribute.init, Scope(values, constants=dict(draft.constants)))).item()
