"""Backward Euler for a block of equations that is affine in its variables: one Newton step is exact."""

import jax
import jax.numpy as jnp
from jax import Array

from ._integrator import Integrator, Step, System, Values


def _advance(system: System, values: Values, dt: Step) -> dict[str, Array]:
    """Return x + d, where (1 - dt J) d = dt f(x): what x' = x + dt f(x') gives for an affine f; order 1."""
    slopes, jacobian = _jacobian(system, values)
    names = list(values)
    if len(names) == 1:
        (name,) = names
        return {name: values[name] + dt * slopes[name] / (1.0 - dt * jacobian[name][name])}
    matrix = jnp.stack([jnp.stack([(i == j) - dt * jacobian[i][j] for j in names], -1) for i in names], -2)
    right = jnp.stack([dt * slopes[i] for i in names], -1)
    change = jnp.linalg.solve(matrix, right[..., None])[..., 0]
    return {name: values[name] + change[..., k] for k, name in enumerate(names)}


def _jacobian(system: System, values: Values) -> tuple[dict[str, Array], dict[str, dict[str, Array]]]:
    """Return the slopes f_i and the derivatives d f_i / d x_j, both by name and with the shape of the variables."""

    def field(values: Values) -> dict[str, Array]:
        return {name: jnp.broadcast_to(f, values[name].shape) for name, f in system.slopes(values).items()}

    slopes, tangent = jax.linearize(field, dict(values))
    zero = {name: jnp.zeros_like(x) for name, x in values.items()}
    columns = {j: tangent({**zero, j: jnp.ones_like(x)}) for j, x in values.items()}
    return slopes, {i: {j: columns[j][i] for j in values} for i in values}


IMPLICIT = Integrator("implicit", _advance, couples=True, needs_affine=True)

METHODS = (IMPLICIT,)
