"""The header of a file: what it must hold so that the rest can be understood."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import FileFormatError
from ..step import LAST_STEP

FORMAT, VERSION = "jaxsnn", 1
NONE = type(None)

NETWORK = {
    "dt": (float, int),
    "precision": (str,),
    "generator": (str,),
    "step": (int,),
    "populations": (dict, NONE),
    "projections": (dict, NONE),
    "counts": (dict,),
}
POPULATION = {"geometry": (list,), "model": (str,), "attributes": (dict,)}
PROJECTION = {
    "pre": (str,),
    "post": (str,),
    "model": (str,),
    "attributes": (dict,),
    "own_delays": (bool,),
    "rows_by": (str, NONE),
    "width": (int,),
}
COUNTS = {"resets": (int,), "assignments": (int,)}
KINDS = ("network", "population", "projection", "connectivity")


def header_of(kind: str, **fields: Any) -> dict[str, Any]:
    """Return the header of a file that is written now."""
    return {"format": FORMAT, "version": VERSION, "kind": kind, **fields}


def checked_header(text: str, path: Path) -> dict[str, Any]:
    """Return the header that a text holds.

    Raises:
        FileFormatError: not a header of jaxsnn, one of a later version, or a damaged one.
    """
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"`{path}`: the header of the file cannot be read ({error}): save it again") from None
    if not isinstance(header, dict) or header.get("format") != FORMAT or header.get("kind") not in KINDS:
        raise FileFormatError(f"`{path}`: jaxsnn has not written this file: its `header` is of another program")
    if header.get("version") != VERSION:
        message = f"the file is of version {header.get('version')}, this jaxsnn reads version {VERSION}: update jaxsnn"
        raise FileFormatError(f"`{path}`: {message}")
    if header["kind"] != "connectivity":
        _check_network(header, path)
    return header


def _check_network(header: dict[str, Any], path: Path) -> None:
    _must_have(header, NETWORK, "the file", path)
    _must_have(header["counts"], COUNTS, "`counts`", path)
    for section, fields in (("populations", POPULATION), ("projections", PROJECTION)):
        for name, record in (header[section] or {}).items():
            _must_have(record, fields, f"`{name}`", path)
    if not 0 <= header["step"] <= LAST_STEP:
        raise FileFormatError(f"`{path}`: {header['step']} is no number of steps: the header of the file is damaged")


def _must_have(record: Any, fields: Mapping[str, tuple[type, ...]], what: str, path: Path) -> None:
    """Raise if something is missing or of another type."""
    if not isinstance(record, dict):
        raise FileFormatError(f"`{path}`: the header of the file is damaged: it says nothing of {what}. Save it again")
    for name, types in fields.items():
        value = record.get(name, ...)
        wrong_bool = isinstance(value, bool) and bool not in types
        if not isinstance(value, types) or wrong_bool:
            message = f"the header of the file is damaged: it gives no {name!r} of {what}. Save it again"
            raise FileFormatError(f"`{path}`: {message}")
