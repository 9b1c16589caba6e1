"""Which node a neuron is: its rows and its spikes against the nodes of NIR."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..equations import Block, NeuronEquations
from ._linear_form import LinearForm
from ._match_rows import Row, rows_of
from ._match_spikes import SpikeRule, spike_rule
from ._numbers import NoMatchError, Numbers
from ._polynomial import Polynomial

Fractions = np.ndarray  # (neurons,)


@dataclass(frozen=True, eq=False)
class Match:
    """A node without its shape.

    Args:
        kind: of the node; `Sum` for one that passes on the sum of its inputs.
        parameters: (neurons,) fractions by name.
        inputs: what multiplies each input before it reaches the node, (neurons,) fractions by target.
        biases: what is added to an input, (neurons,) fractions by target.
        choices: how equations are taken in steps, by name, as `read` takes them.
        output: name of the variable that the node gives; "" where it gives spikes.
    """

    kind: str
    parameters: Mapping[str, Fractions]
    inputs: Mapping[str, Fractions]
    biases: Mapping[str, Fractions] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    output: str = ""


def match_neuron(model: NeuronEquations, numbers: Numbers, fed: Sequence[str]) -> Match:
    """Return the node that a neuron is.

    Args:
        model: analysed equations.
        numbers: of the population.
        fed: targets that projections feed; what else the equations read is 0.

    Raises:
        NoMatchError: there is none; says which equation is in the way, and why.
    """
    _check(model, numbers)
    rows, known = rows_of(model, numbers)
    spikes = spike_rule(model, known, numbers)
    states = [row for row in rows if row.method is not None]
    static = [row for row in rows if row.method is None]
    if static and not states:
        made = _without_state(static, spikes, numbers, fed)
        return made if spikes else replace(made, output=static[0].name)
    if static:
        raise NoMatchError(f"`{static[0].name}` is computed beside the equations in time, and a node has one output")
    return _with_state(states, spikes, numbers, fed, model.targets)


def _check(model: NeuronEquations, numbers: Numbers) -> None:
    if model.axon_spike is not None:
        raise NoMatchError("it has axonal spikes, which NIR does not know")
    if model.refractory is not None:
        value = numbers.plain(model.refractory)
        if value is None or np.any(np.asarray(value) > 0):
            raise NoMatchError(f"it has the refractory period `{model.refractory}`, and NIR knows none")
    if model.sums_all:
        raise NoMatchError("it reads `sum()`, the inputs of all targets: name one, as in `sum(exc)`")
    if model.shared_updates:
        update = model.shared_updates[0]
        name = update.odes[0].name if isinstance(update, Block) else update.name
        raise NoMatchError(f"`{name}` has one value for the population, which NIR does not know")
    if not model.updates:
        raise NoMatchError("it has no equations")


def _without_state(rows: list[Row], spikes: SpikeRule | None, numbers: Numbers, fed: Sequence[str]) -> Match:
    """Match `v = scale * (inputs)`: a Scale, a Threshold, or the inputs themselves."""
    if len(rows) > 1:
        raise NoMatchError(f"it computes {', '.join(f'`{r.name}`' for r in rows)}: a node gives one thing")
    row = rows[0]
    if row.variables():
        raise NoMatchError(f"the equation of `{row.name}` reads `{next(iter(row.variables()))}` of the step before")
    gain, inputs, biases, rest = _gains(row, numbers, fed)
    if any(rest):
        raise NoMatchError(f"the equation of `{row.name}` has a constant that is no bias of an input")
    if spikes is None:
        if (gain == 1).all():
            return Match("Sum", {}, inputs, biases)
        return Match("Scale", {"scale": gain}, inputs, biases)
    if spikes.reset is not None or spikes.subtracts is not None:
        raise NoMatchError(f"it resets `{row.name}`, which has no equation in time: a Threshold has no reset")
    if (gain != 1).any():
        raise NoMatchError(f"the equation of `{row.name}` scales what is compared with a threshold")
    return Match("Threshold", {"threshold": spikes.threshold}, inputs, biases)


def _with_state(
    rows: list[Row], spikes: SpikeRule | None, numbers: Numbers, fed: Sequence[str], targets: Sequence[str]
) -> Match:
    """Match one equation in time, or a membrane with currents."""
    read = {name for row in rows for name in row.variables()}
    membranes = [row for row in rows if row.name not in read and row.name not in _conductances(targets)]
    if len(membranes) != 1:
        names = ", ".join(f"`{row.name}`" for row in rows)
        raise NoMatchError(f"the equations of {names} are no membrane, and no membrane with a synaptic current")
    membrane = membranes[0]
    if spikes is not None and spikes.variable != membrane.name:
        raise NoMatchError(f"the spike condition compares `{spikes.variable}`, the membrane is `{membrane.name}`")
    silent = {row.name for row in rows if not _is_fed(row, fed, targets)}
    membrane = replace(membrane, form=_without(membrane.form, silent))
    others = [row for row in rows if row.name not in silent | {membrane.name}]
    currents = [row for row in others if row.name in membrane.variables()]
    if len(currents) < len(others):
        odd = next(row.name for row in others if row not in currents)
        raise NoMatchError(f"`{odd}` is no synaptic current of the membrane `{membrane.name}`")
    unknown = set(membrane.variables()) - {row.name for row in others}
    if unknown:
        raise NoMatchError(f"the equation of `{membrane.name}` reads `{min(unknown)}`, which is no synaptic current")
    made = _cuba(membrane, currents, spikes, numbers, fed) if currents else _single(membrane, spikes, numbers, fed)
    return _with_spikes(made, membrane, spikes, numbers)


def _conductances(targets: Sequence[str]) -> set[str]:
    return {f"g_{target}" for target in targets}


def _is_fed(row: Row, fed: Sequence[str], targets: Sequence[str]) -> bool:
    """Tell whether anything reaches a current: one that begins with 0 and gets nothing stays 0."""
    own = {f"g_{t}": t for t in targets}
    if row.name in own:
        return own[row.name] in fed
    return True


def _without(form: LinearForm, variables: set[str]) -> LinearForm:
    for name in variables:
        form = form.without(("variable", name))
    return form


def _single(row: Row, spikes: SpikeRule | None, numbers: Numbers, fed: Sequence[str]) -> Match:
    """Match LIF, LI, IF and I."""
    gain, inputs, biases, rest = _gains(row, numbers, fed)
    choices = {"method": row.method or "explicit"}
    if row.tau is None:
        if any(rest):
            raise NoMatchError(f"the equation of `{row.name}` has a constant that is no bias of an input")
        return Match("IF" if spikes else "I", {"r": gain}, inputs, biases, choices)
    parameters = {"tau": row.tau, "r": gain, "v_leak": rest}
    return Match("LIF" if spikes else "LI", parameters, inputs, biases, choices)


def _cuba(membrane: Row, currents: list[Row], spikes: SpikeRule | None, numbers: Numbers, fed: Sequence[str]) -> Match:
    """Match CubaLIF and CubaLI."""
    first = currents[0]
    if membrane.tau is None:
        raise NoMatchError(f"`{membrane.name}` has a synaptic current and no leak: NIR's CubaLIF has one")
    if set(membrane.inputs()) & set(fed):
        raise NoMatchError(f"`{membrane.name}` has inputs beside the synaptic current `{first.name}`")
    if any(row.tau is None for row in currents) or any((row.tau != first.tau).any() for row in currents):
        raise NoMatchError("it has several synaptic time constants, NIR's CubaLIF has one")
    if {row.method for row in (*currents, membrane)} != {membrane.method}:
        raise NoMatchError("its equations are integrated by different methods, and a graph names one")
    read = membrane.variables()
    weights = {row.name: numbers.of(read[row.name]) / membrane.divisor for row in currents}
    order = "at once" if first.block >= membrane.block else "in turn"
    rest = numbers.of(membrane.form.constant) / membrane.divisor
    choices = {"method": membrane.method or "explicit", "order": order}
    if any(f"g_{t}" == first.name for t in fed) or not first.inputs():
        return _jumping(membrane, currents, weights, rest, choices, spikes)
    if len(currents) > 1:
        raise NoMatchError("it has several synaptic currents, NIR's CubaLIF has one")
    gain, inputs, biases, current_rest = _gains(first, numbers, fed)
    if any(current_rest):
        raise NoMatchError(f"the equation of `{first.name}` has a constant that is no bias of an input")
    parameters = {"tau_syn": first.tau, "tau_mem": membrane.tau, "r": weights[first.name], "v_leak": rest, "w_in": gain}
    return Match("CubaLIF" if spikes else "CubaLI", parameters, inputs, biases, choices)


def _jumping(
    membrane: Row,
    currents: list[Row],
    weights: Mapping[str, Fractions],
    rest: Fractions,
    choices: Mapping[str, str],
    spikes: SpikeRule | None,
) -> Match:
    """Match currents that jump by the weight of a spike before the step, which the membrane reads after the jump.

    That is what a CubaLIF does in turn, whose w_in makes the same jump of a signal that is 1 for a step.
    """
    first = currents[0]
    for row in currents:
        if row.form.factors or not row.form.constant.is_zero:
            raise NoMatchError(f"the current `{row.name}` depends on more than its own spikes")
    if choices["order"] != "at once":
        raise NoMatchError(f"`{membrane.name}` reads `{first.name}` after it has decayed: put their equations together")
    main = weights[first.name]
    scale = np.array([abs(x) if x else Fraction(1) for x in main], object)
    inputs = {row.name.removeprefix("g_"): weights[row.name] / scale for row in currents}
    parameters = {
        "tau_syn": first.tau,
        "tau_mem": membrane.tau,
        "r": scale,
        "v_leak": rest,
        "w_in": 1 / (1 - first.decay),  # type: ignore[operator]
    }
    return Match("CubaLIF" if spikes else "CubaLI", parameters, inputs, {}, {**choices, "order": "in turn"})  # type: ignore[arg-type]


def _gains(row: Row, numbers: Numbers, fed: Sequence[str]) -> tuple[Fractions, dict, dict, Fractions]:
    """Return the gain of all inputs, what multiplies each before it, biases before it, and the rest of the constant."""
    factors = {target: f for target, f in row.inputs().items() if target in fed}
    if row.variables():
        raise NoMatchError(f"the equation of `{row.name}` reads `{next(iter(row.variables()))}`")
    one = np.full(numbers.size, Fraction(1), object)
    if not factors:
        return one, {}, {}, numbers.of(row.form.constant) / row.divisor
    main = next(iter(factors.values()))
    gain = numbers.of(main) / row.divisor
    gain = np.array([abs(x) if x else Fraction(1) for x in gain], object)
    inputs = {target: numbers.of(f) / row.divisor / gain for target, f in factors.items()}
    bias, rest = _biases(row, main, list(factors), numbers)
    values = {target: numbers.of(b) / row.divisor / gain for target, b in bias.items()}
    return gain, inputs, values, numbers.of(rest) / row.divisor


def _biases(
    row: Row, main: Polynomial, targets: list[str], numbers: Numbers
) -> tuple[dict[str, Polynomial], Polynomial]:
    """Divide the constant into biases, which are multiplied as the inputs are, and the rest.

    What belongs to an input is known by the name `bias_target`; else it is that of the first one.
    """
    found: dict[str, Polynomial] = {}
    rest = Polynomial({})
    marks = _marks(row, main)
    for monomial, factor in row.form.constant.terms.items():
        term = Polynomial({monomial: factor})
        atoms = {atom for atom, _ in monomial}
        own = next((t for t in targets if f"bias_{t}" in atoms), None)
        if own is None and (row.tau is not None) and not (marks and marks <= atoms):
            rest = rest + term
        else:
            target = own or targets[0]
            found[target] = found.get(target, Polynomial({})) + term
    return found, rest


def _marks(row: Row, main: Polynomial) -> set[Any]:
    """Return the parameters that multiply the inputs and do not multiply the leak."""
    return set(main.atoms) - set(row.leak.atoms)


def _with_spikes(made: Match, membrane: Row, spikes: SpikeRule | None, numbers: Numbers) -> Match:
    """Add threshold and reset."""
    if spikes is None:
        return replace(made, output=membrane.name)
    choices = dict(made.choices)
    if spikes.reset is None and spikes.subtracts is None:
        raise NoMatchError(f"it has no reset, and NIR's {made.kind} has one")
    choices["reset"] = _reset(spikes, membrane)
    zero = np.full(numbers.size, Fraction(0), object)
    reset = zero if spikes.reset is None else spikes.reset
    return Match(
        made.kind,
        {**made.parameters, "v_threshold": spikes.threshold, "v_reset": reset},
        made.inputs,
        made.biases,
        choices,
    )


def _reset(spikes: SpikeRule, membrane: Row) -> str:
    """Return which reset this is, in the words of `read`."""
    if spikes.subtracts is None:
        return "value"
    if (spikes.subtracts == spikes.threshold).all():
        return "subtract"
    if membrane.decay is not None and (spikes.subtracts * membrane.decay == spikes.threshold).all():
        return "subtract later"
    raise NoMatchError(f"the reset takes something else than the threshold off `{spikes.variable}`")
