"""From a memory budget to checkpoints: what a backward pass would keep, known before anything runs."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf, prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..arguments import as_number
from ..errors import ArgumentError, MemoryBudgetError
from ._checkpoint import Checkpoints, near_divisor

UNITS = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "kB": 10**3, "MB": 10**6, "GB": 10**9}
MOST_LEVELS = 4
KEPT_BYTES = 64 * 2**20  # of states that are kept without being asked


@dataclass(frozen=True)
class Cost:
    """What a backward pass keeps, bytes.

    Args:
        fixed: whatever the plan: records and their gradients, gradients of parameters.
        state: of a state between two steps.
        step: what the derivative of one step needs.
    """

    fixed: int
    state: int
    step: int

    def of(self, checkpoints: Checkpoints) -> int:
        """Return how much memory a plan takes."""
        *outer, steps = checkpoints.lengths
        return self.fixed + sum(outer) * self.state + steps * self.step


def parsed_bytes(memory: str | float) -> float:
    """Return a number of bytes.

    Example:
        >>> parsed_bytes("1.5KiB")
        1536.0

    Raises:
        ArgumentError: no amount of memory.
    """
    if isinstance(memory, str):
        text = memory.strip()
        unit = next((u for u in sorted(UNITS, key=len, reverse=True) if text.endswith(u)), "")
        try:
            number = float(text.removesuffix(unit)) * UNITS.get(unit, 1)
        except ValueError:
            number = -1.0
    else:
        given = as_number(memory)
        number = -1.0 if given is None else given
    if not 0 < number < inf:
        raise ArgumentError(f'`memory` is a number of bytes or a text such as "2GiB" or "500MB", not {memory!r}')
    return number


def told(n_bytes: float) -> str:
    """Return an amount of memory for a person to read."""
    for unit in ("GiB", "MiB", "KiB"):
        if n_bytes >= UNITS[unit]:
            return f"{n_bytes / UNITS[unit]:.1f} {unit}"
    return f"{n_bytes:.0f} B"


def tree_bytes(tree: Any) -> int:
    """Return the bytes of all arrays of a tree, or of their shapes."""
    return sum(prod(x.shape) * np.dtype(x.dtype).itemsize for x in jax.tree.leaves(tree))


def residual_bytes(stretch: Callable[..., Any], params: Any, state: Any) -> int:
    """Return how many bytes the derivative of one more step keeps.

    Args:
        stretch: `stretch(params, state, counter)`, steps with records.
        params, state: arrays or their shapes.
    """
    leaves, tree = jax.tree.flatten((params, state))
    floats = [i for i, x in enumerate(leaves) if jnp.issubdtype(x.dtype, jnp.floating)]

    def kept(n: int) -> int:
        def pulled(*all_leaves: Any):
            def of(*some: Any):
                rest = dict(zip(floats, some, strict=True))
                return stretch(
                    *jax.tree.unflatten(tree, [rest.get(i, x) for i, x in enumerate(all_leaves)]),
                    jnp.arange(n, dtype=jnp.int32),
                )

            return jax.tree.leaves(jax.vjp(of, *[all_leaves[i] for i in floats])[1])

        return tree_bytes(jax.eval_shape(pulled, *leaves))

    return kept(3) - kept(2)


def fitting_checkpoints(n: int, cost: Cost, budget: float) -> Checkpoints:
    """Return the plan with the fewest passes that fits a budget.

    Raises:
        MemoryBudgetError: none does.
    """
    plans = [_plan(n, cost, levels) for levels in range(1, MOST_LEVELS + 1)]
    for plan in plans:
        if cost.of(plan) <= budget:
            return plan
    least = min(plans, key=cost.of)
    raise MemoryBudgetError(n, told(budget), told(cost.of(least)), told(cost.fixed))


def _plan(n: int, cost: Cost, levels: int) -> Checkpoints:
    """Return the plan of so many levels that takes the least memory."""
    if levels == 1:
        return Checkpoints((n,))
    # The sum of k equal terms is smallest for a given product: outer * state = ... = steps * step.
    each = (n * cost.step / max(1, cost.state)) ** (1 / levels)
    steps = near_divisor(n, min(n, max(1, round(n / max(1.0, each) ** (levels - 1)))))
    rest, outer = ceil(n / steps), []
    for level in range(levels - 1, 0, -1):
        length = near_divisor(rest, max(1, round(rest ** (1 / level))))
        outer.append(length)
        rest = ceil(rest / length)
    return Checkpoints((*outer, steps))
