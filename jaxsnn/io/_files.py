"""Documents in files: a zip of arrays as NumPy's `.npz`, or MATLAB's `.mat`. Nothing is ever pickled or unpickled."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np

from .. import arguments
from ..errors import FileFormatError
from ..files import check_ending, read_npz, replaced
from ..simulation import available_bytes
from ._document import Document, Filename
from ._header import checked_header
from ._matlab import read_mat, write_mat

HEADER = "header"
NO_PICKLE = "jaxsnn neither writes nor reads pickles: opening one can run any program that is hidden in it"
EXAMPLE = "weights by `numpy.savez(..., w=proj.connectivity_matrix())`, to be connected by `from_matrix`"
STARTS = {
    b"PK\x03\x04": "npz",
    b"PK\x05\x06": "npz",  # an empty zip
    b"MATLAB 5.0 MAT-file": "mat",
    b"\x1f\x8b": "gz",
    b"\x80": "pickle",
    b"\x89HDF": "hdf5",
}


def write(filename: Filename, document: Document) -> None:
    """Write a document: as `.mat` where the file is called so, else in the format of `.npz`, compressed.

    Missing folders are created; what stood in the file stays there until everything is written.

    Raises:
        FileFormatError: the ending of another format, such as `.h5`, or `.gz`, which in ANNarchy is a pickle.
    """
    path = arguments.path(filename)
    if path.suffix.lower() == ".gz":
        raise FileFormatError(f"`{path}`: a .gz of ANNarchy is a pickle, and {NO_PICKLE}. Save as .npz or .mat")
    check_ending(path, (".npz", ".mat"))
    entries = {HEADER: np.array(json.dumps(document.header)), **document.arrays}
    with replaced(path) as file:
        (write_mat if path.suffix.lower() == ".mat" else _write_npz)(file, entries)


def read(filename: Filename) -> Document:
    """Read a document, in the format that the file has, whatever its name.

    Raises:
        OSError: there is no such file.
        FileFormatError: not a file of jaxsnn, or a damaged one.
    """
    path = arguments.path(filename)
    with path.open("rb") as file:
        start = file.read(128)
        file.seek(0)
        reader = _reader(start, path)
        try:
            entries = reader(file)
        except Exception as error:
            message = f"the file is damaged ({type(error).__name__}: {error}), perhaps cut off: save it again"
            raise FileFormatError(f"`{path}`: {message}") from error
    if HEADER not in entries:
        raise _foreign(path, entries)
    header = checked_header(str(entries.pop(HEADER)), path)
    return Document(header, entries, str(path))


def _write_npz(file: BinaryIO, entries: dict[str, np.ndarray]) -> None:
    """Write entries as `numpy.savez_compressed` does; equal entries give equal bytes."""
    with ZipFile(file, "w") as archive:
        for name, array in entries.items():
            place = ZipInfo(f"{name}.npy")
            place.compress_type = ZIP_DEFLATED
            with archive.open(place, "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asarray(array), allow_pickle=False)


def _read_npz(file: BinaryIO) -> dict[str, np.ndarray]:
    """Return all entries; without a header none is looked at."""
    return read_npz(file, HEADER, available_bytes())


def _reader(start: bytes, path: Path) -> Callable[[Any], dict[str, np.ndarray]]:
    """Return what reads a file that begins like this."""
    if not start:
        raise FileFormatError(f"`{path}`: the file is empty. Save it again")
    found = next((kind for magic, kind in STARTS.items() if start.startswith(magic)), "unknown")
    match found:
        case "npz":
            return _read_npz
        case "mat":
            return read_mat
        case "gz" | "pickle":
            what = "gzip, which for ANNarchy means a pickle" if found == "gz" else "a pickle"
            raise FileFormatError(
                f"`{path}`: this is {what}, and {NO_PICKLE}. In ANNarchy write plain arrays: {EXAMPLE}"
            )
        case "hdf5":
            raise FileFormatError(
                f"`{path}`: this is HDF5 (MATLAB 7.3 writes it too). Save as .npz or .mat with jaxsnn"
            )
    message = "this is neither .npz nor .mat, which is what `save` writes, whatever the name of the file"
    raise FileFormatError(f"`{path}`: {message}")


def _foreign(path: Path, entries: dict[str, np.ndarray]) -> FileFormatError:
    held = ", ".join(f"`{name}`" for name in list(entries)[:5]) or "nothing"
    message = f"jaxsnn has not written this file: it holds {held} and no `{HEADER}`"
    advice = f"An .npz of ANNarchy holds pickled objects, and {NO_PICKLE}. In ANNarchy write plain arrays: {EXAMPLE}"
    return FileFormatError(f"`{path}`: {message}. {advice}")
