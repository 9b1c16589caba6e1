"""What all folders of results share: zarr, a name that a folder gets when it is whole, a disk that may be full."""

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from ..errors import FileFormatError, MissingPackageError, StoreError

ATTRIBUTE = "jaxsnn"  # under which a folder says what it is
SWEEP, RECORDS = "jaxsnn sweep", "jaxsnn records"  # kinds of folders, and
READERS = {SWEEP: "open_sweep", RECORDS: "open_records"}  # what reads them
DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, BadZipFile)  # what bad files raise
SAME_CALL = "the same call goes on from there, once there is space"
FULL = (errno.ENOSPC, errno.EDQUOT)
CLOSED = (errno.EROFS, errno.EACCES, errno.EPERM, errno.EEXIST, errno.ENOTDIR)


def zarr_package() -> Any:
    """Return the package `zarr`.

    Raises:
        MissingPackageError: it is not installed.
    """
    try:
        import zarr
    except ImportError:
        message = "results in a folder need the package `zarr`: pip install 'jaxsnn[results]'"
        raise MissingPackageError(message) from None
    return zarr


def check_kind(path: Path, there: Any, wanted: str) -> None:
    """Refuse a folder of another kind.

    Raises:
        FileFormatError: what it holds, and what reads it.
    """
    if there != wanted:
        advice = f": `{READERS[there]}` reads it" if there in READERS else ""
        raise FileFormatError(f"`{path}` holds {there!r}, not {wanted!r}{advice}")


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give a folder to fill, which then gets its name; one of that name, which another process made, stays.

    Raises:
        StoreError: there is no space, or the place cannot be written to.
    """
    made = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield made
            _put_in_place(made, path)
    finally:
        shutil.rmtree(made, ignore_errors=True)  # where it did not get its name


def _put_in_place(made: Path, path: Path) -> None:
    """Give a new folder its name; leave the one that is there, which another process made."""
    try:
        os.rename(made, path)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise


@contextmanager
def writing(path: Path, again: str = SAME_CALL, reader: str = READERS[SWEEP]) -> Iterator[None]:
    """Say what to do where nothing can be written.

    Args:
        path: of the folder.
        again: what happens once there is space.
        reader: the function that reads what is there.

    Raises:
        StoreError: there is no space, or the folder cannot be written to.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in FULL + CLOSED:
            raise
        if error.errno in FULL:
            raise StoreError(f"there is no space left for `{path}`: what was written stays, and {again}") from error
        raise StoreError(
            f"`{path}` cannot be written to: {error.strerror}. What is there can be read by `{reader}`; to compute "
            "more, make the folder writable, or copy it to where you may write"
        ) from error
