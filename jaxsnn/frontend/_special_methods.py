"""Projections that are not lists of synapses, and those between rates and spikes; each is a method of `Network`."""

from numbers import Real
from typing import Any

from ..errors import ArgumentError
from ..models import Synapse
from ..network import Kind
from ._core import HasCore
from ._describe import connect
from ._population import Population, PopulationView, Ranked
from ._projection import Projection
from ._special_handles import (
    HANDLES,
    ConvolutionProjection,
    CopyProjection,
    InjectionProjection,
    MeanProjection,
    PoolingProjection,
    TransposeProjection,
)

RATE_PSP = "pre.r * w"


def convolution(
    network: HasCore,
    pre: Ranked,
    post: Ranked,
    target: str,
    psp: str = RATE_PSP,
    operation: str = "sum",
    name: str | None = None,
) -> ConvolutionProjection:
    """Add a projection whose neurons share filters; call `connect_filter` or `connect_filters` next.

    Filters are not flipped (this is a cross-correlation) and have a derivative: `"name.w"` names them for `fit`.

    Args:
        pre, post: populations of 1 to 4 dimensions.
        target: which input of the post neurons it feeds.
        psp: what a place of the window contributes. Spiking neurons contribute `w` with every spike.
        operation: how the contributions become an input, `sum`, `mean`, `max` or `min`.
        name: unique; None numbers the projections.

    Example:
        >>> import numpy as np, jaxsnn as snn
        >>> net = snn.Network()
        >>> image = net.create(snn.inputs.InputArray((4, 4)), name="image")
        >>> blurred = net.create((4, 4), snn.Neuron(equations="r = sum(exc)"), name="blurred")
        >>> _ = net.convolution(image, blurred, target="exc").connect_filter(np.full((3, 3), 1.0 / 9.0))
        >>> _ = net.compile()
        >>> image.r = 9.0
        >>> net.simulate(1.0)
        >>> blurred.r[0].tolist()
        [4.0, 6.0, 6.0, 4.0]
    """
    spiking = _is_spiking(network, pre)
    if spiking and (psp, operation) != (RATE_PSP, "sum"):
        raise ArgumentError("a convolution of spikes adds `w` with every spike: leave `psp` and `operation` out")
    model = Synapse() if spiking else Synapse(psp=psp, operation=operation)
    return _special(network, Kind.CONVOLUTION, pre, post, target, model, name)


def pooling(
    network: HasCore,
    pre: Ranked,
    post: Ranked,
    target: str,
    psp: str = "pre.r",
    operation: str = "max",
    name: str | None = None,
) -> PoolingProjection:
    """Add a projection in which each post neuron sees a region, without weights; call `connect_pooling` next.

    Args:
        pre, post: rate-coded populations of 1 to 4 dimensions.
        target: which input of the post neurons it feeds.
        psp: what a pre neuron contributes.
        operation: `max`, `mean` or `min`.
        name: unique; None numbers the projections.
    """
    model = Synapse(psp=psp, operation=operation)
    return _special(network, Kind.POOLING, pre, post, target, model, name)


def copy_projection(
    network: HasCore,
    pre: Ranked,
    post: Ranked,
    target: str,
    psp: str = RATE_PSP,
    operation: str = "sum",
    name: str | None = None,
) -> CopyProjection:
    """Add a projection that uses the weights and delays of another one; call `connect_copy` next.

    Args:
        pre, post: populations or views, of the sizes of those of the other projection.
        target: which input of the post neurons it feeds.
        psp, operation: of rate-coded synapses; a spike adds `w`.
        name: unique; None numbers the projections.
    """
    spiking = _is_spiking(network, pre)
    model = Synapse() if spiking else Synapse(psp=psp, operation=operation)
    return _special(network, Kind.COPY, pre, post, target, model, name)


def transpose(network: HasCore, projection: Projection, target: str, name: str | None = None) -> TransposeProjection:
    """Add the projection back through the synapses of another one, which has no delays; call `connect` next.

    Args:
        projection: whose synapses it uses, with their present weights at every step.
        target: which input of the neurons that are pre-synaptic there it feeds.
        name: unique; None numbers the projections.
    """
    if not isinstance(projection, Projection):
        raise ArgumentError(f"a transposed projection takes one that has synapses, not {projection!r}")
    made = _special(network, Kind.TRANSPOSE, projection.post, projection.pre, target, Synapse(), name)
    return TransposeProjection(network._core, made.name, projection)


def decoding(
    network: HasCore, pre: Ranked, post: Ranked, target: str, window: float = 0.0, name: str | None = None
) -> Projection:
    """Add a projection from spiking to rate-coded neurons, as any other one; call a connector next.

    `sum(target)` of a neuron receives the mean firing rate of its afferents over the last `window`, Hz, each
    counted `w` times. Delays are ignored.

    Args:
        pre: spiking population or view.
        post: rate-coded population or view.
        target: which input it feeds.
        window: ms, at least one step.
        name: unique; None numbers the projections.
    """
    if isinstance(window, bool) or not isinstance(window, Real) or not 0 <= window < float("inf"):
        raise ArgumentError(f"`window` is a number of ms, at least 0, not {window!r}")
    handle = _special(network, Kind.DECODING, pre, post, target, Synapse(), name)
    core = network._core
    core.draft = core.draft.with_changed_projection(handle.name, window=float(window))
    return handle


def current_injection(
    network: HasCore, pre: Ranked, post: Ranked, target: str, name: str | None = None
) -> InjectionProjection:
    """Add a projection from rate-coded to spiking neurons: `g_target` grows by `pre.r`; next, `connect_current`.

    Args:
        pre: rate-coded population or view.
        post: spiking population or view of the same size.
        target: which conductance it feeds.
        name: unique; None numbers the projections.
    """
    return _special(network, Kind.INJECTION, pre, post, target, Synapse(), name)


def population_mean(
    network: HasCore, pre: Ranked, post: Ranked, target: str, psp: str = "pre.r", name: str | None = None
) -> MeanProjection:
    """Add a projection that sends the mean of a value of spiking or rate-coded neurons; next, `connect_mean`.

    Args:
        pre: population or view of any kind.
        post: rate-coded population: the input `sum(target)` of each of its neurons grows by the mean.
        target: which input it feeds.
        psp: the value, an expression of attributes `pre.x`; `pre.r` of spiking neurons is their mean firing rate, which
            `compute_firing_rate` turns on.
        name: unique; None numbers the projections.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network()
        >>> P = net.create(2, snn.Izhikevich, name="P")
        >>> field = net.create(1, snn.Neuron(equations="r = sum(potential)"), name="field")
        >>> _ = net.population_mean(P, field, "potential", psp="pre.v").connect_mean(scale=0.5)
        >>> _ = net.compile()
        >>> P.v = [-60.0, -64.0]
        >>> net.simulate(1.0)
        >>> field.r.tolist()
        [-31.0]
    """
    return _special(network, Kind.POPULATION_MEAN, pre, post, target, Synapse(psp=psp), name)


def _special(
    network: HasCore, kind: Kind, pre: Ranked, post: Ranked, target: str, synapse: Synapse, name: str | None
) -> Any:
    core, made = network._core, connect(network, pre, post, target, synapse, name)
    core.draft = core.draft.with_changed_projection(made.name, kind=kind)
    return HANDLES[kind](core, made.name)


def _is_spiking(network: HasCore, pre: Any) -> bool:
    return isinstance(pre, Population | PopulationView) and network._core.population(pre.name).neuron.is_spiking
