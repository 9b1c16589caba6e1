"""`Synapse`: a synapse model as the user writes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from ..equations import OPEN, Context, Operation, SynapseEquations, SynapseTexts, analyse_synapse, read_extra_values
from ..errors import ArgumentError, did_you_mean

OPERATIONS: Mapping[str, Operation] = {o.value: o for o in Operation}


@dataclass(frozen=True)
class Synapse:
    """A synapse model, described by equations. `w` is its weight, a parameter unless something changes it.

    In all texts `pre.x` and `post.x` are attributes of the two neurons, `pre.sum(exc)` and `post.sum(exc)` their
    inputs, `mean(pre.x)` and its kin run over a whole population, `t_pre` and `t_post` are the times of their last
    spikes, ms.

    Args:
        parameters: `name = value` definitions, one per line or separated by `;`. Per synapse unless flagged
            `postsynaptic` (one value per post-synaptic neuron) or `projection` (one in all).
        equations: assignments and ordinary differential equations, executed at every step after the neurons, in the
            order of the text within each locality. An ODE flagged `event-driven` is solved at spikes only.
        psp: what a synapse contributes to the input of its post-synaptic neuron at every step. Rate-coded: None stands
            for `w * pre.r`. Between spiking neurons: added to the conductance, as for gap junctions.
        operation: how rate-coded contributions are combined: `sum`, `mean`, `max` or `min`.
        pre_spike: statements when a spike arrives; `g_target` is the input of the post-synaptic neuron, changed before
            everything else. None, or statements without `g_target`, stand for `g_target += w` (unless there is a
            `psp`). Names that are assigned here and defined nowhere are variables that begin with 0.
        post_spike: statements when the post-synaptic neuron spikes.
        pre_axon_spike: statements when an axonal spike arrives: the text of `pre_spike`, or statements on `g_target`.
        functions: definitions `f(x, y) = expression`, one per line, for the equations of this model.
        pruning: `condition : proba=0.1`, when a synapse goes; see `Projection.start_pruning`.
        creating: `condition : proba=0.1, w=0.01`, when one comes into being.
        extra_values: numbers by name, which the value of a parameter can be: `tau = 'tau0'` with `{"tau0": 20.0}`.
        name, description: for the reader.
        context: constants and functions of the network; a network fills it in when it connects a projection.

    Raises:
        EquationError: a mistake in one of the texts; the message shows the line with a caret. An unknown name or
            function is reported when a projection is made, because it may be a constant or function of the network.
            So is what is merely suspicious: an error in a strict network, a warning in any other.

    Example:
        >>> nearest = Synapse(
        ...     parameters="tau = 20.0 : projection ; A = 0.01 : projection",
        ...     equations="tau * dx/dt = -x : event-driven",
        ...     pre_spike="g_target += w ; x = 1.0",
        ...     post_spike="w = clip(w + A * x, 0.0, 1.0)",
        ... )
        >>> nearest.analysed.is_plastic
        True
    """

    parameters: str = ""
    equations: str = ""
    psp: str | None = None
    operation: str = "sum"
    pre_spike: str | None = None
    post_spike: str | None = None
    pre_axon_spike: str | None = None
    functions: str | None = ""
    pruning: str | None = None
    creating: str | None = None
    name: str = ""
    description: str = ""
    extra_values: Any = ()
    context: Context = field(default=OPEN, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "extra_values", read_extra_values(self.extra_values))
        if self.operation not in OPERATIONS:
            hint = did_you_mean(str(self.operation), OPERATIONS)
            raise ArgumentError(f"`operation` is how contributions are combined, not {self.operation!r}.{hint}")
        if self.pre_spike is not None and self.operation != "sum":
            raise ArgumentError("spikes add up: `operation` is for rate-coded synapses")
        if self.post_spike is not None and self.pre_axon_spike is not None:
            raise ArgumentError("`pre_axon_spike` cannot be combined with `post_spike`")
        _ = self.analysed

    @cached_property
    def analysed(self) -> SynapseEquations:
        """The analysed model."""
        texts = SynapseTexts(
            self.parameters,
            self.equations,
            self.psp,
            self.pre_spike,
            self.post_spike,
            self.pre_axon_spike,
            self.functions or "",
            self.creating,
            self.pruning,
            self.extra_values,
        )
        return analyse_synapse(texts, OPERATIONS[self.operation], self.context)

    def within(self, context: Context) -> "Synapse":
        """Return the same model in the surroundings of a network.

        Raises:
            EquationError: a name or a function is known neither to the model nor to the network.
        """
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        return Synapse(**{**own, "context": context})  # of this class, whatever a subclass takes
