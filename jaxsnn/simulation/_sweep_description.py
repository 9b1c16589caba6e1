"""What the folder of a sweep says of itself, so that nothing else is taken for its results."""

import hashlib
from collections.abc import Callable, Mapping
from importlib.metadata import version
from types import CodeType
from typing import Any

import jax
import numpy as np

from ..errors import StoreError
from ..network import description_digest
from ..points import Points
from ..results import array_names, differences, digest
from ._sweep_task import SweepTask

PACKAGES = ("jaxsnn", "jax", "jaxlib", "numpy")
VERSIONS = "versions"


def description(task: SweepTask, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that decides the results of a sweep, as JSON can say it."""
    replicas = task.replicas
    shared = {".".join(path): np.asarray(x) for path, x in replicas.shared.items()}
    points = {name: np.asarray(x) for name, x in values.items()}
    return {
        "network": description_digest(task.simulation.spec),
        "shared values": digest(shared),
        "duration": task.steps * task.simulation.dt,
        "precision": str(np.dtype(task.simulation.compiled.dtype)),
        "seeds": digest({"seeds": replicas.seeds}),
        "points": digest(points),
        "measure": "records" if task.measure is None else _function(task.measure),
        "grid": {name: np.asarray(x).tolist() for name, x in values.axes.items()} if isinstance(values, Points) else {},
        "kept": {name: [list(x.shape), str(x.dtype)] for name, x in array_names(task.kept).items()},
        VERSIONS: versions(),
    }


def versions() -> dict[str, str]:
    """Return what the bits of results depend on beside what was asked for."""
    return {name: version(name) for name in PACKAGES} | {"platform": jax.default_backend()}


def check_same(path: Any, there: Mapping[str, Any], here: Mapping[str, Any], ignore_version: bool) -> None:
    """Refuse a folder that holds results of something else.

    Raises:
        StoreError: what differs.
    """
    asked = {name: x for name, x in here.items() if not (name == VERSIONS and ignore_version)}
    found = differences({name: there.get(name) for name in asked}, asked)
    if found:
        listed = "; ".join(f"{name}: {_short(there.get(name))} there, {_short(asked[name])} here" for name in found)
        advice = ' (`resume="ignore-version"` goes on all the same)' if found == [VERSIONS] else ""
        raise StoreError(f"`{path}` holds results of something else. What differs: {listed}{advice}")


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _function(measure: Callable) -> str:
    """Return the name of a function, and a digest of what it does, as far as its code tells."""
    found = hashlib.sha256()
    code = getattr(measure, "__code__", None)
    for piece in _pieces(code) if code is not None else ():
        found.update(piece)
    return f"{getattr(measure, '__qualname__', type(measure).__name__)} {found.hexdigest()[:16]}"


def _pieces(code: CodeType) -> list[bytes]:
    own = [code.co_code, repr(code.co_names).encode()]
    return own + [p for x in code.co_consts for p in (_pieces(x) if isinstance(x, CodeType) else [repr(x).encode()])]
