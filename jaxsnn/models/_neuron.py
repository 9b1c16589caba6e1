"""`Neuron`: a neuron model as the user writes it."""

from dataclasses import dataclass, field
from functools import cached_property

from ..equations import NeuronEquations, analyse_neuron
from ..errors import ArgumentError
from ..surrogates import Surrogate, by_name


@dataclass(frozen=True)
class Neuron:
    """A neuron model, described by equations.

    Args:
        parameters: `name = value` definitions, one per line or separated by `;`. Per neuron unless flagged
            `population`.
        equations: assignments and ordinary differential equations, evaluated in the order of the text; consecutive
            ODEs are coupled. A spiking neuron reads the input of target `exc` as `g_exc`, a rate-coded one as
            `sum(exc)`. Times are in ms.
        spike: condition for a spike, tested after the update; None makes the neuron rate-coded (it then needs `r`).
        reset: statements executed when a neuron spikes.
        refractory: duration in ms, or the name of the attribute that holds it; truncated to whole steps.
        name, description: for the reader.
        surrogate: stands in for the derivative of the spike condition in gradients: a name or a `Surrogate`.

    Raises:
        EquationError: a mistake in one of the texts; the message shows the line with a caret.

    Example:
        >>> LIF = Neuron(
        ...     parameters="tau = 10.0 ; v_thresh = 1.0",
        ...     equations="tau * dv/dt + v = g_exc",
        ...     spike="v > v_thresh",
        ...     reset="v = 0.0",
        ...     refractory=2.0,
        ... )
        >>> LIF.analysed.names
        ('tau', 'v_thresh', 'v', 'g_exc')
    """

    parameters: str = ""
    equations: str = ""
    spike: str | None = None
    reset: str | None = None
    refractory: float | str | None = None
    name: str = ""
    description: str = ""
    surrogate: str | Surrogate = field(default="fast_sigmoid")

    def __post_init__(self) -> None:
        if isinstance(self.refractory, int | float) and not self.refractory >= 0:
            raise ArgumentError(f"`refractory` is a duration in ms, not {self.refractory}")
        if self.spike is None and (self.reset or self.refractory is not None):
            raise ArgumentError("`reset` and `refractory` belong to spiking neurons: give the condition `spike` too")
        _ = self.analysed, self.surrogate_function

    @cached_property
    def analysed(self) -> NeuronEquations:
        """The analysed model."""
        return analyse_neuron(self.parameters, self.equations, self.spike, self.reset, self.refractory)

    @property
    def is_spiking(self) -> bool:
        """Whether the neuron has a spike condition."""
        return self.spike is not None

    @property
    def surrogate_function(self) -> Surrogate:
        """The surrogate itself."""
        return by_name(self.surrogate)
