"""`scatter`: the rows of the neurons that spiked, all at once. For accelerators: nothing is walked.

The plain path adds every synapse of every neuron to the input, most of them times 0. Here silent neurons add nothing:

- as they are (`_list_everyone`): a silent neuron reads the first row, which is in a cache, and its additions are
  dropped. All synapses cost an instruction, only those of neurons that spiked cost memory and an atomic addition;
- compacted (`_list_spiking`): the positions of neurons that spiked are written into a list of fixed length, and only
  their rows are looked at. Where more spike than the list holds, the step is done as above. That is a branch, which a
  GPU pays for with a round trip to the host: it is taken only where there are very many synapses.

Changes of synapses are made everywhere at once, as on the plain path, and so are derivatives.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.custom_batching import custom_vmap

from ..connectivity import KernelView, Ranks, RowAccess, RowIndex, Side, Storage
from ..surrogates import Surrogate
from ._derivative import with_derivative_of
from ._plain_kernel import reference
from ._rule import Arrays, Kernel, Operands, Rule
from ._spikes import Spikes

FEWEST, SHARE = 64, 16  # the list holds a sixteenth of the neurons, at least so many
ONLY_COPY: Any = np.int32(0)  # of every array: batches are left to `vmap`, which indexes by batches of positions
MOST_UNLISTED = 2 * 10**7  # places up to which looking at all of them costs less than a branch; estimate


def scatter(form: KernelView, side: Side, rule: Rule, surrogate: Surrogate, capacity: int | None = None) -> Kernel:
    """Return the additions of the neurons that spiked; arguments and result as for `plain`.

    Args:
        form: how synapses are stored; without rows of the neurons that spike, this is the plain path.
        side: whose neurons spike.
        rule: what a spike does at a synapse.
        surrogate: derivative of a spike.
        capacity: how many neurons are listed; their number for no list. None chooses by size, see `capacity_of`.

    Under `vmap` the members of a batch list their own neurons; if one overflows, all are done without lists.
    """
    meaning = reference(form, side, rule, surrogate)
    if not rule.adds or side is Side.POST or form.by is not side:
        return meaning
    access, length = form.row_access(side), capacity or capacity_of(form.shape)

    def kernel(
        operands: Operands, spikes: Spikes, changed: Arrays, into: Arrays, opaque: Array | None
    ) -> tuple[Arrays, Arrays]:
        spiked = access.own.take(spikes.flags)
        after, _ = meaning(operands, spikes, changed, {}, opaque)
        return after, _scatter_rows(access, rule, length, spiked, operands, changed, into)

    return with_derivative_of(meaning, kernel)


def capacity_of(shape: tuple[int, int]) -> int:
    """Return how many neurons are listed of those that spike; all of them where a list does not pay.

    Args:
        shape: numbers of neurons and of their places.

    Example:
        >>> capacity_of((4000, 100)), capacity_of((1_000_000, 100))
        (4000, 62500)
    """
    size, width = shape
    return size if size * width <= MOST_UNLISTED else min(size, max(FEWEST, size // SHARE))


def _scatter_rows(
    access: RowAccess, rule: Rule, length: int, spiked: Array, operands: Operands, changed: Arrays, into: Arrays
) -> Arrays:
    """Return the inputs with what the neurons that spiked add."""

    def add(listed: tuple[Array, Array], into: Arrays) -> Arrays:
        return _add_rows(access, rule, *listed, operands, changed, into)

    if length >= access.own.size:
        return add(_list_everyone(spiked), into)
    overflows = _any_member(jnp.sum(spiked) > length)
    return lax.cond(
        overflows, lambda x: add(_list_everyone(spiked), x), lambda x: add(_list_spiking(spiked, length), x), into
    )


def _list_everyone(spiked: Array) -> tuple[Array, Array]:
    """Return (positions, whether they count) of all neurons; silent ones point at the first."""
    return jnp.where(spiked, jnp.arange(spiked.shape[0], dtype=jnp.int32), 0), spiked


def _list_spiking(spiked: Array, length: int) -> tuple[Array, Array]:
    """Return (positions, whether they count) of the neurons that spiked, in order, at most so many."""
    place = jnp.cumsum(spiked, dtype=jnp.int32)
    slot = jnp.where(spiked, place - 1, length)  # beyond the list: dropped
    positions = jnp.zeros(length, jnp.int32).at[slot].set(jnp.arange(spiked.shape[0], dtype=jnp.int32), mode="drop")
    return positions, jnp.arange(length, dtype=jnp.int32) < place[-1]


@custom_vmap
def _any_member(x: Array) -> Array:
    """Return x, and for a batch whether any of its members is true.

    The predicate of a branch must not be batched, or `vmap` makes of the branch a choice between two results that are
    both computed.
    """
    return x


@_any_member.def_vmap
def _(size, batched, x):
    return jnp.any(x, axis=0) if batched[0] else x, False


def _add_rows(
    access: RowAccess,
    rule: Rule,
    positions: Array,
    counts: Array,
    operands: Operands,
    changed: Arrays,
    into: Arrays,
) -> Arrays:
    """Return the inputs with what some rows add: those that count."""
    at = _find_rows(access, operands.storage, positions)
    outcome = rule.apply(_values(access, operands, changed, at, access.own.ranks_at(positions)))
    if outcome.gain is None:
        return into
    mask = counts[:, None] if at.add_mask is None or rule.adds_weight else counts[:, None] & at.add_mask
    gains = {target: jnp.where(mask, outcome.added_to(target), 0.0) for target in into}  # type: ignore[arg-type]
    return {t: _add_at_ends(access.other, x, at, counts, gains[t].astype(x.dtype)) for t, x in into.items()}


def _find_rows(access: RowAccess, storage: Storage, positions: Array) -> RowIndex:
    """Return where the synapses of several neurons are, with a leading axis of these."""
    one = jax.tree.map(lambda x: x[None], storage)
    return access.find(one, jax.tree.map(lambda x: ONLY_COPY, storage), positions)


def _values(access: RowAccess, operands: Operands, changed: Arrays, at: RowIndex, ranks: Array) -> Arrays:
    """Return what a rule reads at some rows."""
    places = {name: access.read(x[None], ONLY_COPY, at) for name, x in {**operands.places, **changed}.items()}
    own = {name: x[ranks][:, None] for name, x in operands.own.items()}
    across = {name: _as_rows(access.at_ends(access.other_side(x), at)) for name, x in operands.across.items()}
    return {**operands.shared, **places, **own, **across}


def _as_rows(x: Array) -> Array:
    """Return values of the other side with an axis of rows: a dense row has the same ends as any other."""
    return x[None] if x.ndim == 1 else x


def _add_at_ends(other: Ranks, into: Array, at: RowIndex, counts: Array, gain: Array) -> Array:
    """Return an input with the gains (rows, places) added at the other ends."""
    if at.ends is None:
        return other.add(into, jnp.sum(jnp.broadcast_to(gain, (gain.shape[0], other.size)), axis=0))
    ends = jnp.where(counts[:, None], at.ends, into.shape[0])  # beyond the input: dropped, without an atomic addition
    return into.at[ends].add(jnp.broadcast_to(gain, ends.shape), mode="drop")
