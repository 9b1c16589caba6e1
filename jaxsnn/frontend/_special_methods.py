"""Projections that are not lists of synapses, and those between rates and spikes; each is a method of `Network`."""

from ._borrowed_synapses import Copy, Transpose
from ._convolution_handles import Convolution, Pooling
from ._core import HasCore
from ._population import Ranked
from ._population_mean import MeanProjection
from ._projection import Projection
from ._rates_and_spikes import CurrentInjection, DecodingProjection
from ._virtual_projection import RATE_PSP


def convolution(
    network: HasCore,
    pre: Ranked,
    post: Ranked,
    target: str,
    psp: str = RATE_PSP,
    operation: str = "sum",
    name: str | None = None,
) -> Convolution:
    """Add a projection whose neurons share filters; call `connect_filter` or `connect_filters` next.

    Filters are not flipped (this is a cross-correlation) and have a derivative: `"name.w"` names them for `fit`.

    Args:
        pre, post: populations of 1 to 4 dimensions.
        target: which input of the post neurons it feeds.
        psp: what a place of the window contributes at every step. Spiking neurons contribute `w` with every spike,
            unless something else is given here: `"pre.mask * w"` adds that to the conductance, as other synapses do.
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
    return Convolution._added(network._core, pre, post, target, psp, operation, name)


def pooling(
    network: HasCore,
    pre: Ranked,
    post: Ranked,
    target: str,
    psp: str = "pre.r",
    operation: str = "max",
    name: str | None = None,
) -> Pooling:
    """Add a projection in which each post neuron sees a region, without weights; call `connect_pooling` next.

    Args:
        pre, post: populations of 1 to 4 dimensions. What is left over at the far end of a dimension, where the regions
            do not fill it, is not read.
        target: which input of the post neurons it feeds.
        psp: what a pre neuron contributes at every step; of spiking neurons a variable, as in `"pre.v"`.
        operation: `max`, `mean` or `min`.
        name: unique; None numbers the projections.
    """
    return Pooling._added(network._core, pre, post, target, psp, operation, name)


def copy_projection(
    network: HasCore,
    pre: Ranked,
    post: Ranked,
    target: str,
    psp: str = RATE_PSP,
    operation: str = "sum",
    name: str | None = None,
) -> Copy:
    """Add a projection that uses the weights and delays of another one; call `connect_copy` next.

    Args:
        pre, post: populations or views, of the sizes of those of the other projection.
        target: which input of the post neurons it feeds.
        psp, operation: of rate-coded synapses; a spike adds `w`.
        name: unique; None numbers the projections.
    """
    return Copy._added(network._core, pre, post, target, psp, operation, name)


def transpose(network: HasCore, projection: Projection, target: str, name: str | None = None) -> Transpose:
    """Add the projection back through the synapses of another one, which has no delays; call `connect` next.

    Args:
        projection: whose synapses it uses, with their present weights at every step.
        target: which input of the neurons that are pre-synaptic there it feeds.
        name: unique; None numbers the projections.
    """
    return Transpose._added(network._core, projection, target, name)


def decoding(
    network: HasCore, pre: Ranked, post: Ranked, target: str, window: float = 0.0, name: str | None = None
) -> DecodingProjection:
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
    return DecodingProjection._added(network._core, pre, post, target, window, name)


def current_injection(
    network: HasCore, pre: Ranked, post: Ranked, target: str, name: str | None = None
) -> CurrentInjection:
    """Add a projection from rate-coded to spiking neurons: `g_target` grows by `pre.r`; next, `connect_current`.

    Rates arrive one step after they were computed, as all that populations send: row k of a `TimedArray` with one row
    per step is in `g_target` in step k + 1.

    Args:
        pre: rate-coded population or view.
        post: spiking population or view of the same size.
        target: which conductance it feeds.
        name: unique; None numbers the projections.
    """
    return CurrentInjection._added(network._core, pre, post, target, name)


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
    return MeanProjection._added(network._core, pre, post, target, psp, name)
