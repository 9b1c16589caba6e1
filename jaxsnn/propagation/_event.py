"""The event path: only the rows of neurons that spiked, closed under `vmap`, differentiable.

Three layers, inside out:
- `_never_differentiated` guards the walk, whose own derivative would miss the surrogate: it raises. Second derivatives
  get there through a scan on JAX 0.10, which forgets the outer rule; later JAX does not, and they are right;
- `custom_vmap` turns any nesting of `vmap` into one list of event rows. Weights are indexed by row, never broadcast: a
  broadcast copies them at every step;
- `custom_jvp` takes tangents from the plain vectorised form. Reverse mode is its transpose.
"""

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.custom_batching import custom_vmap
from jax.custom_derivatives import SymbolicZero

from ..connectivity import Ranks
from ..errors import UnsupportedError
from ..surrogates import Surrogate
from ._bits import pack_mask
from ._dense import Kernel
from ._spikes import Spikes
from ._walk import walk


def event(pre: Ranks, post: Ranks, surrogate: Surrogate) -> Kernel:
    """Return the bit walk on dense rows; arguments and result as for `plain`.

    Sums run in the order of the walk, so results differ from the plain path in the last bits, and are the same bits
    in every batch.
    """
    rows = _batched_rows(pre, post)

    @jax.custom_jvp
    def accumulate(weights: Array, words: Array, distance: Array, into: Array) -> Array:
        which = jnp.zeros(1, jnp.int32)
        return rows(weights[None], which, words[None], into[None])[0]

    def tangent(primals, tangents):
        weights, words, distance, _ = primals
        weights_dot, _, distance_dot, into_dot = tangents
        out = accumulate(*primals)
        out_dot = jnp.zeros_like(out) if isinstance(into_dot, SymbolicZero) else into_dot
        if not isinstance(distance_dot, SymbolicZero):
            slope = pre.take(surrogate.derivative(distance) * distance_dot)
            out_dot = post.add(out_dot, slope @ weights)
        if not isinstance(weights_dot, SymbolicZero):
            # Spikes with their surrogate, not bare flags: this tangent may be differentiated again.
            spiked = pre.take(Spikes(words, distance).values(surrogate))
            out_dot = post.add(out_dot, spiked @ weights_dot)
        return out, out_dot

    accumulate.defjvp(tangent, symbolic_zeros=True)

    def kernel(weights: Array, spikes: Spikes, into: Array) -> Array:
        return accumulate(weights, spikes.words, spikes.distance, into)

    return kernel


def _batched_rows(pre: Ranks, post: Ranks):
    """Return `rows(weights (k, pre, post), which (r,), words (r, n_words), into (r, n)) -> (r, n)`."""
    walk_all = _never_differentiated(_walk_rows(pre, post))

    @custom_vmap
    def rows(weights: Array, which: Array, words: Array, into: Array) -> Array:
        return walk_all(weights, which, words, into)

    @rows.def_vmap
    def _(axis_size, in_batched, weights, which, words, into):
        weights_in, which_in, *others_in = in_batched
        r = which.shape[-1]
        which = which if which_in else jnp.broadcast_to(which, (axis_size, r))
        if weights_in:
            which = which + weights.shape[1] * jnp.arange(axis_size, dtype=which.dtype)[:, None]
            weights = weights.reshape(-1, *weights.shape[2:])
        words, into = (
            (x if batched else jnp.broadcast_to(x, (axis_size, *x.shape))).reshape(axis_size * r, x.shape[-1])
            for x, batched in zip((words, into), others_in, strict=True)
        )
        out = rows(weights, which.reshape(-1), words, into)
        return out.reshape(axis_size, r, out.shape[-1]), True

    return rows


def _walk_rows(pre: Ranks, post: Ranks):
    mask = None if pre.is_everything else pack_mask(pre.mask)

    def one(weights: Array, which: Array, words: Array, into: Array) -> Array:
        members = words if mask is None else words & mask
        return walk(members, lambda acc, i: post.add(acc, weights[which, pre.position(i)]), into)

    def every(weights: Array, which: Array, words: Array, into: Array) -> Array:
        if which.shape[0] == 1:
            return one(weights, which[0], words[0], into[0])[None]
        return lax.map(lambda row: one(weights, *row), (which, words, into))

    return every


def _never_differentiated(function):
    guarded = jax.custom_jvp(function)

    @guarded.defjvp
    def _(primals, tangents):
        raise UnsupportedError(
            "with this JAX, second derivatives do not pass through the event path in a loop: compile the network with "
            "`kernel='plain'` or `kernel='product'`, which differentiate to any order"
        )

    return guarded
