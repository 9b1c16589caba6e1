"""Wrong calls, and what each says: rows of code with a place `$` for a wrong value, and kinds of wrong values.

A row, `(code, kind, says)`, stands for as many calls as its kind has values; a kind that is not in `WRONG` lists values
of its own, between semicolons. `says` is a part of the message of all of them. To add a wrong call, add a row to the
table of its subject; it runs in the names of `world.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from . import (
    calls_of_attributes,
    calls_of_distributions,
    calls_of_extensions,
    calls_of_fits,
    calls_of_formats,
    calls_of_handles,
    calls_of_inputs,
    calls_of_language,
    calls_of_networks,
    calls_of_runs,
    calls_of_special_projections,
    calls_of_statistics,
    calls_of_synapses,
)

TABLES = (
    calls_of_distributions.ROWS,
    calls_of_networks.ROWS,
    calls_of_attributes.ROWS,
    calls_of_inputs.ROWS,
    calls_of_synapses.ROWS,
    calls_of_runs.ROWS,
    calls_of_fits.ROWS,
    calls_of_formats.ROWS,
    calls_of_language.ROWS,
    calls_of_special_projections.ROWS,
    calls_of_statistics.ROWS,
    calls_of_extensions.ROWS,
    calls_of_handles.ROWS,
)

NO_NUMBER = ('"a"', "None", "1j", "object()", "{}")
NOT_FINITE = ("nan", "inf", "-inf")
NO_COUNT = ('"a"', "None", "1.5", "nan", "0", "-1", "True", "10**30")


def _but_none(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in values if value != "None")


WRONG = {
    "nothing": ("",),
    "number": NO_NUMBER,
    "finite": (*NO_NUMBER, *NOT_FINITE),
    "finite or None": _but_none((*NO_NUMBER, *NOT_FINITE)),
    "not negative": (*NO_NUMBER, *NOT_FINITE, "-1.0"),
    "positive": (*NO_NUMBER, *NOT_FINITE, "-1.0", "0.0"),
    "positive or None": _but_none((*NO_NUMBER, *NOT_FINITE, "-1.0", "0.0")),
    "not negative or None": _but_none((*NO_NUMBER, *NOT_FINITE, "-1.0")),
    "probability": (*NO_NUMBER, *NOT_FINITE, "-1.0", "1.5"),
    "count": (*NO_COUNT, "[1]"),
    "count or None": _but_none((*NO_COUNT, "[1]")),
    "size": NO_COUNT,
    "size or None": _but_none(NO_COUNT),
    "index": ('"a"', "None", "1.5", "nan", "-7", "99", "10**30"),
    "name": ('""', "3", "b'a'", "object()", '"a/b"', '"a*b"'),
    "function": ("None", "3", '"a"'),
    "part": ("None", "3", '"nobody"', "object()"),
}


@dataclass(frozen=True)
class Call:
    """A wrong call.

    Args:
        code: in the names of `world.py`.
        says: a part of the message.
    """

    code: str
    says: str


def calls() -> Iterator[Call]:
    """Yield all wrong calls."""
    for code, kind, says in (row for table in TABLES for row in table):
        for value in WRONG.get(kind) or kind.split(" ; "):
            yield Call(code.replace("$", value), says)
