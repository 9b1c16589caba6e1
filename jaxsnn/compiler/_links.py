"""A projection as the compiler sees it: its two populations, its model, its storage form, its kernel, its delays."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf

import jax.numpy as jnp

from ..connectivity import Form, FormChoice, Side, choose_form, transposed
from ..distributions import Distribution
from ..equations import Name, Number, SynapseEquations, conductance, remotes, walk, with_live_input
from ..errors import ArgumentError
from ..network import Filters, Kind, NetworkSpec, PopulationSpec, ProjectionSpec, SynapseMonitorSpec
from ..propagation import Choice, choose, choose_correlation


@dataclass(frozen=True, eq=False)
class Link:
    """A projection, with everything that is decided before it runs.

    Args:
        spec: its description.
        pre, post: descriptions of its populations.
        form: how its synapses are stored, and why.
        kernel: what carries its spikes or applies its filters, and why; None for other rate-coded ones.
        longest: the longest delay, steps, at least 1.
        has_own_delays: whether synapses have delays of their own.
        source: the projection whose synapses these are, None for its own.
    """

    spec: ProjectionSpec
    pre: PopulationSpec
    post: PopulationSpec
    form_choice: FormChoice | None
    kernel: Choice | None
    longest: int
    has_own_delays: bool
    source: "Link | None" = None

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

    @cached_property
    def model(self) -> SynapseEquations:
        """The equations of its synapses."""
        return _model(self.spec)

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

        Only where a contribution is made of constants: otherwise it is computed when the spike arrives.
        """
        return self.is_spiking and self.has_own_delays and _is_constant((self.source or self).model)


def _model(spec: ProjectionSpec) -> SynapseEquations:
    model = spec.synapse.analysed
    return with_live_input(model, spec.targets[0]) if len(spec.targets) == 1 else model


def _is_constant(model: SynapseEquations) -> bool:
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


def link(
    spec: ProjectionSpec,
    network: NetworkSpec,
    earlier: Mapping[str, Link],
    platform: str,
    kernel: str | None,
    batch: int,
) -> Link:
    """Decide everything about a projection.

    Args:
        spec: its description.
        network: the network.
        earlier: the projections that were described before it.
        platform: where it will run.
        kernel: name of the kernel for all projections; None chooses.
        batch: how many stimuli will share one set of weights.

    Raises:
        ArgumentError: a delay without a bound, a storage form or kernel that does not exist.
    """
    pre, post = network.population(spec.pre), network.population(spec.post)
    requested = spec.kernel or kernel
    if spec.kind.borrows:
        source = earlier[spec.connector.projection]  # type: ignore[union-attr]
        form, longest, own = _borrowed_form(spec, source), source.longest, source.has_own_delays
    else:
        source, (longest, own) = None, _delays(spec, network.dt)
        form = _form(spec, network, own, requested) if spec.kind.has_synapses else None
    carrier = None
    if pre.neuron.is_spiking and form is not None:
        is_dense, adds = form.form.name == "dense", adds_up(_model(spec))
        carrier = choose(platform, spec.ends.shape, is_dense=is_dense, adds=adds, batch=batch, requested=requested)
    if isinstance(spec.connector, Filters):
        itemsize = jnp.result_type(float).itemsize
        carrier = choose_correlation(platform, spec.connector.description, itemsize, requested)
    return Link(spec, pre, post, form, carrier, longest, own, source)


def _form(spec: ProjectionSpec, network: NetworkSpec, own_delays: bool, kernel: str | None) -> FormChoice:
    model, spiking = _model(spec), network.population(spec.pre).neuron.is_spiking
    storage = spec.storage or ("dense" if kernel == "product" and not own_delays else None)
    pending = spiking and own_delays and _is_constant(model)
    return choose_form(
        spec.connector,  # type: ignore[arg-type]
        spec.ends,
        by=Side.PRE if spiking else Side.POST,
        has_columns=spiking and (bool(model.on_post) or _is_seen_from_behind(spec, network)),
        all_pairs=model.is_structural,
        itemsize=jnp.result_type(float).itemsize,
        requested="rows" if pending else storage,
    )


def _is_seen_from_behind(spec: ProjectionSpec, network: NetworkSpec) -> bool:
    """Tell whether the synapses of one post-synaptic neuron are asked for: by a monitor, a transposed projection."""
    watched = [m.projection for m in network.monitors if isinstance(m, SynapseMonitorSpec) and m.dendrite is not None]
    turned = [q.connector.projection for q in network.projections if q.kind is Kind.TRANSPOSE]  # type: ignore[union-attr]
    return spec.name in (*watched, *turned)


def _borrowed_form(spec: ProjectionSpec, source: Link) -> FormChoice:
    form = transposed(source.form) if spec.kind is Kind.TRANSPOSE else source.form
    return FormChoice(form, f"the synapses of {source.name}")


def _delays(spec: ProjectionSpec, dt: float) -> tuple[int, bool]:
    """Return the longest delay in steps, and whether synapses have delays of their own."""
    if spec.kind is Kind.DECODING:
        return 1, False
    longest = max(spec.connector.longest_delay(), spec.longest_delay)
    if longest == inf:
        message = f"projection `{spec.name}`: the delays have no upper bound, so nothing says how much must be kept"
        raise ArgumentError(f"{message}: give the distribution a `max`")
    if spec.fractional_delays:
        return max(1, ceil(longest / dt * (1.0 - 1e-6))) + 1, True
    own = spec.connector.delays is None or isinstance(spec.connector.delays, Distribution)
    created = _delay_of_created(spec)
    if created is None:
        return max(1, round(longest / dt)), own
    return max(1, round(max(longest, created) / dt)), own or created != spec.connector.delays


def _delay_of_created(spec: ProjectionSpec) -> float | None:
    """Return the delay of the synapses that a rule creates, ms; None where it is that of the projection."""
    rule = spec.synapse.analysed.creating
    if rule is None or rule.delay is None:
        return None
    if not isinstance(rule.delay, Number):
        message = "the delay `d` of created synapses is a number of ms, so that it is known how much must be kept"
        raise ArgumentError(f"projection `{spec.name}`: {message}")
    return rule.delay.value
