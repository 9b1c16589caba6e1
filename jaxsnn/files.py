"""Files that are replaced only when all of a new one is written, what their endings promise, and `.npz` without pickle.

A process that is killed while it writes leaves the old file as it was, and its part of the new one beside it, which the
next one that writes removes.
"""

import os
import platform
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZipFile, ZipInfo

import numpy as np

from .errors import FileFormatError

PART = ".part"
FORMATS = {
    **dict.fromkeys((".h5", ".hdf5", ".hdf", ".nc"), "HDF5"),
    **dict.fromkeys((".pkl", ".pickle"), "a pickle"),
    **dict.fromkeys((".gz", ".bz2", ".xz", ".zst", ".tar", ".tgz"), "a compressed file"),
    **dict.fromkeys((".csv", ".tsv", ".txt"), "text"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".pdf", ".svg"), "a picture"),
    **dict.fromkeys((".pt", ".pth", ".onnx", ".safetensors", ".keras"), "the weights of another program"),
    ".json": "JSON",
    ".xml": "XML",
    ".yaml": "YAML",
    ".toml": "TOML",
    ".mtx": "MatrixMarket",
    ".py": "Python",
    ".npy": "one array of NumPy",
    ".npz": "arrays of NumPy",
    ".mat": "MATLAB's format",
    ".parquet": "Parquet",
}


def check_ending(path: Path, written: Collection[str]) -> None:
    """Raise if the name of a file promises another format than what is written.

    Args:
        path: of the file.
        written: endings of what is written; names without a known ending are free.

    Raises:
        FileFormatError: names both formats.

    Example:
        >>> check_ending(Path("a.npz"), [".npz"])
        >>> check_ending(Path("a.h5"), [".npz"])
        Traceback (most recent call last):
        ...
        jaxsnn.errors.FileFormatError: `a.h5`: by its ending it is HDF5, but what is written is .npz: call it `a.npz`
    """
    ending = path.suffix.lower()
    if ending in FORMATS and ending not in written:
        own = " or ".join(written)
        raise FileFormatError(
            f"`{path}`: by its ending it is {FORMATS[ending]}, but what is written is {own}: call it `{path.stem}"
            f"{next(iter(written))}`"
        )


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of another one when all of it is written; create missing folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path)
    part = path.with_name(f"{path.name}.{_owner(os.getpid(), threading.get_ident())}{PART}")
    try:
        with part.open("w+b") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _owner(process: int | str, thread: int | str) -> str:
    return f"{platform.node() or 'here'}-{process}-{thread}".replace(os.sep, "-")


def _remove_leftovers(path: Path) -> None:
    """Remove what killed processes of this machine have left of a file."""
    begin, mine = f"{path.name}.", _owner("", "").rstrip("-")
    for found in path.parent.iterdir():
        if not (found.name.startswith(begin) and found.name.endswith(PART)):
            continue
        machine, _, thread = found.name[len(begin) : -len(PART)].rpartition("-")
        machine, _, process = machine.rpartition("-")
        if machine == mine and process.isdigit() and thread.isdigit() and not _is_alive(int(process), int(thread)):
            found.unlink(missing_ok=True)


def _is_alive(process: int, thread: int) -> bool:
    """Tell whether a thread of a process of this machine may still be writing."""
    if process == os.getpid():
        return thread in {t.ident for t in threading.enumerate()}
    if os.name == "nt":  # there is no question that does no harm
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def read_npz(file: BinaryIO, needed: str, most_bytes: int | None = None) -> dict[str, np.ndarray]:
    """Return all arrays of an `.npz`; those of a file that lacks one of a name are not looked at.

    Sizes are compared with what there is before anything is allocated.

    Args:
        file: open, at its beginning.
        needed: name of an array that tells whose file it is.
        most_bytes: that all arrays together may take; None for any number.

    Raises:
        ValueError: an array that is none, or is larger than the file says. Also what `zipfile` raises.
    """
    with ZipFile(file) as archive:
        entries = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        if needed not in entries:
            return dict.fromkeys(entries, np.zeros(0))
        if any(info.comment for info in entries.values()):
            raise ValueError("comments in it, which nobody has written, hide some of its arrays")
        size = sum(info.file_size for info in entries.values())
        if most_bytes is not None and size > most_bytes:
            raise ValueError(f"its arrays would take {size / 2**30:.3g} GiB, more than there is memory")
        return {name: _array_of(archive, name, info) for name, info in entries.items()}


def _array_of(archive: ZipFile, name: str, info: ZipInfo) -> np.ndarray:
    with archive.open(info) as entry:
        shape, dtype, start = _described(entry)
        if dtype.hasobject:
            raise ValueError(f"`{name}` holds pickled objects")
        if prod(shape) * dtype.itemsize != info.file_size - start:
            raise ValueError(f"`{name}` is {dtype.name} {shape}, which does not fill {info.file_size - start} bytes")
    with archive.open(info) as entry:
        return np.lib.format.read_array(entry, allow_pickle=False)


def _described(entry: Any) -> tuple[tuple[int, ...], np.dtype, int]:
    """Return the shape and type that an array in a file has, and how many bytes stand before its numbers."""
    version = np.lib.format.read_magic(entry)
    headers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in headers:
        raise ValueError(f"an array in version {version} of NumPy's format")
    shape, _, dtype = headers[version](entry)
    return shape, dtype, entry.tell()
