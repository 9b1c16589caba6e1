"""The event path: only the synapses of neurons that spiked, closed under `vmap`, differentiable.

Three layers, inside out:
- `forbid_derivatives` guards the walk, whose own derivative would miss the surrogate: it raises;
- `custom_vmap` turns any nesting of `vmap` into one list of event rows, see `_event_rows`. Left to itself, `vmap` would
  make of the walk a loop that goes on until the member with the most spikes has ended, and broadcast the weights;
- `custom_jvp` takes tangents from the plain vectorised form, which JAX can transpose for reverse mode, or from a sparse
  form with a transpose of its own.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.custom_batching import custom_vmap
from jax.custom_derivatives import SymbolicZero

from ..connectivity import KernelView, RowAccess, Side
from ..surrogates import Surrogate
from ._apply_rule import Copies, build_visit
from ._derivative import forbid_derivatives, tangent_of
from ._event_rows import join_copies, join_indices, join_rows
from ._plain_kernel import ordered, product
from ._rule import Arrays, Kernel, Operands, Rule
from ._sparse_gradient import TAPE, sparse_tangent
from ._spikes import Spikes
from ._walk import walk_ranks, walk_spikes


def event(form: KernelView, side: Side, rule: Rule, surrogate: Surrogate) -> Kernel:
    """Return the walk over the neurons that spiked; arguments and result as for `plain`.

    Sums run in the order of the walk, so results differ from the plain path in the last bits, and are the same bits
    in every batch.
    """
    access = form.row_access(side)
    rows = _over_event_rows(access, rule)
    meaning = (product if rule.adds else ordered)(form, side, rule, surrogate)

    @jax.custom_jvp
    def happen(operands: Operands, spikes: Spikes, changed: Arrays, into: Arrays, opaque: Array):
        if TAPE in changed:  # it has no numbers of its own: it is there for tangents, and goes through unchanged
            return changed, happen(operands, spikes, {}, into, opaque)[1]
        which = jax.tree.map(lambda x: jnp.zeros(1, jnp.int32), operands)
        one = jax.tree.map(lambda x: x[None], (operands, spikes.words, changed, into))
        return jax.tree.map(lambda x: x[0], rows(which, *one, opaque))

    def tangent(primals, tangents):
        if TAPE in primals[2]:
            return happen(*primals), _sparse_tangent(access, surrogate, primals, tangents)
        return happen(*primals), tangent_of(meaning, primals, tangents)

    # Symbolic zeros tell what has no tangent, so that nothing is computed for it.
    happen.defjvp(tangent, symbolic_zeros=True)
    return happen


def _sparse_tangent(access: RowAccess, surrogate: Surrogate, primals: tuple, tangents: tuple):
    """Return the tangent of a rule that adds weights, from the neurons that spiked or could have."""
    operands, spikes, changed, into, opaque = primals
    _, spikes_dot, changed_dot, into_dot, _ = tangents
    tape, distance = (None if isinstance(x, SymbolicZero) else x for x in (changed_dot[TAPE], spikes_dot.distance))
    inputs = {n: jnp.zeros_like(into[n]) if isinstance(x, SymbolicZero) else x for n, x in into_dot.items()}
    slope = None if distance is None else surrogate.slope(spikes.distance)
    after, inputs = sparse_tangent(access, operands, spikes.words, slope, (tape, distance, inputs), opaque)
    return {TAPE: jnp.zeros_like(changed[TAPE]) if after is None else after}, inputs


def _over_event_rows(access: RowAccess, rule: Rule) -> Callable[..., Any]:
    """Return `rows(which, operands, words, changed, into, opaque) -> (changed, into)` for r event rows at once.

    Operands have a leading axis of copies, and `which` (r,) for each of them tells the copy that a row reads.
    Everything else, which an event may change, has a leading axis of rows.
    """
    walk_all = forbid_derivatives(_walk_rows(access, rule))

    @custom_vmap
    def rows(which, operands, words: Array, changed: Arrays, into: Arrays, opaque: Array):
        return walk_all(which, operands, words, changed, into, opaque)

    @rows.def_vmap
    def _(size, batched, which, operands, words, changed, into, opaque):
        which_in, operands_in, *others_in, opaque_in = batched
        r = words.shape[-2]

        which = join_indices(size, which, which_in, operands, operands_in)
        operands = join_copies(operands, operands_in)
        rest = join_rows(size, (words, changed, into), tuple(others_in))
        # The counter must not be batched, see `materialise`. All members are at the same turn, so one of them will do.
        out = rows(which, operands, *rest, opaque[0] if opaque_in else opaque)
        return jax.tree.map(lambda x: x.reshape(size, r, *x.shape[1:]), out), jax.tree.map(lambda _: True, out)

    return rows


def _walk_rows(access: RowAccess, rule: Rule):
    """Return the walk over some event rows, one after the other."""

    def every(which, operands: Operands, words: Array, changed: Arrays, into: Arrays, opaque: Array):
        if words.shape[0] == 1:  # without a loop around it: XLA would copy what such a loop carries
            first = jax.tree.map(lambda w: w[0], which)
            return _walk_one(access, rule, Copies(operands, first, np.int32(0)), words[0], changed, into, opaque)

        def body(r: Array, carry: tuple[Arrays, Arrays]):
            here = jax.tree.map(lambda w: w[r], which)
            return _walk_one(access, rule, Copies(operands, here, r), words[r], *carry, opaque)

        return lax.fori_loop(0, words.shape[0], body, (changed, into))

    return every


def _walk_one(
    access: RowAccess, rule: Rule, copies: Copies, words: Array, changed: Arrays, into: Arrays, opaque: Array
):
    """Walk the spikes of one event row."""
    r = copies.row
    visit = build_visit(access, rule, copies, opaque)
    mine = jax.tree.map(lambda x: x[r], into)
    if rule.adds:
        # A dense row is added to all of the input: two rows at a time, it is read and written half as often.
        in_pairs = access.reaches_all and not changed and len(mine) == 1
        changed, mine = walk_spikes(access.own, words, visit, (changed, mine), in_pairs)
    else:
        changed, mine = walk_ranks(access.own, words, visit, (changed, mine))
    return changed, jax.tree.map(lambda x, y: x.at[r].set(y), into, mine)
