"""Whether projections fit the populations that they name; what is suspicious about them."""

from collections.abc import Iterator

from ..equations import RATE, Remote, SynapseEquations, conductance, sum_name
from ..errors import ArgumentError, EquationError, Remark, UnknownNameError, UnsupportedError, did_you_mean
from ..network import Kind, NetworkSpec, PopulationSpec, ProjectionSpec
from ._targets import feeds_sums, sends_spikes, sum_targets


def check_projection(projection: ProjectionSpec, spec: NetworkSpec) -> None:
    """Check that a projection feeds an input that exists, and that its synapses read what their neurons have."""
    pre, post = spec.population(projection.pre), spec.population(projection.post)
    if projection.kind.is_hybrid:
        _check_hybrid(projection, pre, post)
        return
    _check_events(projection, pre, post, spec.dt)
    rates = not sends_spikes(projection, pre)
    if rates and post.neuron.is_spiking and not post.neuron.rate_inputs:
        message = "a rate-coded population feeds rate-coded ones, or an input that takes its rates from a target"
        raise UnsupportedError(
            f"projection `{projection.name}`: {message}; `CurrentInjection` adds rates to a conductance"
        )
    if not rates and not post.neuron.is_spiking:
        message = "spikes reach spiking populations; `DecodingProjection` turns them into rates"
        raise UnsupportedError(f"projection `{projection.name}`: {message}")
    _check_reads(projection.synapse.analysed, pre, post, spec)


def remarks_of(spec: NetworkSpec) -> Iterator[Remark]:
    """Yield what is suspicious in a network whose projections fit: targets that nobody reads, rates of no window."""
    for projection in spec.projections:
        if not _learns(projection):
            for target in projection.targets:
                yield from _unread(projection, target, spec)
        yield from _rates_read(projection, spec)
    for monitor in spec.monitors:
        yield from monitor.remarks(spec)


def has_no_window(population: PopulationSpec) -> bool:
    """Tell whether the mean firing rate `r` of a population is 0, because nobody asked for it."""
    return population.neuron.is_spiking and population.neuron.rate_window is None


def _rates_read(projection: ProjectionSpec, spec: NetworkSpec) -> Iterator[Remark]:
    """Yield the places where synapses read a mean firing rate that is not computed."""
    for text, node in projection.synapse.analysed.reads:
        population = spec.population(projection.pre if node.owner == "pre" else projection.post)
        if (node.name, node.called) == (RATE, False) and has_no_window(population):
            hint = f"population `{population.name}` computes no mean firing rate: call `compute_firing_rate(window)`"
            yield node.at.remark(hint, text)


def _check_hybrid(projection: ProjectionSpec, pre: PopulationSpec, post: PopulationSpec) -> None:
    decodes = projection.kind is Kind.DECODING
    needed = ("spiking", "rate-coded") if decodes else ("rate-coded", "spiking")
    for population, kind in zip((pre, post), needed, strict=True):
        if population.neuron.is_spiking is not (kind == "spiking"):
            what = f"projection `{projection.name}`, a {projection.kind.value},"
            leads = f"leads from {needed[0]} to {needed[1]} neurons"
            raise ArgumentError(f"{what} {leads}: population `{population.name}` is not {kind}")


def _learns(projection: ProjectionSpec) -> bool:
    """Tell whether a projection does something beside feeding an input: then the neurons need not read it."""
    model = projection.synapse.analysed
    return model.has_equations or bool(model.on_pre or model.on_post)


def _unread(projection: ProjectionSpec, target: str, spec: NetworkSpec) -> Iterator[Remark]:
    pre, post = spec.population(projection.pre), spec.population(projection.post)
    model, sums = post.neuron.analysed, feeds_sums(projection, pre)
    known = model.sums if sums else model.targets
    if target in known or (sums and model.sums_all) or target in _read_by_synapses(spec, post.name):
        return
    what = sum_name(target) if sums else conductance(target)
    message = (
        f"projection `{projection.name}` feeds the target `{target}`, but the equations of population "
        f"`{post.name}` read no `{what}`.{did_you_mean(target, known)}"
    )
    yield Remark(UnknownNameError, (message,))


def _read_by_synapses(spec: NetworkSpec, population: str) -> set[str]:
    """Return the targets of a population that synapses read, as `post.sum(target)`."""
    read: set[str] = set()
    for q in spec.projections:
        sides = {"pre": q.pre, "post": q.post}
        nodes = (node for _, node in q.synapse.analysed.reads if node.called and sides[node.owner] == population)
        read |= {node.target for node in nodes if node.target is not None}
    return read


def _check_events(projection: ProjectionSpec, pre: PopulationSpec, post: PopulationSpec, dt: float) -> None:
    """Check that what the synapses wait for can happen."""
    synapse, name = projection.synapse, projection.name
    model = synapse.analysed
    if not pre.neuron.is_spiking and (synapse.pre_spike is not None or synapse.post_spike is not None):
        message = f"its synapses act on spikes, but population `{pre.name}` is rate-coded"
        raise ArgumentError(f"projection `{name}`: {message}: a rate-coded synapse has `psp` and `equations`")
    if pre.neuron.is_spiking and synapse.operation != "sum" and not projection.kind.shares_weights:
        message = f"`operation` is for rates, but population `{pre.name}` is spiking: its contributions add up"
        raise ArgumentError(f"projection `{name}`: {message}")
    if model.event_driven and not (pre.neuron.is_spiking and (model.transmits_spikes or model.on_post)):
        message = "event-driven equations are solved at spikes, which this projection does not have"
        raise ArgumentError(f"projection `{name}`: {message}")
    if model.on_post and not post.neuron.is_spiking:
        raise ArgumentError(f"projection `{name}`: `post_spike` needs a spiking population, not `{post.name}`")
    if synapse.pre_axon_spike is not None and pre.neuron.axon_spike is None:
        message = f"`pre_axon_spike` waits for axonal spikes, which population `{pre.name}` does not have"
        raise ArgumentError(f"projection `{name}`: {message}")
    if synapse.pre_axon_spike is not None and projection.connector.longest_delay() > dt:
        raise UnsupportedError(f"projection `{name}`: axonal spikes arrive in the next step, without delays")


def _check_reads(model: SynapseEquations, pre: PopulationSpec, post: PopulationSpec, spec: NetworkSpec) -> None:
    """Check every `pre.x`, `post.x` and `post.sum(target)`."""
    for text, node in model.reads:
        population = pre if node.owner == "pre" else post
        neuron = population.neuron.analysed
        if node.called:
            known = (*neuron.targets, *sum_targets(spec, population))
            if node.target not in known and not neuron.sums_all:
                raise _unknown(text, node, f"population `{population.name}` has no input `{node.target}`", known)
        elif node.name not in neuron.names:
            raise _unknown(text, node, f"population `{population.name}` has no attribute `{node.name}`", neuron.names)


def _unknown(text: str, node: Remote, message: str, known: tuple[str, ...]) -> EquationError:
    hint = did_you_mean(node.target or node.name, known)
    return node.at.error(f"{message}.{hint}", text)
