"""Which states a run keeps for its backward pass: a scan in scans, whose inner parts are computed again.

With n = a b steps in segments of b, the backward pass keeps a states and what it needs of b steps, and computes
everything forward twice (A. Griewank, A. Walther, "Algorithm 799: revolve", ACM Transactions on Mathematical Software
26, 2000, doi:10.1145/347837.347846, has the best schedule for any number of states; nested segments of equal length,
T. Chen et al., arXiv:1604.06174, are near it and compile to loops). Each further level costs another pass forward.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import isqrt, prod
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

# advance(carry, counter) -> (carry, outputs): a scan over a part of the counter
Advance = Callable[[Any, Array], tuple[Any, Any]]


@dataclass(frozen=True)
class Checkpoints:
    """How a run of n steps is cut.

    Args:
        lengths: from the outside in: how many segments, each of how many segments, ... of how many steps. One number is
            a plain scan: everything is kept, nothing computed again.
        window: steps beyond which no gradient flows, None for all.
    """

    lengths: tuple[int, ...]
    window: int | None = None

    @property
    def passes(self) -> int:
        """How often each step is computed forward."""
        return len(self.lengths)

    def __str__(self) -> str:
        *outer, steps = self.lengths
        cut = " of ".join([f"{n} segments" for n in outer] + [f"{steps} steps"])
        window = "" if self.window is None else f", gradients truncated after {self.window} steps"
        return f"{cut}, each step computed {self.passes}x forward{window}"


def plain(n: int) -> Checkpoints:
    """Return the plan that keeps everything."""
    return Checkpoints((n,))


def square_root(n: int) -> Checkpoints:
    """Return the plan with about as many segments as steps in each."""
    steps = near_divisor(n, max(1, isqrt(n)))
    return Checkpoints((n // steps, steps)) if 1 < steps < n else plain(n)


def near_divisor(n: int, length: int) -> int:
    """Return the divisor of n nearest to a length, if one is within a factor of 2, else the length: a rest is a further
    loop to compile.
    """
    near = [d for d in range(max(1, length // 2), min(n, 2 * length) + 1) if n % d == 0]
    return min(near, key=lambda d: max(d / length, length / d), default=length)


def checkpointed(advance: Advance, checkpoints: Checkpoints, carry: Any, counter: Array) -> tuple[Any, Any]:
    """Advance by all steps of a counter, keeping for the backward pass what a plan says.

    Args:
        advance: scans over a part of the counter.
        checkpoints: the plan; its lengths multiply to about the number of steps.
        carry: what goes in.
        counter: (n,).
    """
    whole = partial(_nested, advance, checkpoints.lengths)
    window = checkpoints.window
    if window is None or window >= counter.shape[0]:
        return whole(carry, counter)
    return _in_segments(lambda c, part: whole(lax.stop_gradient(c), part), window, carry, counter)


def _nested(advance: Advance, lengths: tuple[int, ...], carry: Any, counter: Array) -> tuple[Any, Any]:
    inner = lengths[1:]
    if not inner or prod(inner) >= counter.shape[0]:
        return advance(carry, counter) if not inner else _nested(advance, inner, carry, counter)
    return _in_segments(partial(_nested, advance, inner), prod(inner), carry, counter)


def _in_segments(advance: Advance, length: int, carry: Any, counter: Array) -> tuple[Any, Any]:
    """Advance segment by segment, each computed again for the backward pass; the rest is a shorter one at the end."""
    n = counter.shape[0]
    whole = n // length * length
    # Nothing to prevent: the body of a loop shares no expression with what is around it.
    segment = jax.checkpoint(advance, prevent_cse=False)
    carry, out = lax.scan(segment, carry, counter[:whole].reshape(-1, length))
    out = jax.tree.map(lambda x: x.reshape(whole, *x.shape[2:]), out)
    if whole == n:
        return carry, out
    carry, rest = jax.checkpoint(advance)(carry, counter[whole:])
    return carry, jax.tree.map(lambda x, y: jnp.concatenate([x, y]), out, rest)
