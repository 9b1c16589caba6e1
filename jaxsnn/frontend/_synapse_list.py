"""A list of synapses that a user's function fills, one post-synaptic neuron after the other."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import arguments
from ..connectivity import FromList
from ..errors import ArgumentError, ShapeError

LONGEST_DELAY = 1e9  # ms: eleven days, which no ring can hold


class LILConnectivity:
    """Synapses in lists, one for each post-synaptic neuron: what the function of `connect_with_func` returns.

    Example:
        >>> import jaxsnn as snn
        >>> def ring(pre, post, weight):
        ...     synapses = snn.LILConnectivity()
        ...     for rank in post.ranks:
        ...         synapses.add(rank, [(rank - 1) % pre.size, (rank + 1) % pre.size], [weight], [0.0])
        ...     return synapses
        >>> net = snn.Network()
        >>> P = net.create(4, snn.LeakyIntegrator, name="P")
        >>> proj = net.connect(P, P, target="exc").with_func(ring, weight=0.5)
        >>> _ = net.compile()
        >>> proj.connectivity_matrix()[0].tolist()
        [0.0, 0.5, 0.0, 0.5]
    """

    def __init__(self) -> None:
        self.post_rank: list[int] = []
        self.pre_rank: list[list[int]] = []
        self.w: list[list[float]] = []
        self.delay: list[list[float]] = []

    def add(self, post_rank: int, pre_ranks: Sequence[int] | np.ndarray, weights: Any, delays: Any = 0.0) -> None:
        """Add the synapses of a post-synaptic neuron.

        Args:
            post_rank: rank of the neuron.
            pre_ranks: ranks of its pre-synaptic neurons.
            weights: one for each, or one for all (a number, or a list of one).
            delays: ms, likewise.

        Raises:
            ShapeError: another number of weights or delays.
        """
        post, pre = arguments.rank(post_rank, "post_rank"), arguments.ranks(pre_ranks, "pre_ranks").tolist()
        added = for_each(weights, len(pre), "weights"), for_each(delays, len(pre), "delays")
        self.post_rank.append(post)
        self.pre_rank.append(pre)
        self.w.append(added[0])
        self.delay.append(added[1])

    push_back = add

    @property
    def size(self) -> int:
        """Number of post-synaptic neurons that have synapses."""
        return len(set(self.post_rank))

    @property
    def nb_synapses(self) -> int:
        """Number of synapses."""
        return sum(len(ranks) for ranks in self.pre_rank)

    @property
    def max_delay(self) -> float:
        """Longest delay, ms."""
        return max((d for delays in self.delay for d in delays), default=0.0)

    @property
    def uniform_delay(self) -> float:
        """The delay of all synapses, ms, or -1 where they differ."""
        found = {d for delays in self.delay for d in delays}
        return -1.0 if len(found) > 1 else next(iter(found), 0.0)

    def validate(self) -> None:
        """Raise if a synapse stands twice.

        Raises:
            ArgumentError: names its two neurons.
        """
        seen = set()
        for post, ranks in zip(self.post_rank, self.pre_rank, strict=True):
            for pre in ranks:
                if (post, pre) in seen:
                    raise ArgumentError(f"the synapse from neuron {pre} to neuron {post} stands twice in this list")
                seen.add((post, pre))

    def connector(self, pre: np.ndarray, post: np.ndarray, title: str) -> FromList:
        """Return the connector of these synapses.

        Args:
            pre, post: ranks of the neurons on the two sides, in order.
            title: what ANNarchy calls it.
        """
        counts = [len(ranks) for ranks in self.pre_rank]
        flat = [np.asarray([x for row in rows for x in row]) for rows in (self.pre_rank, self.w, self.delay)]
        ends = np.repeat(np.asarray(self.post_rank, int), counts)
        delays = self.uniform_delay if self.uniform_delay >= 0 else flat[2].astype(float)
        places = _positions(flat[0].astype(int), pre, "pre"), _positions(ends, post, "post")
        return FromList(*places, flat[1].astype(float), delays, (len(pre), len(post)), title)


def for_each(values: Any, number: int, what: str) -> list[float]:
    """Return one finite number for each synapse, of as many or of one for all.

    Args:
        values: as they were given.
        number: of synapses.
        what: `weights` or `delays`, which are not negative.

    Raises:
        ArgumentError: no finite numbers.
        ShapeError: another number of them.
    """
    try:
        listed = np.atleast_1d(np.asarray(values, float)).tolist()
    except (TypeError, ValueError):
        listed = [np.nan]
    if what == "delays" and max(listed, default=0.0) > LONGEST_DELAY:
        raise ArgumentError(f"a delay is at most {LONGEST_DELAY:g} ms, not {max(listed):g}")
    if not np.isfinite(listed).all() or (what == "delays" and min(listed, default=0.0) < 0.0):
        raise ArgumentError(f"`{what}` are finite numbers{', at least 0' * (what == 'delays')}, not {values!r}")
    if len(listed) == 1:
        return listed * number
    if len(listed) != number:
        raise ShapeError(f"`{what}` has {len(listed)} values for {number} synapses: give one for each, or one for all")
    return listed


def _positions(ranks: np.ndarray, side: np.ndarray, name: str) -> np.ndarray:
    """Return where ranks stand on a side."""
    order = np.argsort(side)
    place = np.minimum(np.searchsorted(side, ranks, sorter=order), len(side) - 1)
    found = order[place] if len(ranks) else ranks
    wrong = ranks[side[found] != ranks] if len(ranks) else ranks
    if wrong.size:
        raise ArgumentError(f"neuron {wrong[0]} of a synapse is not on the {name}-synaptic side")
    return found.astype(np.int32)


CSR = LILConnectivity  # ANNarchy's older name
