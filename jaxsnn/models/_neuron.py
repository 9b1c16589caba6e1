"""`Neuron`: a neuron model as the user writes it."""

from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from numbers import Real
from typing import Any, Self

from .. import arguments
from ..equations import OPEN, Context, NeuronEquations, NeuronTexts, analyse_neuron, crosses, read_extra_values
from ..errors import ArgumentError
from ..surrogates import Surrogate, by_name
from ._definitions import Drawn, Text, plain_texts

NEURON_FLAGS = {"local": "", "global": "population"}
SPIKES = ("grid", "precise")
GRADIENTS = ("exact", "surrogate", "both")
STATEMENTS = ("equations", "reset", "axon_reset")


@dataclass(frozen=True)
class Neuron:
    """A neuron model, described by equations.

    Args:
        parameters: `name = value` definitions, one per line or separated by `;`. Per neuron unless flagged
            `population`. Or a dictionary of values and `Parameter`, as in ANNarchy 5: plain values are `population`.
        equations: assignments and ordinary differential equations, evaluated in the order of the text; consecutive
            ODEs are coupled. A spiking neuron reads the input of target `exc` as `g_exc`, a rate-coded one as
            `sum(exc)`. Times are in ms. Or a list of such texts and of `Variable`; `reset` and `axon_reset` too.
        spike: condition for a spike, tested after the update; None makes the neuron rate-coded (it then needs `r`).
        axon_spike: condition for an axonal spike: tested in neurons that are not refractory and whose spike condition
            does not hold after the reset. Recorded as `axon_spike`.
        reset: statements executed when a neuron spikes.
        axon_reset: statements executed on an axonal spike.
        refractory: duration in ms, or the name of the attribute that holds it; truncated to whole steps. A number
            becomes the attribute `refractory` of populations, which can be assigned per neuron.
        functions: definitions `f(x, y) = expression`, one per line, for the equations of this model.
        extra_values: numbers by name, which values of parameters can be: `tau = 'tau0'` with `{"tau0": 20.0}`.
        name, description: for the reader.
        rate_window: ms; the attribute `r` of a spiking neuron is its number of spikes in such a window before now, in
            Hz. `Population.compute_firing_rate` sets it.
        rate_inputs: let a spiking neuron read the input of rate-coded ones as `sum(target)`.
        initial: distributions from which initial values are drawn, `(name, distribution)`; the model fills it in.
        has_rate: let a spiking neuron have the attribute `r`, 0 without a `rate_window`. A network sets it where a
            monitor or a synapse reads `r`.
        context: constants and functions of the network; a network fills it in when it creates a population.
        surrogate: stands in for the derivative of the spike condition in gradients: a name or a `Surrogate`.
        differentiable_reset: let gradients flow through the decision to reset: x after a spike is x + s (reset - x),
            where the spike s carries the surrogate derivative. By default that decision counts as a constant. Numbers
            of a simulation are the same either way.
        spikes: `"grid"` puts a spike at the end of its step, `"precise"` at the moment within the step at which the
            condition is met.
        gradients: of precise spikes: `"exact"`, by the moment of the spike; `"surrogate"`, by the surrogate, as on the
            grid; `"both"`, exact for neurons that spike, by the surrogate for those that do not.

    Raises:
        EquationError: a mistake in one of the texts; the message shows the line with a caret. An unknown name or
            function is reported when a population is created, because it may be a constant or function of the network.
            So is what is merely suspicious: an error in a strict network, a warning in any other.

    Example:
        >>> LIF = Neuron(
        ...     parameters="tau = 10.0 ; v_thresh = 1.0",
        ...     equations="tau * dv/dt + v = g_exc",
        ...     spike="v > v_thresh",
        ...     reset="v = 0.0",
        ...     refractory=2.0,
        ... )
        >>> LIF.analysed.names
        ('tau', 'v_thresh', 'v', 'g_exc', 'refractory')
    """

    parameters: Text = ""
    equations: Text = ""
    spike: str | None = None
    axon_spike: str | None = None
    reset: Text | None = None
    axon_reset: Text | None = None
    refractory: float | str | None = None
    functions: str | None = ""
    name: str = ""
    description: str = ""
    extra_values: Any = ()
    surrogate: str | Surrogate = field(default="fast_sigmoid")
    rate_window: float | None = None
    rate_inputs: bool = False
    differentiable_reset: bool = False
    spikes: str = "grid"
    gradients: str = "exact"
    has_rate: bool = False
    initial: Drawn = field(default=(), repr=False)
    context: Context = field(default=OPEN, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "extra_values", read_extra_values(self.extra_values))
        for name, text in plain_texts(self, NEURON_FLAGS, STATEMENTS).items():
            object.__setattr__(self, name, text)
        if isinstance(self.refractory, Real):
            duration = float(self.refractory)
            object.__setattr__(self, "refractory", duration)
            if not 0 <= duration < inf:
                raise ArgumentError(f"`refractory` is a duration in ms, not {duration}")
        if self.rate_window is not None:
            arguments.real(self.rate_window, "rate_window", "ms", above=0.0)
        if self.spike is None and (self.reset or self.refractory is not None):
            raise ArgumentError("`reset` and `refractory` belong to spiking neurons: give the condition `spike` too")
        if self.spike is None and (self.axon_spike is not None or self.rate_window is not None):
            raise ArgumentError("`axon_spike` and `rate_window` belong to spiking neurons: give the condition `spike`")
        if not isinstance(self.differentiable_reset, bool):
            raise ArgumentError(f"`differentiable_reset` is True or False, not {self.differentiable_reset!r}")
        arguments.one_of(self.spikes, "spikes", SPIKES)
        arguments.one_of(self.gradients, "gradients", GRADIENTS)
        if self.axon_reset and self.axon_spike is None:
            raise ArgumentError("`axon_reset` needs the condition `axon_spike`")
        _ = self.analysed, self.surrogate_function

    @cached_property
    def analysed(self) -> NeuronEquations:
        """The analysed model."""
        texts = NeuronTexts(
            self.parameters,
            self.equations,
            self.spike,
            self.reset,
            self.axon_spike,
            self.axon_reset,
            self.functions or "",
            self.extra_values,
        )
        return analyse_neuron(texts, self.refractory, self.rate_window, self.rate_inputs, self.has_rate, self.context)

    def within(self, context: Context) -> Self:
        """Return the same model in the surroundings of a network.

        Raises:
            EquationError: a name or a function is known neither to the model nor to the network.
        """
        return self.with_changes(context=context)

    def with_surrogate(
        self,
        surrogate: str | Surrogate | None = None,
        differentiable_reset: bool | None = None,
        gradients: str | None = None,
    ) -> Self:
        """Return the same model with other gradients.

        Args:
            surrogate: a name or a `Surrogate`; None keeps its own.
            differentiable_reset: whether gradients flow through resets; None keeps its own.
            gradients: of precise spikes; None keeps its own.

        Example:
            >>> neuron = Neuron(equations="v += g_exc", spike="v > 1.0", reset="v = 0.0")
            >>> neuron.with_surrogate("arctan").surrogate_function.name
            'arctan(alpha=2)'
        """
        changes = {"surrogate": surrogate, "differentiable_reset": differentiable_reset, "gradients": gradients}
        changes = {name: value for name, value in changes.items() if value is not None}
        return self.with_changes(**changes) if changes else self

    def with_changes(self, **changes: Any) -> Self:
        """Return the same model with other arguments, of the same class whatever its `__init__` takes."""
        made = object.__new__(type(self))
        vars(made).update({name: x for name, x in vars(self).items() if name != "analysed"} | changes)
        made.__post_init__()
        return made

    @property
    def is_precise(self) -> bool:
        """Whether a spike stands at the moment at which its condition is met."""
        return self.spikes == "precise" and crosses(self.analysed.spike)

    @property
    def is_spiking(self) -> bool:
        """Whether the neuron has a spike condition."""
        return self.spike is not None

    @property
    def surrogate_function(self) -> Surrogate:
        """The surrogate itself."""
        return by_name(self.surrogate)
