"""Random numbers in equations: each distinct one of a step is drawn once, from a stream of its own."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array

from ..equations import DISTRIBUTIONS, Draw, Scope, evaluate
from ..propagation import materialise


def build_draw(
    scope: Scope, shape: Callable[[Draw], tuple[int, ...]], key: Array, dtype, opaque: Array | None = None
) -> Callable[[Draw], Array]:
    """Return the function that draws the random numbers of a step.

    Args:
        scope: what names mean in the arguments of distributions.
        shape: of the numbers of a draw.
        key: for this step; each draw folds its index into it.
        dtype: of the numbers.
        opaque: see `materialise`; None leaves it to XLA whether numbers that are read twice are drawn twice.
    """
    drawn: dict[int, Array] = {}

    def draw(node: Draw) -> Array:
        if node.index not in drawn:
            arguments = (jnp.asarray(evaluate(a, scope), dtype) for a in node.arguments)
            distribution = DISTRIBUTIONS[node.distribution][1](*arguments)
            sample = distribution.sample(jax.random.fold_in(key, node.index), shape(node), dtype)
            drawn[node.index] = materialise(sample, opaque)
        return drawn[node.index]

    return draw
