"""Groups of neurons in a picture: who belongs to each, and its colour."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import ArgumentError

COLORS = {"exc": "tab:blue", "inh": "tab:red"}
OTHERS = ("black", "tab:green", "tab:purple", "tab:orange", "tab:brown", "tab:pink", "tab:gray", "tab:olive")


@dataclass(frozen=True)
class Group:
    """Neurons that share a colour and a line of the legend.

    Args:
        name: for the legend.
        ranks: (n,) their numbers.
        color: of matplotlib.
    """

    name: str
    ranks: np.ndarray
    color: str

    def holds(self, ranks: np.ndarray) -> np.ndarray:
        """Tell for each of some neurons whether it belongs to the group."""
        return np.isin(ranks, self.ranks)


def groups_of(given: Mapping[str, Any]) -> list[Group]:
    """Return groups from ranks by name: those of excitation are blue, those of inhibition red.

    Raises:
        ArgumentError: ranks that are none.
    """
    if not isinstance(given, Mapping):
        message = "`groups` has ranks by name, such as {'excitatory': range(400), 'inhibitory': range(400, 500)}"
        raise ArgumentError(f"{message}, not {given!r}")
    colors = iter(OTHERS * (1 + len(given) // len(OTHERS)))
    return [Group(name, _ranks(name, ranks), _color(name) or next(colors)) for name, ranks in given.items()]


def _ranks(name: str, given: Any) -> np.ndarray:
    ranks = np.asarray(getattr(given, "ranks", given))
    if ranks.ndim != 1 or (ranks.size and not np.issubdtype(ranks.dtype, np.integer)):
        raise ArgumentError(f"the group `{name}` has ranks of neurons, such as `range(400)` or a view, not {given!r}")
    return ranks


def _color(name: str) -> str | None:
    """Return the colour of excitation or inhibition, None for any other group."""
    word = {"e": "exc", "i": "inh"}.get(name.lower(), name.lower()[:3])
    return COLORS.get(word)
