"""A diagram of a network: populations as boxes, projections as arrows."""

from typing import Any

import numpy as np

from .. import plotting
from ..distributions import Distribution, Normal
from ..errors import ArgumentError
from ..network import ProjectionSpec, synapses_of
from ._core import HasCore

INHIBITORY = ("inh", "gaba")  # how names of targets begin


def diagram(network: HasCore, axes: Any = None, layout: str | None = None) -> Any:
    """Draw populations as boxes and projections as arrows, compiled or not.

    An arrow is red and ends in a bar where its target is called `inh...` or `gaba...`, or its weights are negative as
    they are declared; else it is blue and ends in a point. A box has the colour of what it sends. The width of an arrow
    grows with the logarithm of the number of its synapses. Up to 12 arrows are labelled with their target.

    Args:
        axes: where to draw; None makes a figure, larger for more populations.
        layout: `circle`; `dot` for layers from left to right, by Graphviz; None takes the latter for few arrows where
            it is installed.

    Returns:
        The matplotlib axes.

    Raises:
        ArgumentError: a network without populations, an unknown layout.
        MissingPackageError: `dot` without Graphviz.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network()
        >>> E, I = net.create(80, snn.Izhikevich, name="E"), net.create(20, snn.Izhikevich, name="I")
        >>> _ = net.connect(E, I, target="exc").all_to_all(weights=0.1)
        >>> _ = net.connect(I, E, target="inh").all_to_all(weights=0.1)
        >>> [text.get_text() for text in net.diagram().texts]
        ['E\\n80', 'I\\n20', 'exc', 'inh']
    """
    spec = network._core.spec
    if not spec.populations:
        raise ArgumentError("the network has no populations to draw: create one first")
    sizes = {p.name: p.size for p in spec.populations}
    return plotting.diagram(sizes, [_arrow(q) for q in spec.projections], axes, layout)


def _arrow(q: ProjectionSpec) -> plotting.Arrow:
    return plotting.Arrow(q.pre, q.post, ", ".join(q.targets), -1 if _inhibits(q) else 1, synapses_of(q))


def _inhibits(q: ProjectionSpec) -> bool:
    """Tell whether a projection inhibits, as far as its description says."""
    if any(target.lower().startswith(INHIBITORY) for target in q.targets):
        return True
    weights: Any = q.values.get("w", getattr(q.connector, "weights", None))
    if isinstance(weights, Normal):
        return weights.mu < 0.0
    if isinstance(weights, Distribution):
        return weights.upper_bound <= 0.0
    if weights is None and q.connector is not None:
        weights = q.connector.arrays.get("weights")
    return weights is not None and np.size(weights) > 0 and bool(np.mean(weights) < 0.0)
