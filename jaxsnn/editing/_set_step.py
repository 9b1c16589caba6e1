"""The number of steps done is set by hand: all that is counted in steps moves with it."""

from collections.abc import Mapping
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np

from ..plan import ProjectionPlan
from ..step import NetworkState


def with_step(plans: Mapping[str, ProjectionPlan], state: NetworkState, step: int) -> NetworkState:
    """Return the state at another number of steps done; what has happened keeps its distance to now.

    Args:
        plans: the projections by name.
        state: JAX or NumPy arrays.
        step: the number of steps.
    """
    shift = step - int(state.step)
    rolled = jax.tree.map(lambda x: jnp.roll(x, shift, axis=0), (state.trains, state.histories, state.decoded))
    windows = {name: replace(w, words=jnp.roll(w.words, shift, axis=0)) for name, w in state.windows.items()}
    pending = {name: jnp.roll(x, shift * plans[name].post.size) for name, x in state.pending.items()}
    shifted = jax.tree.map(lambda x: x + np.int32(shift), (state.origins, state.last_events, state.last_spike))
    return replace(
        state,
        step=jnp.int32(step),
        origins=jax.tree.map(jnp.int32, shifted[0]),
        last_events=shifted[1],
        last_spike=shifted[2],
        windows=windows,
        trains=rolled[0],
        histories=rolled[1],
        decoded=rolled[2],
        pending=pending,
    )
