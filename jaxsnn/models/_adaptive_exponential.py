"""Exponential integrate-and-fire neurons with spike-triggered and sub-threshold adaptation (AdEx)."""

from collections.abc import Mapping
from typing import Any

from ..surrogates import Surrogate
from ._building_blocks import (
    ALPHA_AMPLITUDES,
    ALPHA_SYNAPSES,
    EXPONENTIAL_SYNAPSES,
    PER_MILLIVOLT,
    number,
    own_arguments,
    parameter_block,
    reversing,
)
from ._neuron import Neuron


class EIF_cond_exp_isfa_ista(Neuron):
    """The adaptive exponential neuron with conductances that decay exponentially.

        I = g_exc (e_rev_E - v) + g_inh (e_rev_I - v) + i_offset
        tau_m dv/dt = v_rest - v + delta_T exp((v - v_thresh) / delta_T) + tau_m / cm (I - w)
        tau_w dw/dt = a (v - v_rest) / 1000 - w
        tau_syn_E dg_exc/dt = -g_exc
        tau_syn_I dg_inh/dt = -g_inh
        v > v_spike: v = v_reset, w = w + b

    A spike adds its weight, uS, to g_exc or g_inh. v and w advance by the network's method, explicit Euler unless it
    says otherwise, the conductances by the exponential method. While v and w are refractory, g_exc and g_inh go on
    decaying.

    Args:
        v_rest: resting potential, mV.
        cm: membrane capacity, nF.
        tau_m: membrane time constant, ms.
        tau_refrac: refractory period, ms, cut to whole steps; can be changed at any time.
        tau_syn_E: decay of the excitatory conductance, ms.
        tau_syn_I: decay of the inhibitory conductance, ms.
        e_rev_E: reversal potential of excitation, mV.
        e_rev_I: reversal potential of inhibition, mV.
        tau_w: time constant of the adaptation current w, ms.
        a: sub-threshold adaptation, nS.
        b: increment of w at a spike, nA.
        i_offset: constant input current, nA.
        delta_T: width of the rise of a spike, mV; not 0.
        v_thresh: potential at which the rise takes off, mV.
        v_reset: v after a spike and at the beginning, mV.
        v_spike: potential at which a spike is counted, mV.
        surrogate: derivative of a spike in gradients. The default `fast_sigmoid(beta=1)` is narrow, about 1 mV: v
            passes v_spike in steps of a few mV, and the rise has already multiplied its derivatives.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.models import EIF_cond_exp_isfa_ista
        >>> net = snn.Network(dt=0.1, seed=0)
        >>> P = net.create(1, EIF_cond_exp_isfa_ista(i_offset=1.0), name="P")
        >>> M = net.monitor(P, ["v", "spike"])
        >>> _ = net.compile()
        >>> net.simulate(200.0)
        >>> axes = M.plot("v")
        >>> len(M.get("spike")[0])
        8

    References:
        R. Brette, W. Gerstner, "Adaptive exponential integrate-and-fire model as an effective description of neuronal
        activity", Journal of Neurophysiology 94, 2005, doi:10.1152/jn.00686.2005.
    """

    def __init__(  # noqa: PLR0913 - the parameters of the model
        self,
        v_rest: float = -70.6,
        cm: float = 0.281,
        tau_m: float = 9.3667,
        tau_refrac: float = 0.1,
        tau_syn_E: float = 5.0,
        tau_syn_I: float = 5.0,
        e_rev_E: float = 0.0,
        e_rev_I: float = -80.0,
        tau_w: float = 144.0,
        a: float = 4.0,
        b: float = 0.0805,
        i_offset: float = 0.0,
        delta_T: float = 2.0,
        v_thresh: float = -50.4,
        v_reset: float = -70.6,
        v_spike: float = -40.0,
        surrogate: str | Surrogate = PER_MILLIVOLT,
    ) -> None:
        model = _adaptive_exponential(
            own_arguments(locals()),
            name="EIF_cond_exp_isfa_ista",
            description="Adaptive exponential neuron with conductances that decay exponentially.",
            current=reversing("g_exc", "g_inh"),
            synapses=EXPONENTIAL_SYNAPSES,
        )
        super().__init__(**model, surrogate=surrogate)


class EIF_cond_alpha_isfa_ista(Neuron):
    """The adaptive exponential neuron with conductances that follow an alpha function.

        I = alpha_exc (e_rev_E - v) + alpha_inh (e_rev_I - v) + i_offset
        tau_m dv/dt = v_rest - v + delta_T exp((v - v_thresh) / delta_T) + tau_m / cm (I - w)
        tau_w dw/dt = a (v - v_rest) / 1000 - w
        tau_syn_E dg_exc/dt = -g_exc
        tau_syn_E dalpha_exc/dt = exp((tau_syn_E - dt/2) / tau_syn_E) g_exc - alpha_exc
        (g_inh and alpha_inh likewise, with tau_syn_I)
        v > v_spike: v = v_reset, w = w + b

    After a spike of weight w, uS, alpha rises to the peak w within tau_syn and falls. v and w advance by the network's
    method, explicit Euler unless it says otherwise, the others by the exponential method. While v and w are refractory,
    g_exc and g_inh go on decaying; alpha_exc and alpha_inh stand still, as in ANNarchy.

    Args:
        v_rest: resting potential, mV.
        cm: membrane capacity, nF.
        tau_m: membrane time constant, ms.
        tau_refrac: refractory period, ms, cut to whole steps; can be changed at any time.
        tau_syn_E: time to the peak of the excitatory conductance, ms.
        tau_syn_I: time to the peak of the inhibitory conductance, ms.
        e_rev_E: reversal potential of excitation, mV.
        e_rev_I: reversal potential of inhibition, mV.
        tau_w: time constant of the adaptation current w, ms.
        a: sub-threshold adaptation, nS.
        b: increment of w at a spike, nA.
        i_offset: constant input current, nA.
        delta_T: width of the rise of a spike, mV; not 0.
        v_thresh: potential at which the rise takes off, mV.
        v_reset: v after a spike and at the beginning, mV.
        v_spike: potential at which a spike is counted, mV.
        surrogate: derivative of a spike in gradients; see `EIF_cond_exp_isfa_ista`.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.models import EIF_cond_alpha_isfa_ista
        >>> net = snn.Network(dt=0.1, seed=0)
        >>> source = net.create(snn.inputs.SpikeSourceArray([10.0, 50.0, 52.0, 54.0]), name="source")
        >>> P = net.create(1, EIF_cond_alpha_isfa_ista, name="P")
        >>> _ = net.connect(source, P, target="exc").all_to_all(weights=0.01)
        >>> M = net.monitor(P, ["v", "spike"])
        >>> _ = net.compile()
        >>> net.simulate(100.0)
        >>> axes = M.plot("v")
        >>> len(M.get("spike")[0])
        1

    References:
        R. Brette, W. Gerstner, "Adaptive exponential integrate-and-fire model as an effective description of neuronal
        activity", Journal of Neurophysiology 94, 2005, doi:10.1152/jn.00686.2005. W. Rall, "Distinguishing theoretical
        synaptic potentials", Journal of Neurophysiology 30, 1967, doi:10.1152/jn.1967.30.5.1138.
    """

    def __init__(  # noqa: PLR0913 - the parameters of the model
        self,
        v_rest: float = -70.6,
        cm: float = 0.281,
        tau_m: float = 9.3667,
        tau_refrac: float = 0.1,
        tau_syn_E: float = 5.0,
        tau_syn_I: float = 5.0,
        e_rev_E: float = 0.0,
        e_rev_I: float = -80.0,
        tau_w: float = 144.0,
        a: float = 4.0,
        b: float = 0.0805,
        i_offset: float = 0.0,
        delta_T: float = 2.0,
        v_thresh: float = -50.4,
        v_reset: float = -70.6,
        v_spike: float = -40.0,
        surrogate: str | Surrogate = PER_MILLIVOLT,
    ) -> None:
        model = _adaptive_exponential(
            own_arguments(locals()),
            name="EIF_cond_alpha_isfa_ista",
            description="Adaptive exponential neuron with conductances that follow an alpha function.",
            before=ALPHA_AMPLITUDES,
            current=reversing("alpha_exc", "alpha_inh"),
            synapses=ALPHA_SYNAPSES,
        )
        super().__init__(**model, surrogate=surrogate)


def _adaptive_exponential(
    parameters: Mapping[str, Any], *, name: str, description: str, before: str = "", current: str, synapses: str
) -> dict[str, Any]:
    """Return the texts of an adaptive exponential neuron; `parameters` are numbers by name."""
    start = number("v_reset", parameters["v_reset"])
    return {
        "name": name,
        "description": description,
        "parameters": parameter_block(parameters),
        "equations": f"""
            {before}
            I = {current} + i_offset
            tau_m * dv/dt = v_rest - v + delta_T * exp((v - v_thresh) / delta_T)
                + tau_m / cm * (I - w) : init = {start!r}
            tau_w * dw/dt = a * (v - v_rest) / 1000.0 - w
            {synapses}
        """,
        "spike": "v > v_spike",
        "reset": "v = v_reset ; w += b",
        "refractory": "tau_refrac",
    }
