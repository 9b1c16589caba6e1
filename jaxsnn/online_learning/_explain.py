"""What a rule has derived, as text for the reader."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..compiler import CompiledNetwork
from ..equations import Expression, Name, Number, conductance, lines_of, text_of
from ..errors import UnsupportedError
from ..models import Neuron
from ._derived import tangent_of_weights, why_traces_differ
from ._signals import Broadcast, Reward, Signal, way_to_readout
from ._tangent import ARRIVED, ELIGIBILITY, Tangent, change_of, tangent_of
from ._trainables import Trace, Trainable

NUMERICAL = "taken numerically from the step, by forward-mode differentiation"
WIDTH = max(len(label) for label in ("eligibility", "through spike", "equations"))


@dataclass(frozen=True)
class Explanation:
    """What is needed to tell what was derived.

    Args:
        compiled: the network.
        shapes: of its parameters and its state.
        signals: learning signals by population.
    """

    compiled: CompiledNetwork
    shapes: Any
    signals: Mapping[str, Signal]

    def of(self, trained: Trainable) -> str:
        """Return what was derived for a parameter."""
        try:
            tangent = self._tangent(trained)
        except UnsupportedError as error:
            return _paragraph(trained.name, f"{NUMERICAL}: {error}", [])
        if tangent is None:
            return _paragraph(trained.name, f"{trained.trace.value}; {NUMERICAL}", [])
        lines = [*self._arriving(trained, tangent), *_neuron_lines(self._neuron(trained), tangent)]
        return _paragraph(trained.name, self._trace(trained), [*lines, *self._signal(trained, tangent)])

    def _neuron(self, trained: Trainable) -> Neuron:
        return self.compiled.spec.population(trained.population).neuron

    def _tangent(self, trained: Trainable) -> Tangent | None:
        """Return the equations of a trace, None where its parameter takes other ways than the neuron's equations."""
        if trained.trace.is_of_weights:
            return tangent_of_weights(self.compiled.plans[trained.projection])
        if trained.projection or not trained.population:
            return None
        name = trained.name.rpartition(".")[2]
        seeds: dict[Expression, Expression] = {Name(name): Number(1.0)}
        return tangent_of(self._neuron(trained), seeds)

    def _trace(self, trained: Trainable) -> str:
        if trained.trace is Trace.PER_SENDER:
            return "one trace for each pre-synaptic neuron, which all of its synapses share"
        if trained.trace is Trace.PER_SYNAPSE:
            reasons = why_traces_differ(self.compiled, self.shapes, self.compiled.plans[trained.projection])
            return f"one trace for each synapse: {'; '.join(reasons)}"
        return "one trace for each neuron"

    def _arriving(self, trained: Trainable, tangent: Tangent) -> Iterator[tuple[str, str]]:
        """Yield what a spike, or a rate, does when it arrives."""
        if not trained.projection:
            return
        if not self.compiled.plans[trained.projection].is_spiking:
            yield "psp", f"{ARRIVED} = pre.r"
        for target in tangent.inputs:
            yield "pre_spike", f"{change_of(target)} += 1.0"
        if self.compiled.plans[trained.projection].is_spiking and not tangent.inputs:
            yield "pre_spike", f"{ARRIVED} = 1.0, in this step"

    def _signal(self, trained: Trainable, tangent: Tangent) -> Iterator[tuple[str, str]]:
        """Yield how the trace becomes a gradient."""
        signal = self.signals.get(trained.population)
        if isinstance(signal, Reward):
            yield "kept", f"kept = exp(-dt / {signal.tau!r}) * kept + {ELIGIBILITY}"
            yield "gradient", "loss * kept, of this step"
            return
        exact = [f"dE/d{name.removeprefix(change_of(''))} * {name}" for name in _states(self._neuron(trained), tangent)]
        exact += [f"dE/dspike * {ELIGIBILITY}"] if tangent.eligibility is not None else []
        if isinstance(signal, Broadcast):
            yield from self._filter(trained, signal)
            return
        yield "gradient", " + ".join(exact) or "0.0"

    def _filter(self, trained: Trainable, signal: Broadcast) -> Iterator[tuple[str, str]]:
        """Yield how the eligibility is filtered, as the readout filters a spike."""
        plan = way_to_readout(self.compiled, trained.population, signal.readout)
        model = plan.post.neuron.analysed
        names = [conductance(t) for t in plan.targets]
        seeds: dict[Expression, Expression] = {Name(g): Name(ELIGIBILITY) for g in names if g in model.instantaneous}
        own = tuple(g for g in names if g not in model.instantaneous)
        filtered = tangent_of(plan.post.neuron, seeds, own)
        lines = [f"{change_of(g)} += {ELIGIBILITY}" for g in own] + lines_of(filtered.updates)
        yield from (("filter", line.replace(change_of(""), "filtered_")) for line in lines)
        weights = f"{plan.name}.w" if isinstance(signal.weights, str) else "the weights given"
        for name in _states(plan.post.neuron, filtered):
            variable = name.removeprefix(change_of(""))
            yield "L", f"sum over {signal.readout} of B * dE/d{variable}, B: {weights}"
            yield "gradient", f"L * filtered_{variable}"


def _states(neuron: Neuron, tangent: Tangent) -> list[str]:
    """Return the changes of what is carried from step to step, or that the loss may read."""
    return [name for name in tangent.names if neuron.analysed.find(name.removeprefix(change_of(""))) is not None]


def _neuron_lines(neuron: Neuron, tangent: Tangent) -> Iterator[tuple[str, str]]:
    """Yield how a change runs through a neuron."""
    yield from (("equations", line) for line in lines_of(tangent.updates))
    if tangent.eligibility is not None and tangent.distance is not None:
        yield "psi", f"{neuron.surrogate_function.name} of {text_of(tangent.distance)}"
        change = text_of(tangent.eligibility)
        yield ELIGIBILITY, f"psi * {f'({change})' if ' ' in change else change}"
    yield from (("through spike", line) for line in lines_of(tangent.through_spikes))
    yield from (("post_spike", line) for line in lines_of(tangent.resets))


def _paragraph(name: str, trace: str, lines: list[tuple[str, str]]) -> str:
    rows, last = [f"{name}: {trace}"], ""
    for label, line in lines:
        rows.append(f"    {'' if label == last else label:<{WIDTH}}  {line}")
        last = label
    return "\n".join(rows)
