"""What synapses ask of a population beyond its own equations: last spikes, reductions, its past."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..equations import NeuronEquations, Reduction, Remote, reductions, remotes, sum_name
from ..network import NetworkSpec
from ._projection_plan import ProjectionPlan


@dataclass(frozen=True)
class History:
    """The past of a value of a population.

    Args:
        value: what delayed synapses read.
        steps: for how many steps it is kept.
    """

    value: Remote
    steps: int


@dataclass(frozen=True)
class Requirements:
    """What a population must provide.

    Args:
        last_spike: when its neurons last spiked.
        reductions: `mean(x)` and its kin.
        train: how many steps its spikes are kept, 0 where only the last step's are read.
        histories: values whose past is kept, by name.
    """

    last_spike: bool = False
    reductions: tuple[Reduction, ...] = ()
    train: int = 0
    histories: Mapping[str, History] = field(default_factory=dict)


def value_name(node: Remote) -> str:
    """Return the name of a value of a neuron: that of an attribute, or `sum(target)`."""
    return sum_name(node.target or "") if node.called else node.name


def requirements_of(network: NetworkSpec, plans: Iterable[ProjectionPlan]) -> dict[str, Requirements]:
    """Return what every population must provide."""
    every = tuple(plans)
    return {p.name: _required(p.name, p.neuron.analysed, every) for p in network.populations}


def _required(name: str, model: NeuronEquations, plans: Sequence[ProjectionPlan]) -> Requirements:
    """Return what one population must provide, to itself and to the projections that it has a part in."""
    efferent = [q for q in plans if q.spec.pre == name]
    touching = [q for q in plans if name in (q.spec.pre, q.spec.post)]
    own = list(model.reductions)
    for q in touching:
        sides = {"pre": q.spec.pre, "post": q.spec.post}
        found = reductions(q.model.expressions())
        own += [Reduction(r.operation, r.name) for r in found if sides[r.owner or ""] == name]
    by_delay = sorted(efferent, key=lambda q: q.longest)  # the longest comes last, and stays
    histories = {value_name(node): History(node, q.longest) for q in by_delay for node in _delayed_values(q)}
    trains = [q.longest for q in efferent if q.is_spiking and q.delivery.reads_past]
    asked = model.uses("t_last") or any(q.model.needs_last_spikes for q in touching)
    return Requirements(asked and model.spike is not None, tuple(dict.fromkeys(own)), max(trains, default=0), histories)


def _delayed_values(q: ProjectionPlan) -> list[Remote]:
    """Return the pre-synaptic values that a projection reads from the past."""
    if q.longest == 1:
        return []
    every_step = (*q.model.continuous(), *q.model.structural(), *([] if q.model.psp is None else [q.model.psp]))
    read = [node for node in remotes(every_step) if node.owner == "pre"]
    return read if q.is_spiking or q.model.psp is not None else [Remote("pre", "r"), *read]
