"""The exact solution of equations whose coefficients are constant, with what drives them held during the step."""

from typing import Any

import jax.numpy as jnp
from jax import Array
from jax.scipy.linalg import expm

from ._exponential import phi
from ._integrator import Integrator, Step, System, Values


def _advance(system: System, values: Values, dt: Step) -> dict[str, Array]:
    """Return x + dt phi(dt A) f(x), where f(x) = A x + b and phi(z) = (exp(z) - 1) / z, of a matrix.

    S. Rotter and M. Diesmann, "Exact digital simulation of time-invariant linear systems with applications to neuronal
    modeling", Biological Cybernetics 81, 1999, doi:10.1007/s004220050570.
    """
    slopes, rows, names = system.slopes(values), system.coefficients(values), list(values)
    if len(names) == 1:
        (name,) = names
        factor, slope = system.spread((dt * phi(dt * jnp.asarray(rows[name][name])), slopes[name]))
        return {name: values[name] + factor * slope}
    propagator = _propagator(_matrix(rows, names), dt)

    def change(k: int) -> Any:
        pairs = (system.spread((propagator[..., k, m], slopes[j])) for m, j in enumerate(names))
        return sum(factor * slope for factor, slope in pairs)

    return {name: values[name] + change(k) for k, name in enumerate(names)}


def _matrix(rows: dict[str, dict[str, Array]], names: list[str]) -> Array:
    """Return the coefficients (..., d, d); one matrix if all neurons share them."""
    entries = jnp.broadcast_arrays(*(jnp.asarray(rows[i][j], float) for i in names for j in names))
    return jnp.stack(entries, -1).reshape(*entries[0].shape, len(names), len(names))


def _propagator(matrix: Array, dt: Step) -> Array:
    """Return dt phi(dt A), also where A has no inverse: it stands beside exp(dt A) in the exponential of (A 1; 0 0).

    C. F. Van Loan, "Computing integrals involving the matrix exponential", IEEE Transactions on Automatic Control 23,
    1978, doi:10.1109/TAC.1978.1101743. It depends on nothing that changes, so XLA computes it before the loop, unless
    there are conditionals in it; the exponential of a single matrix has some, that of several, one axis more, has none.
    """
    d, time = matrix.shape[-1], dt
    if jnp.ndim(dt):  # each neuron has a step of its own, as one that spikes within it
        matrix = jnp.broadcast_to(matrix, (*jnp.broadcast_shapes(matrix.shape[:-2], jnp.shape(dt)), d, d))
        time = jnp.asarray(dt)[..., None, None]
    above = time * jnp.concatenate([matrix, jnp.broadcast_to(jnp.eye(d, dtype=matrix.dtype), matrix.shape)], -1)
    both = jnp.concatenate([above, jnp.zeros_like(above)], -2)
    return jnp.vectorize(expm, signature="(n,n)->(n,n)")(both[None])[0, ..., :d, d:]


EXACT = Integrator("exact", _advance, couples=True, needs_affine=True, needs_constant_coefficients=True)

METHODS = (EXACT,)
