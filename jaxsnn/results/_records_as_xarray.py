"""Records in a folder as a dataset of xarray: its arrays are read when they are used."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import MissingPackageError
from ._record_folder import SPIKES, SYNAPSE, Column


@dataclass(frozen=True)
class Window:
    """A part of a column.

    Args:
        column: of which variable.
        where: its rows, or spikes.
        times: of the rows, ms.
        labels: what the entries of a row stand for.
    """

    column: Column
    where: slice
    times: np.ndarray
    labels: Mapping[str, np.ndarray]


def dataset(path: Path, windows: list[Window], about: Mapping[str, str]) -> Any:
    """Return the dataset; see `Records.to_xarray`."""
    try:
        import xarray
    except ImportError:
        message = "an xarray needs the package `xarray`: pip install 'jaxsnn[results]'"
        raise MissingPackageError(message) from None
    data, coordinates = {}, {}
    for window in windows:
        if window.where.stop:  # else there may be no array yet
            data |= _variables(xarray, path, window)
            coordinates |= _coordinates(window)
    return xarray.Dataset(data, coordinates, about)


def _variables(xarray: Any, path: Path, window: Window) -> dict[str, Any]:
    """Return the arrays of a column by name, each cut to the window."""
    column = window.column
    are_spikes = column.kind == SPIKES
    folder, _, own = column.path.rpartition("/")
    options = {"chunks": None, "cache": False, "consolidated": False, "decode_times": False}
    group = xarray.open_dataset(path, engine="zarr", group=column.path if are_spikes else folder, **options)
    names = {f"{column.name}.{key}": key for key in group} if are_spikes else {column.name: own}
    return {name: group[key].variable[window.where] for name, key in names.items()}


def _coordinates(window: Window) -> dict[str, Any]:
    """Return the time of each row, and what its entries stand for."""
    column = window.column
    if column.kind == SPIKES:
        return {}
    monitor = column.monitor
    found: dict[str, Any] = {f"{monitor}.time": (f"{monitor}.time", window.times, {"units": "ms"})}
    for axis in column.axes:
        own = f"{monitor}.{axis}"
        labels = window.labels if axis == SYNAPSE else {axis: window.labels[axis]} if axis in window.labels else {}
        found |= {own if key == axis else f"{own}.{key}": (own, x) for key, x in labels.items()}
    return found
