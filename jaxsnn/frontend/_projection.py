"""Handle of a projection: its connectors before compilation, its weights after."""

from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from ..connectivity import AllToAll, Connector, FixedProbability, FromMatrix, OneToOne, Weights
from ..distributions import Distribution
from ..errors import ArgumentError, ShapeError, StateError, UnknownAttributeError, UnsupportedError, did_you_mean
from ..network import ProjectionSpec
from . import _attributes as attributes

if TYPE_CHECKING:
    from ._network import Network


class Projection:
    """A projection of a network: call one connector, then compile.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(seed=0)
        >>> P = net.create(3, snn.Izhikevich, name="P")
        >>> proj = net.connect(P, P, target="exc", name="exc").all_to_all(weights=0.5)
        >>> _ = net.compile()
        >>> proj.connectivity_matrix().tolist()
        [[0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]]
    """

    _network: "Network"
    _name: str

    def __init__(self, network: "Network", name: str) -> None:
        object.__setattr__(self, "_network", network)
        object.__setattr__(self, "_name", name)

    @property
    def name(self) -> str:
        """Name of the projection."""
        return self._name

    @property
    def _spec(self) -> ProjectionSpec:
        return self._network.projection_spec(self._name)

    @property
    def target(self) -> str:
        """Which input of the post neurons it feeds."""
        return self._spec.target

    def all_to_all(
        self, weights: Weights, delays: float = 0.0, allow_self_connections: bool = False, **hints: Any
    ) -> "Projection":
        """Connect every pre neuron to every post neuron.

        Args:
            weights: one number, or a distribution that is drawn when the network starts, for every replica anew.
            delays: ms; this version knows the minimal delay of one step, which 0 and dt stand for.
            allow_self_connections: whether a neuron may project to itself.
            **hints: ANNarchy's storage hints, accepted and ignored.
        """
        return self._connect(AllToAll(_numeric(weights), allow_self_connections), delays, hints)

    def one_to_one(self, weights: Weights = 1.0, delays: float = 0.0, **hints: Any) -> "Projection":
        """Connect the k-th pre neuron to the k-th post neuron, up to the shorter side."""
        return self._connect(OneToOne(_numeric(weights)), delays, hints)

    def fixed_probability(
        self,
        probability: float,
        weights: Weights,
        delays: float = 0.0,
        allow_self_connections: bool = False,
        **hints: Any,
    ) -> "Projection":
        """Connect each pair independently with the same probability."""
        connector = FixedProbability(probability, _numeric(weights), allow_self_connections)
        return self._connect(connector, delays, hints)

    def from_matrix(self, weights: Any, delays: float = 0.0, pre_post: bool = False, **hints: Any) -> "Projection":
        """Connect by a given matrix.

        Args:
            weights: `[post, pre]`; None or NaN marks a missing synapse.
            delays: as in `all_to_all`.
            pre_post: the matrix is `[pre, post]`.
            **hints: ignored.
        """
        matrix = np.array(weights, dtype=float)
        ends = self._spec.ends
        matrix = matrix if pre_post else matrix.T
        if matrix.shape != ends.shape:
            wanted = ends.shape if pre_post else ends.shape[::-1]
            order = "(pre, post)" if pre_post else "(post, pre)"
            raise ShapeError(f"projection `{self._name}` needs a matrix {order} = {wanted}, not {np.shape(weights)}")
        return self._connect(FromMatrix(matrix), delays, hints)

    connect_all_to_all = all_to_all
    connect_one_to_one = one_to_one
    connect_fixed_probability = fixed_probability
    connect_from_matrix = from_matrix

    def _connect(self, connector: Connector, delays: Any, hints: dict[str, Any]) -> "Projection":
        unknown = set(hints) - {"storage_format", "storage_order", "force_multiple_weights"}
        if unknown:
            raise ArgumentError(f"a connector has no argument `{unknown.pop()}`")
        if isinstance(delays, Distribution) or delays not in (0, self._network.dt):
            message = (
                f"projection `{self._name}`: this version knows the minimal delay of one step only, not {delays!r}"
            )
            raise UnsupportedError(message)
        self._network.give_connector(self._name, connector)
        return self

    def connectivity_matrix(self, fill: float = 0.0) -> np.ndarray:
        """Return the weights as (post, pre), over the whole populations, with `fill` where there is no synapse."""
        weights, exists = attributes.weights(self._network, self._name)
        pre, post = self._spec.pre_ranks, self._spec.post_ranks
        matrix = np.full((post.population_size, pre.population_size), fill, weights.dtype)
        matrix[np.ix_(post.array, pre.array)] = np.where(exists, weights, fill).T
        return matrix

    @property
    def nb_synapses(self) -> int:
        """Number of synapses."""
        return int(attributes.weights(self._network, self._name)[1].sum())

    @property
    def w(self) -> list[list[float]]:
        """Weights: for each post neuron that has synapses, a list in the order of pre neurons."""
        weights, exists = attributes.weights(self._network, self._name)
        return [weights[there, j].tolist() for j, there in enumerate(exists.T) if there.any()]

    def _set_w(self, value: Any) -> None:
        """Assign a scalar, a distribution, a matrix (post.size, pre.size), or lists as `w` returns them."""
        weights, exists = attributes.weights(self._network, self._name)
        if isinstance(value, Distribution):
            new = attributes.draw(self._network, value, weights.shape)
        elif isinstance(value, Real):
            new = np.full(weights.shape, float(value))
        else:
            new = self._matrix_of(value, exists)
        attributes.write_weights(self._network, self._name, np.where(exists, new, 0.0))

    def _matrix_of(self, value: Any, exists: np.ndarray) -> np.ndarray:
        """Return weights (pre.size, post.size) of a matrix (post.size, pre.size) or of ragged lists."""
        n_pre, n_post = exists.shape
        counts = exists.sum(axis=0)
        lengths = [len(row) for row in value]
        if lengths == [n_pre] * n_post:
            return np.asarray(value, float).T
        if lengths != counts[counts > 0].tolist():
            message = (
                f"a scalar, a distribution, a matrix (post, pre) = {(n_post, n_pre)}, or lists like those it returns"
            )
            raise ShapeError(f"`w` of projection `{self._name}` takes {message}")
        new = np.zeros((n_post, n_pre))
        new[exists.T] = np.concatenate([np.asarray(row, float) for row in value])
        return new.T

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "w":
            raise UnknownAttributeError(
                f"projection `{self._name}` has no attribute `{name}`.{did_you_mean(name, ['w'])}"
            )
        if not self._network.is_compiled:
            message = f"give the weights of projection `{self._name}` to its connector, or compile before assigning `w`"
            raise StateError(message)
        self._set_w(value)

    def __repr__(self) -> str:
        return f"projection `{self._name}`"


def _numeric(weights: Any) -> Weights:
    if isinstance(weights, Distribution):
        return weights
    if np.ndim(weights) == 0 and np.isreal(weights) and np.isfinite(weights):
        return float(weights)
    raise ArgumentError(f"`weights` is a number or a distribution, not {weights!r}; a matrix goes to `from_matrix`")
