"""Parameters as JSON: a file that one can read and edit."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import arguments
from ..errors import FileFormatError, did_you_mean
from ..files import check_ending, replaced
from ._document import Filename

Owned = dict[str, dict[str, Any]]  # population or projection -> attribute -> number, or lists of numbers
LARGEST = sys.float_info.max
SECTIONS = ("populations", "projections", "network", "constants")


@dataclass(frozen=True)
class Parameters:
    """The values in a file.

    Args:
        populations, projections: by name, attributes by name.
        network: numbers that mean something to the user's script.
        constants: of the network.
    """

    populations: Owned
    projections: Owned
    network: dict[str, float]
    constants: dict[str, float]


def write_parameters(filename: Filename, found: Parameters) -> None:
    """Write parameters; missing folders are created. The ending of another format is a `FileFormatError`."""
    path = arguments.path(filename)
    check_ending(path, (".json",))
    with replaced(path) as file:
        file.write((json.dumps({s: getattr(found, s) for s in SECTIONS}, indent=4) + "\n").encode())


def read_parameters(filename: Filename) -> Parameters:
    """Read parameters; a section that is missing is empty.

    Raises:
        OSError: there is no such file.
        FileFormatError: not JSON, or not of this form.
    """
    path = arguments.path(filename)
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"`{path}`: this is no JSON ({error}): write one by `save_parameters`") from None
    unknown = [s for s in _dictionary(path, "the file", found) if s not in SECTIONS]
    if unknown:
        raise FileFormatError(f"`{path}`: unknown section `{unknown[0]}`.{did_you_mean(unknown[0], SECTIONS)}")
    sections = {s: _dictionary(path, f"`{s}`", found.get(s, {})) for s in SECTIONS}
    owned = [_owned(path, sections[s]) for s in ("populations", "projections")]
    plain = [_numbers(path, s, sections[s]) for s in ("network", "constants")]
    return Parameters(owned[0], owned[1], plain[0], plain[1])


def _dictionary(path: Path, what: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise FileFormatError(f"`{path}`: {what} is a dictionary of names, not {_short(value)}")
    return value


def _numbers(path: Path, section: str, values: dict[str, Any]) -> dict[str, float]:
    for name, value in values.items():
        if isinstance(value, bool) or not _is_number(value):
            raise FileFormatError(f"`{path}`: `{name}` in `{section}` is a finite number, not {_short(value)}")
    return {name: float(value) for name, value in values.items()}


def _owned(path: Path, values: dict[str, Any]) -> Owned:
    for owner, attributes in values.items():
        for name, value in _dictionary(path, f"`{owner}`", attributes).items():
            if not _is_numeric(value):
                message = f"`{name}` of `{owner}` is a finite number, or a list of them, not {_short(value)}"
                raise FileFormatError(f"`{path}`: {message}")
    return values


def _is_numeric(value: Any) -> bool:
    return all(map(_is_numeric, value)) if isinstance(value, list) else _is_number(value)


def _is_number(value: Any) -> bool:
    """Tell whether something is a number that a float can hold; JSON has integers of any length, and NaN."""
    return isinstance(value, bool | int | float) and -LARGEST <= value <= LARGEST


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
