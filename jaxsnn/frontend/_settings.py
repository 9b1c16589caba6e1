"""The settings of ANNarchy: those that mean something here, and those for compilers and threads that do not."""

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path

import jax

from ..errors import ArgumentError, Remark, did_you_mean

PRECISIONS = {"double": True, "float": False, "single": False}
KNOWN = ("dt", "seed", "method", "precision", "cache", "strict")
WITHOUT_MEANING = {
    *("num_threads", "visible_cores", "paradigm", "verbose", "suppress_warnings", "show_time"),
    *("only_int_idx_type", "sparse_matrix_format", "sparse_matrix_storage_order", "profiling", "profile_out", "debug"),
    *("structural_plasticity", "disable_shared_library_time_offset"),
}


def unknown_settings(names: Iterable[str], known: Sequence[str] = KNOWN) -> list[Remark]:
    """Return a remark on each name that is no setting, neither one of those that are known nor one without meaning."""
    unknown = [name for name in names if name not in known and name not in WITHOUT_MEANING]
    hints = [did_you_mean(name, (*known, *WITHOUT_MEANING)) for name in unknown]
    return [
        Remark(ArgumentError, (f"unknown setting `{name}`.{hint}",)) for name, hint in zip(unknown, hints, strict=True)
    ]


def check_precision(precision: str) -> None:
    """Raise if something is no precision."""
    if precision not in PRECISIONS:
        raise ArgumentError(f"`precision` is 'float' or 'double', not {precision!r}")


def checked_folder(cache: object) -> Path:
    """Return the folder that a setting names; it need not exist yet.

    Raises:
        ArgumentError: it is no path, or there is a file of that name.
    """
    if not isinstance(cache, str | PathLike) or not str(cache):
        raise ArgumentError(f"`cache` is a folder, such as '~/.cache/jaxsnn', not {cache!r}")
    folder = Path(cache).expanduser()
    if folder.exists() and not folder.is_dir():
        raise ArgumentError(f"`cache` is a folder, and `{folder}` is a file: give another name")
    return folder


def set_precision(precision: str) -> None:
    """Set JAX's own switch for 64 bits, for the whole process."""
    check_precision(precision)
    jax.config.update("jax_enable_x64", PRECISIONS[precision])
