"""The default network, on which the module-level functions of ANNarchy 4.8 act, and its settings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

import jax
import numpy as np
from jax.experimental.compilation_cache import compilation_cache

from ..errors import ArgumentError, Remark, UnknownNameError
from ._constants import value_of
from ._default_core import default_core
from ._default_value import default
from ._network import Network, network_around
from ._settings import check_precision, checked_folder, set_precision, unknown_settings

T = TypeVar("T")


def default_network(net_id: int = 0) -> Network:
    """Return the network that module-level functions act on.

    Args:
        net_id: 0, as ANNarchy numbers it.

    Raises:
        ArgumentError: another number.
    """
    if net_id != 0:
        message = "call the methods of another network, such as `net.simulate(100.0)`"
        raise ArgumentError(f"`net_id` is 0, the default network, not {net_id!r}: {message}")
    core = default_core()
    if default.network is None or default.network._core is not core:
        default.network = network_around(core)
    return default.network


def magic_network() -> Network:
    """Return the default network, under its name in ANNarchy 5."""
    return default_network()


def found(part: Callable[[str], T], name: str) -> T | None:
    """Return a part of the default network by its name; None if there is none, which is judged."""
    try:
        return part(name)
    except UnknownNameError as error:
        default_core().judge(Remark(UnknownNameError, error.args))
        return None


def clear(functions: bool = True, neurons: bool = True, synapses: bool = True, constants: bool = True) -> None:
    """Forget the default network with its callbacks; settings stay.

    Args:
        functions, constants: forget those too; False gives the next network the same, with their present values
            (`get_constant` returns its handles).
        neurons, synapses: accepted; models are objects of yours.
    """
    old = default.core
    default.core, default.network, default.objects = None, None, {}
    if old is not None and not functions:
        new = default_core()
        new.draft = replace(new.draft, functions=new.draft.functions + old.draft.functions)
    if old is not None and not constants:
        new = default_core()
        for name in old.draft.constants:
            new.draft = new.draft.with_constant(name, value_of(old, name))


def setup(
    dt: float | None = None,
    seed: int | None = None,
    method: str | None = None,
    precision: str | None = None,
    cache: str | PathLike[str] | None = None,
    strict: bool | None = None,
    spikes: str | None = None,
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
        spikes: `"grid"` or `"precise"`, at the end of a step or at their moment within it; see `Network`.
        **others: ANNarchy's settings for compilers and threads, which have no meaning here.

    Raises:
        ArgumentError: a value that a setting does not take. All settings are as they were before the call.
    """
    if precision is not None:
        check_precision(precision)
    folder = None if cache is None else checked_folder(cache)
    given = {"dt": dt, "seed": seed, "method": method, "strict": strict, "spikes": spikes}
    given = {name: value for name, value in given.items() if value is not None}
    remarks = unknown_settings(others)
    if (given or precision) and default.core is not None and default.core.draft.populations:
        message = "setup() comes before the first population: call `clear()` first"
        remarks.append(Remark(ArgumentError, (message,)))
    if remarks and (default.settings | given)["strict"]:
        raise remarks[0].error()
    with _settings_kept():
        if given:
            default_network().configure(**given)
        default_core().judge(*remarks)
        if precision is not None:
            set_precision(precision)
        if folder is not None:
            _keep_compiled(folder)
        if seed is not None:
            np.random.seed(int(seed) % 2**32)  # the generator that ANNarchy's scripts draw from
        default.settings |= given


@contextmanager
def _settings_kept() -> Iterator[None]:
    """Bring back the settings of the default network, and the precision, if a part of `setup` fails."""
    core, precision = default_core(), bool(jax.config.jax_enable_x64)  # type: ignore[attr-defined]
    before = core.draft, core.options, core.seed, core.generator
    try:
        yield
    except BaseException:
        core.draft, core.options, core.seed, core.generator = before
        jax.config.update("jax_enable_x64", precision)
        raise


def _keep_compiled(folder: Path) -> None:
    """Let JAX keep everything that it compiles in a folder, however small and quick."""
    jax.config.update("jax_compilation_cache_dir", str(folder.absolute()))  # wherever the script goes later
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    compilation_cache.reset_cache()  # JAX decides once whether there is one
