"""One process has one precision: what was compiled, what comes in, JAX's switch."""

import jax
import jax.numpy as jnp

from ..compiler import CompiledNetwork
from ..errors import PrecisionError


def check_precision(compiled: CompiledNetwork, tree) -> None:
    """Raise if a floating-point array, or JAX's switch, has another precision than the network."""
    now = jnp.result_type(float)
    found = {x.dtype for x in jax.tree.leaves(tree) if jnp.issubdtype(x.dtype, jnp.floating)} | {now}
    wrong = found - {compiled.dtype}
    if wrong:
        raise PrecisionError(
            f"the network was compiled for {compiled.dtype.name}, but meets {wrong.pop().name}. One process has one "
            "precision: call `jaxsnn.setup(precision=...)` or set `jax_enable_x64` before the first array"
        )
