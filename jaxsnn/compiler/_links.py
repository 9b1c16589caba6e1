"""A projection as the compiler sees it: its two populations, its model, its storage form, its kernel, its delays."""

from dataclasses import dataclass
from functools import cached_property
from math import inf

from ..connectivity import Form, FormChoice, Side, choose_form
from ..distributions import Distribution
from ..equations import Name, SynapseEquations, remotes, walk
from ..errors import ArgumentError
from ..network import NetworkSpec, PopulationSpec, ProjectionSpec, SynapseMonitorSpec
from ..propagation import Choice, choose


@dataclass(frozen=True, eq=False)
class Link:
    """A projection, with everything that is decided before it runs.

    Args:
        spec: its description.
        pre, post: descriptions of its populations.
        form: how its synapses are stored, and why.
        kernel: what carries its spikes, and why; None for a rate-coded one.
        longest: the longest delay, steps, at least 1.
        has_own_delays: whether synapses have delays of their own.
    """

    spec: ProjectionSpec
    pre: PopulationSpec
    post: PopulationSpec
    form_choice: FormChoice
    kernel: Choice | None
    longest: int
    has_own_delays: bool

    @property
    def name(self) -> str:
        """Name of the projection."""
        return self.spec.name

    @property
    def form(self) -> Form:
        """How its synapses are stored."""
        return self.form_choice.form

    @cached_property
    def model(self) -> SynapseEquations:
        """The equations of its synapses."""
        return self.spec.synapse.analysed

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """Those of its targets that the post neurons read."""
        model = self.post.neuron.analysed
        if self.is_spiking:
            return tuple(t for t in self.spec.targets if t in model.targets)
        return tuple(t for t in self.spec.targets if t in model.sums or model.sums_all)

    @property
    def is_spiking(self) -> bool:
        """Whether spikes arrive, not rates."""
        return self.pre.neuron.is_spiking

    @property
    def is_pending(self) -> bool:
        """Whether spikes add to an input of steps to come as soon as they are emitted.

        Only where a contribution is made of constants: otherwise it is computed when the spike arrives.
        """
        return self.is_spiking and self.has_own_delays and _is_constant(self.model)


def _is_constant(model: SynapseEquations) -> bool:
    """Tell whether an arriving spike adds something that nothing changes, and changes nothing else."""
    fixed = {a.name for a in model.attributes if a.is_parameter}
    names = {node.name for e in model.at_arrival() for node in walk(e) if isinstance(node, Name)}
    known = {a.name for a in model.attributes} | {"t", "t_pre", "t_post", "g_target"}
    adds = adds_up(model) and not any(s.unless_post for s in model.transmission)
    return adds and not model.changed_by_pre and not remotes(model.at_arrival()) and (names & known) <= fixed


def adds_up(model: SynapseEquations) -> bool:
    """Tell whether what arriving spikes do to an input adds up, so that their order does not matter."""
    statements = (*model.transmission, *model.axon_transmission)
    reads = any(node == Name("g_target") for s in statements for node in walk(s.expression))
    plain = all(s.operator in ("+=", "-=") and s.low is None and s.high is None for s in statements)
    changes = any(node == Name("g_target") for s in model.on_pre for node in walk(s.expression))
    return plain and not reads and not changes


def link(
    spec: ProjectionSpec, network: NetworkSpec, platform: str, kernel: str | None, batch: int, itemsize: int
) -> Link:
    """Decide everything about a projection.

    Args:
        spec: its description.
        network: the network.
        platform: where it will run.
        kernel: name of the kernel for all projections; None chooses.
        batch: how many stimuli will share one set of weights.
        itemsize: bytes of a number.

    Raises:
        ArgumentError: a delay without a bound, a storage form or kernel that does not exist.
    """
    pre, post = network.population(spec.pre), network.population(spec.post)
    model, spiking = spec.synapse.analysed, pre.neuron.is_spiking
    longest, own = _delays(spec, network.dt)
    requested = spec.kernel or kernel
    storage = spec.storage or ("dense" if requested == "product" and not own else None)
    pending = spiking and own and _is_constant(model)
    watched = any(isinstance(m, SynapseMonitorSpec) and m.projection == spec.name and m.dendrite is not None for m in network.monitors)
    chosen = choose_form(
        spec.connector,
        spec.ends,
        by=Side.PRE if spiking else Side.POST,
        has_columns=spiking and (watched or bool(model.on_post)),
        all_pairs=model.is_structural,
        itemsize=itemsize,
        requested="rows" if pending else storage,
    )
    carrier = None
    if spiking:
        is_dense = chosen.form.name == "dense"
        carrier = choose(
            platform, spec.ends.shape, is_dense=is_dense, adds=adds_up(model), batch=batch, requested=requested
        )
    return Link(spec, pre, post, chosen, carrier, longest, own)


def _delays(spec: ProjectionSpec, dt: float) -> tuple[int, bool]:
    """Return the longest delay in steps, and whether synapses have delays of their own."""
    longest = max(spec.connector.longest_delay(), spec.longest_delay)
    if longest == inf:
        message = f"projection `{spec.name}`: the delays have no upper bound, so nothing says how much must be kept"
        raise ArgumentError(f"{message}: give the distribution a `max`")
    own = spec.connector.delays is None or isinstance(spec.connector.delays, Distribution)
    return max(1, round(longest / dt)), own
