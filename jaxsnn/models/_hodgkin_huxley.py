"""Neurons with sodium and potassium channels after Hodgkin and Huxley."""

from ..surrogates import Surrogate
from ._building_blocks import EXPONENTIAL_SYNAPSES, PER_MILLIVOLT, number, own_arguments, parameter_block, reversing
from ._neuron import Neuron

# x / (exp(x) - 1), the form of most opening and closing rates. Next to 0, where the quotient is 0 / 0 and its
# derivative a difference of large numbers, the Taylor series takes over; the terms left out are below 1e-19.
LINEAR_OVER_EXPONENTIAL = """
    apart(x) = ite(fabs(x) < 0.02, 1.0, x)
    series(x) = 1.0 - x / 2.0 + x^2 / 12.0 - x^4 / 720.0 + x^6 / 30240.0
    linexp(x) = ite(fabs(x) < 0.02, series(x), apart(x) / expm1(apart(x)))
"""


class HH_cond_exp(Neuron):
    """The hippocampal neuron of Traub and Miles with conductances that decay exponentially.

        cm dv/dt = gleak (e_rev_leak - v) + gbar_K n^4 (e_rev_K - v) + gbar_Na m^3 h (e_rev_Na - v)
                   + g_exc (e_rev_E - v) + g_inh (e_rev_I - v) + i_offset
        dn/dt = an (1 - n) - bn n, and so for m and h; with x = v - v_offset:
        an = 0.032 (15 - x) / (exp((15 - x) / 5) - 1)   bn = 0.5 exp((10 - x) / 40)
        am = 0.32 (13 - x) / (exp((13 - x) / 4) - 1)    bm = 0.28 (x - 40) / (exp((x - 40) / 5) - 1)
        ah = 0.128 exp((17 - x) / 18)                   bh = 4 / (1 + exp((40 - x) / 5))
        tau_syn_E dg_exc/dt = -g_exc, tau_syn_I dg_inh/dt = -g_inh
        spike: v > v_thresh, and v was not one step before

    There is no reset and no refractory period: the channels bring v back. Rates are computed once per step; all
    equations advance by the exponential method. Where a rate is 0 / 0 (x = 15, 13, 40), its limit is used, so values
    and gradients are finite. ANNarchy 4.8 has bh = 4 / (1 + exp(10 - x)), with which the neuron does not fire.

    Args:
        gbar_Na: largest conductance of sodium, uS.
        gbar_K: largest conductance of potassium, uS.
        gleak: leak conductance, uS.
        cm: membrane capacity, nF.
        v_offset: shifts the rates along v, mV.
        e_rev_Na: reversal potential of sodium, mV.
        e_rev_K: reversal potential of potassium, mV.
        e_rev_leak: reversal potential of the leak, mV; v at the beginning.
        e_rev_E: reversal potential of excitation, mV.
        e_rev_I: reversal potential of inhibition, mV.
        tau_syn_E: decay of the excitatory conductance, ms.
        tau_syn_I: decay of the inhibitory conductance, ms.
        i_offset: constant input current, nA.
        v_thresh: potential at which a spike is counted on the way up, mV.
        annarchy_rates: take bh as in ANNarchy 4.8, to compare numbers.
        surrogate: derivative of a spike in gradients. The default `fast_sigmoid(beta=1)` is narrow, about 1 mV, because
            the upstroke multiplies derivatives. Of a neuron that fires on and on they grow with time and change sign
            with the phase, because no reset ends them; spike counts are then no good objective.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.models import HH_cond_exp
        >>> net = snn.Network(dt=0.05, seed=0)
        >>> P = net.create(1, HH_cond_exp(i_offset=0.5), name="P")
        >>> M = net.monitor(P, ["v", "spike"])
        >>> _ = net.compile()
        >>> net.simulate(100.0)
        >>> axes = M.plot("v")
        >>> len(M.get("spike")[0])
        7

    References:
        R. D. Traub, R. Miles, "Neuronal Networks of the Hippocampus", Cambridge University Press, 1991,
        doi:10.1017/CBO9780511895401. The default values: R. Brette et al., "Simulation of networks of spiking neurons:
        a review of tools and strategies", Journal of Computational Neuroscience 23, 2007,
        doi:10.1007/s10827-007-0038-6.
    """

    def __init__(  # noqa: PLR0913 - the parameters of the model
        self,
        gbar_Na: float = 20.0,
        gbar_K: float = 6.0,
        gleak: float = 0.01,
        cm: float = 0.2,
        v_offset: float = -63.0,
        e_rev_Na: float = 50.0,
        e_rev_K: float = -90.0,
        e_rev_leak: float = -65.0,
        e_rev_E: float = 0.0,
        e_rev_I: float = -80.0,
        tau_syn_E: float = 0.2,
        tau_syn_I: float = 2.0,
        i_offset: float = 0.0,
        v_thresh: float = 0.0,
        annarchy_rates: bool = False,
        surrogate: str | Surrogate = PER_MILLIVOLT,
    ) -> None:
        parameters = own_arguments(locals())
        closing = "10.0 - v + v_offset" if annarchy_rates else "(40.0 - v + v_offset) / 5.0"
        super().__init__(
            name="HH_cond_exp",
            description="Neuron of Traub and Miles with conductances that decay exponentially.",
            parameters=parameter_block(parameters),
            functions=LINEAR_OVER_EXPONENTIAL,
            equations=f"""
                prev_v = v
                an = 0.16 * linexp((15.0 - v + v_offset) / 5.0)
                am = 1.28 * linexp((13.0 - v + v_offset) / 4.0)
                ah = 0.128 * exp((17.0 - v + v_offset) / 18.0)
                bn = 0.5 * exp((10.0 - v + v_offset) / 40.0)
                bm = 1.4 * linexp((v - v_offset - 40.0) / 5.0)
                bh = 4.0 / (1.0 + exp({closing}))
                dn/dt = an * (1.0 - n) - bn * n : init = 0.0, exponential
                dm/dt = am * (1.0 - m) - bm * m : init = 0.0, exponential
                dh/dt = ah * (1.0 - h) - bh * h : init = 1.0, exponential
                cm * dv/dt = gleak * (e_rev_leak - v) + gbar_K * n^4 * (e_rev_K - v)
                    + gbar_Na * m^3 * h * (e_rev_Na - v) + {reversing("g_exc", "g_inh")} + i_offset
                    : exponential, init = {number("e_rev_leak", e_rev_leak)!r}
                {EXPONENTIAL_SYNAPSES}
            """,
            spike="(v > v_thresh) and (prev_v <= v_thresh)",
            reset="",
            surrogate=surrogate,
        )


class HodgkinHuxley(Neuron):
    """The squid axon of Hodgkin and Huxley, with the resting potential at -70 mV.

        C dV/dt = gL (VL - V) + gK n^4 (VK - V) + gNa m^3 h (VNa - V) + I
        dn/dt = an (1 - n) - bn n, and so for m and h
        an = 0.01 (V + 60) / (1 - exp(-0.1 (V + 60)))   bn = 0.125 exp(-0.0125 (V + 70))
        am = 0.1 (V + 45) / (1 - exp(-0.1 (V + 45)))    bm = 4 exp(-(V + 70) / 18)
        ah = 0.07 exp(-0.05 (V + 70))                   bh = 1 / (1 + exp(-0.1 (V + 40)))
        spike: V > vt, and V was not one step before

    Starts at V = -50, n = 0.3, m = 0, h = 0.6. n, m, h and V advance together by the midpoint method, with the rates of
    the beginning of the step; take a step of about 0.01 ms. Where a rate is 0 / 0 (V = -60, -45), its limit is used, so
    values and gradients are finite. The neuron has no synaptic inputs. ANNarchy's notebook of this model has
    bm = 4 exp(-(V + 70) / 80), with which the neuron does not fire repeatedly.

    Args:
        C: membrane capacity, uF/cm^2.
        VL: reversal potential of the leak, mV.
        VK: reversal potential of potassium, mV.
        VNa: reversal potential of sodium, mV.
        gK: largest conductance of potassium, mS/cm^2.
        gNa: largest conductance of sodium, mS/cm^2.
        gL: leak conductance, mS/cm^2.
        vt: potential at which a spike is counted on the way up, mV; spikes of repetitive firing peak near 25 mV, so
            take 0 to count them.
        I: input current, uA/cm^2.
        annarchy_rates: take bm as in ANNarchy's notebook, to compare numbers.
        surrogate: derivative of a spike in gradients; see `HH_cond_exp`.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.models import HodgkinHuxley
        >>> net = snn.Network(dt=0.01, seed=0)
        >>> P = net.create(1, HodgkinHuxley(I=10.0, vt=0.0), name="P")
        >>> M = net.monitor(P, ["V", "spike"])
        >>> _ = net.compile()
        >>> net.simulate(60.0)
        >>> axes = M.plot("V")
        >>> len(M.get("spike")[0])
        5

    References:
        A. L. Hodgkin, A. F. Huxley, "A quantitative description of membrane current and its application to conduction
        and excitation in nerve", Journal of Physiology 117, 1952, doi:10.1113/jphysiol.1952.sp004764.
    """

    def __init__(  # noqa: PLR0913 - the parameters of the model
        self,
        C: float = 1.0,
        VL: float = -59.387,
        VK: float = -82.0,
        VNa: float = 45.0,
        gK: float = 36.0,
        gNa: float = 120.0,
        gL: float = 0.3,
        vt: float = 30.0,
        I: float = 0.0,  # noqa: E741 - the name of the current
        annarchy_rates: bool = False,
        surrogate: str | Surrogate = PER_MILLIVOLT,
    ) -> None:
        parameters = own_arguments(locals())
        super().__init__(
            name="HodgkinHuxley",
            description="Squid axon of Hodgkin and Huxley.",
            parameters=parameter_block(parameters),
            functions=LINEAR_OVER_EXPONENTIAL,
            equations=f"""
                prev_V = V
                an = 0.1 * linexp(-0.1 * (V + 60.0))
                am = linexp(-0.1 * (V + 45.0))
                ah = 0.07 * exp(-0.05 * (V + 70.0))
                bn = 0.125 * exp(-0.0125 * (V + 70.0))
                bm = 4.0 * exp(-(V + 70.0) / {"80.0" if annarchy_rates else "18.0"})
                bh = 1.0 / (1.0 + exp(-0.1 * (V + 40.0)))
                dn/dt = an * (1.0 - n) - bn * n : init = 0.3, midpoint
                dm/dt = am * (1.0 - m) - bm * m : init = 0.0, midpoint
                dh/dt = ah * (1.0 - h) - bh * h : init = 0.6, midpoint
                C * dV/dt = gL * (VL - V) + gK * n^4 * (VK - V) + gNa * m^3 * h * (VNa - V) + I : midpoint, init = -50.0
            """,
            spike="V > vt and prev_V <= vt",
            reset="",
            surrogate=surrogate,
        )
