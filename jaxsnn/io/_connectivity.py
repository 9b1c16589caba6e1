"""The connectivity of one projection in a file: who is connected to whom, weights, delays."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ._document import Document, Filename
from ._files import read, write
from ._header import header_of


@dataclass(frozen=True)
class Connectivity:
    """Synapses, sorted by the rank of their post neuron, then of their pre neuron.

    Args:
        name: of the projection.
        post_ranks: ranks of the neurons that have synapses, (post neurons,).
        counts: how many each of them has, (post neurons,).
        pre_ranks: ranks at the other end, (synapses,).
        weights: (synapses,).
        delays: ms, (synapses,).
    """

    name: str
    post_ranks: np.ndarray
    counts: np.ndarray
    pre_ranks: np.ndarray
    weights: np.ndarray
    delays: np.ndarray

    def rows(self) -> Iterator[tuple[int, np.ndarray, np.ndarray, np.ndarray]]:
        """Yield the rank of each post neuron, and the ranks, weights and delays (ms) of its synapses."""
        ends = np.cumsum(self.counts)
        for post, first, last in zip(self.post_ranks.tolist(), ends - self.counts, ends, strict=True):
            yield post, self.pre_ranks[first:last], self.weights[first:last], self.delays[first:last]


def write_connectivity(filename: Filename, found: Connectivity) -> None:
    """Write a connectivity under the names that ANNarchy gives its parts, lists one after the other."""
    uniform = found.delays[:1] if len(set(found.delays.tolist())) == 1 else np.full(1, -1.0)
    arrays = {
        "name": np.array(found.name),
        "post_ranks": found.post_ranks,
        "nb_synapses_per_dendrite": found.counts,
        "pre_ranks": found.pre_ranks,
        "w": found.weights,
        "delay": found.delays,
        "max_delay": np.array(found.delays.max(initial=0.0)),
        "uniform_delay": uniform.reshape(()),
        "size": np.array(len(found.post_ranks)),
        "nb_synapses": np.array(len(found.pre_ranks)),
    }
    write(filename, Document(header_of("connectivity"), arrays))


def read_connectivity(filename: Filename) -> Connectivity:
    """Read what `save_connectivity` has written.

    Raises:
        OSError: there is no such file.
        FileFormatError: another file, or a damaged one.
    """
    document = read(filename)
    if document.kind != "connectivity":
        message = f"the file is of a {document.kind}, not of a connectivity, which `save_connectivity` writes"
        raise document.error(f"{message}: use `load` after compile()")
    names = ("post_ranks", "nb_synapses_per_dendrite", "pre_ranks", "w", "delay")
    ranks = [_array(document, name, "iu") for name in names[:3]]
    numbers = [_array(document, name, "f") for name in names[3:]]
    found = Connectivity(str(document.arrays.get("name", "")), *ranks, *numbers)
    if not _is_consistent(found):
        raise document.error("its lists of synapses have different lengths: the file is damaged")
    _check_synapses(document, found)
    return found


def _check_synapses(document: Document, found: Connectivity) -> None:
    """Raise if a synapse stands twice, or has no finite weight and delay."""
    for name, values in (("w", found.weights), ("delay", found.delays)):
        if not np.isfinite(values).all() or (name == "delay" and values.min(initial=0.0) < 0):
            raise document.error(f"`{name}` holds values that no synapse has, such as NaN: the file is damaged")
    pairs = np.stack([np.repeat(found.post_ranks, found.counts), found.pre_ranks])
    if len(np.unique(pairs, axis=1).T) != len(found.pre_ranks):
        raise document.error("a synapse stands twice in it: the file is damaged")


def _array(document: Document, name: str, kinds: str) -> np.ndarray:
    array = document.arrays.get(name)
    if array is None or array.ndim != 1 or array.dtype.kind not in kinds:
        raise document.error(f"the list `{name}` is missing or is none of numbers: the file is damaged")
    return array


def _is_consistent(found: Connectivity) -> bool:
    synapses = {len(found.pre_ranks), len(found.weights), len(found.delays), int(found.counts.sum())}
    return len(synapses) == 1 and len(found.post_ranks) == len(found.counts) and bool((found.counts >= 0).all())
