"""A derived learning rule as a synapse of the equation language, where it can be said so exactly."""

from collections.abc import Iterator
from dataclasses import replace

from ..equations import (
    Assignment,
    Block,
    Expression,
    Name,
    NeuronEquations,
    Remote,
    Sequence,
    lines_of,
    minus,
    parse_expression,
    plus,
    replaced_in,
    text_of,
    times,
    walk,
)
from ..errors import UnsupportedError
from ..models import Neuron, Synapse
from ._fold import folded
from ._tangent import ARRIVED, ELIGIBILITY, Tangent, change_of

DISTANCE, SPIKED, GRADIENT = "distance", "z_post", "gradient"
PRESENT_SPIKE = f"{SPIKED} = if t - t_post < 0.5 * dt: 1.0 else: 0.0"


def synapse_of(neuron: Neuron, tangent: Tangent, projection: str, signal: str | None) -> Synapse:
    """Return the synapse whose variables are the eligibility trace of a weight.

    Args:
        neuron: the post-synaptic one.
        tangent: how a change of the input runs through it.
        projection: for messages.
        signal: the learning signal, an expression; None adds up nothing.

    Raises:
        UnsupportedError: the text would not have the numbers of the step.
    """
    obstacles = (*tangent.obstacles, *_of_spikes(neuron, tangent))
    if obstacles:
        raise UnsupportedError(
            f"the rule of `{projection}` has no exact text: {'; '.join(obstacles)}. `rule.step` computes its gradients "
            "all the same, and `print(rule)` shows the equations that they follow"
        )
    lines = _lines(folded(tangent), neuron.analysed)
    arrived = [f"{change_of(g)} += 1.0" for g in tangent.inputs]
    if not tangent.inputs:
        arrived, lines = [f"{ARRIVED} = 1.0"], [*lines, f"{ARRIVED} = 0.0"]
    lines += _eligibility(neuron, tangent)
    if signal is not None:
        lines.append(
            f"{GRADIENT} += {text_of(times(parse_expression(signal), Name(ELIGIBILITY)) or Name(ELIGIBILITY))}"
        )
    resets = _lines(tangent.resets, neuron.analysed)
    return Synapse(
        equations="\n".join(lines),
        pre_spike="\n".join(["g_target += w", *arrived]),
        post_spike="\n".join(resets) or None,
        functions=neuron.functions,
        name=f"eligibility of {projection}",
        description="Derived from the equations of the post-synaptic neuron.",
    )


def _eligibility(neuron: Neuron, tangent: Tangent) -> list[str]:
    """Return the lines that compute the eligibility; none where a neuron has no spikes with a derivative."""
    if tangent.eligibility is None or tangent.distance is None:
        return []
    model, slope = neuron.analysed, neuron.surrogate_function.text(DISTANCE)
    before = replaced_in(at_post(tangent.distance, model), dict(_before_reset(model, tangent.distance)))
    change = times(parse_expression(str(slope)), at_post(tangent.eligibility, model))
    resets = [PRESENT_SPIKE] if any(node == Name(SPIKED) for node in walk(before)) else []
    return [*resets, f"{DISTANCE} = {text_of(before)}", f"{ELIGIBILITY} = {text_of(change or Name(ELIGIBILITY))}"]


def at_post(node: Expression, model: NeuronEquations) -> Expression:
    """Return an expression of a neuron as the synapses that end there read it."""
    return replaced_in(node, {Name(name): Remote("post", name) for name in model.names})


def _lines(updates: Sequence, model: NeuronEquations) -> list[str]:
    """Return updates of changes as lines of a synapse."""
    return lines_of(tuple(_read_at_post(update, model) for update in updates))


def _read_at_post(update: Assignment | Block, model: NeuronEquations) -> Assignment | Block:
    if isinstance(update, Assignment):
        return replace(update, expression=at_post(update.expression, model))
    odes = (replace(o, left=at_post(o.left, model), right=at_post(o.right, model)) for o in update.odes)
    return Block(tuple(odes))


def _of_spikes(neuron: Neuron, tangent: Tangent) -> Iterator[str]:
    """Yield why a synapse cannot know the eligibility: it sees the neuron after its reset."""
    model, away = neuron.analysed, tangent.distance
    if not neuron.analysed.targets:
        yield "its neurons are rate-coded"
    if away is None or tangent.eligibility is None:
        return
    if neuron.surrogate_function.text(DISTANCE) is None:
        yield f"the surrogate `{neuron.surrogate_function.name}` is a function without a formula"
    read = {node.name for node in walk(away) if isinstance(node, Name)}
    if not read <= set(model.names) or any(isinstance(node, Remote) or hasattr(node, "owner") for node in walk(away)):
        yield "its spike condition reads more than attributes of the neuron"
    for part in model.reset:
        if part.name in read and not _adds_constant(part, model):
            yield f"the reset overwrites `{part.name}`, of which the synapse would need the value before"
    for part in tangent.through_spikes:
        names = {node.name for node in walk(part.expression) if isinstance(node, Name)} - {ELIGIBILITY}
        varying = sorted(n for n in names if (a := model.find(n)) is None or not a.is_parameter)
        if varying:
            yield f"the reset depends on `{varying[0]}`"
    try:
        folded(tangent)
    except UnsupportedError as error:
        yield str(error)


def _adds_constant(part: Assignment, model: NeuronEquations) -> bool:
    parameters = {a.name for a in model.attributes if a.is_parameter}
    leaves = [node for node in walk(part.expression) if hasattr(node, "name")]
    return part.operator in ("+=", "-=") and all(isinstance(x, Name) and x.name in parameters for x in leaves)


def _before_reset(model: NeuronEquations, away: Expression) -> Iterator[tuple[Expression, Expression]]:
    """Yield what the variables that a reset moves were before it, from what they are after it."""
    read = {node.name for node in walk(away) if isinstance(node, Name)}
    for name in read & {part.name for part in model.reset}:
        before: Expression | None = Remote("post", name)
        for part in (part for part in model.reset if part.name == name):
            jump = times(at_post(part.expression, model), Name(SPIKED))
            before = plus(before, jump if part.operator == "-=" else minus(jump))
        if before is not None:
            yield Remote("post", name), before
