"""The connectors of a projection: who is connected to whom, each a method that returns the projection."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import connectivity as c
from ..distributions import Distribution
from ..errors import ArgumentError, ShapeError
from ._lil import LILConnectivity

if TYPE_CHECKING:
    from ._network import Network
    from ._projection import Projection

HINTS = {"storage_format", "storage_order", "force_multiple_weights"}


class Connectors:
    """What connects a projection; see `Projection`.

    Every method takes ANNarchy's hints `storage_format` and `storage_order` and ignores them: the form is chosen by
    `Network.connect(storage=...)`. Weights and delays that are a distribution are drawn when the network starts, anew
    for every replica. A delay of 0 or of one step is the minimal one.
    """

    _network: "Network"
    _name: str
    _handles: Callable[[], tuple[Any, Any]]

    def all_to_all(
        self,
        weights: c.Weights,
        delays: c.Delays = 0.0,
        allow_self_connections: bool = False,
        force_multiple_weights: bool = False,
        **hints: Any,
    ) -> "Projection":
        """Connect every pre neuron to every post neuron.

        Args:
            weights: one number, or a distribution.
            delays: ms, one number, or a distribution with an upper bound.
            allow_self_connections: whether a neuron may project to itself.
            force_multiple_weights: whether one weight reads as lists.
            **hints: ignored.
        """
        return self._connect(
            c.AllToAll(self._drawn(weights, delays), allow_self_connections), hints, force_multiple_weights
        )

    def one_to_one(
        self,
        weights: c.Weights = 1.0,
        delays: c.Delays = 0.0,
        force_multiple_weights: bool = False,
        **hints: Any,
    ) -> "Projection":
        """Connect the k-th pre neuron to the k-th post neuron, up to the shorter side."""
        return self._connect(c.OneToOne(self._drawn(weights, delays)), hints, force_multiple_weights)

    def fixed_probability(
        self,
        probability: float,
        weights: c.Weights,
        delays: c.Delays = 0.0,
        allow_self_connections: bool = False,
        force_multiple_weights: bool = False,
        **hints: Any,
    ) -> "Projection":
        """Connect each pair independently with the same probability."""
        drawn = self._drawn(weights, delays)
        return self._connect(
            c.FixedProbability(drawn, float(probability), allow_self_connections), hints, force_multiple_weights
        )

    def fixed_number_pre(
        self,
        number: int,
        weights: c.Weights,
        delays: c.Delays = 0.0,
        allow_self_connections: bool = False,
        force_multiple_weights: bool = False,
        **hints: Any,
    ) -> "Projection":
        """Connect each post neuron to so many different pre neurons, chosen at random.

        Raises:
            ArgumentError: there are not so many.
        """
        connector = c.FixedNumberPre(self._drawn(weights, delays), _whole(number), allow_self_connections)
        connector.check(self._ends)
        return self._connect(connector, hints, force_multiple_weights)

    def fixed_number_post(
        self,
        number: int,
        weights: c.Weights = 1.0,
        delays: c.Delays = 0.0,
        allow_self_connections: bool = False,
        force_multiple_weights: bool = False,
        **hints: Any,
    ) -> "Projection":
        """Connect each pre neuron to so many different post neurons, chosen at random.

        Raises:
            ArgumentError: there are not so many.
        """
        connector = c.FixedNumberPost(self._drawn(weights, delays), _whole(number), allow_self_connections)
        connector.check(self._ends)
        return self._connect(connector, hints, force_multiple_weights)

    def gaussian(
        self,
        amp: float,
        sigma: float,
        delays: c.Delays = 0.0,
        limit: float = 0.01,
        allow_self_connections: bool = False,
        **hints: Any,
    ) -> "Projection":
        """Connect neurons by their distance d in coordinates scaled to 0 ... 1: w = amp exp(-d^2 / (2 sigma^2)).

        Args:
            amp, sigma: height and width.
            delays: ms.
            limit: synapses exist where w exceeds this share of amp.
            allow_self_connections: whether a neuron may project to itself.
            **hints: ignored.

        Raises:
            ArgumentError: views, or populations of different dimension.
        """
        pre, post, same = self._whole_geometries("gaussian")
        made = c.gaussian(pre, post, amp, sigma, limit, _delays(delays), same, allow_self_connections)
        return self._connect(made, hints)

    def dog(
        self,
        amp_pos: float,
        sigma_pos: float,
        amp_neg: float,
        sigma_neg: float,
        delays: c.Delays = 0.0,
        limit: float = 0.01,
        allow_self_connections: bool = False,
        **hints: Any,
    ) -> "Projection":
        """Connect neurons by a difference of two Gaussians of their distance; see `gaussian`.

        Synapses exist where the size of w exceeds `limit * |amp_pos - amp_neg|`.
        """
        pre, post, same = self._whole_geometries("dog")
        positive, negative = (amp_pos, sigma_pos), (amp_neg, sigma_neg)
        made = c.difference_of_gaussians(
            pre, post, positive, negative, limit, _delays(delays), same, allow_self_connections
        )
        return self._connect(made, hints)

    def from_matrix(self, weights: Any, delays: Any = 0.0, pre_post: bool = False, **hints: Any) -> "Projection":
        """Connect by a given matrix.

        Args:
            weights: `[post, pre]`; None or NaN marks a missing synapse.
            delays: ms, one number or a matrix of the same shape.
            pre_post: matrices are `[pre, post]`.
            **hints: ignored.

        Raises:
            ShapeError: a matrix of another shape.
        """
        matrix = self._matrix(weights, pre_post)
        given = _delays(delays) if np.ndim(delays) == 0 else self._matrix(delays, pre_post)
        if isinstance(given, Distribution):
            there = np.nonzero(~np.isnan(matrix))
            pre, post = (index.astype(np.int32) for index in there)
            listed = c.FromList(pre, post, matrix[there], given, matrix.shape, "Connectivity matrix")
            return self._connect(listed, hints)
        if isinstance(given, np.ndarray):
            given = _checked_delays(np.where(np.isnan(matrix), 0.0, given))
        return self._connect(c.FromMatrix(matrix, given), hints)

    def from_sparse(self, weights: Any, delays: c.Delays = 0.0, **hints: Any) -> "Projection":
        """Connect by a sparse matrix of scipy, of shape (pre, post); what it does not store is no synapse.

        Raises:
            ShapeError: a matrix of another shape.
        """
        return self._from_coo(weights, _delays(delays), "Sparse connectivity matrix", hints)

    def from_matrix_market(self, filename: str, delays: c.Delays = 0.0, **hints: Any) -> "Projection":
        """Connect by a file in the MatrixMarket format, whose rows are post neurons.

        Raises:
            FileFormatError: not such a file.
        """
        from ..io import read_matrix_market

        return self._from_coo(read_matrix_market(filename).T, _delays(delays), "MatrixMarket", hints)

    def from_file(self, filename: str, pickle_encoding: Any = None, **hints: Any) -> "Projection":
        """Connect as `save_connectivity` has written.

        Raises:
            FileFormatError: not such a file, or one of another projection.
        """
        from ..io import read_connectivity

        found = read_connectivity(filename)
        pre, post = self._sides()
        listed = LILConnectivity()
        for post_rank, ranks, weights, delays in found.rows():
            listed.add(post_rank, ranks, weights, delays)
        return self._connect(listed.connector(pre, post, "From File"), hints)

    def with_func(self, method: Callable[..., LILConnectivity], **arguments: Any) -> "Projection":
        """Connect by a function of one's own.

        Args:
            method: `method(pre, post, **arguments)` returns a `LILConnectivity`.
            **arguments: for the method; `storage_format` and `storage_order` are hints, which are ignored.
        """
        hints = {name: arguments.pop(name) for name in ("storage_format", "storage_order") if name in arguments}
        made = method(*self._handles(), **arguments)
        if not isinstance(made, LILConnectivity):
            raise ArgumentError(f"the function must return a `LILConnectivity`, not {made!r}")
        made.validate()
        return self._connect(made.connector(*self._sides(), "User-defined"), hints)

    connect_all_to_all = all_to_all
    connect_one_to_one = one_to_one
    connect_fixed_probability = fixed_probability
    connect_fixed_number_pre = fixed_number_pre
    connect_fixed_number_post = fixed_number_post
    connect_gaussian = gaussian
    connect_dog = dog
    connect_from_matrix = from_matrix
    connect_from_sparse = from_sparse
    connect_from_matrix_market = from_matrix_market
    connect_from_file = from_file
    connect_with_func = with_func

    # Helpers

    @property
    def _ends(self) -> c.Ends:
        return self._network.projection_spec(self._name).ends

    def _sides(self) -> tuple[np.ndarray, np.ndarray]:
        return self._ends.pre.array, self._ends.post.array

    def _whole_geometries(self, what: str) -> tuple[tuple[int, ...], tuple[int, ...], bool]:
        if not (self._ends.pre.is_everything and self._ends.post.is_everything):
            raise ArgumentError(f"`{what}` connects whole populations, whose geometry gives distances; this is a view")
        spec = self._network.projection_spec(self._name)
        shapes = (self._network.population_spec(p).geometry for p in (spec.pre, spec.post))
        return *shapes, spec.pre == spec.post  # type: ignore[return-value]

    def _drawn(self, weights: Any, delays: Any) -> c.Drawn:
        return c.Drawn(_weights(weights), _delays(delays))

    def _matrix(self, values: Any, pre_post: bool) -> np.ndarray:
        """Return a matrix (pre.size, post.size)."""
        matrix = np.array(values, dtype=float)
        matrix = matrix if pre_post else matrix.T
        if matrix.shape != self._ends.shape:
            wanted = self._ends.shape if pre_post else self._ends.shape[::-1]
            order = "(pre, post)" if pre_post else "(post, pre)"
            raise ShapeError(f"projection `{self._name}` needs a matrix {order} = {wanted}, not {np.shape(values)}")
        return matrix

    def _from_coo(self, matrix: Any, delays: c.Delays, title: str, hints: dict[str, Any]) -> "Projection":
        if not hasattr(matrix, "tocoo"):
            raise ArgumentError(f"a sparse matrix of scipy is expected here, not {type(matrix).__name__}")
        if matrix.shape != self._ends.shape:
            wanted = f"(pre, post) = {self._ends.shape}"
            raise ShapeError(f"projection `{self._name}` needs a sparse matrix {wanted}, not {matrix.shape}")
        found = matrix.tocoo()
        found.sum_duplicates()
        pre, post = found.row.astype(np.int32), found.col.astype(np.int32)
        return self._connect(c.FromList(pre, post, found.data.astype(float), delays, self._ends.shape, title), hints)

    def _connect(
        self, connector: c.Connector, hints: dict[str, Any], force_multiple_weights: bool = False
    ) -> "Projection":
        unknown = set(hints) - HINTS
        if unknown:
            raise ArgumentError(f"a connector has no argument `{unknown.pop()}`")
        is_one_number = isinstance(connector.weights, float) and not force_multiple_weights
        self._network.give_connector(self._name, connector, has_one_weight=is_one_number)
        return self  # type: ignore[return-value]


def _weights(weights: Any) -> c.Weights:
    if isinstance(weights, Distribution):
        return weights
    if np.ndim(weights) == 0 and np.isreal(weights) and np.isfinite(weights):
        return float(weights)
    raise ArgumentError(f"`weights` is a number or a distribution, not {weights!r}; a matrix goes to `from_matrix`")


def _delays(delays: Any) -> c.Delays:
    if isinstance(delays, Distribution):
        return delays
    if np.ndim(delays) == 0 and np.isreal(delays):
        return float(_checked_delays(np.asarray(delays, float)))
    raise ArgumentError(f"`delays` is a number of ms or a distribution, not {delays!r}")


def _checked_delays(delays: np.ndarray) -> np.ndarray:
    wrong = delays[~(np.isfinite(delays) & (delays >= 0))]
    if wrong.size:
        raise ArgumentError(f"a delay is a finite number of ms, at least 0, not {wrong.flat[0]}")
    return delays


def _whole(number: Any) -> int:
    if isinstance(number, bool) or not isinstance(number, int | np.integer):
        raise ArgumentError(f"`number` is a number of partners, not {number!r}")
    return int(number)
