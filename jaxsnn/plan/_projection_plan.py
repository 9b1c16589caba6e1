"""A projection as a step sees it: its two populations, its model, its storage form, its kernel, its delivery."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..connectivity import Form, FormChoice, KernelView, Side
from ..equations import SynapseEquations, with_live_input
from ..network import PopulationSpec, ProjectionSpec
from ..propagation import Algorithm, Kernel, KernelChoice, Operands, Rule, Spikes
from ._delivery import Delivery
from ._event_clock import EventClock
from ._targets import feeds_sums, sends_spikes


@dataclass(frozen=True, eq=False)
class ProjectionPlan:
    """A projection, with everything that is decided before it runs.

    Args:
        spec: its description.
        pre, post: descriptions of its populations.
        form_choice: how its synapses are stored, and why; None where it has none.
        kernel_choice: what carries its spikes or applies its filters, and why; None for other rate-coded ones.
        delivery: how what it transmits reaches its synapses.
        longest: the longest delay, steps, at least 1.
        has_own_delays: whether each synapse has a delay of its own, be they all of one step.
        platform: where it will run.
        source: the projection whose synapses these are, None for its own.
        event_clock: where it is kept when something last happened at a synapse; None where no equation asks.
    """

    spec: ProjectionSpec
    pre: PopulationSpec
    post: PopulationSpec
    form_choice: FormChoice | None
    kernel_choice: KernelChoice | None
    delivery: Delivery
    longest: int
    has_own_delays: bool
    platform: str = "cpu"
    source: "ProjectionPlan | None" = None
    event_clock: EventClock | None = None

    @property
    def name(self) -> str:
        """Name of the projection."""
        return self.spec.name

    @property
    def owner(self) -> str:
        """Name of the projection that has its synapses."""
        return self.name if self.source is None else self.source.name

    @property
    def form(self) -> Form:
        """How its synapses are stored; there are none where weights are shared."""
        if self.form_choice is None:
            raise TypeError(f"projection `{self.name}`, a {self.spec.kind.value}, has no synapses")
        return self.form_choice.form

    @property
    def kernel(self) -> Algorithm | None:
        """What carries its spikes or applies its filters; None for other rate-coded ones."""
        return None if self.kernel_choice is None else self.kernel_choice.algorithm

    @cached_property
    def model(self) -> SynapseEquations:
        """The equations of its synapses."""
        return model_of(self.spec)

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """The inputs that it feeds."""
        if self.feeds_sums:
            return self.spec.targets
        return tuple(t for t in self.spec.targets if t in self.post.neuron.analysed.targets)

    @property
    def is_spiking(self) -> bool:
        """Whether spikes arrive, not rates."""
        return sends_spikes(self.spec, self.pre)

    @property
    def feeds_sums(self) -> bool:
        """Whether it ends in `sum(target)`, not in a conductance."""
        return feeds_sums(self.spec, self.pre)

    @property
    def steps_ahead(self) -> int:
        """For how many steps to come, the present one included, inputs are kept that spikes on their way will add."""
        return self.longest if self.delivery.uses_ring else int(self.is_spiking and self.pre.neuron.is_precise)

    @property
    def on_cpu(self) -> bool:
        """Whether it will run on a CPU; on an accelerator nothing in a step branches or walks unless it must."""
        return self.platform == "cpu"

    def kernel_for(self, form: KernelView, side: Side, rule: Rule) -> Kernel:
        """Return what applies a rule to the synapses of the neurons of a side that spiked.

        Args:
            form: the synapses as kernels see them.
            side: whose neurons spike.
            rule: what happens.
        """
        if self.kernel is None:
            raise TypeError(f"projection `{self.name}` sends rates: no kernel carries its spikes")
        neuron = (self.pre if side is Side.PRE else self.post).neuron
        kernel = self.kernel.build(form, side, rule, neuron.surrogate_function)
        if self.on_cpu or self.kernel.hides_values:
            return kernel

        def unhidden(operands: Operands, spikes: Spikes, changed, into, opaque):
            return kernel(operands, spikes, changed, into, None)

        return unhidden

    @property
    def delays_change(self) -> bool:
        """Whether a rule gives delays to the synapses that it creates."""
        return self.has_own_delays and self.model.creating is not None

    @property
    def delay_dtype(self) -> np.dtype:
        """The type of delays in steps: the narrowest that holds them, where they are read for each spike."""
        narrow = self.delivery is Delivery.INPUT_RING and not self.delays_change
        types = (np.uint8, np.uint16) if narrow else ()
        return np.dtype(next((t for t in types if self.longest <= np.iinfo(t).max), np.int32))

    @property
    def pasts_differ(self) -> bool:
        """Whether synapses of one pre-synaptic neuron read its values at different times."""
        return self.has_own_delays and self.longest > 1


def model_of(spec: ProjectionSpec) -> SynapseEquations:
    """Return the equations of the synapses of a projection."""
    model = spec.synapse.analysed
    return with_live_input(model, spec.targets[0]) if len(spec.targets) == 1 else model
