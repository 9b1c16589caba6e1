"""One array of the parameters or the state by its public name, such as `cells.tau`."""

from collections.abc import Mapping
from typing import Any

from ..errors import UnknownNameError, did_you_mean


def named_value(name: str, attributes: Mapping[str, Mapping[str, Any]], single: Mapping[str, Any]) -> Any:
    """Return the value of a name.

    Args:
        name: `owner.attribute`, or the name of a single value.
        attributes: by population or projection, and by attribute.
        single: constants, by name.

    Raises:
        UnknownNameError: nothing has this name.
    """
    known = dict(single) | {f"{owner}.{own}": x for owner, values in attributes.items() for own, x in values.items()}
    if name not in known:
        raise UnknownNameError(f"no value is called `{name}`.{did_you_mean(str(name), known)}")
    return known[name]
