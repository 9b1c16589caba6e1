"""The projections of ANNarchy 4.8's imperative surface: module-level functions on the default network."""

from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError
from ._base_projection import BaseProjection
from ._default import default_network, found
from ._population import Population, PopulationView, Ranked


def get_projection(name: str, net_id: int = 0) -> BaseProjection | None:
    """Return the projection of this name in the default network; None if there is none, with a warning."""
    return found(default_network(net_id).projection, name)


def projections(
    net_id: int = 0,
    post: Ranked | str | None = None,
    pre: Ranked | str | None = None,
    target: str | None = None,
    suppress_error: bool = False,
) -> list[BaseProjection]:
    """Return the projections of the default network.

    Args:
        net_id: 0.
        post, pre: only those between these populations, or of these names; None for all.
        target: only those that feed this input.
        suppress_error: accepted and ignored; a list can be empty.
    """
    return default_network(net_id).projections(post, pre, target, suppress_error)


def enable_learning(
    projections: Any = None, period: float | None = None, offset: float | None = None, net_id: int = 0
) -> None:
    """Enable learning in projections of the default network; see `Network.enable_learning`."""
    default_network(net_id).enable_learning(projections, period, offset)


def disable_learning(projections: Any = None, net_id: int = 0) -> None:
    """Disable learning in projections of the default network; see `Network.disable_learning`."""
    default_network(net_id).disable_learning(projections)


# Sparse matrices for `connect_from_sparse`


def sparse_random_matrix(pre: Any, post: Any, p: float, weight: float, seed: int | None = None) -> Any:
    """Return a random connectivity of scipy, (pre.size, post.size).

    Args:
        pre, post: populations.
        p: probability of each pair.
        weight: of every synapse.
        seed: of NumPy's generator; None takes the legacy one, as ANNarchy does.

    Example:
        >>> import numpy as np, jaxsnn as snn
        >>> net = snn.Network()
        >>> P, Q = net.create(4, snn.Izhikevich), net.create(3, snn.Izhikevich)
        >>> snn.sparse_random_matrix(P, Q, p=1.0, weight=0.5).toarray()[0].tolist()
        [0.5, 0.5, 0.5]
    """
    from scipy import sparse  # slow to import

    pre, post = (_side(side, name) for side, name in ((pre, "pre"), (post, "post")))
    p, weight = arguments.real(p, "p", least=0.0, most=1.0), arguments.real(weight, "weight")
    draw = np.random.random if seed is None else np.random.default_rng(seed).random
    return sparse.lil_matrix(np.where(draw((pre.size, post.size)) < p, weight, 0.0))


def sparse_delays_from_weights(weight_matrix: Any, delay: float) -> Any:
    """Return a sparse matrix with one delay, ms, wherever the weights have an entry."""
    from scipy import sparse  # slow to import

    if not sparse.issparse(weight_matrix) and np.ndim(weight_matrix) != 2:
        raise ArgumentError(f"`weight_matrix` is a matrix, not {weight_matrix!r}")
    found, delay = sparse.coo_matrix(weight_matrix), arguments.real(delay, "delay", "ms", least=0.0)
    return sparse.coo_matrix((np.full(found.nnz, delay), (found.row, found.col)), found.shape).tolil()


def _side(side: Any, name: str) -> Population | PopulationView:
    if not isinstance(side, Population | PopulationView):
        raise ArgumentError(f"`{name}` is a population or a view, not {side!r}")
    return side
