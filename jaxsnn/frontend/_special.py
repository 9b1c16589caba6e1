"""Projections that are not lists of synapses, and those between rates and spikes."""

from numbers import Real
from typing import Any

from ..errors import ArgumentError
from ..models import Synapse
from ..network import Kind
from ._described import Described, Ranked
from ._projection import Projection
from ._virtual import (
    HANDLES,
    ConvolutionProjection,
    CopyProjection,
    InjectionProjection,
    PoolingProjection,
    TransposeProjection,
)

RATE_PSP = "pre.r * w"


class Special(Described):
    """Convolutions, poolings, copies, decoders, currents; see `Network`."""

    def convolution(
        self,
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
        spiking = self.population_spec(pre.name).neuron.is_spiking if isinstance(pre, Ranked) else False
        if spiking and (psp, operation) != (RATE_PSP, "sum"):
            raise ArgumentError("a convolution of spikes adds `w` with every spike: leave `psp` and `operation` out")
        model = Synapse() if spiking else Synapse(psp=psp, operation=operation)
        return self._special(Kind.CONVOLUTION, pre, post, target, model, name)  # type: ignore[return-value]

    def pooling(
        self,
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
        return self._special(Kind.POOLING, pre, post, target, model, name)  # type: ignore[return-value]

    def copy_projection(
        self,
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
        spiking = isinstance(pre, Ranked) and self.population_spec(pre.name).neuron.is_spiking
        model = Synapse() if spiking else Synapse(psp=psp, operation=operation)
        return self._special(Kind.COPY, pre, post, target, model, name)  # type: ignore[return-value]

    def transpose(self, projection: Projection, target: str, name: str | None = None) -> TransposeProjection:
        """Add the projection back through the synapses of another one, which has no delays; call `connect` next.

        Args:
            projection: whose synapses it uses, with their present weights at every step.
            target: which input of the neurons that are pre-synaptic there it feeds.
            name: unique; None numbers the projections.
        """
        if not isinstance(projection, Projection):
            raise ArgumentError(f"a transposed projection takes one that has synapses, not {projection!r}")
        made = self._special(Kind.TRANSPOSE, projection.post, projection.pre, target, Synapse(), name)
        return TransposeProjection(self, made.name, projection)

    def decoding(
        self, pre: Ranked, post: Ranked, target: str, window: float = 0.0, name: str | None = None
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
        handle = self._special(Kind.DECODING, pre, post, target, Synapse(), name)
        self._draft.describe(handle.name, window=float(window))
        return handle  # type: ignore[return-value]

    def current_injection(self, pre: Ranked, post: Ranked, target: str, name: str | None = None) -> InjectionProjection:
        """Add a projection from rate-coded to spiking neurons: `g_target` grows by `pre.r`; next, `connect_current`.

        Args:
            pre: rate-coded population or view.
            post: spiking population or view of the same size.
            target: which conductance it feeds.
            name: unique; None numbers the projections.
        """
        return self._special(Kind.INJECTION, pre, post, target, Synapse(), name)  # type: ignore[return-value]

    def _special(self, kind: Kind, pre: Ranked, post: Ranked, target: str, synapse: Synapse, name: str | None) -> Any:
        made = self.connect(pre, post, target, synapse, name)
        self._draft.describe(made.name, kind=kind)
        return HANDLES[kind](self, made.name)  # type: ignore[arg-type]
