"""The package `nir`, which is not needed before a graph is read or written."""

from pathlib import Path
from typing import Any

from ..errors import FileFormatError, MissingPackageError

# What h5py and `nir` raise for a file that is damaged or holds something else. Assertions are those of its nodes.
DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError, AssertionError, IndexError, RuntimeError)


def nir_package() -> Any:
    """Return the package `nir`; raise `MissingPackageError` where it is not installed."""
    try:
        import nir
    except ImportError:
        raise MissingPackageError(
            "graphs are read and written by the package `nir`, which is not installed: pip install 'jaxsnn[nir]'"
        ) from None
    return nir


def read_graph(path: Path) -> Any:
    """Return the graph in a file.

    Raises:
        OSError: there is no such file. FileFormatError: it holds no graph.
    """
    nir = nir_package()
    path.stat()  # a missing file has an error of its own
    try:
        return nir.read(str(path), type_check=False)
    except DAMAGE as why:
        raise FileFormatError(f"`{path}` holds no NIR graph that the package `nir` can read: {why!r}") from why
