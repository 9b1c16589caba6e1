"""Neuron and synapse models as tables: their equations, and what happens on spikes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..equations import UserFunction
from ..models import Neuron, Synapse
from ._document import Cell, Line, Math, Table, text
from ._formula import formula
from ._statements import condition_line, equation_lines, event_driven_lines, rule_lines, statement_lines
from ._symbols import symbol, word

WIDTHS = (0.24, 0.76)
EXPLICIT = "explicit"


def neuron_table(name: str, neuron: Neuron) -> Table:
    """Return what the equations of a neuron say."""
    model = neuron.analysed
    rows: dict[str, Iterable[Line]] = {
        "Name": text(name),
        "Description": text(neuron.description),
        "Type": text("spiking" if neuron.is_spiking else "rate-coded"),
        "Functions": _functions(model.functions),
        "Dynamics": equation_lines((*model.shared_updates, *model.updates)),
        "Spike condition": [] if model.spike is None else [condition_line(model.spike)],
        "On a spike": statement_lines(model.reset),
        "Refractory period": [] if model.refractory is None else [(Math(symbol(model.refractory)), " ms")],
        "Axonal condition": [] if model.axon_spike is None else [condition_line(model.axon_spike)],
        "On an axonal spike": statement_lines(model.axon_reset),
        "Mean firing rate": [] if model.rate_window is None else [(f"over {model.rate_window:g} ms",)],
    }
    return _table(rows)


def synapse_table(name: str, synapse: Synapse, is_spiking: bool) -> Table:
    """Return what the equations of a synapse say.

    Args:
        name: of the model.
        synapse: the model.
        is_spiking: whether spikes arrive at such synapses.
    """
    model = synapse.analysed
    arrival = [*model.transmission, *model.on_pre] if is_spiking else []
    rows: dict[str, Iterable[Line]] = {
        "Name": text(name),
        "Description": text(synapse.description),
        "Functions": _functions(model.functions),
        "Contribution": _contribution(synapse, is_spiking),
        "Dynamics": [
            *equation_lines((*model.shared_updates, *model.post_updates, *model.updates)),
            *event_driven_lines(model.event_driven),
        ],
        "Pre-synaptic spike": statement_lines(arrival),
        "Post-synaptic spike": statement_lines(model.on_post),
        "Axonal spike": statement_lines(model.axon_transmission),
        "Creation": [] if model.creating is None else rule_lines(model.creating),
        "Pruning": [] if model.pruning is None else rule_lines(model.pruning),
    }
    return _table(rows)


def is_plastic(synapse: Synapse) -> bool:
    """Tell whether synapses of a model change."""
    model = synapse.analysed
    return model.has_equations or bool(model.event_driven or model.on_pre or model.on_post) or model.is_structural


def _contribution(synapse: Synapse, is_spiking: bool) -> list[Line]:
    psp = synapse.analysed.psp
    if psp is None:
        return [] if is_spiking else [(Math(rf"{symbol('w')} \, {{{symbol('r')}}}^{{{word('pre')}}}"),)]
    combined = "" if synapse.operation == "sum" else f" (combined by {synapse.operation})"
    return [(Math(formula(psp)), combined)]


def _functions(functions: Sequence[UserFunction]) -> list[Line]:
    return [(Math(_function(f)),) for f in functions]


def _function(function: UserFunction) -> str:
    arguments = ", ".join(symbol(name) for name in function.names)
    return rf"{word(function.name)}\left({arguments}\right) = {formula(function.body)}"


def _table(rows: Mapping[str, Any]) -> Table:
    filled = {label: tuple(lines) for label, lines in rows.items()}
    kept = {label: lines for label, lines in filled.items() if any(part for line in lines for part in line)}
    return Table((), tuple((text(label), _cell(lines)) for label, lines in kept.items()), WIDTHS)


def _cell(lines: Iterable[Line]) -> Cell:
    return tuple(tuple(part for part in line if part) for line in lines)
