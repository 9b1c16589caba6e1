"""The different neuron and synapse models of a network, each with the name that a report gives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..models import Neuron, Synapse
from ..network import Kind, NetworkSpec


@dataclass(frozen=True)
class Models:
    """Models of a network. Those of the same name and texts are one, whatever the values of their parameters.

    Args:
        neurons: by the name in the report.
        synapses: likewise, and whether spikes arrive at them.
        names: the name of its model, for each population, and each projection whose synapses have one.
    """

    neurons: Mapping[str, Neuron]
    synapses: Mapping[str, tuple[Synapse, bool]]
    names: Mapping[str, str]


def models_of(spec: NetworkSpec) -> Models:
    """Return the models of all populations and projections; those without a name are numbered."""
    neurons, synapses = _Catalogue("Neuron"), _Catalogue("Synapse")
    names = {p.name: neurons.name_of(p.neuron) for p in spec.populations}
    for q in spec.projections:
        if q.kind is Kind.SYNAPSES:
            names[q.name] = synapses.name_of(q.synapse, spec.population(q.pre).neuron.is_spiking)
    return Models({name: model for name, (model,) in neurons.models.items()}, synapses.models, names)


class _Catalogue:
    """Models by name, as they are met."""

    def __init__(self, unnamed: str) -> None:
        self.models: dict[str, Any] = {}
        self._unnamed = unnamed
        self._known: dict[tuple, str] = {}

    def name_of(self, model: Neuron | Synapse, *more: bool) -> str:
        """Return the name of a model, a new one where it was not met yet."""
        key = (model.name, _texts(model), *more)
        if key not in self._known:
            numbered = [f"{model.name or self._unnamed} {i}" for i in range(1, len(self.models) + 2)]
            self._known[key] = next(n for n in [model.name, *numbered] if n and n not in self.models)
            self.models[self._known[key]] = (model, *more)
        return self._known[key]


def _texts(model: Neuron | Synapse) -> tuple:
    parts = ("equations", "functions", "spike", "reset", "psp", "pre_spike", "post_spike", "creating", "pruning")
    return tuple(getattr(model, part, None) for part in parts)
