"""Derivatives of kernels that look only at neurons that spiked: they come from a kernel that looks at all of them.

A neuron near its threshold has a derivative though it did not spike, so what visits only spikes cannot find it.
"""

from collections.abc import Callable

import jax
from jax.custom_derivatives import SymbolicZero

from ..errors import UnsupportedError


def with_derivative_of(meaning: Callable, kernel: Callable) -> Callable:
    """Return a kernel, or another function, with the numbers of one and the derivative of another.

    Reverse mode is its transpose.
    """
    guarded = forbid_derivatives(kernel)

    @jax.custom_jvp
    def happen(*arguments):
        return guarded(*arguments)

    happen.defjvp(lambda x, dots: (happen(*x), tangent_of(meaning, x, dots)), symbolic_zeros=True)
    return happen


def tangent_of(meaning: Callable, primals: tuple, tangents: tuple):
    """Return the tangent of a kernel.

    What has no tangent (`SymbolicZero`) is a constant of the function whose tangent is taken: tangents of zeros would
    be multiplied and added at all synapses.
    """
    values, tree = jax.tree.flatten(primals)
    dots = jax.tree.leaves(tangents)
    active = [i for i, dot in enumerate(dots) if not isinstance(dot, SymbolicZero)]

    def of(*some):
        rest = dict(zip(active, some, strict=True))
        return meaning(*jax.tree.unflatten(tree, [rest.get(i, x) for i, x in enumerate(values)]))

    return jax.jvp(of, tuple(values[i] for i in active), tuple(dots[i] for i in active))[1]


def forbid_derivatives(function: Callable) -> Callable:
    """Return a function that raises where JAX asks for its derivative: its own would miss the surrogate.

    Second derivatives get there through a scan on JAX 0.10, which forgets the outer rule; later versions do not.
    """
    guarded = jax.custom_jvp(function)

    @guarded.defjvp
    def _(primals, tangents):
        raise UnsupportedError(
            "with this JAX, second derivatives do not pass through the event path or `scatter` in a loop: compile the "
            "network with `kernel='plain'`, `'product'` or `'gather'`, which differentiate to any order"
        )

    return guarded
