"""What all folders of results share: zarr, a name that a folder gets when it is whole, a disk that may be full."""

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import MissingPackageError, StoreError

ATTRIBUTE = "jaxsnn"  # under which a folder says what it is
DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError)  # what zarr raises for bad files
SAME_CALL = "what was written stays, and the same call goes on from there, once there is space"


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


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give a folder to fill, which then gets its name; one of that name, which another process made, stays."""
    made = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        with enough_space(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield made
        os.rename(made, path)
    except BaseException as error:
        shutil.rmtree(made, ignore_errors=True)
        if getattr(error, "errno", None) not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise


@contextmanager
def enough_space(path: Path, advice: str = SAME_CALL) -> Iterator[None]:
    """Say what to do where the disk is full.

    Raises:
        StoreError: it is.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StoreError(f"there is no space left for `{path}`: {advice}") from error
