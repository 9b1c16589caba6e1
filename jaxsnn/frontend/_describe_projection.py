"""A projection comes into the description of a network."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from ..errors import ArgumentError
from ..models import Synapse
from ..network import Kind, ProjectionSpec
from ._core import Core
from ._describe_population import judge_names
from ._names import own_name
from ._population import Population, PopulationView, Ranked


def add_projection(
    core: Core,
    handles: tuple[type, ...],
    pre: Ranked,
    post: Ranked,
    target: str | Sequence[str],
    synapse: Any = None,
    name: str | None = None,
    kind: Kind = Kind.SYNAPSES,
    **options: Any,
) -> str:
    """Describe a projection; return its name. See `Network.connect`.

    Args:
        core: of the network.
        handles: classes that will show its attributes, whose own ones must stay visible.
        pre, post, target, synapse, name: as there.
        kind: what it is made of.
        **options: further fields of its description.
    """
    core.check_open("a projection")
    check_mine(core, pre)
    check_mine(core, post)
    model = _synapse(synapse).within(core.draft.context)
    core.judge(*model.analysed.remarks)
    judge_names(core, model.analysed.names, handles, "projection")
    name = core.draft.new_name("projection", own_name(core, "projection", name))
    unconnected: Any = None
    ends = pre.name, pre._ranks, post.name, post._ranks
    spec = ProjectionSpec(name, *ends, _targets(target), model, unconnected, dict(model.initial), kind=kind, **options)
    core.draft = core.draft.with_projection(spec)
    return name


def check_mine(core: Core, side: Any) -> None:
    """Raise if something is no population or view of this network."""
    if not isinstance(side, Population | PopulationView):
        raise ArgumentError(f"a population or a view is expected here, not {side!r}")
    if side.name not in core.draft.populations or not side._core.is_same_network(core):
        raise ArgumentError(f"{side!r} belongs to another network")


@cache
def default_synapse() -> Synapse:
    """Return the synapse at which a spike adds `w`, and a rate counts `w` times."""
    return Synapse(name="Default")


def _synapse(synapse: Any) -> Synapse:
    model = synapse if isinstance(synapse, Synapse) else synapse() if callable(synapse) else synapse
    if model is None:
        return default_synapse()
    if not isinstance(model, Synapse):
        raise ArgumentError(f"`synapse` is a `Synapse` or a built-in such as `STDP`, not {synapse!r}")
    return model


def _targets(target: Any) -> tuple[str, ...]:
    targets = (target,) if isinstance(target, str) else tuple(target) if isinstance(target, list | tuple) else ()
    if not targets or not all(isinstance(t, str) and t.isidentifier() for t in targets):
        raise ArgumentError(f"`target` is the name of an input, such as 'exc', or a list of them, not {target!r}")
    return targets
