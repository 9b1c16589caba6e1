"""What a folder of results says of itself, so that nothing else is taken for them."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import jax

from ..errors import StoreError
from ._store import differences

PACKAGES = ("jaxsnn", "jax", "jaxlib", "numpy")
VERSIONS = "versions"
ADVICE = {
    VERSIONS: '`resume="ignore-version"` goes on all the same',
    "seeds": "a network that is made without `seed=` draws another one each time",
}


def versions() -> dict[str, Any]:
    """Return the part of a description that tells with what it was computed."""
    return {VERSIONS: {name: version(name) for name in PACKAGES} | {"platform": jax.default_backend()}}


def check_same(path: Any, there: Mapping[str, Any], here: Mapping[str, Any], ignore_version: bool) -> None:
    """Refuse a folder that holds results of something else.

    Raises:
        StoreError: what differs.
    """
    asked = {name: x for name, x in here.items() if not (name == VERSIONS and ignore_version)}
    found = differences({name: there.get(name) for name in asked}, asked)
    if found:
        listed = "; ".join(f"{name}: {_short(there.get(name))} there, {_short(asked[name])} here" for name in found)
        advice = f" ({ADVICE[found[0]]})" if len(found) == 1 and found[0] in ADVICE else ""
        raise StoreError(f"`{path}` holds results of something else. What differs: {listed}{advice}")


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
