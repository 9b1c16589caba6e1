"""The default network, on which the module-level functions of ANNarchy 4.8 act, and its settings."""

from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax.experimental.compilation_cache import compilation_cache

from ..errors import ArgumentError
from ._constants import value_of
from ._default_value import default
from ._handle import Handle
from ._network import Network, network_around
from ._settings import check_precision, check_settings, set_precision


def default_network() -> Network:
    """Return the network that module-level functions act on."""
    if default.network is None:
        default.network = Network(**default.settings)
    return default.network


def network_of(*sides: Handle | str) -> Network:
    """Return the network to which a projection between such parts is added: the default one, or that of the parts."""
    cores = [side._core for side in sides if isinstance(side, Handle)]
    is_default = not cores or default_network()._core.is_same_network(cores[0])
    return default_network() if is_default else network_around(cores[0])


def magic_network() -> Network:
    """Return the default network, under its name in ANNarchy 5."""
    return default_network()


def clear(functions: bool = True, neurons: bool = True, synapses: bool = True, constants: bool = True) -> None:
    """Forget the default network with its callbacks; settings stay.

    Args:
        functions, constants: forget those too; False gives the next network the same, with their present values
            (`get_constant` returns its handles).
        neurons, synapses: accepted; models are objects of yours.
    """
    old, default.network = default.network, None
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
        **others: ANNarchy's settings for compilers and threads, which have no meaning here.
    """
    check_settings(others)
    if precision is not None:
        check_precision(precision)
    given = {"dt": dt, "seed": seed, "method": method}
    given = {name: value for name, value in given.items() if value is not None}
    if (given or precision) and default.network is not None and default.network.populations():
        raise ArgumentError("setup() comes before the first population: call `clear()` first")
    default_network().configure(**given)
    if precision is not None:
        set_precision(precision)
    if cache is not None:
        _keep_compiled(Path(cache).expanduser())
    if seed is not None:
        np.random.seed(int(seed) % 2**32)  # the generator that ANNarchy's scripts draw from
    default.settings |= given


def _keep_compiled(folder: Path) -> None:
    """Let JAX keep everything that it compiles in a folder, however small and quick."""
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    compilation_cache.reset_cache()  # JAX decides once whether there is one
