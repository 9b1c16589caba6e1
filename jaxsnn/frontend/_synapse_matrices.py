"""Attributes of synapses as matrices and images."""

import numpy as np

from ..arguments import as_number
from ..equations import Attribute, Locality
from ..errors import ArgumentError
from . import _synapse_attributes as synapse_attributes
from ._core import Core


def as_matrix(core: Core, name: str, attribute: Attribute, fill: float) -> np.ndarray:
    """Return an attribute with one value per synapse as (post, pre), over the whole populations.

    Where a pair has several synapses, it has the sum of their values.
    """
    if attribute.locality is not Locality.LOCAL:
        raise ArgumentError(f"`{attribute.name}` of projection `{name}` has no value per synapse")
    number = as_number(fill)  # NaN marks what is no synapse
    if number is None:
        raise ArgumentError(f"`fill` is a number, not {fill!r}")
    found, values, ends = (
        core.synapses(name),
        synapse_attributes.values(core, name, attribute),
        core.projection(name).ends,
    )
    matrix = np.full((ends.post.population_size, ends.pre.population_size), fill, np.result_type(values, fill))
    matrix[found.post, found.pre] = 0
    np.add.at(matrix, (found.post, found.pre), values)
    return matrix


def receptive_fields(core: Core, name: str, attribute: Attribute, in_post_geometry: bool) -> np.ndarray:
    """Return an image of tiles of the shape of the pre population; see `Projection.receptive_fields`."""
    tiles, spec = as_matrix(core, name, attribute, 0), core.projection(name)
    pre, post = core.population(spec.pre).geometry, core.population(spec.post).geometry
    inner, size = _flat_shape(pre), len(tiles)
    outer = _flat_shape(post) if in_post_geometry else _square(size)
    padded = np.zeros((outer[0] * outer[1], *inner), tiles.dtype)
    padded[:size] = tiles.reshape(size, *inner)
    return padded.reshape(*outer, *inner).transpose(0, 2, 1, 3).reshape(outer[0] * inner[0], outer[1] * inner[1])


def _flat_shape(geometry: tuple[int, ...]) -> tuple[int, int]:
    """Return a shape of two axes: that of a line is one row, further axes follow each other along the second."""
    return (1, geometry[0]) if len(geometry) == 1 else (geometry[0], int(np.prod(geometry[1:])))


def _square(n: int) -> tuple[int, int]:
    side = int(np.ceil(np.sqrt(n)))
    return -(-n // side), side
