"""`compile` of a network, with the arguments that ANNarchy has for its C++ compiler."""

from collections.abc import Mapping
from typing import Any

from .. import arguments
from ..errors import ArgumentError, did_you_mean
from ..simulation import Simulation
from ._core import HasCore

COMPILER_ARGUMENTS = {
    *("directory", "clean", "populations", "projections", "compiler", "compiler_flags", "add_sources", "extra_libs"),
    *("cuda_config", "annarchy_json", "silent", "debug_build", "profile_enabled", "net_id"),
}


def compile(
    network: HasCore, directory: str = "annarchy", clean: bool = False, *, batch: int = 1, **others: Any
) -> Simulation:
    """Compile the description; returns the pure functions. A second call returns the same until a monitor is added.

    Args:
        directory, clean: of ANNarchy, accepted and ignored.
        batch: how many stimuli you will send through one set of weights by `jax.vmap`; many make a matrix product
            pay. Replicas do not count.
        **others: ANNarchy's arguments for its C++ compiler, accepted and ignored.
    """
    check_compiler_arguments(others)
    return network._core.compile(arguments.whole(batch, "batch", least=1))


def check_compiler_arguments(given: Mapping[str, Any]) -> None:
    """Raise if something is no argument of ANNarchy's `compile`."""
    unknown = set(given) - COMPILER_ARGUMENTS
    if unknown:
        name = unknown.pop()
        raise ArgumentError(f"compile() has no argument `{name}`.{did_you_mean(name, ('batch', *COMPILER_ARGUMENTS))}")
