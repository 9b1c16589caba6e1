"""What a folder of records says of the network that records into it, so that no other one goes on with it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from .. import io
from ..network import description_digest
from ..recording import Recording
from ..results import SPIKES, VALUES, Column, digest, versions
from ._core import Core
from ._files import snapshot

Labels = dict[Column, dict[str, np.ndarray]]  # what the entries of a row stand for, by column


def columns_of(core: Core, monitors: Iterable[str]) -> Labels:
    """Return what some monitors of a network record."""
    return dict(_column(core, m, variable) for m in monitors for variable in core.recorder(m).variables)


def _column(core: Core, monitor: str, variable: str) -> tuple[Column, dict[str, np.ndarray]]:
    recorder = core.recorder(monitor)
    period = recorder.period_of(variable)
    offset = recorder.offset % period
    axes = recorder.axes(variable, core)
    labels = {name: x for own in axes.values() for name, x in own.items()}
    if isinstance(recorder.get(Recording(), variable, core, False), Mapping):
        return Column(monitor, variable, SPIKES, period, offset, ()), labels
    return Column(monitor, variable, VALUES, period, offset, tuple(axes)), labels


def description(core: Core, columns: Labels) -> dict[str, Any]:
    """Return all that decides what is recorded, as JSON can say it; without the state of this moment."""
    random = core.arrays.provenance
    return {
        "network": description_digest(replace(core.simulation.spec, monitors=())),
        "monitors": monitors_of(columns),
        "seeds": digest({"seed": random.seed, "weights": random.weights_seed}),
        "dt": float(core.dt),
        "precision": str(np.dtype(core.compiled.dtype)),
        **versions(),
    }


def monitors_of(columns: Labels) -> dict[str, list]:
    """Return what is recorded when, with digests of the neurons or synapses, as JSON can say it."""
    return {column.name: [column.period, column.offset, digest(x)[:16]] for column, x in columns.items()}


def value_digests(core: Core) -> dict[str, str]:
    """Return a digest of each array of the network, as it is at this moment, by its name in a saved file."""
    document = io.network_document(snapshot(core))
    return {name: digest({"": np.asarray(x)})[:16] for name, x in document.arrays.items()}
