"""The plain path: every synapse at every step, spikes as numbers 0 and 1. It defines what the other kernels mean."""

from collections.abc import Callable
from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import KernelView, Side, Storage
from ..equations import Operation
from ..surrogates import Surrogate
from ._apply_rule import Copies, build_visit
from ._rule import HAPPENS, Arrays, Kernel, Operands, Outcome, Rule
from ._spikes import Spikes

# collect(storage, gain, values, into): `into` plus the gains at the places, where the neurons with values of 1 spiked.
Collect = Callable[[Storage, Array, Array, Array], Array]


def plain(form: KernelView, side: Side, rule: Rule, surrogate: Surrogate) -> Kernel:
    """Return the vectorised form: multiply and sum.

    Args:
        form: how synapses are stored.
        side: whose neurons spike.
        rule: what a spike does at a synapse; arrivals must add up.
        surrogate: derivative of a spike.
    """

    def collect(storage: Storage, gain: Array, values: Array, into: Array) -> Array:
        return form.combine(storage, at_own(form, side, storage, values) * gain, Operation.SUM, into)

    return vectorised(form, side, rule, surrogate, collect)


def reference(form: KernelView, side: Side, rule: Rule, surrogate: Surrogate) -> Kernel:
    """Return what other kernels mean: the plain path, one neuron after the other where arrivals do not add up."""
    return (plain if rule.adds else ordered)(form, side, rule, surrogate)


def product(form: KernelView, side: Side, rule: Rule, surrogate: Surrogate) -> Kernel:
    """Return the plain path whose sums over dense weights are matrix products: best for a batch, and on a GPU."""

    def collect(storage: Storage, gain: Array, values: Array, into: Array) -> Array:
        return form.weighted(storage, _full(form, storage, gain), values, into)

    return vectorised(form, side, rule, surrogate, collect)


def ordered(form: KernelView, side: Side, rule: Rule, surrogate: Surrogate) -> Kernel:
    """Return the plain path of a rule whose arrivals do not add up: one neuron after the other, by rank."""
    access, own = form.row_access(side), form.ends.side(side)

    def kernel(
        operands: Operands, spikes: Spikes, changed: Arrays, into: Arrays, opaque: Array | None
    ) -> tuple[Arrays, Arrays]:
        flags, values = spikes.flags, spikes.values(surrogate)
        one = jax.tree.map(lambda x: x[None], (operands, changed))
        copies = Copies(one[0], jax.tree.map(lambda x: jnp.int32(0), operands), jnp.int32(0))
        visit = build_visit(access, rule, copies, opaque)

        # A scan over all neurons, and a choice for each in the place of a branch, so that JAX can differentiate it.
        def body(carry, position: Array):
            rank = own.ranks_at(position)
            after = visit(carry, rank, position, None if rule.is_tame else flags[rank])
            return jax.tree.map(lambda new, old: where_spiked(flags[rank], values[rank], new, old), after, carry), None

        (new, total), _ = lax.scan(body, (one[1], into), jnp.arange(own.size, dtype=jnp.int32))
        return jax.tree.map(lambda x: x[0], new), total

    return kernel


def vectorised(form: KernelView, side: Side, rule: Rule, surrogate: Surrogate, collect: Collect) -> Kernel:
    """Return a kernel that applies a rule to all synapses at once.

    Args:
        form: how synapses are stored.
        side: whose neurons spike.
        rule: what a spike does at a synapse; arrivals must add up.
        surrogate: derivative of a spike.
        collect: adds up what arrives.
    """

    def kernel(
        operands: Operands, spikes: Spikes, changed: Arrays, into: Arrays, opaque: Array | None
    ) -> tuple[Arrays, Arrays]:
        storage, flags = operands.storage, spikes.flags
        happens, values = _happens(form, side, storage, flags), spikes.values(surrogate)
        operated = everywhere(form, side, operands, changed)
        outcome = rule.apply(operated if rule.is_tame else {**operated, HAPPENS: happens})
        if not rule.is_tame and outcome.gain is not None:
            gains = {name: _finite_or(happens, x) for name, x in outcome.gains.items()}
            outcome = replace(outcome, gain=_finite_or(happens, outcome.gain), gains=gains)
        new = _changes(form, side, storage, happens, values, outcome, changed)
        if outcome.gain is None:
            return new, into
        gains = {target: outcome.added_to(target) for target in into}
        return new, {t: collect(storage, gains[t], values, x) for t, x in into.items()}  # type: ignore[arg-type]

    return kernel


def everywhere(form: KernelView, side: Side, operands: Operands, changed: Arrays) -> Arrays:
    """Return the values of a rule at all places."""
    own, across = (form.pre, form.post) if side is Side.PRE else (form.post, form.pre)
    values = {**operands.shared, **operands.places, **changed}
    values |= {name: own(operands.storage, x) for name, x in operands.own.items()}
    return values | {name: across(operands.storage, x) for name, x in operands.across.items()}


def at_own(form: KernelView, side: Side, storage: Storage, x: Array) -> Array:
    """Return a value of the neurons of a side, from (population,), for every place, ready to broadcast."""
    return form.pre(storage, x) if side is Side.PRE else form.post(storage, x)


def _full(form: KernelView, storage: Storage, gain: Array) -> Array:
    """Return a contribution at every place, 0 where there is no synapse."""
    exists = form.exists(storage)
    return jnp.broadcast_to(gain, form.shape) if exists is None else jnp.where(exists, gain, 0.0)


def _happens(form: KernelView, side: Side, storage: Storage, flags: Array) -> Array:
    """Return at which places something happens, ready to broadcast."""
    here, exists = at_own(form, side, storage, flags), form.exists(storage)
    return here if exists is None else here & exists


def _finite_or(happens: Array, effect: Array) -> Array:
    """Return the effect of spikes; 0 where there is none and it is not finite, as 0 times it would be NaN."""
    return jnp.where(happens | jnp.isfinite(effect), effect, 0.0)


def _changes(
    form: KernelView, side: Side, storage, happens: Array, values: Array, outcome: Outcome, changed: Arrays
) -> Arrays:
    """Return the attributes that a rule changes, with new values at the synapses of the neurons that spiked."""
    carried = at_own(form, side, storage, values)
    return {name: where_spiked(happens, carried, outcome.changes[name], old) for name, old in changed.items()}


def where_spiked(flags: Array, values: Array, new: Array, old: Array) -> Array:
    """Return `new` where a neuron spiked, else `old`; the derivative by the spike is that of `old + value (new - old)`.

    Args:
        flags: booleans.
        values: the flags as numbers that carry the surrogate derivative.
        new, old: values with and without the event.
    """
    new = jnp.broadcast_to(jnp.asarray(new).astype(old.dtype), old.shape)
    if not jnp.issubdtype(old.dtype, jnp.floating):
        return jnp.where(flags, new, old)
    return _pick(jnp.broadcast_to(flags, old.shape), jnp.broadcast_to(values, old.shape), new, old)


@jax.custom_jvp
def _pick(flags: Array, values: Array, new: Array, old: Array) -> Array:
    """Return `new` or `old`; all arguments have one shape, so that the rule below holds in every nesting of `vmap`."""
    return jnp.where(flags, new, old)


@_pick.defjvp
def _pick_jvp(primals: tuple[Array, ...], tangents: tuple[Array, ...]) -> tuple[Array, Array]:
    """Return the pick, and the tangent of `old + value (new - old)`, where `new` and `old` have that of the pick.

    The sum itself is not computed forward, as it would round: a value that nothing changes must keep its bits.
    """
    flags, values, new, old = primals
    _, dvalues, dnew, dold = tangents
    # What no spike has brought about need not be finite: then it is no value that a spike would lead to.
    change = _finite_or(flags, new - old)
    return _pick(flags, values, new, old), jnp.where(flags, dnew, dold) + dvalues * change
