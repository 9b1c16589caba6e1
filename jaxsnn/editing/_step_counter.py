"""The number of steps done is set to another one: what is counted in steps, or lies in a ring, moves along."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..plan import ProjectionPlan
from ..step import FARTHEST, LAST_STEP, Clock, NetworkState, Owner, StateField, Window, state_fields


def with_step(plans: Mapping[str, ProjectionPlan], state: NetworkState, step: int) -> NetworkState:
    """Return the state at another step: inputs that follow a table keep their place in it, and what is kept of the past
    or is on its way keeps its distance from the present.

    Args:
        plans: the projections.
        state: JAX arrays, or NumPy arrays, which stay such.
        step: number of steps done.
    """
    shift = step - int(state.step)
    sizes = {name: plan.post.size for name, plan in plans.items()}
    moving = [f for owner in (Owner.POPULATION, Owner.PROJECTION) for f in state_fields(owner)]
    moved = {
        f.name: {name: _moved(f, x, shift, sizes.get(name, 1)) for name, x in getattr(state, f.name).items()}
        for f in moving
        if f.clock is not Clock.NONE
    }
    return replace(state, step=state.step + np.int32(shift), **moved)


def later(value: Any, shift: int) -> Any:
    """Return steps so many later, or earlier; none farther back than `FARTHEST`, none behind the last one.

    Example:
        >>> later(np.array([-10_000, 100], np.int32), -2_000_000_000).tolist()
        [-10000000, -10000000]
    """
    low, high = max(-FARTHEST, -FARTHEST - shift), min(LAST_STEP, LAST_STEP - shift)
    return value.clip(low, high) + np.int32(shift)


def _moved(field: StateField, value: Any, shift: int, size: int) -> Any:
    """Return a value of a field so many steps later; `size` is that of the post-synaptic population."""
    match field.clock:
        case Clock.STEP:
            return jax.tree.map(lambda x: later(x, shift), value)
        case Clock.AHEAD:
            return _rolled(value, shift * size)
    if isinstance(value, Window):  # its counts have no row per step
        return replace(value, words=_rolled(value.words, shift))
    return jax.tree.map(lambda x: _rolled(x, shift), value)


def _rolled(ring: Any, shift: int) -> Any:
    return (np if isinstance(ring, np.ndarray) else jnp).roll(ring, shift, axis=0)
