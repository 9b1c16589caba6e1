"""Copies: parts of one network that another one has too, as ANNarchy 4.8 makes several networks of one description.

A copy begins as its original is described: same model, same values before `compile()`, same connector. What is drawn is
drawn anew, and from then on the two have nothing in common but constants. The original stays as it is.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any

from .. import arguments as checked
from .. import rng
from ..errors import ArgumentError, UnknownNameError
from ..network import Borrowed
from ..recording import Recording
from ._base_projection import BaseProjection
from ._constants import Constant, value_of
from ._construct import by_name, rebuilt
from ._core import Core, HasCore
from ._dendrite import Dendrite
from ._describe import get_populations, get_projections
from ._draft import Draft
from ._handle import Handle
from ._monitor import Monitor, get_monitors
from ._neurons import Neurons
from ._population import Population
from ._replicas import with_core

KINDS: dict[type[Handle], str] = {
    Neurons: "populations",
    BaseProjection: "projections",
    Dendrite: "projections",
    Monitor: "monitors",
    Constant: "constants",
}


def add(network: HasCore, objects: Handle | Sequence[Handle]) -> None:
    """Add copies of populations, projections and monitors of another network, usually of the default one.

    `get` returns a copy for its original. Constants and functions of the other network come along; `Constant.set` of a
    constant there is one here too.

    Args:
        objects: one or several; the populations of a projection before it, what a monitor records before the monitor.

    Raises:
        ArgumentError: something else; a part of a third network; a name that is taken; something that a copy needs and
            that has not been added.
        StateError: this network is compiled.

    Example:
        >>> import jaxsnn as snn
        >>> P = snn.Population(3, snn.Izhikevich(i_offset=10.0))
        >>> M = snn.Monitor(P, "spike")
        >>> nets = [snn.Network(), snn.Network()]
        >>> for net in nets:
        ...     net.add([P, M])
        ...     _ = net.compile()
        >>> nets[1].get(P).i_offset = 0.0
        >>> for net in nets:
        ...     net.simulate(10.0)
        >>> [net.get(M).get("spike")[0] for net in nets]
        [[4], []]
        >>> snn.clear()
    """
    core = network._core
    core.check_open("a copy of something")
    several = list(objects) if isinstance(objects, list | tuple) else [objects]
    if not several:
        return
    source = _common_source(core, several)
    draft = _in_surroundings(core.draft, source)
    for one in several:
        draft = _with_copy(draft, source, one)
    monitors = [one.name for one in several if isinstance(one, Monitor)]
    core.draft, core.source = draft, source
    source.copies.add(core)
    core.recordings |= {name: Recording(0, source.recordings[name].is_on) for name in monitors}


def add_everything(network: HasCore, other: HasCore) -> None:
    """Add copies of all populations, projections and monitors of another network."""
    add(network, [*get_populations(other), *get_projections(other), *get_monitors(other)])


def copy(network: Any, *arguments: Any, seed: int | None = None, **options: Any) -> Any:
    """Return a new network like this one, which is not compiled.

    One whose class has a constructor of its own is built by it, as in ANNarchy 5: with what built this one, but for the
    arguments that are given here. Any other begins with copies of all that this one has; see `add`.

    Args:
        *arguments, **options: for the constructor of the class.
        seed: of the copy; None for a fresh one.

    Raises:
        ArgumentError: arguments for a class without a constructor of its own.

    Example:
        >>> import jaxsnn as snn
        >>> class Pulse(snn.Network):
        ...     def __init__(self, size=100, w=0.5):
        ...         self.P = self.create(size, snn.Izhikevich)
        ...         self.connect(self.P, self.P, "exc").all_to_all(snn.Uniform(0.0, w))
        >>> net = Pulse(size=5, dt=0.5, seed=42)
        >>> other = net.copy(w=0.1)
        >>> other.dt, other.P.size, other.seed == 42
        (0.5, 5, False)
    """
    seed = rng.entropy() if seed is None else checked.whole(seed, "seed", most=inf)
    if network._construction is not None:
        return rebuilt(network, seed, by_name(network, arguments) | options)
    if arguments or options:
        raise ArgumentError("`copy` takes arguments for the constructor of a class of your own, which this is not")
    old: Core = network._core
    draft = replace(old.draft, monitors={name: _from_start(old, m) for name, m in old.draft.monitors.items()})
    recordings = {name: Recording(0, r.is_on) for name, r in old.recordings.items()}
    core = Core(draft, old.options, seed, source=old, recordings=recordings)
    old.copies.add(core)
    return with_core(network, core)


def get(network: HasCore, obj: Any) -> Any:
    """Return this network's own handle of something that another network of the same make, or this, has given out.

    Args:
        obj: population, view, projection, dendrite, monitor or constant; or a list of them.

    Raises:
        ArgumentError: something else, or a part of another network.
        UnknownNameError: a part of the network that this one has copies of, but not of this part.
    """
    if isinstance(obj, list | tuple):
        return type(obj)(get(network, o) for o in obj)
    if not isinstance(obj, Handle):
        raise ArgumentError(f"`get` takes a population, view, projection, dendrite, monitor or constant, not {obj!r}")
    core, kind = network._core, _kind_of(obj)
    if not core.is_same_network(obj._core):
        raise ArgumentError(f"{obj!r} belongs to another network")
    if kind is not None and obj.name not in getattr(core.draft, kind):
        raise UnknownNameError(f"this network has no copy of {obj!r}: `add` it before `compile()`")
    return obj._on(core)


def _kind_of(obj: Any) -> str | None:
    """Return in which table of a draft an object stands; None for what stands in none."""
    return next((kind for handle, kind in KINDS.items() if isinstance(obj, handle)), None)


def _common_source(core: Core, objects: Sequence[Any]) -> Core:
    """Return the network that all objects are of, if it is the one that this network has copies of already."""
    for one in objects:
        if not isinstance(one, Population | BaseProjection | Monitor | Constant):
            raise ArgumentError(f"`add` takes populations, projections and monitors of another network, not {one!r}")
    sources = {one._core for one in objects} | ({core.source} if core.source is not None else set())
    if len(sources) > 1 or core in sources:
        raise ArgumentError("copies are of parts of one other network, not of this one or of several")
    (source,) = sources
    if source.dt != core.dt:
        message = f"a network with a step of {core.dt:g} ms cannot have copies from one with {source.dt:g} ms"
        raise ArgumentError(f"{message}: make it with `Network(dt={source.dt:g})`, or after `setup(dt=...)`")
    return source


def _in_surroundings(draft: Draft, source: Core) -> Draft:
    """Return a draft with the constants and functions of another network; an empty one takes its method too."""
    theirs = source.draft
    constants = {name: value_of(source, name) for name in theirs.constants} | dict(draft.constants)
    functions = (*draft.functions, *(f for f in theirs.functions if f not in draft.functions))
    method = draft.method if draft.populations else theirs.method
    return replace(draft, constants=constants, functions=functions, method=method)


def _with_copy(draft: Draft, source: Core, obj: Any) -> Draft:
    """Return a draft with a copy of a part of another network."""
    kind, name, theirs = _kind_of(obj) or "", obj.name, source.draft
    spec = getattr(theirs, kind).get(name)
    if spec is None:
        raise UnknownNameError(f"{obj!r} is no part of its network any more")
    if kind == "constants" or getattr(draft, kind).get(name) is spec:
        return draft
    _check_name(draft, obj)
    _check_needed(draft, spec, obj)
    if kind == "populations":
        disabled = draft.disabled | (theirs.disabled & {name})
        return replace(draft.with_population(spec).with_schedule(name, source.schedule(name)), disabled=disabled)
    if kind == "projections":
        return draft.with_projection(spec)
    return draft.with_monitor(_from_start(source, spec))


def _from_start(source: Core, recorder: Any) -> Any:
    """Return a recorder whose periods count from step 0, not from when the monitor was created."""
    return replace(recorder, offset=(recorder.offset - source.recordings[recorder.name].created) % recorder.period)


def _check_name(draft: Draft, obj: Handle) -> None:
    """Raise if a copy cannot have the name of its original."""
    taken = draft.monitors if isinstance(obj, Monitor) else {**draft.populations, **draft.projections}
    if obj.name in taken:
        raise ArgumentError(f"{obj!r} cannot be added: this network has another part of the name `{obj.name}`")


def _check_needed(draft: Draft, spec: Any, obj: Handle) -> None:
    """Raise if something that a copy refers to has not been added before it."""
    needed = [getattr(spec, part) for part in ("pre", "post", "owner") if hasattr(spec, part)]
    if isinstance(getattr(spec, "connector", None), Borrowed):
        needed.append(spec.connector.projection)
    missing = [name for name in needed if name not in draft.populations and name not in draft.projections]
    if missing:
        raise ArgumentError(f"{obj!r} needs `{missing[0]}`, which has not been added: add it first, or before it")
