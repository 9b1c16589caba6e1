"""From a running network to a document: all of it, one population, or one projection."""

from collections.abc import Iterable

import numpy as np

from ..simulation import fingerprint_of
from ._document import Document, Parts
from ._header import header_of
from ._populations import population_header, population_parts
from ._projections import projection_header, projection_parts
from ._snapshot import Snapshot
from ._special_projections import virtual_header, virtual_parts

KEY, SEED, WEIGHTS = "random/key", "random/seed", "random/weights-seed"


def network_document(now: Snapshot, populations: bool = True, projections: bool = True) -> Document:
    """Return what a file of a network holds: time, random numbers, constants, and the parts that are asked for."""
    arrays = {KEY: now.state.key, SEED: now.random.seed, WEIGHTS: now.random.weights_seed}
    arrays |= {f"constants/{name}": value for name, value in now.params.constants.items()}
    names = now.populations if populations else None, now.projections if projections else None
    return _document(now, "network", names[0], names[1], {key: np.asarray(x) for key, x in arrays.items()})


def population_document(now: Snapshot, name: str) -> Document:
    """Return what a file of one population holds."""
    return _document(now, "population", (name,), None, {})


def projection_document(now: Snapshot, name: str) -> Document:
    """Return what a file of one projection holds."""
    return _document(now, "projection", None, (name,), {})


def _document(
    now: Snapshot, kind: str, populations: Iterable[str] | None, projections: Iterable[str] | None, arrays: Parts
) -> Document:
    described: dict[str, dict | None] = {"populations": None, "projections": None}
    found: Parts = {}
    for section, names in (("populations", populations), ("projections", projections)):
        if names is not None:
            described[section] = {}
            for name in names:
                described[section][name], parts = _object(now, section, name)  # type: ignore[index]
                found |= {f"{section}/{name}/{part}": x for part, x in parts.items()}
    header = header_of(
        kind,
        dt=now.spec.dt,
        precision=now.compiled.dtype.name,
        generator=now.compiled.generator.name,
        step=now.step,
        counts={"resets": now.random.resets, "assignments": now.random.assignments},
        fingerprint=fingerprint_of(now.compiled, now.params, now.state),
        **described,
    )
    return Document(header, arrays | found)


def _object(now: Snapshot, section: str, name: str) -> tuple[dict, Parts]:
    """Return what the header says of a population or projection, and its arrays."""
    if section == "populations":
        return population_header(now.spec.population(name)), population_parts(now, name)
    if now.has_synapses(name):
        return projection_header(now, name), projection_parts(now, name)
    return virtual_header(now, name), virtual_parts(now, name)
