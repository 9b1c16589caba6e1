"""From a description to a `Simulation`."""

import jax
import numpy as np

from .. import rng
from ..compiler import compile_network
from ..errors import ArgumentError
from ..network import NetworkSpec
from ._simulation import Simulation


def build_simulation(
    spec: NetworkSpec,
    *,
    generator: str | rng.Generator = rng.COUNTER,
    kernel: str | None = None,
    platform: str | None = None,
    batch: int = 1,
) -> Simulation:
    """Compile a description.

    Args:
        spec: the network.
        generator: of random numbers in equations and weights, `counter` or `threefry`.
        kernel: for all projections, `event`, `plain`, `product`, `gather` or `scatter`; None chooses.
        platform: `cpu`, `gpu` or `tpu`; None takes JAX's default backend.
        batch: how many stimuli will share one set of weights under `vmap`; many make a matrix product pay.
    """
    if not (np.isfinite(spec.dt) and spec.dt > 0):
        raise ArgumentError(f"`dt` is a step in ms, greater than 0, not {spec.dt}")
    platform = platform or jax.default_backend()
    return Simulation(compile_network(spec, rng.by_name(generator), platform, kernel, batch), platform, batch)
