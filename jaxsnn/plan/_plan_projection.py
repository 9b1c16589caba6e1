"""What is decided about a projection before it runs: how its synapses are stored, what carries its spikes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import jax.numpy as jnp

from ..connectivity import DENSE, ROWS, FormChoice, Side, choose_form
from ..equations import SynapseEquations
from ..errors import UnsupportedError
from ..network import Filters, Kind, NetworkSpec, ProjectionSpec
from ..propagation import Algorithm, KernelChoice, Load, choose, choose_correlation, choose_storage_of_rates
from ._delivery import Delivery, adds_up, choose_delivery, longest_delay
from ._event_clock import choose_event_clock
from ._projection_plan import ProjectionPlan, model_of
from ._targets import sends_spikes


def plan_projection(
    spec: ProjectionSpec,
    network: NetworkSpec,
    earlier: Mapping[str, ProjectionPlan],
    platform: str,
    kernel: str | None,
    batch: int,
) -> ProjectionPlan:
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
        UnsupportedError: delays that are parameters where contributions are not made of constants; several synapses of
            a pair that do more than add to the input.
    """
    pre, post = network.population(spec.pre), network.population(spec.post)
    source, form, kernel_choice, model = None, None, None, model_of(spec)
    if spec.kind.borrows:
        source = earlier[spec.connector.projection]  # type: ignore[union-attr]
        form, longest, own, model = _borrowed_form(spec, source), source.longest, source.has_own_delays, source.model
    else:
        longest, own = longest_delay(spec, network.dt)
        longest += 1 if pre.neuron.is_precise else 0  # the second part of a spike arrives in the step after the first
    along_rows = form is None or form.form.by is Side.PRE
    delivery = choose_delivery(
        spec,
        model,
        spikes=sends_spikes(spec, pre),
        longest=longest,
        own_delays=own,
        along_rows=along_rows,
        precise=pre.neuron.is_precise,
    )
    asked = _Asked(spec, network, delivery, own, platform, spec.kernel or kernel, batch)
    if spec.kind.has_synapses:
        form = _form(asked)
    if asked.spiking and form is not None:
        kernel_choice = _kernel(asked, form.form.name, form.form.by)
    if isinstance(spec.connector, Filters):
        kernel_choice = choose_correlation(platform, spec.connector.description, asked.itemsize, asked.kernel)
    clock = choose_event_clock(model, delivery)
    return ProjectionPlan(spec, pre, post, form, kernel_choice, delivery, longest, own, platform, source, clock)


@dataclass(frozen=True)
class _Asked:
    """What decides the form and the kernel of a projection.

    Args:
        spec, network: the descriptions.
        delivery: how spikes reach the synapses: a ring of inputs is reached along rows of pre-synaptic neurons.
        own_delays: whether synapses have delays of their own.
        platform: where it will run.
        kernel: the name that was asked for.
        batch: how many stimuli share the weights.
    """

    spec: ProjectionSpec
    network: NetworkSpec
    delivery: Delivery
    own_delays: bool
    platform: str
    kernel: str | None
    batch: int

    @property
    def spiking(self) -> bool:
        return sends_spikes(self.spec, self.network.population(self.spec.pre))

    @property
    def itemsize(self) -> int:
        return jnp.result_type(float).itemsize

    @cached_property
    def model(self) -> SynapseEquations:
        return model_of(self.spec)

    @property
    def multapses(self) -> bool:
        return self.spec.kind.has_synapses and self.spec.connector.multapses  # type: ignore[union-attr]

    @property
    def storage(self) -> str | None:
        """The storage that was asked for, or rows where a pair may have several synapses."""
        return ROWS if self.multapses and self.spec.storage is None else self.spec.storage

    @property
    def load(self) -> Load:
        """Size of the projection; a borrowed one is taken for all pairs, as its form is decided anyway."""
        ends, connector = self.spec.ends, self.spec.connector
        widths = connector.most(ends) if self.spec.kind.has_synapses else (None, None)  # type: ignore[union-attr]
        return Load(ends.shape, *widths, batch=self.batch, itemsize=self.itemsize)


def _kernel(asked: _Asked, storage: str | None, by: Side | None) -> KernelChoice:
    """Return the kernel for synapses that are stored so; None for what it may decide itself."""
    adds = adds_up(asked.model)
    return choose(asked.platform, asked.load, storage=storage, by=by, adds=adds, requested=asked.kernel)


def _form(asked: _Asked) -> FormChoice:
    """Return how synapses are stored: as the kernel needs them, or else as costs least on a CPU."""
    spec, spiking, model = asked.spec, asked.spiking, asked.model
    if asked.multapses and spiking and not adds_up(model):
        message = "synapses of one pair would overwrite each other's effect on the input"
        raise UnsupportedError(f"projection `{spec.name}`: {message}: use statements such as `g_target += w`")
    storage, by = _storage_for_kernel(asked)
    behind = _is_seen_from_behind(spec, asked.network)
    if by is Side.POST:
        columns = spiking and _is_borrowed(spec, asked.network)  # rows of post-synaptic neurons are their columns
    else:
        columns = spiking and (bool(model.on_post) or behind)
    return choose_form(
        spec.connector,  # type: ignore[arg-type]
        spec.ends,
        by=by,
        has_columns=columns,
        all_pairs=model.is_structural,
        is_changed=spiking and asked.platform == "cpu" and bool(model.changed_by_pre or model.on_post),
        itemsize=asked.itemsize,
        requested=ROWS if asked.delivery.uses_ring else storage,
    )


def _storage_for_kernel(asked: _Asked) -> tuple[str | None, Side]:
    """Return the name of a storage form, None where the kernel does not care, and whose neurons have the rows."""
    given = asked.storage
    if not asked.spiking:
        wish = None if asked.own_delays else asked.kernel
        return choose_storage_of_rates(asked.platform, asked.load, wish) if given is None else given, Side.POST
    decided = DENSE if asked.model.is_structural else ROWS if asked.delivery.uses_ring else given
    algorithm = _kernel(asked, decided, Side.PRE if asked.delivery.uses_ring else None).algorithm
    return _storage_of(algorithm, asked) if given is None else given, algorithm.rows_by or Side.PRE


def _storage_of(algorithm: Algorithm, asked: _Asked) -> str | None:
    """Return the name of the form that a kernel is made for, None where the projection cannot or should not have it."""
    # A matrix of weights is worth its memory; one of delays, which the kernel cannot multiply, may not be.
    is_wrong = asked.own_delays if algorithm.storage == DENSE else asked.model.is_structural
    return None if is_wrong else algorithm.storage


def _is_borrowed(spec: ProjectionSpec, network: NetworkSpec) -> bool:
    """Tell whether another projection uses the synapses of this one."""
    return any(q.kind.borrows and q.connector.projection == spec.name for q in network.projections)  # type: ignore[union-attr]


def _is_seen_from_behind(spec: ProjectionSpec, network: NetworkSpec) -> bool:
    """Tell whether the synapses of one post-synaptic neuron are asked for: by a monitor, a transposed projection."""
    watched = [m.owner for m in network.monitors if m.reads_dendrite]
    turned = [q.connector.projection for q in network.projections if q.kind is Kind.TRANSPOSE]  # type: ignore[union-attr]
    return spec.name in (*watched, *turned)


def _borrowed_form(spec: ProjectionSpec, source: ProjectionPlan) -> FormChoice:
    """Return the form of another projection, perhaps as it is seen from the other side."""
    form = source.form.transposed() if spec.kind is Kind.TRANSPOSE else source.form
    return FormChoice(form, f"the synapses of {source.name}")
