"""The default network, on which the module-level functions of ANNarchy 4.8 act, and its settings.

`_default` is the only value at module level that changes.
"""

from dataclasses import dataclass, field, replace
from os import PathLike, environ
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax.experimental.compilation_cache import compilation_cache

from ..errors import ArgumentError, Remark, did_you_mean
from ._constants import value_of
from ._network import Network

PRECISIONS = {"double": True, "float": False, "single": False}


@dataclass
class _Default:
    """The default network, made when it is first needed, and what it is made with."""

    settings: dict[str, Any] = field(default_factory=lambda: {"strict": False})
    network: Network | None = None


_default = _Default()


def default_network() -> Network:
    """Return the network that module-level functions act on."""
    if _default.network is None:
        _default.network = Network(**_default.settings)
        _dispatch_at_once()
    return _default.network


def _dispatch_at_once() -> None:
    """Have a CPU run what it is given in the calling thread: a script waits for each result anyway.

    To wake another thread takes longer than a step of a small network. Once JAX has started, this has no effect; nor
    has it where the environment says otherwise.
    """
    if "JAX_CPU_ENABLE_ASYNC_DISPATCH" not in environ:
        jax.config.update("jax_cpu_enable_async_dispatch", False)


def clear(functions: bool = True, neurons: bool = True, synapses: bool = True, constants: bool = True) -> None:
    """Forget the default network with its callbacks; settings stay.

    Args:
        functions, constants: forget those too; False gives the next network the same, with their present values
            (`get_constant` returns its handles).
        neurons, synapses: accepted; models are objects of yours.
    """
    old, _default.network = _default.network, None
    if old is not None and not functions:
        new = default_network()._core
        new.draft = replace(new.draft, functions=new.draft.functions + old._core.draft.functions)
    if old is not None and not constants:
        new = default_network()._core
        for name in old._core.draft.constants:
            new.draft = new.draft.with_constant(name, value_of(old._core, name))


def setup(
    dt: float | None = None,
    seed: int | None = None,
    method: str | None = None,
    precision: str | None = None,
    cache: str | PathLike | None = None,
    strict: bool | None = None,
    **others: Any,
) -> None:
    """Set what the default network is made with; call it before the first population.

    Args:
        dt: step, ms.
        seed: of everything random; also seeds NumPy's legacy generator, as ANNarchy does.
        method: numerical method of ODEs that name none; see `Network`.
        precision: `"float"` (32 bits, the default) or `"double"`; sets JAX's own switch, for the whole process.
        cache: a folder in which JAX keeps all that it compiles, for this process and later ones; set at any time. A
            program that was compiled before, by the same version on the same kind of machine, is read from there.
        strict: whether what is suspicious or without effect, but runs in ANNarchy, raises an error. False, at first,
            warns of it (`JaxsnnWarning`), once.
        **others: ANNarchy's settings for compilers and threads, which have no meaning here.
    """
    if precision is not None and precision not in PRECISIONS:
        raise ArgumentError(f"`precision` is 'float' or 'double', not {precision!r}")
    given = {"dt": dt, "seed": seed, "method": method, "strict": strict}
    given = {name: value for name, value in given.items() if value is not None}
    remarks = [_unknown(name) for name in others if name not in _WITHOUT_MEANING]
    if (given or precision) and _default.network is not None and _default.network.populations():
        message = "setup() comes before the first population: call `clear()` first"
        remarks.append(Remark(ArgumentError, (message,)))
    if remarks and (_default.settings | given)["strict"]:
        raise remarks[0].error()
    if given:
        default_network().configure(**given)
    default_network()._core.judge(*remarks)
    if precision is not None:
        jax.config.update("jax_enable_x64", PRECISIONS[precision])
    if cache is not None:
        _keep_compiled(Path(cache).expanduser())
    if seed is not None:
        np.random.seed(int(seed) % 2**32)  # the generator that ANNarchy's scripts draw from
    _default.settings |= given


def _unknown(setting: str) -> Remark:
    near = did_you_mean(setting, (*_KNOWN, *_WITHOUT_MEANING))
    return Remark(ArgumentError, (f"unknown setting `{setting}`.{near}",))


def _keep_compiled(folder: Path) -> None:
    """Let JAX keep everything that it compiles in a folder, however small and quick."""
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    compilation_cache.reset_cache()  # JAX decides once whether there is one


_KNOWN = ("dt", "seed", "method", "precision", "cache", "strict")
_WITHOUT_MEANING = {
    *("num_threads", "visible_cores", "paradigm", "verbose", "suppress_warnings", "show_time"),
    *("only_int_idx_type", "sparse_matrix_format", "sparse_matrix_storage_order", "profiling", "profile_out", "debug"),
    *("structural_plasticity", "disable_shared_library_time_offset"),
}
