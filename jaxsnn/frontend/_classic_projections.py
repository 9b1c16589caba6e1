"""The projections of ANNarchy 4.8's imperative surface: module-level functions on the default network."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..models import Synapse
from ._base_projection import BaseProjection
from ._default import default_network, network_of
from ._population import Ranked
from ._projection import Projection as ProjectionHandle
from ._special_handles import (
    ConvolutionProjection,
    CopyProjection,
    InjectionProjection,
    PoolingProjection,
    TransposeProjection,
)
from ._special_methods import RATE_PSP


def Projection(
    pre: Ranked | str,
    post: Ranked | str,
    target: str | Sequence[str],
    synapse: Synapse | Callable[[], Synapse] | None = None,
    name: str | None = None,
    disable_omp: bool = True,
) -> ProjectionHandle:
    """Add a projection to the default network; see `Network.connect`. Call one of its connectors next.

    Between populations of another network it is added to that one. `disable_omp` is accepted and ignored.
    """
    return network_of(pre, post).connect(pre, post, target, synapse, name)


def Convolution(
    pre: Ranked, post: Ranked, target: str, psp: str = RATE_PSP, operation: str = "sum", name: str | None = None
) -> ConvolutionProjection:
    """Add a convolution to the default network; see `Network.convolution`."""
    return network_of(pre, post).convolution(pre, post, target, psp, operation, name)


def Pooling(
    pre: Ranked, post: Ranked, target: str, psp: str = "pre.r", operation: str = "max", name: str | None = None
) -> PoolingProjection:
    """Add a pooling to the default network; see `Network.pooling`."""
    return network_of(pre, post).pooling(pre, post, target, psp, operation, name)


def Copy(
    pre: Ranked, post: Ranked, target: str, psp: str = RATE_PSP, operation: str = "sum", name: str | None = None
) -> CopyProjection:
    """Add a copy of a projection to the default network; see `Network.copy_projection`."""
    return network_of(pre, post).copy_projection(pre, post, target, psp, operation, name)


def Transpose(proj: ProjectionHandle, target: str, name: str | None = None) -> TransposeProjection:
    """Add a transposed projection to the default network; see `Network.transpose`."""
    return network_of(proj).transpose(proj, target, name)


def DecodingProjection(
    pre: Ranked, post: Ranked, target: str, window: float = 0.0, name: str | None = None
) -> ProjectionHandle:
    """Add a decoder of spikes to the default network; see `Network.decoding`."""
    return network_of(pre, post).decoding(pre, post, target, window, name)


def CurrentInjection(pre: Ranked, post: Ranked, target: str, name: str | None = None) -> InjectionProjection:
    """Add rates as currents to the default network; see `Network.current_injection`."""
    return network_of(pre, post).current_injection(pre, post, target, name)


def get_projection(name: str) -> BaseProjection:
    """Return the projection of this name in the default network."""
    return default_network().projection(name)


def projections(
    post: Ranked | str | None = None,
    pre: Ranked | str | None = None,
    target: str | None = None,
    suppress_error: bool = False,
) -> list[BaseProjection]:
    """Return the projections of the default network.

    Args:
        post, pre: only those between these populations, or of these names; None for all.
        target: only those that feed this input.
        suppress_error: accepted and ignored; a list can be empty.
    """
    return default_network().projections(post, pre, target, suppress_error)


def enable_learning(projections: Any = None, period: float | None = None, offset: float | None = None) -> None:
    """Enable learning in projections of the default network; see `Network.enable_learning`."""
    default_network().enable_learning(projections, period, offset)


def disable_learning(projections: Any = None) -> None:
    """Disable learning in projections of the default network; see `Network.disable_learning`."""
    default_network().disable_learning(projections)


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

    draw = np.random.random if seed is None else np.random.default_rng(seed).random
    return sparse.lil_matrix(np.where(draw((pre.size, post.size)) < p, float(weight), 0.0))


def sparse_delays_from_weights(weights: Any, delay: float) -> Any:
    """Return a sparse matrix with one delay, ms, wherever the weights have an entry."""
    from scipy import sparse  # slow to import

    found = sparse.coo_matrix(weights)
    return sparse.coo_matrix((np.full(found.nnz, float(delay)), (found.row, found.col)), found.shape).tolil()
