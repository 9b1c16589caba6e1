"""The past of a population that delayed projections read, before anything has happened."""

import jax.numpy as jnp
from jax import Array

from ..network import PopulationSpec
from ..plan import Requirements
from ..propagation import Spikes, n_words


def empty_past(
    population: PopulationSpec, needs: Requirements, values: dict[str, Array], dtype
) -> tuple[Spikes | None, dict[str, Array]]:
    """Return the spikes and values of the last steps of a population that was silent and did not change.

    Args:
        population: the population.
        needs: how many steps are kept.
        values: present values by name, () or (size,).
        dtype: of floating-point values.
    """
    size, length = population.size, needs.train
    silent = Spikes(jnp.zeros((length, n_words(size)), jnp.uint32), jnp.full((length, size), -1.0, dtype))
    histories = {
        name: jnp.broadcast_to(values[name], (kept.steps, size)).astype(dtype) for name, kept in needs.histories.items()
    }
    return (silent if length else None), histories
