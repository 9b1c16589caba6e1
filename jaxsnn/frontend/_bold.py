"""A BOLD monitor as a method of a network: the extension is looked up when it is called."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from ._core import HasCore
from ._population import Population

FROM_RATES = {"I_CBF": "r"}


def boldmonitor(
    network: HasCore,
    populations: Population | Sequence[Population],
    bold_model: Any = None,
    mapping: Mapping[str, str] | None = None,
    scale_factor: Sequence[float] | None = None,
    normalize_input: int | Sequence[int] | None = None,
    recorded_variables: str | Sequence[str] | None = None,
    start: bool = False,
) -> Any:
    """Record the BOLD signal of populations of this network; see `jaxsnn.extensions.bold.BoldMonitor`.

    Args:
        populations: one or several.
        bold_model: None for `balloon_RN`.
        mapping: which variable of the populations is which input of the model; None for `{"I_CBF": "r"}`.
        scale_factor: of each population; None for its share of the neurons.
        normalize_input: ms over which the baseline of each population is taken; None for no normalisation.
        recorded_variables: of the model; None for its output.
        start: whether to record from now on.
    """
    extension = import_module("jaxsnn.extensions.bold")
    given = {
        "bold_model": bold_model,
        "scale_factor": scale_factor,
        "normalize_input": normalize_input,
        "recorded_variables": recorded_variables,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    return extension.BoldMonitor(populations, mapping=dict(mapping or FROM_RATES), start=start, **chosen)
