"""What monitors have recorded in files: NumPy's `.npy` for one array, HDF5 for a tree of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError, MissingPackageError
from ..files import replaced
from ._document import Filename

NPY, HDF5 = ".npy", (".hdf5", ".h5")


def write_recordings(filename: Filename, data: Mapping[str, Any]) -> None:
    """Write arrays by name; dictionaries are groups of an HDF5 file, such as the spikes of each neuron by its rank.

    Args:
        filename: `.hdf5` or `.h5`; `.npy` for a single array. Missing folders are created.
        data: by name.

    Raises:
        ArgumentError: another ending, or something else than one array for `.npy`.
        MissingPackageError: HDF5 without the package `h5py`.
    """
    path = arguments.path(filename)
    if path.suffix not in (NPY, *HDF5):
        raise ArgumentError(f"recordings are written to `.npy` or `.hdf5`, not to `{filename}`")
    if path.suffix in HDF5:
        _write_hdf5(path, data)
        return
    arrays = list(data.values())
    if len(arrays) != 1 or isinstance(arrays[0], Mapping):
        raise ArgumentError(f"`.npy` takes one variable that is no spikes, not {', '.join(data)}: write `.hdf5`")
    with replaced(path) as file:
        np.save(file, arrays[0], allow_pickle=False)


def _write_hdf5(path: Path, data: Mapping[str, Any]) -> None:
    try:
        import h5py  # an optional package, slow to import
    except ImportError:
        message = "an HDF5 file needs the package `h5py`: pip install 'jaxsnn[hdf5]'"
        raise MissingPackageError(message) from None
    with replaced(path) as whole, h5py.File(whole, "w") as file:
        _fill(file, data)


def _fill(group: Any, data: Mapping[Any, Any]) -> None:
    for name, value in data.items():
        if isinstance(value, Mapping):
            _fill(group.create_group(str(name)), value)
        else:
            group.create_dataset(str(name), data=np.asarray(value))
