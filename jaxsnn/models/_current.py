"""Leaky integrate-and-fire neurons whose inputs are currents."""

from ..surrogates import Surrogate
from ._building_blocks import ALPHA_AMPLITUDES, ALPHA_SYNAPSES, EXPONENTIAL_SYNAPSES, PER_MILLIVOLT, own_arguments
from ._integrate_and_fire import integrate_and_fire
from ._neuron import Neuron


class IF_curr_exp(Neuron):
    """The leaky integrate-and-fire neuron with currents that decay exponentially.

        cm dv/dt = cm / tau_m (v_rest - v) + g_exc - g_inh + i_offset
        tau_syn_E dg_exc/dt = -g_exc
        tau_syn_I dg_inh/dt = -g_inh
        v > v_thresh: v = v_reset

    A spike adds its weight, nA, to g_exc or g_inh. Integrated by the exponential method: exact while the input is
    constant during a step. While v is refractory, g_exc and g_inh go on decaying.

    Args:
        v_rest: resting potential, mV.
        cm: membrane capacity, nF.
        tau_m: membrane time constant, ms.
        tau_refrac: refractory period, ms; can be changed at any time.
        tau_syn_E: decay of the excitatory current, ms.
        tau_syn_I: decay of the inhibitory current, ms.
        v_thresh: spike threshold, mV.
        v_reset: v after a spike and at the beginning, mV.
        i_offset: constant input current, nA.
        surrogate: derivative of a spike in gradients. The default `fast_sigmoid(beta=1)` is as wide as the last steps
            of v below the threshold, about 1 mV, and still has 1/250 of its height at rest, 15 mV away.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.models import IF_curr_exp
        >>> net = snn.Network(dt=0.1, seed=0)
        >>> P = net.create(1, IF_curr_exp(i_offset=1.0, tau_refrac=5.0), name="P")
        >>> M = net.monitor(P, ["v", "spike"])
        >>> _ = net.compile()
        >>> net.simulate(100.0)
        >>> axes = M.plot("v")
        >>> len(M.get("spike")[0])
        3

    References:
        A. P. Davison et al., "PyNN: a common interface for neuronal network simulators", Frontiers in
        Neuroinformatics 2, 2009, doi:10.3389/neuro.11.011.2008.
    """

    def __init__(  # noqa: PLR0913 - the parameters of the model
        self,
        v_rest: float = -65.0,
        cm: float = 1.0,
        tau_m: float = 20.0,
        tau_refrac: float = 0.0,
        tau_syn_E: float = 5.0,
        tau_syn_I: float = 5.0,
        v_thresh: float = -50.0,
        v_reset: float = -65.0,
        i_offset: float = 0.0,
        surrogate: str | Surrogate = PER_MILLIVOLT,
    ) -> None:
        model = integrate_and_fire(
            own_arguments(locals()),
            name="IF_curr_exp",
            description="Leaky integrate-and-fire neuron with currents that decay exponentially.",
            current="g_exc - g_inh",
            synapses=EXPONENTIAL_SYNAPSES,
        )
        super().__init__(**model, surrogate=surrogate)


class IF_curr_alpha(Neuron):
    """The leaky integrate-and-fire neuron with currents that follow an alpha function.

        cm dv/dt = cm / tau_m (v_rest - v) + alpha_exc - alpha_inh + i_offset
        tau_syn_E dg_exc/dt = -g_exc
        tau_syn_E dalpha_exc/dt = exp((tau_syn_E - dt/2) / tau_syn_E) g_exc - alpha_exc
        (g_inh and alpha_inh likewise, with tau_syn_I)
        v > v_thresh: v = v_reset

    After a spike of weight w, nA, alpha rises to the peak w within tau_syn and falls. Integrated by the exponential
    method. While v is refractory, g_exc and g_inh go on decaying; alpha_exc and alpha_inh stand still, as in ANNarchy.

    Args:
        v_rest: resting potential, mV.
        cm: membrane capacity, nF.
        tau_m: membrane time constant, ms.
        tau_refrac: refractory period, ms; can be changed at any time.
        tau_syn_E: time to the peak of the excitatory current, ms.
        tau_syn_I: time to the peak of the inhibitory current, ms.
        v_thresh: spike threshold, mV.
        v_reset: v after a spike and at the beginning, mV.
        i_offset: constant input current, nA.
        surrogate: derivative of a spike in gradients; see `IF_curr_exp`.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.models import IF_curr_alpha
        >>> net = snn.Network(dt=0.1, seed=0)
        >>> source = net.create(snn.inputs.SpikeSourceArray([10.0, 40.0, 42.0]), name="source")
        >>> P = net.create(1, IF_curr_alpha, name="P")
        >>> _ = net.connect(source, P, target="exc").all_to_all(weights=1.0)
        >>> M = net.monitor(P, ["v", "alpha_exc", "spike"])
        >>> _ = net.compile()
        >>> net.simulate(80.0)
        >>> axes = M.plot("v")
        >>> round(float(M.get("alpha_exc")[:400].max()), 2), len(M.get("spike")[0])
        (1.0, 1)

    References:
        A. P. Davison et al., "PyNN: a common interface for neuronal network simulators", Frontiers in
        Neuroinformatics 2, 2009, doi:10.3389/neuro.11.011.2008. W. Rall, "Distinguishing theoretical synaptic
        potentials", Journal of Neurophysiology 30, 1967, doi:10.1152/jn.1967.30.5.1138.
    """

    def __init__(  # noqa: PLR0913 - the parameters of the model
        self,
        v_rest: float = -65.0,
        cm: float = 1.0,
        tau_m: float = 20.0,
        tau_refrac: float = 0.0,
        tau_syn_E: float = 5.0,
        tau_syn_I: float = 5.0,
        v_thresh: float = -50.0,
        v_reset: float = -65.0,
        i_offset: float = 0.0,
        surrogate: str | Surrogate = PER_MILLIVOLT,
    ) -> None:
        model = integrate_and_fire(
            own_arguments(locals()),
            name="IF_curr_alpha",
            description="Leaky integrate-and-fire neuron with currents that follow an alpha function.",
            before=ALPHA_AMPLITUDES,
            current="alpha_exc - alpha_inh",
            synapses=ALPHA_SYNAPSES,
        )
        super().__init__(**model, surrogate=surrogate)
