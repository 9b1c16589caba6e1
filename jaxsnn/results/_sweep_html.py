"""What a notebook shows of the results of a sweep."""

from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

from ..errors import FileFormatError
from ..html import Table, page, shown
from ._store import Store

MOST_READ = 100_000  # points whose values are read from the folder


def sweep_html(store: Store, axes: Mapping[str, Any]) -> str:
    """Return HTML for a folder of results, which is not read but for the list of its parts and its points.

    Args:
        store: the folder.
        axes: the values along each axis of a grid; nothing without one.
    """
    about = store.about
    facts = {"folder": str(store.path), "runs": _runs(store), "duration (ms)": f"{about.get('duration', '')}"}
    facts |= {"measure": f"{about.get('measure', '')}", "grid": " x ".join(str(len(x)) for x in axes.values())}
    kept, versions = dict(about.get("kept", {})), dict(about.get("versions", {}))
    return page(
        str(about["work"]),
        store.path.name,
        facts,
        _swept(store, axes),
        Table("kept of each run", ("name", "shape", "type"), _kept(kept), len(kept)),
        Table("versions", ("package", "version"), ((n, str(x)) for n, x in versions.items()), len(versions), False),
    )


def _runs(store: Store) -> str:
    try:
        return f"{store.number - len(store.missing()):,} of {store.number:,} done"
    except OSError as error:
        return f"{store.number:,}; the folder cannot be read: {error}"


def _swept(store: Store, axes: Mapping[str, Any]) -> Table:
    """Return what was swept; the values only where the folder is there and they are few."""
    values: dict[str, Any] = dict(axes)
    try:
        values = values or (dict(sorted(store.points().items())) if store.number <= MOST_READ else {})
    except FileFormatError:
        values = {}
    rows = ((name, f"{len(x):,}", shown(x)) for name, x in values.items())
    return Table("swept", ("name", "values", "which"), rows, len(values))


def _kept(kept: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
    for name, (shape, dtype) in kept.items():
        yield name, " x ".join(map(str, shape)) if prod(shape) != 1 or shape else "one number", str(dtype)
