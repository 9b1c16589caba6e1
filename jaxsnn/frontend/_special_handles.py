"""The class that stands for a projection, for everything that it can be made of."""

from ..network import Kind
from ._borrowed_synapses import Copy, Transpose
from ._convolution_handles import Convolution, Pooling
from ._core import Core
from ._population_mean import MeanProjection
from ._projection import Projection
from ._rates_and_spikes import CurrentInjection, DecodingProjection

HANDLES: dict[Kind, type[Projection]] = {
    Kind.SYNAPSES: Projection,
    Kind.DECODING: DecodingProjection,
    Kind.CONVOLUTION: Convolution,
    Kind.POOLING: Pooling,
    Kind.COPY: Copy,
    Kind.TRANSPOSE: Transpose,
    Kind.INJECTION: CurrentInjection,
    Kind.POPULATION_MEAN: MeanProjection,
}


def projection_of(core: Core, name: str) -> Projection:
    """Return the object of a projection: the one that was made with it, else one of the class for what it is made of.

    Raises:
        UnknownNameError: there is none of this name.
    """
    spec = core.projection(name)
    known = core.parts.get((Projection._kind, name))
    return HANDLES[spec.kind]._of(core, name) if known is None else known
