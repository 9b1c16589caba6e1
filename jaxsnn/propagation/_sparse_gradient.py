"""The sparse backward pass: with a surrogate of compact support, only neurons near their threshold take part.

A contribution `into_j += w_ij s_i` has the tangent `w_ij h(d_i) d'_i + w'_ij s_i`, where h is the slope of the
surrogate. Backward, the first term is a sum over the synapses of the neurons with h != 0, the second touches the
synapses of the neurons that spiked: both are walks over bits, as the spikes forward (N. Perez-Nieves, D. F. M. Goodman,
"Sparse spiking gradient descent", NeurIPS 2021, arXiv:2105.08810).

The gradient of the weights must not be an array of its own at every step, which would have to be cleared and added. So
weights enter a run twice: as numbers, and as a *tape* of zeros that the loop carries and hands on unchanged. Tangents
of weights come in through the tape, and backward its cotangent is the one array into which every step adds, in place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..connectivity import WEIGHT, RowAccess
from ._bits import pack
from ._linear_map import Coefficients, Vectors, apply_linear_map
from ._rule import Arrays, Operands
from ._walk import walk_spikes

TAPE = "tape"


@jax.custom_jvp
def tape_of(weights: Array) -> Array:
    """Return zeros whose derivative is that of the weights."""
    return jnp.zeros_like(weights)


@tape_of.defjvp
def _(primals, tangents):
    return tape_of(*primals), tangents[0]


def sparse_tangent(
    access: RowAccess,
    operands: Operands,
    words: Array,
    slope: Array | None,
    tangents: tuple[Array | None, Array | None, Arrays],
    opaque: Array,
) -> tuple[Array | None, Arrays]:
    """Return the tangents of the tape and of the inputs after the spikes of one step.

    Args:
        access: to the synapses of a neuron.
        operands: with the weights.
        words: packed flags of the neurons that spiked.
        slope: (population,) slope of the surrogate; None where distances have no tangent.
        tangents: of the tape, of the distances to the threshold and of the inputs; None for zero.
        opaque: counter of the calling loop.
    """
    tape, distances, into = tangents
    active = jnp.zeros_like(words) if slope is None else pack(slope != 0)
    like = next(iter(into.values()))
    values = (
        jnp.zeros(access.own.population_size, like.dtype) if slope is None or distances is None else slope * distances
    )
    copies = {WEIGHT: _weights(operands), "storage": operands.storage}
    one = lambda tree: jax.tree.map(lambda x: x[None], tree)  # noqa: E731 - an axis of one copy, or of one row
    tapes = {} if tape is None else {TAPE: tape}
    which = jax.tree.map(lambda x: jnp.zeros(1, jnp.int32), (copies, tapes))
    fixed = Coefficients(which, one(copies), one({"words": words, "active": active}), opaque)
    vectors = Vectors(one(tapes), one({"values": values, **_named(into)}))
    out = apply_linear_map(TangentMap(access), fixed, vectors)
    after = {name: out.rows[f"into {name}"][0] for name in into}
    return (None if tape is None else out.copies[TAPE][0]), after


def _named(into: Arrays) -> Arrays:
    """Return inputs under names that differ from those of the other vectors of a map."""
    return {f"into {name}": x for name, x in into.items()}


def _weights(operands: Operands) -> Array:
    """Return the weights, at the places or () for all synapses."""
    return operands.places[WEIGHT] if WEIGHT in operands.places else operands.shared[WEIGHT]


@dataclass(frozen=True, eq=False)
class TangentMap:
    """(tape, values, inputs) -> (tape, inputs + weights of active neurons times values + tape of those that spiked)."""

    access: RowAccess
    adds_to_copies: ClassVar[bool] = False

    def apply(self, coefficients: Coefficients, vectors: Vectors) -> Vectors:
        """Return the image."""
        fixed = coefficients
        into = {name: x for name, x in vectors.rows.items() if name != "values"}

        def row(r: Array, into: Arrays) -> Arrays:
            mine = {name: x[r] for name, x in into.items()}
            visit = self._spread(fixed, r, fixed.copies[WEIGHT], fixed.which[0][WEIGHT], vectors.rows["values"][r])
            mine = walk_spikes(self.access.own, fixed.rows["active"][r], visit, mine)
            if TAPE in vectors.copies:
                visit = self._spread(fixed, r, vectors.copies[TAPE], fixed.which[1][TAPE], None)
                mine = walk_spikes(self.access.own, fixed.rows["words"][r], visit, mine)
            return {name: into[name].at[r].set(x) for name, x in mine.items()}

        return Vectors(vectors.copies, _each_row(fixed, row, into))

    def _spread(self, fixed: Coefficients, r: Array, array: Array, which: Array, values: Array | None):
        """Return a visit that adds the numbers at the synapses of a neuron, times its value, to the inputs."""
        copy = jax.tree.map(lambda w: w[r], fixed.which[0]["storage"])

        def visit(into: Arrays, rank: Array, position: Array) -> Arrays:
            at = self.access.find(fixed.copies["storage"], copy, position)
            x = self.access.read(array, which[r], at) if array.ndim > 1 else array[which[r]]
            gain = x if values is None else x * values[rank]
            gain = gain if at.add_mask is None else jnp.where(at.add_mask, gain, 0.0)
            return {name: self.access.add(y, at, gain) for name, y in into.items()}

        return visit

    def transpose(self) -> "CotangentMap":
        """Return the backward pass."""
        return CotangentMap(self.access)


@dataclass(frozen=True, eq=False)
class CotangentMap:
    """(tape, inputs) -> (tape plus inputs of the targets of those that spiked, values of active neurons, inputs)."""

    access: RowAccess
    adds_to_copies: ClassVar[bool] = True

    def transpose(self) -> TangentMap:
        """Return the forward one."""
        return TangentMap(self.access)

    def apply(self, coefficients: Coefficients, vectors: Vectors) -> Vectors:
        """Return the image."""
        fixed, population, into = coefficients, self.access.own.population_size, vectors.rows
        first = next(iter(into.values()))
        values = jnp.zeros((first.shape[0], population), first.dtype)

        def row(r: Array, carry: tuple[Arrays, Array]) -> tuple[Arrays, Array]:
            tapes, values = carry
            wanted = reduce(jnp.add, [x[r] for x in into.values()])  # every input of a projection receives the same
            visit = self._gather(fixed, r, wanted)
            mine = walk_spikes(self.access.own, fixed.rows["active"][r], visit, values[r])
            if tapes:
                visit = self._record(fixed, r, wanted)
                tapes = walk_spikes(self.access.own, fixed.rows["words"][r], visit, tapes)
            return tapes, values.at[r].set(mine)

        tapes, values = _each_row(fixed, row, (vectors.copies, values))
        return Vectors(tapes, {"values": values, **into})

    def _gather(self, fixed: Coefficients, r: Array, wanted: Array):
        """Return a visit that sets the value of a neuron to the weighted sum of the cotangents of its targets."""
        weights, which = fixed.copies[WEIGHT], fixed.which[0][WEIGHT]
        copy = jax.tree.map(lambda w: w[r], fixed.which[0]["storage"])

        def visit(values: Array, rank: Array, position: Array) -> Array:
            at = self.access.find(fixed.copies["storage"], copy, position)
            w = self.access.read(weights, which[r], at) if weights.ndim > 1 else weights[which[r]]
            return values.at[rank].set(jnp.sum(w * self.access.gather(wanted, at)))

        return visit

    def _record(self, fixed: Coefficients, r: Array, wanted: Array):
        """Return a visit that adds the cotangents of the targets of a neuron to the tape of its weights, in place."""
        which = fixed.which[1][TAPE]
        copy = jax.tree.map(lambda w: w[r], fixed.which[0]["storage"])

        def visit(tapes: Arrays, rank: Array, position: Array) -> Arrays:
            at = self.access.find(fixed.copies["storage"], copy, position)
            tape, more = tapes[TAPE], self.access.gather(wanted, at)
            if tape.ndim == 1:  # one weight for all synapses
                return {TAPE: tape.at[which[r]].add(jnp.sum(more))}
            return {TAPE: self.access.write(tape, which[r], at, self.access.read(tape, which[r], at) + more)}

        return visit


def _each_row(fixed: Coefficients, row: Callable[[Any, Any], Any], carry: Any) -> Any:
    """Fold `row(r, carry)` over all event rows."""
    n = fixed.rows["words"].shape[0]
    return row(np.int32(0), carry) if n == 1 else jax.lax.fori_loop(0, n, row, carry)
