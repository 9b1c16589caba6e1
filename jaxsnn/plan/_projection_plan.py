"""A projection as the compiler sees it: its two populations, its model, its storage form, its kernel, its delays."""

from dataclasses import dataclass
from functools import cached_property

from ..connectivity import Form, FormChoice, KernelView, Side
from ..equations import Name, SynapseEquations, conductance, remotes, walk, with_live_input
from ..network import PopulationSpec, ProjectionSpec
from ..propagation import Algorithm, Kernel, KernelChoice, Operands, Rule, Spikes


@dataclass(frozen=True, eq=False)
class ProjectionPlan:
    """A projection, with everything that is decided before it runs.

    Args:
        spec: its description.
        pre, post: descriptions of its populations.
        form_choice: how its synapses are stored, and why; None where it has none.
        kernel_choice: what carries its spikes or applies its filters, and why; None for other rate-coded ones.
        longest: the longest delay, steps, at least 1.
        has_own_delays: whether synapses have delays of their own.
        platform: where it will run.
        source: the projection whose synapses these are, None for its own.
    """

    spec: ProjectionSpec
    pre: PopulationSpec
    post: PopulationSpec
    form_choice: FormChoice | None
    kernel_choice: KernelChoice | None
    longest: int
    has_own_delays: bool
    platform: str = "cpu"
    source: "ProjectionPlan | None" = None

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
        """Those of its targets that the post neurons read."""
        model = self.post.neuron.analysed
        if not self.feeds_sums:
            return tuple(t for t in self.spec.targets if t in model.targets)
        return tuple(t for t in self.spec.targets if t in model.sums or model.sums_all)

    @property
    def is_spiking(self) -> bool:
        """Whether spikes arrive, not rates."""
        return self.pre.neuron.is_spiking

    @property
    def feeds_sums(self) -> bool:
        """Whether it ends in `sum(target)`, not in a conductance."""
        return self.is_spiking is self.spec.kind.is_hybrid

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

    def input(self, target: str) -> str:
        """Return the name of the input that a target is."""
        return f"sum({target})" if self.feeds_sums else conductance(target)

    @property
    def is_fractional(self) -> bool:
        """Whether delays are parameters, real numbers of ms."""
        return self.spec.fractional_delays

    @property
    def delays_change(self) -> bool:
        """Whether a rule gives delays to the synapses that it creates."""
        return self.has_own_delays and self.model.creating is not None

    @property
    def is_pending(self) -> bool:
        """Whether spikes add to an input of steps to come as soon as they are emitted.

        Only where a contribution is made of constants: otherwise it is computed when the spike arrives. And only where
        pre-synaptic neurons have the rows, along which they send: those of a transposed projection have columns.
        """
        constant = is_constant((self.source or self).model)
        return self.is_spiking and self.has_own_delays and constant and self.form.by is Side.PRE


def model_of(spec: ProjectionSpec) -> SynapseEquations:
    """Return the equations of the synapses of a projection."""
    model = spec.synapse.analysed
    return with_live_input(model, spec.targets[0]) if len(spec.targets) == 1 else model


def is_constant(model: SynapseEquations) -> bool:
    """Tell whether an arriving spike adds something that nothing changes, and changes nothing else."""
    fixed = {a.name for a in model.attributes if a.is_parameter}
    names = {node.name for e in model.at_arrival() for node in walk(e) if isinstance(node, Name)}
    known = {a.name for a in model.attributes} | {"t", "t_pre", "t_post", "g_target"}
    adds = bool(model.transmission) and adds_up(model) and not any(s.unless_post for s in model.transmission)
    return adds and not model.changed_by_pre and not remotes(model.at_arrival()) and (names & known) <= fixed


def adds_up(model: SynapseEquations) -> bool:
    """Tell whether what arriving spikes do to an input adds up, so that their order does not matter."""
    statements = (*model.transmission, *model.axon_transmission)
    reads = any(node == Name("g_target") for s in statements for node in walk(s.expression))
    plain = all(s.operator in ("+=", "-=") and s.low is None and s.high is None for s in statements)
    changes = any(node == Name("g_target") for s in model.on_pre for node in walk(s.expression))
    return plain and not reads and not changes
