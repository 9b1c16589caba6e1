"""What of a file goes where in a network, and whether the two describe the same things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import did_you_mean
from ._array_checks import attribute_kind, one_sided
from ._document import Document
from ._snapshot import Snapshot

ADVICE = "load it into a network of the same description"
WEIGHTS = "; `save_connectivity` and `connect_from_file` carry weights to another model"


@dataclass(frozen=True)
class Selection:
    """What of a file goes where.

    Args:
        document: of the file.
        populations, projections: their names in the network, by those in the file.
        whole: whether time, random numbers and constants are loaded too.
        skipped: names that only one of the two has.
    """

    document: Document
    populations: Mapping[str, str] = field(default_factory=dict)
    projections: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    skipped: Sequence[str] = ()


def select_network(document: Document, now: Snapshot, populations: bool = True, projections: bool = True) -> Selection:
    """Return what a file of a network gives to another network: everything that has the same name.

    Raises:
        FileFormatError: the file is of something else, or describes other things under the same names.
    """
    if document.kind != "network":
        advice = f"use `load` of a {document.kind}" if document.kind != "connectivity" else "use `connect_from_file`"
        raise document.error(f"the file is of a {document.kind}, not of a network: {advice}")
    wanted = {"populations": populations, "projections": projections}
    names = {section: _common(document, now, section) if wanted[section] else ({}, []) for section in wanted}
    held = [name for section in wanted for name in document.names(section) if wanted[section]]
    if held and not names["populations"][0] and not names["projections"][0]:
        theirs, ours = (
            ", ".join(f"`{n}`" for n in held),
            ", ".join(f"`{n}`" for n in (*now.populations, *now.projections)),
        )
        raise document.error(
            f"the file has {theirs}, the network {ours}: no name is in both, so it is of another network"
        )
    skipped = [text for section in wanted for text in names[section][1]]
    return _checked(Selection(document, names["populations"][0], names["projections"][0], True, skipped), now)


def _common(document: Document, now: Snapshot, section: str) -> tuple[dict[str, str], list[str]]:
    """Return the names that both have, and sentences about the others."""
    if document.header[section] is None:
        return {}, []
    theirs, ours = document.names(section), getattr(now, section)
    return {name: name for name in theirs if name in ours}, one_sided(f"the {section}", theirs, ours)


def select_population(document: Document, now: Snapshot, name: str) -> Selection:
    """Return what a file gives to one population: the one it holds, or the one of the same name."""
    return _checked(Selection(document, populations={_only(document, "populations", name): name}), now)


def select_projection(document: Document, now: Snapshot, name: str) -> Selection:
    """Return what a file gives to one projection: the one it holds, or the one of the same name."""
    return _checked(Selection(document, projections={_only(document, "projections", name): name}), now)


def _only(document: Document, section: str, name: str) -> str:
    kind = section[:-1]
    if document.kind == "connectivity":
        raise document.error(f"the file is of a connectivity, not of a {kind}: use `connect_from_file`")
    names = document.names(section)
    if document.kind == kind and len(names) == 1:
        return names[0]
    if name not in names:
        raise document.error(f"the file has no {kind} `{name}`.{did_you_mean(name, names)}")
    return name


def _checked(selection: Selection, now: Snapshot) -> Selection:
    """Return a selection whose header describes what the network has.

    Raises:
        FileFormatError: another step or precision; another geometry, model, or other ends.
    """
    document, header = selection.document, selection.document.header
    if header["dt"] != now.spec.dt:
        message = f"the file was written with dt = {header['dt']} ms, the network has dt = {now.spec.dt} ms"
        raise document.error(f"{message}: delays and refractory periods count steps, so give the network the same `dt`")
    if header["precision"] != now.compiled.dtype.name:
        message = f"the file holds {header['precision']}, the network computes in {now.compiled.dtype.name}"
        raise document.error(f"{message}: call `jaxsnn.setup(precision=...)` before the network is created")
    for theirs, ours in selection.populations.items():
        _check_population(document, header["populations"][theirs], now, ours)
    for theirs, ours in selection.projections.items():
        _check_projection(document, header["projections"][theirs], now, ours)
    return selection


def _check_population(document: Document, record: Mapping[str, Any], now: Snapshot, name: str) -> None:
    spec, what = now.spec.population(name), f"population `{name}`"
    if tuple(record["geometry"]) != spec.geometry:
        message = f"the file has {what} in the geometry {tuple(record['geometry'])}, the network in {spec.geometry}"
        raise document.error(f"{message}: {ADVICE}")
    _check_model(document, what, record, spec.neuron.name, spec.neuron.analysed.attributes)


def _check_projection(document: Document, record: Mapping[str, Any], now: Snapshot, name: str) -> None:
    plan, what = now.compiled.plans[name], f"projection `{name}`"
    if document.kind == "network" and (record["pre"], record["post"]) != (plan.spec.pre, plan.spec.post):
        message = f"the file has {what} from `{record['pre']}` to `{record['post']}`"
        raise document.error(f"{message}, the network from `{plan.spec.pre}` to `{plan.spec.post}`: {ADVICE}")
    kind, synapse = plan.spec.kind, plan.spec.synapse
    model = (synapse.name, synapse.analysed.attributes) if kind.has_synapses else (kind.value, ())
    _check_model(document, what, record, *model)
    if record["own_delays"] != plan.has_own_delays:
        own, one = "a delay for each synapse", "one delay for all synapses"
        theirs, ours = (own, one) if record["own_delays"] else (one, own)
        message = f"the file has {theirs} of {what}, the network {ours}"
        raise document.error(f"{message}: give its connector `delays` of the same kind, a number or a distribution")


def _check_model(document: Document, what: str, record: Mapping[str, Any], model: str, attributes: Any) -> None:
    """Raise if a model is another one: of another name, or each has attributes that the other lacks."""
    theirs, ours = record["attributes"], {a.name: attribute_kind(a) for a in attributes}
    missing, extra = [n for n in ours if n not in theirs], [n for n in theirs if n not in ours]
    if record["model"] != model or (missing and extra):
        names = f"{_named(record['model'], theirs)} in the file, {_named(model, ours)} in the network"
        raise document.error(f"the model of {what} is {names}: {ADVICE}{WEIGHTS if 'projection' in what else ''}")
    for name in ours.keys() & theirs.keys():
        if theirs[name] != ours[name]:
            kinds = f"{_kind(theirs[name])} in the file, {_kind(ours[name])} in the network"
            raise document.error(f"`{name}` of {what} is something else: {kinds}: {ADVICE}")


def _named(model: str, attributes: Mapping[str, Any]) -> str:
    return f"`{model or 'unnamed'}`" + (f" with {', '.join(f'`{a}`' for a in attributes)}" if attributes else "")


def _kind(kind: Any) -> str:
    return " ".join(str(word) for word in reversed(kind)) if isinstance(kind, list) else str(kind)
