"""The sparse backward pass: with a surrogate of compact support, only neurons near their threshold take part.

A contribution `into_j += w_ij s_i` has the tangent `w_ij h(d_i) d'_i + w'_ij s_i`, where h is the slope of the
surrogate. Backward, the first term is a sum over the synapses of the neurons with h != 0, the second touches the
synapses of the neurons that spiked: both are walks over bits, as the spikes forward (N. Perez-Nieves, D. F. M. Goodman,
"Sparse spiking gradient descent", NeurIPS 2021, arXiv:2105.08810).

The gradient of the weights must not be an array of its own at every step, which would have to be cleared and added. So
weights enter a run twice: as numbers, and as a *tape* of zeros that the loop carries and hands on unchanged. Tangents
of weights come in through the tape, and backward its cotangent is the one array into which every step adds, in place.
"""

from dataclasses import dataclass
from functools import reduce
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..connectivity import WEIGHT
from ._bits import pack
from ._linear_map import Fixed, Moved, applied
from ._row_access import Line
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


def reached(
    line: Line,
    operands: Operands,
    words: Array,
    slope: Array | None,
    moved: tuple[Array | None, Array | None, Arrays],
    opaque: Array,
) -> tuple[Array | None, Arrays]:
    """Return the tangents of the tape and of the inputs after the spikes of one step.

    Args:
        line: the synapses of a neuron.
        operands: with the weights.
        words: packed flags of the neurons that spiked.
        slope: (population,) slope of the surrogate; None where distances have no tangent.
        moved: tangents of the tape, of the distances and of the inputs; None for zero.
        opaque: of the calling loop.
    """
    tape, distances, into = moved
    active = jnp.zeros_like(words) if slope is None else pack(slope != 0)
    like = next(iter(into.values()))
    values = (
        jnp.zeros(line.own.population_size, like.dtype) if slope is None or distances is None else slope * distances
    )
    copies = {WEIGHT: _weights(operands), "storage": operands.storage}
    one = lambda tree: jax.tree.map(lambda x: x[None], tree)  # noqa: E731 - an axis of one copy, or of one row
    tapes = {} if tape is None else {TAPE: tape}
    which = jax.tree.map(lambda x: jnp.zeros(1, jnp.int32), (copies, tapes))
    fixed = Fixed(which, one(copies), one({"words": words, "active": active}), opaque)
    out = applied(Reach(line), fixed, Moved(one(tapes), one({"values": values, **_named(into)})))
    after = {name: out.rows[f"into {name}"][0] for name in into}
    return (None if tape is None else out.copies[TAPE][0]), after


def _named(into: Arrays) -> Arrays:
    return {f"into {name}": x for name, x in into.items()}


def _weights(operands: Operands) -> Array:
    return operands.places[WEIGHT] if WEIGHT in operands.places else operands.shared[WEIGHT]


@dataclass(frozen=True, eq=False)
class Reach:
    """(tape, values, inputs) -> (tape, inputs + weights of active neurons times values + tape of those that spiked)."""

    line: Line
    adds_to_copies: ClassVar[bool] = False

    def apply(self, fixed: Fixed, moved: Moved) -> Moved:
        """Return the image."""
        into = {name: x for name, x in moved.rows.items() if name != "values"}

        def row(r: Array, into: Arrays) -> Arrays:
            mine = {name: x[r] for name, x in into.items()}
            visit = self._spread(fixed, r, fixed.copies[WEIGHT], fixed.which[0][WEIGHT], moved.rows["values"][r])
            mine = walk_spikes(self.line.own, fixed.rows["active"][r], visit, mine)
            if TAPE in moved.copies:
                visit = self._spread(fixed, r, moved.copies[TAPE], fixed.which[1][TAPE], None)
                mine = walk_spikes(self.line.own, fixed.rows["words"][r], visit, mine)
            return {name: into[name].at[r].set(x) for name, x in mine.items()}

        return Moved(moved.copies, _each_row(fixed, row, into))

    def _spread(self, fixed: Fixed, r: Array, array: Array, which: Array, values: Array | None):
        lead = jax.tree.map(lambda w: w[r], fixed.which[0]["storage"])

        def visit(into: Arrays, rank: Array, position: Array) -> Arrays:
            spot = self.line.find(fixed.copies["storage"], lead, position)
            x = self.line.read(array, which[r], spot) if array.ndim > 1 else array[which[r]]
            gain = x if values is None else x * values[rank]
            gain = gain if spot.exists is None else jnp.where(spot.exists, gain, 0.0)
            return {name: self.line.add(y, spot, gain) for name, y in into.items()}

        return visit

    def transposed(self) -> "Collect":
        """Return the backward pass."""
        return Collect(self.line)


@dataclass(frozen=True, eq=False)
class Collect:
    """(tape, inputs) -> (tape plus inputs of the targets of those that spiked, values of active neurons, inputs)."""

    line: Line
    adds_to_copies: ClassVar[bool] = True

    def transposed(self) -> Reach:
        """Return the forward one."""
        return Reach(self.line)

    def apply(self, fixed: Fixed, moved: Moved) -> Moved:
        """Return the image."""
        population, into = self.line.own.population_size, moved.rows
        first = next(iter(into.values()))
        values = jnp.zeros((first.shape[0], population), first.dtype)

        def row(r: Array, carry: tuple[Arrays, Array]) -> tuple[Arrays, Array]:
            tapes, values = carry
            asked = reduce(jnp.add, [x[r] for x in into.values()])  # every input of a projection receives the same
            visit = self._gather(fixed, r, asked)
            mine = walk_spikes(self.line.own, fixed.rows["active"][r], visit, values[r])
            if tapes:
                visit = self._note(fixed, r, asked)
                tapes = walk_spikes(self.line.own, fixed.rows["words"][r], visit, tapes)
            return tapes, values.at[r].set(mine)

        tapes, values = _each_row(fixed, row, (moved.copies, values))
        return Moved(tapes, {"values": values, **into})

    def _gather(self, fixed: Fixed, r: Array, asked: Array):
        weights, which = fixed.copies[WEIGHT], fixed.which[0][WEIGHT]
        lead = jax.tree.map(lambda w: w[r], fixed.which[0]["storage"])

        def visit(values: Array, rank: Array, position: Array) -> Array:
            spot = self.line.find(fixed.copies["storage"], lead, position)
            w = self.line.read(weights, which[r], spot) if weights.ndim > 1 else weights[which[r]]
            return values.at[rank].set(jnp.sum(w * self.line.ask(asked, spot)))

        return visit

    def _note(self, fixed: Fixed, r: Array, asked: Array):
        which = fixed.which[1][TAPE]
        lead = jax.tree.map(lambda w: w[r], fixed.which[0]["storage"])

        def visit(tapes: Arrays, rank: Array, position: Array) -> Arrays:
            spot = self.line.find(fixed.copies["storage"], lead, position)
            tape, more = tapes[TAPE], self.line.ask(asked, spot)
            if tape.ndim == 1:
                return {TAPE: tape.at[which[r]].add(jnp.sum(more))}
            return {TAPE: self.line.write(tape, which[r], spot, self.line.read(tape, which[r], spot) + more)}

        return visit


def _each_row(fixed: Fixed, row, carry):
    """Fold `row(r, carry)` over all event rows."""
    n = fixed.rows["words"].shape[0]
    return row(np.int32(0), carry) if n == 1 else jax.lax.fori_loop(0, n, row, carry)
