"""Matrices, filters and windows of a graph as the synapses of projections."""

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..frontend._network import Network
from ..frontend._population import Population
from ..frontend._synapse_list import LILConnectivity
from ..models import Synapse
from ._cells import Cell, Link
from ._flat_graph import Shape, kind_of, ranks_of
from ._windows import Windows, windows_of

OF_VALUES = "w * pre.v"  # what a neuron without spikes sends at every step


def connect(net: Network, pre: Cell, post: Cell, link: Link) -> None:
    """Add the projection that a link becomes."""
    ends = net.population(pre.name), net.population(post.name)
    kind, node = link.kind, link.matrix
    if kind.startswith("Conv"):
        psp = {} if pre.spikes else {"psp": OF_VALUES}
        made = net.convolution(*ends, link.name, name=link.name, **psp)
        windows = windows_of(link.name, node, pre.shape)
        filters = np.moveaxis(np.asarray(node.weight, float), 1, -1)
        made.connect_filters(filters, subsampling=_centres(link.name, windows, filters.shape, pre.shape))
        return
    synapse = None if pre.spikes else Synapse(psp=OF_VALUES)
    projection = net.connect(*ends, target=link.name, synapse=synapse, name=link.name)
    if kind in ("Affine", "Linear"):
        weight = np.asarray(node.weight, float)
        projection.from_matrix(weight[np.ix_(ranks_of(post.shape), ranks_of(pre.shape))])
    elif kind:
        projection.with_func(_pooling, windows=windows_of(link.name, node, pre.shape), pool=node)
    elif post.kind == "Delay":
        _connect_delays(net, projection, post)
    elif pre.shape == post.shape or len(pre.shape) == len(post.shape) == 1:
        projection.one_to_one(weights=1.0)
    else:
        projection.with_func(_pairs, pre_shape=pre.shape, post_shape=post.shape)


def _connect_delays(net: Network, projection: Any, post: Cell) -> None:
    """Connect each neuron to its counterpart, with the delays of a node in whole steps, at least one."""
    exact = np.broadcast_to(np.asarray(post.node.delay, float), post.shape) * 1000.0 / net.dt
    steps = np.rint(exact)
    if (steps < 1).any() or (abs(exact - steps) > 1e-3).any():
        wrong = exact[(steps < 1) | (abs(exact - steps) > 1e-3)].flat[0] * net.dt
        raise UnsupportedError(
            f"node `{post.name}` delays by {wrong:g} ms; with dt = {net.dt:g} ms a delay is a multiple of dt, and at "
            "least dt: read the graph with another `dt`"
        )
    moved = np.moveaxis(steps, 0, -1).ravel() if len(post.shape) > 1 else steps.ravel()
    projection.with_func(_delayed, delays=moved * net.dt)


def _delayed(pre: Population, post: Population, delays: np.ndarray) -> LILConnectivity:
    listed = LILConnectivity()
    for rank in range(post.size):
        listed.add(rank, [rank], [1.0], [float(delays[rank])])
    return listed


def _pairs(pre: Population, post: Population, pre_shape: Shape, post_shape: Shape) -> LILConnectivity:
    """Connect each place of one shape to the same place of another one, as a `Flatten` does."""
    rank_at = np.argsort(ranks_of(pre_shape))
    listed = LILConnectivity()
    for rank, place in enumerate(ranks_of(post_shape)):
        listed.add(rank, [int(rank_at[place])], [1.0])
    return listed


def _pooling(pre: Population, post: Population, windows: Windows, pool: Any) -> LILConnectivity:
    """Connect each neuron to those in its window, in its own channel."""
    weight = 1.0 / np.prod(windows.kernel) if kind_of(pool) == "AvgPool2d" else 1.0
    listed = LILConnectivity()
    for rank in range(post.size):
        listed.add(rank, windows.members(rank, pre.geometry, post.geometry), [float(weight)])
    return listed


def _centres(name: str, windows: Windows, filters: Shape, pre: Shape) -> np.ndarray:
    """Return the centre of the window of each post-synaptic neuron, (neurons, axes)."""
    axes = [windows.first(axis) + (k - 1) // 2 for axis, k in enumerate(windows.kernel)]
    for centres, n in zip(axes, windows.shape, strict=True):
        if centres.min() < 0 or centres.max() >= n:
            raise UnsupportedError(
                f"node `{name}`: with padding {windows.padding}, the centre of a window of {windows.kernel} lies "
                "outside its input: a padding is at most (kernel - 1) // 2"
            )
    grid = np.stack(np.meshgrid(*axes, [(pre[0] - 1) // 2], indexing="ij"), axis=-1).reshape(-1, len(pre))
    return np.repeat(grid, filters[0], axis=0)
