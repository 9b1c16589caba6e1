"""Data of online learning: trials or one stream, and the pieces of them that lie between two updates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax import Array, lax

from .. import arguments
from ..errors import ArgumentError, ShapeError
from ..fitting._batches import Batches, read_batches
from ..simulation import n_steps

KEYS = ("inputs", "targets")


@dataclass(frozen=True)
class Pieces:
    """The pieces between two updates, one after the other, of one batch of trials after the other.

    Args:
        batches: of trials; None where all learn at once, or for a stream.
        trials: how many there are; 0 for a stream.
        steps: of a trial, or of the stream.
        length: steps of a piece.
    """

    batches: Batches | None
    trials: int
    steps: int
    length: int

    @property
    def is_stream(self) -> bool:
        """Whether there are no trials."""
        return self.trials == 0

    @property
    def side_by_side(self) -> int:
        """Number of trials in a batch."""
        return self.batches.size if self.batches else self.trials

    @property
    def per_trial(self) -> int:
        """Number of pieces of a trial, or of the stream."""
        return self.steps // self.length

    @property
    def per_epoch(self) -> int:
        """Number of updates until each trial was seen once."""
        return self.per_trial * (self.batches.per_epoch if self.batches else 1)

    @property
    def samples(self) -> int:
        """Number of trials that are put in order; none where all learn at once."""
        return self.batches.samples if self.batches else 0

    @property
    def size(self) -> int:
        """Steps of a piece, of all trials side by side."""
        return self.length * max(1, self.side_by_side)

    @property
    def is_carried(self) -> bool:
        """Whether a piece begins with what the last one has left."""
        return self.is_stream or self.per_trial > 1

    def order(self, key: Array, step: Array, before: Array) -> Array:
        """Return the order of the trials at an update: drawn at the beginning of an epoch."""
        return self.batches.order(key, step // self.per_trial, before) if self.batches else before

    def pick(self, data: Any, order: Array, step: Array) -> dict[str, Any]:
        """Return inputs and targets of a piece, the number of its batch, and its own number in the trial."""
        number, part = step // self.per_trial, step % self.per_trial
        trials = self.batches.pick(data, order, number) if self.batches else data
        axis = 0 if self.is_stream else 1
        targets = jax.tree.map(
            lambda x: lax.dynamic_slice_in_dim(x, part * self.length, self.length, axis), trials["targets"]
        )
        return {"inputs": trials["inputs"], "targets": targets, "number": number, "part": part}


def read_data(stream: Any, trials: Any) -> dict[str, Any]:
    """Return `inputs` and `targets` of a stream or of trials, of which one is given.

    Raises:
        ArgumentError: none is given, or both; trials without targets.
        ShapeError: no arrays, or of different lengths.
    """
    if (stream is None) == (trials is None):
        raise ArgumentError("give either `stream=targets`, (T, ...), or `trials={'inputs': ..., 'targets': ...}`")
    if trials is None:
        _length(stream, 0, "`stream` are targets (T, ...)")
        return {"inputs": {}, "targets": stream}
    if not isinstance(trials, Mapping) or "targets" not in trials or not set(trials) <= set(KEYS):
        given = f"keys {', '.join(map(repr, trials))}" if isinstance(trials, Mapping) else repr(trials)
        raise ArgumentError(f"`trials` has `targets`, (trials, T, ...), and `inputs` by population, not {given}")
    inputs = trials.get("inputs")
    data = {
        "inputs": {} if inputs is None else arguments.by_name(inputs, "inputs of trials"),
        "targets": trials["targets"],
    }
    _length(data, 0, "`trials` are arrays with a leading axis of trials")
    _length(data["targets"], 1, "`targets` of trials are (trials, T, ...)")
    return data


def pieces_of(data: Any, dt: float, every: float | None, batch_size: int | None, is_stream: bool) -> Pieces:
    """Return the pieces between two updates.

    Args:
        data: from `read_data`.
        dt: ms.
        every: ms between two updates; None is a step of a stream, a whole trial.
        batch_size: trials side by side; None is all of them.
        is_stream: whether there are no trials.

    Raises:
        ArgumentError: the pieces do not fill a trial; a batch size that makes no sense.
    """
    if is_stream and batch_size is not None:
        raise ArgumentError("`batch_size` is a number of trials side by side; a stream has none: leave it out")
    shape = np.shape(jax.tree.leaves(data["targets"])[0])
    trials, steps = (0, shape[0]) if is_stream else shape[:2]
    length = (1 if is_stream else steps) if every is None else n_steps(arguments.real(every, "every", "ms"), dt)
    if not 1 <= length <= steps or steps % length:
        what = "the stream" if is_stream else "a trial"
        raise ArgumentError(f"`every` divides {what} of {steps * dt:g} ms into equal pieces; {every:g} ms does not")
    return Pieces(None if is_stream else read_batches(data, batch_size), trials, steps, length)


def _length(tree: Any, axis: int, what: str) -> None:
    """Raise unless all arrays have the same length along an axis."""
    shapes = [np.shape(x) for x in jax.tree.leaves(tree)]
    lengths = {shape[axis] if len(shape) > axis else 0 for shape in shapes}
    if len(lengths) != 1 or 0 in lengths:
        found = ", ".join(str(shape) for shape in shapes) or "no array at all"
        raise ShapeError(f"{what} of one length; these are {found}")
