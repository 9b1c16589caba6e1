"""Projections as nodes: matrices, filters, poolings and delays, between those of two populations."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..equations import Assignment, Binary, Name, Operation, Remote, SynapseEquations
from ..errors import UnsupportedError
from ..network import Filters, Kind, ProjectionSpec
from ._flat_graph import Shape, ranks_of
from ._moment import Moment
from ._package import nir_package
from ._pooling import pooling_node

ONE_STEP = (Assignment("g_target", "+=", Name("w")),)


@dataclass(frozen=True, eq=False)
class End:
    """A population at one side of a projection.

    Args:
        name: of the population.
        geometry: of the population.
        shape: of its node: `geometry` with channels first, or one axis.
        output: name of the variable that it gives; "" for spikes, None where both are the same.
        is_rate: whether its neurons have no spike condition, so that synapses send `r` unless they say otherwise.
    """

    name: str
    geometry: Shape
    shape: Shape
    output: str | None = None
    is_rate: bool = False

    @property
    def ranks(self) -> np.ndarray:
        """The rank of the neuron at each place of the node."""
        if len(self.shape) == 1:
            return np.arange(self.shape[0])
        return np.argsort(ranks_of(self.shape))


def refuse(projection: ProjectionSpec, why: str) -> UnsupportedError:
    """Return the error that names a projection and why it is no node."""
    ends = f"`{projection.pre}` -> `{projection.post}`"
    return UnsupportedError(f"projection `{projection.name}` ({ends}) cannot be said in NIR: {why}")


def check_synapse(projection: ProjectionSpec, pre: End) -> None:
    """Raise unless a projection adds its weights for each spike, or its weights times what a node gives."""
    model, spec = projection.synapse.analysed, projection
    if model.is_structural:
        raise refuse(spec, "its synapses come and go by rules")
    if model.has_equations or model.event_driven or model.on_pre or model.on_post or model.is_plastic:
        raise refuse(spec, "its synapses have equations: weights of NIR do not change")
    if model.operation is not Operation.SUM:
        raise refuse(spec, f"its inputs are combined by `{model.operation.value}`: matrices add them up")
    sent = "r" if pre.is_rate and spec.synapse.psp is None else _sent(model)
    if sent is None:
        text = projection.synapse.psp or projection.synapse.pre_spike
        raise refuse(spec, f"a synapse does `{text}`; weights times what a neuron gives are expected")
    if pre.output is not None and sent != pre.output:
        gives = f"the variable `{pre.output}`" if pre.output else "spikes"
        sends = f"`{sent}`" if sent else "spikes"
        raise refuse(spec, f"it sends {sends}, and the node of `{pre.name}` gives {gives}")


def _sent(model: SynapseEquations) -> str | None:
    """Return the variable that synapses send, "" for spikes, None for anything else."""
    if model.psp is None:
        return "" if model.transmission == ONE_STEP and not model.axon_transmission else None
    if model.transmission:
        return None
    match model.psp:
        case Binary("*", Name("w"), Remote("pre", name)) | Binary("*", Remote("pre", name), Name("w")):
            return name
    return None


def delay_of(moment: Moment, projection: ProjectionSpec, pre: int) -> np.ndarray:
    """Return the delays in steps of what each pre-synaptic neuron sends, (pre,)."""
    if not projection.kind.has_synapses:
        steps = max(1, round(float(projection.connector.longest_delay()) / moment.spec.dt))
        return np.full(pre, steps)
    table, delays = moment.table(projection.name), moment.delays(projection)
    if not len(delays):
        return np.ones(pre, int)
    whole = np.rint(delays)
    if (abs(whole - delays) > 1e-3).any():
        raise refuse(projection, f"its delay of {delays[0] * moment.spec.dt:g} ms is no multiple of dt")
    steps = np.full(pre, whole.min())
    steps[table.pre] = whole
    if (steps[table.pre] != whole).any():
        raise refuse(
            projection, "its delays differ between the synapses of one neuron: a Delay has one for each neuron"
        )
    return steps.astype(int)


def is_identity(moment: Moment, projection: ProjectionSpec, pre: End, post: End) -> bool:
    """Tell whether each neuron projects to its counterpart, with the weight 1."""
    if projection.kind is not Kind.SYNAPSES or prod(pre.geometry) != prod(post.geometry):
        return False
    table = moment.table(projection.name)
    if table.size != prod(pre.geometry) or (moment.weights(projection) != 1).any():
        return False
    place_pre, place_post = np.argsort(pre.ranks), np.argsort(post.ranks)
    return bool((place_pre[table.pre] == place_post[table.post]).all())


def matrix_node(
    moment: Moment, projection: ProjectionSpec, pre: End, post: End, sign: np.ndarray, bias: np.ndarray | None
) -> Any:
    """Return the node of the weights of a projection.

    Args:
        moment, projection, pre, post: what is written.
        sign: 1 or -1, by which the equations of each post-synaptic neuron multiply what arrives.
        bias: what is added for each post-synaptic neuron, None where there is nothing.

    Raises:
        UnsupportedError: there is no such node.
    """
    if projection.kind is Kind.CONVOLUTION:
        return _convolution(moment, projection, pre, post, sign, bias)
    if projection.kind is not Kind.SYNAPSES:
        raise refuse(projection, f"it is a projection of the kind `{projection.kind.value}`")
    table, weights = moment.table(projection.name), moment.weights(projection)
    if bias is None and (sign == 1).all():
        pool = pooling_node(table, weights, pre.geometry, post.geometry)
        if pool is not None and len(pre.shape) == len(post.shape) == 3:
            return pool
    if len(post.shape) > 1:
        raise refuse(
            projection, f"`{post.name}` has the shape {post.shape} for a convolution, and a matrix gives one axis"
        )
    matrix = np.zeros((prod(post.geometry), prod(pre.geometry)), weights.dtype)
    matrix[table.post, table.pre] = weights * sign.astype(weights.dtype)[table.post]
    matrix = matrix[np.ix_(post.ranks, pre.ranks)]
    nir = nir_package()
    return nir.Linear(matrix) if bias is None else nir.Affine(matrix, bias[post.ranks])


def _convolution(
    moment: Moment, projection: ProjectionSpec, pre: End, post: End, sign: np.ndarray, bias: np.ndarray | None
) -> Any:
    made = projection.connector
    if not isinstance(made, Filters):
        raise refuse(projection, "it has no filters yet")
    description = made.description
    axes = len(pre.geometry) - 1
    if description.filters is None or description.keep_last_dimension or axes not in (1, 2):
        raise refuse(
            projection,
            "NIR has banks of filters over one or two dimensions and all channels: use `connect_filters`, with "
            "channels in the last dimension of both populations",
        )
    if description.padding != 0.0 or description.operation is not Operation.SUM:
        raise refuse(projection, "outside the image it reads other than 0, or does not add up its window")
    if (sign != sign[0]).any():
        raise refuse(projection, "its effect has another sign in some neurons")
    if not description.covers_last_dimension:
        raise refuse(projection, "its filters do not read all channels")
    filters = np.asarray(moment.read(("projections", projection.name, "w")))
    weight = np.moveaxis(filters, -1, 1) * filters.dtype.type(float(sign[0]))
    sides = [_side(projection, description, axis) for axis in range(axes)]
    stride, padding = (tuple(side[i] for side in sides) for i in (0, 1))
    own = _of_channels(projection, post, bias, filters)
    nir = nir_package()
    if axes == 1:
        return nir.Conv1d(pre.geometry[0], weight, stride[0], padding[0], 1, 1, own)
    return nir.Conv2d(tuple(pre.geometry[:2]), weight, stride, padding, (1, 1), 1, own)


def _side(projection: ProjectionSpec, description: Any, axis: int) -> tuple[int, int]:
    """Return stride and padding along one axis."""
    centres = np.unique(np.asarray(description.centres)[:, axis])
    first, steps = centres - (description.kernel[axis] - 1) // 2, np.diff(centres)
    stride = int(steps[0]) if len(steps) else 1
    size, kernel, padding = description.pre[axis], description.kernel[axis], -int(first[0])
    expected = (size + 2 * padding - kernel) // stride + 1
    if (
        (steps != stride).any()
        or padding < 0
        or expected != len(centres)
        or len(centres) != description.positions[axis]
    ):
        raise refuse(
            projection,
            f"its windows begin at {first.tolist()} in dimension {axis}: those of NIR begin at -padding, at equal "
            "distances, and fill the padded image",
        )
    return stride, padding


def _of_channels(projection: ProjectionSpec, post: End, bias: np.ndarray | None, filters: np.ndarray) -> np.ndarray:
    if bias is None:
        return np.zeros(filters.shape[0], filters.dtype)
    by_channel = bias.reshape(-1, post.geometry[-1])
    if (by_channel != by_channel[:1]).any():
        raise refuse(projection, "the bias differs within a channel, and a convolution has one for each channel")
    return by_channel[0]


def extra_inputs(inputs: Mapping[str, np.ndarray], target: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the sign and the scale by which the equations multiply an input; the scale is None where it is 1."""
    factor = inputs[target]
    sign = np.array([-1 if x < 0 else 1 for x in factor])
    scale = np.array([abs(x) for x in factor], object)
    return sign, None if (scale == 1).all() else scale
