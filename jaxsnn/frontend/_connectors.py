"""The connectors of a projection: who is connected to whom. Each is a method of `Projection` and returns it.

Every connector takes ANNarchy's hints `storage_format` and `storage_order` and ignores them: the form is chosen by
`Network.connect(storage=...)`. Weights and delays that are a distribution are drawn when the network starts, anew for
every replica. A delay of 0 or of one step is the minimal one.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from .. import arguments
from .. import connectivity as c
from ..distributions import Distribution
from ..errors import ArgumentError, ShapeError
from ._base_projection import BaseProjection
from ._changes import give_connector
from ._connector_arguments import checked_delay, checked_delays, drawn, whole_number
from ._synapse_list import LILConnectivity
from ._withdraw import connects

P = TypeVar("P", bound=BaseProjection)


@connects
def all_to_all(
    projection: P,
    weights: c.Weights,
    delays: c.Delays = 0.0,
    allow_self_connections: bool = False,
    force_multiple_weights: bool = False,
    storage_format: str | None = None,
    storage_order: str | None = None,
) -> P:
    """Connect every pre neuron to every post neuron.

    Args:
        weights: one number, or a distribution.
        delays: ms, one number, or a distribution with an upper bound.
        allow_self_connections: whether a neuron may project to itself.
        force_multiple_weights: whether one weight reads as lists.
        storage_format, storage_order: hints, which are ignored.
    """
    return _connect(projection, c.AllToAll(drawn(weights, delays), allow_self_connections), force_multiple_weights)


@connects
def one_to_one(
    projection: P,
    weights: c.Weights = 1.0,
    delays: c.Delays = 0.0,
    force_multiple_weights: bool = False,
    storage_format: str | None = None,
    storage_order: str | None = None,
) -> P:
    """Connect the k-th pre neuron to the k-th post neuron, up to the shorter side."""
    return _connect(projection, c.OneToOne(drawn(weights, delays)), force_multiple_weights)


@connects
def fixed_probability(
    projection: P,
    probability: float,
    weights: c.Weights,
    delays: c.Delays = 0.0,
    allow_self_connections: bool = False,
    force_multiple_weights: bool = False,
    storage_format: str | None = None,
    storage_order: str | None = None,
) -> P:
    """Connect each pair independently with the same probability."""
    share = arguments.real(probability, "probability", least=0.0, most=1.0)
    connector = c.FixedProbability(drawn(weights, delays), share, allow_self_connections)
    return _connect(projection, connector, force_multiple_weights)


@connects
def fixed_number_pre(
    projection: P,
    number: int,
    weights: c.Weights,
    delays: c.Delays = 0.0,
    allow_self_connections: bool = False,
    force_multiple_weights: bool = False,
    storage_format: str | None = None,
    storage_order: str | None = None,
) -> P:
    """Connect each post neuron to so many different pre neurons, chosen at random.

    Raises:
        ArgumentError: there are not so many.
    """
    connector = c.FixedNumberPre(drawn(weights, delays), whole_number(number), allow_self_connections)
    connector.check(_ends(projection))
    return _connect(projection, connector, force_multiple_weights)


@connects
def fixed_number_post(
    projection: P,
    number: int,
    weights: c.Weights = 1.0,
    delays: c.Delays = 0.0,
    allow_self_connections: bool = False,
    force_multiple_weights: bool = False,
    storage_format: str | None = None,
    storage_order: str | None = None,
) -> P:
    """Connect each pre neuron to so many different post neurons, chosen at random.

    Raises:
        ArgumentError: there are not so many.
    """
    connector = c.FixedNumberPost(drawn(weights, delays), whole_number(number), allow_self_connections)
    connector.check(_ends(projection))
    return _connect(projection, connector, force_multiple_weights)


@connects
def fixed_total_number(
    projection: P,
    number: int,
    weights: c.Weights = 1.0,
    delays: c.Delays = 0.0,
    allow_self_connections: bool = False,
    force_multiple_weights: bool = False,
    storage_format: str | None = None,
    storage_order: str | None = None,
) -> P:
    """Make so many synapses, each between two neurons that are chosen at random.

    A pair of neurons can have several synapses (multapses), so how many one neuron sends or receives has a binomial
    distribution. They are stored in rows; a matrix has no room for them.

    Args:
        number: of synapses, in all.
        weights: one number, or a distribution.
        delays: ms, one number, or a distribution with an upper bound.
        allow_self_connections: whether a neuron may project to itself.
        force_multiple_weights: whether one weight reads as lists.
        storage_format, storage_order: hints, which are ignored.

    Raises:
        ArgumentError: a number below 1, no pair of neurons, a dense storage.
        UnsupportedError: synapses that overwrite their input instead of adding to it.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=0.1, seed=1)
        >>> P = net.create(50, snn.IF_curr_exp, name="P")
        >>> proj = net.connect(P, P, target="exc").fixed_total_number(4000, weights=snn.Normal(0.1, 0.01, min=0.0))
        >>> _ = net.compile()
        >>> proj.nb_synapses
        4000

    References:
        T. C. Potjans, M. Diesmann, Cerebral Cortex 24:785, 2014, doi:10.1093/cercor/bhs358, whose model is made so.
    """
    connector = c.FixedTotalNumber(drawn(weights, delays), whole_number(number, "synapses"), allow_self_connections)
    connector.check(_ends(projection))
    return _connect(projection, connector, force_multiple_weights)


@connects
def gaussian(
    projection: P,
    amp: float,
    sigma: float,
    delays: c.Delays = 0.0,
    limit: float = 0.01,
    allow_self_connections: bool = False,
    storage_format: str | None = None,
) -> P:
    """Connect neurons by their distance d in coordinates scaled to 0 ... 1: w = amp exp(-d^2 / (2 sigma^2)).

    Args:
        amp, sigma: height and width.
        delays: ms.
        limit: synapses exist where w exceeds this share of amp.
        allow_self_connections: whether a neuron may project to itself.
        storage_format: a hint, which is ignored.

    Raises:
        ArgumentError: views, or populations of different dimension.
    """
    amp, sigma = arguments.real(amp, "amp"), arguments.real(sigma, "sigma", above=0.0)
    limit = arguments.real(limit, "limit", least=0.0)
    pre, post, same = _whole_geometries(projection, "gaussian")
    made = c.gaussian(pre, post, amp, sigma, limit, checked_delay(delays), same, allow_self_connections)
    return _connect(projection, made)


@connects
def dog(  # noqa: PLR0913 - options of one thing
    projection: P,
    amp_pos: float,
    sigma_pos: float,
    amp_neg: float,
    sigma_neg: float,
    delays: c.Delays = 0.0,
    limit: float = 0.01,
    allow_self_connections: bool = False,
    storage_format: str | None = None,
) -> P:
    """Connect neurons by a difference of two Gaussians of their distance; see `gaussian`.

    Synapses exist where the size of w exceeds `limit * |amp_pos - amp_neg|`.
    """
    pre, post, same = _whole_geometries(projection, "dog")
    limit = arguments.real(limit, "limit", least=0.0)
    positive = arguments.real(amp_pos, "amp_pos"), arguments.real(sigma_pos, "sigma_pos", above=0.0)
    negative = arguments.real(amp_neg, "amp_neg"), arguments.real(sigma_neg, "sigma_neg", above=0.0)
    made = c.difference_of_gaussians(
        pre, post, positive, negative, limit, checked_delay(delays), same, allow_self_connections
    )
    return _connect(projection, made)


@connects
def from_matrix(
    projection: P,
    weights: Any,
    delays: Any = 0.0,
    pre_post: bool = False,
    storage_format: str | None = None,
    storage_order: str | None = None,
) -> P:
    """Connect by a given matrix.

    Args:
        weights: `[post, pre]`; None or NaN marks a missing synapse.
        delays: ms, one number or a matrix of the same shape.
        pre_post: matrices are `[pre, post]`.
        storage_format, storage_order: hints, which are ignored.

    Raises:
        ShapeError: a matrix of another shape.
    """
    matrix = _matrix(projection, weights, pre_post)
    given = checked_delay(delays) if np.ndim(delays) == 0 else _matrix(projection, delays, pre_post)
    if isinstance(given, Distribution):
        there = np.nonzero(~np.isnan(matrix))
        pre, post = (index.astype(np.int32) for index in there)
        listed = c.FromList(pre, post, matrix[there], given, matrix.shape, "Connectivity matrix")
        return _connect(projection, listed)
    if isinstance(given, np.ndarray):
        given = checked_delays(np.where(np.isnan(matrix), 0.0, given))
    return _connect(projection, c.FromMatrix(matrix, given))


@connects
def from_sparse(
    projection: P,
    weights: Any,
    delays: c.Delays = 0.0,
    storage_format: str | None = None,
    storage_order: str | None = None,
) -> P:
    """Connect by a sparse matrix of scipy, of shape (pre, post); what it does not store is no synapse.

    Raises:
        ShapeError: a matrix of another shape.
    """
    return _from_coo(projection, weights, checked_delay(delays), "Sparse connectivity matrix")


@connects
def from_matrix_market(
    projection: P,
    filename: str,
    storage_format: str | None = None,
    storage_order: str | None = None,
    delays: c.Delays = 0.0,
) -> P:
    """Connect by a file in the MatrixMarket format, whose rows are post neurons.

    Raises:
        FileFormatError: not such a file.
    """
    from ..io import read_matrix_market

    return _from_coo(projection, read_matrix_market(filename).T, checked_delay(delays), "MatrixMarket")


@connects
def from_file(
    projection: P,
    filename: str,
    pickle_encoding: str | None = None,
    storage_format: str | None = None,
    storage_order: str | None = None,
) -> P:
    """Connect as `save_connectivity` has written.

    Raises:
        FileFormatError: not such a file, or one of another projection.
    """
    from ..io import read_connectivity

    found = read_connectivity(filename)
    pre, post = _sides(projection)
    listed = LILConnectivity()
    for post_rank, ranks, weights, delays in found.rows():
        listed.add(post_rank, ranks, weights, delays)
    return _connect(projection, listed.connector(pre, post, "From File"))


@connects
def with_func(
    projection: P,
    method: Callable[..., LILConnectivity],
    storage_format: str | None = None,
    storage_order: str | None = None,
    **args: Any,
) -> P:
    """Connect by a function of one's own.

    Args:
        method: `method(pre, post, **args)` returns a `LILConnectivity`.
        storage_format, storage_order: hints, which are ignored.
        **args: for the method.
    """
    made = arguments.function(method, "method")(projection.pre, projection.post, **args)
    if not isinstance(made, LILConnectivity):
        raise ArgumentError(f"the function must return a `LILConnectivity`, not {made!r}")
    made.validate()
    return _connect(projection, made.connector(*_sides(projection), "User-defined"))


# Helpers


def _connect(projection: P, connector: c.Connector, force_multiple_weights: bool = False) -> P:
    is_one_number = isinstance(connector.weights, float) and not force_multiple_weights
    give_connector(projection._core, projection.name, connector, has_one_weight=is_one_number)
    return projection


def _ends(projection: BaseProjection) -> c.Ends:
    return projection._spec.ends


def _sides(projection: BaseProjection) -> tuple[np.ndarray, np.ndarray]:
    """Return the ranks of the neurons on both sides."""
    return _ends(projection).pre.array, _ends(projection).post.array


def _whole_geometries(projection: BaseProjection, what: str) -> tuple[tuple[int, ...], tuple[int, ...], bool]:
    """Return the geometries of both sides, and whether they are the same population."""
    spec, core = projection._spec, projection._core
    if not (spec.ends.pre.is_everything and spec.ends.post.is_everything):
        raise ArgumentError(f"`{what}` connects whole populations, whose geometry gives distances; this is a view")
    return core.population(spec.pre).geometry, core.population(spec.post).geometry, spec.pre == spec.post


def _matrix(projection: BaseProjection, values: Any, pre_post: bool) -> np.ndarray:
    """Return a matrix (pre.size, post.size)."""
    matrix, shape = _as_numbers(values, projection.name), _ends(projection).shape
    matrix = matrix if pre_post else matrix.T
    if matrix.shape != shape:
        order, wanted = ("(pre, post)", shape) if pre_post else ("(post, pre)", shape[::-1])
        raise ShapeError(f"projection `{projection.name}` needs a matrix {order} = {wanted}, not {np.shape(values)}")
    return matrix


def _as_numbers(values: Any, name: str) -> np.ndarray:
    """Return a matrix of numbers, NaN where None was given."""
    matrix = arguments.numbers(values)
    if matrix is None or np.isinf(matrix).any():
        raise ArgumentError(
            f"projection `{name}` needs a matrix of finite numbers, None for no synapse, not {values!r}"
        )
    return matrix


def _from_coo(projection: P, matrix: Any, delays: c.Delays, title: str) -> P:
    """Connect by a sparse matrix of scipy, (pre.size, post.size)."""
    shape = _ends(projection).shape
    if not hasattr(matrix, "tocoo"):
        raise ArgumentError(f"a sparse matrix of scipy is expected here, not {type(matrix).__name__}")
    if matrix.shape != shape:
        wanted = f"(pre, post) = {shape}"
        raise ShapeError(f"projection `{projection.name}` needs a sparse matrix {wanted}, not {matrix.shape}")
    found = matrix.tocoo()
    found.sum_duplicates()
    if found.dtype.kind not in "biuf" or not np.isfinite(found.data).all():
        raise ArgumentError(f"projection `{projection.name}` needs finite weights, real numbers")
    pre, post = found.row.astype(np.int32), found.col.astype(np.int32)
    return _connect(projection, c.FromList(pre, post, found.data.astype(float), delays, shape, title))
