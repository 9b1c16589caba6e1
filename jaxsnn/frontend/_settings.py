"""The settings of ANNarchy: those that mean something here, and those for compilers and threads that do not."""

from collections.abc import Iterable, Sequence

import jax

from ..errors import ArgumentError, Remark, did_you_mean
from ._core import Core

PRECISIONS = {"double": True, "float": False, "single": False}
KNOWN = ("dt", "seed", "method", "precision", "cache", "strict")
WITHOUT_MEANING = {
    *("num_threads", "visible_cores", "paradigm", "verbose", "suppress_warnings", "show_time"),
    *("only_int_idx_type", "sparse_matrix_format", "sparse_matrix_storage_order", "profiling", "profile_out", "debug"),
    *("structural_plasticity", "disable_shared_library_time_offset"),
}


def judge_settings(core: Core, names: Iterable[str], known: Sequence[str] = KNOWN) -> None:
    """Judge what is no setting, neither one of those that are known nor one without meaning: name the nearest."""
    unknown = [name for name in names if name not in known and name not in WITHOUT_MEANING]
    for name in unknown:
        hint = did_you_mean(name, (*known, *WITHOUT_MEANING))
        core.judge(Remark(ArgumentError, (f"unknown setting `{name}`.{hint}",)))


def check_precision(precision: str) -> None:
    """Raise if something is no precision."""
    if precision not in PRECISIONS:
        raise ArgumentError(f"`precision` is 'float' or 'double', not {precision!r}")


def set_precision(precision: str) -> None:
    """Set JAX's own switch for 64 bits, for the whole process."""
    check_precision(precision)
    jax.config.update("jax_enable_x64", PRECISIONS[precision])
