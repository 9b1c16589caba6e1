"""Values of attributes as texts for a notebook: nothing is drawn, compiled or copied in bulk to show them."""

from textwrap import dedent, indent
from typing import Any

import numpy as np

from ..connectivity import Ranks
from ..html import shown
from ..models import Neuron, Synapse
from ..network import Patched
from ..step import Path
from . import _draft_values as draft_values
from ._core import Core

MOST_READ = 10_000  # numbers of an attribute that are taken from the device to be shown
NEURON_TEXTS = ("functions", "equations", "spike", "reset", "axon_spike", "axon_reset", "refractory")
SYNAPSE_TEXTS = ("functions", "equations", "psp", "operation", "pre_spike", "post_spike", "pre_axon_spike")
RULES = ("creating", "pruning")


def now(core: Core, path: Path, most: int = MOST_READ) -> np.ndarray | None:
    """Return the present value of an attribute; None before there is one, and where it has more numbers.

    While a thread advances the network its arrays are in use, and while replicas run theirs are meant.
    """
    arrays = core.own_arrays
    is_free = core.runner is None and not core.has_replicas
    return arrays.read_small(path, most) if arrays is not None and is_free else None


def value_text(core: Core, path: Path, ranks: Ranks | None = None, most: int = MOST_READ) -> str:
    """Return the value of an attribute as text: that of the moment, or that of the beginning.

    Args:
        core: of the network.
        path: of the attribute.
        ranks: the neurons whose values are shown; None for all there are.
        most: numbers that are taken from the device.
    """
    present = now(core, path, most)
    if present is not None:
        return shown(_of_these(present, ranks))
    return declared_text(draft_values.declared(core.draft, path), ranks) + at_the_beginning(core)


def at_the_beginning(core: Core) -> str:
    """Return what follows a value that is not read from a network that has begun."""
    return "" if core.own_arrays is None else " (at the beginning)"


def declared_text(value: Any, ranks: Ranks | None = None) -> str:
    """Return a declared value as text."""
    if isinstance(value, Patched):
        return "differs between neurons"
    return shown(_of_these(value, ranks) if isinstance(value, np.ndarray) else value)


def _of_these(values: np.ndarray, ranks: Ranks | None) -> np.ndarray:
    return values if ranks is None or values.ndim == 0 else values[ranks.index]


def model_text(model: Neuron | Synapse) -> str:
    """Return the texts of a model, each under its name."""
    names = NEURON_TEXTS if isinstance(model, Neuron) else (*SYNAPSE_TEXTS, *RULES)
    texts = {name: getattr(model, name) for name in names}
    texts = {name: x for name, x in texts.items() if x not in (None, "") and (name, x) != ("operation", "sum")}
    return "\n".join(f"{name}:\n{_indented(str(x))}" for name, x in texts.items())


def _indented(text: str) -> str:
    return indent(dedent(text).strip("\n"), "    ")
