"""Neurons for learning: potentials in units of the threshold, weights of either sign, steps of a millisecond."""

from ..surrogates import Surrogate
from ._building_blocks import OF_THRESHOLD, own_arguments, parameter_block
from ._neuron import Neuron

DECAY_AND_JUMP = "v = bias + exp(-dt / tau_m) * (v - bias) + g_exc - g_inh"
NEVER = "False"  # a spiking neuron, so that spikes reach it, that has no spikes of its own


class LIF(Neuron):
    """The leaky integrate-and-fire neuron of spiking networks that learn.

        tau_m dv/dt = bias - v, and v jumps by the weight of each spike that arrives
        v > v_thresh: v = v - v_thresh

    The solution is exact: v decays by exp(-dt / tau_m) in a step, then the input is added. Subtracting the threshold,
    rather than setting v to a value, keeps what was above it. v stands still while the neuron is refractory.

    Args:
        tau_m: membrane time constant, ms.
        v_thresh: threshold, the unit of v.
        bias: what v tends to without input.
        tau_refrac: refractory period, ms, cut to whole steps.
        surrogate: derivative of a spike in gradients. Of those measured (`docs/gradients.md`), the default
            `fast_sigmoid(beta=10)` is the one with which gradients neither grow nor vanish over layers and steps.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=0)
        >>> source = net.create(snn.inputs.SpikeSourceArray([2.0, 4.0, 6.0]), name="source")
        >>> P = net.create(1, snn.LIF(tau_m=20.0), name="P")
        >>> _ = net.connect(source, P, target="exc").all_to_all(weights=0.4)
        >>> M = net.monitor(P, ["v", "spike"])
        >>> _ = net.compile()
        >>> net.simulate(10.0)
        >>> [round(float(v), 2) for v in M.get("v")[:, 0]], M.get("spike")[0]
        ([0.0, 0.0, 0.0, 0.4, 0.38, 0.76, 0.72, 0.09, 0.09, 0.08], [7])

    References:
        W. Gerstner, W. M. Kistler, R. Naud, L. Paninski, "Neuronal Dynamics", 2014, doi:10.1017/CBO9781107447615.
        G. Bellec et al., Nature Communications 11, 2020, doi:10.1038/s41467-020-17236-y.
    """

    def __init__(
        self,
        tau_m: float = 20.0,
        v_thresh: float = 1.0,
        bias: float = 0.0,
        tau_refrac: float = 0.0,
        surrogate: str | Surrogate = OF_THRESHOLD,
    ) -> None:
        super().__init__(
            name="LIF",
            description="Leaky integrate-and-fire neuron whose potential jumps at each spike that arrives.",
            parameters=parameter_block(own_arguments(locals())),
            equations=DECAY_AND_JUMP,
            spike="v > v_thresh",
            reset="v -= v_thresh",
            refractory="tau_refrac",
            surrogate=surrogate,
        )


class CubaLIF(Neuron):
    """The leaky integrate-and-fire neuron with a synaptic current that decays exponentially.

        tau_syn dg_exc/dt = -g_exc (g_inh likewise), which jump by the weight of each spike that arrives
        tau_m dv/dt = bias - v + g_exc - g_inh
        v > v_thresh: v = v - v_thresh

    A constant current of the size of the threshold is just enough for a spike. Integrated by the exponential method:
    exact while the current is constant during a step. v stands still while the neuron is refractory.

    Args:
        tau_m: membrane time constant, ms.
        tau_syn: decay of the synaptic current, ms.
        v_thresh: threshold, the unit of v and of the current.
        bias: what v tends to without input.
        tau_refrac: refractory period, ms, cut to whole steps.
        surrogate: derivative of a spike in gradients; see `LIF`.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=0)
        >>> P = net.create(2, snn.CubaLIF(), name="P")
        >>> P.bias = [0.9, 1.5]
        >>> M = net.monitor(P, "spike")
        >>> _ = net.compile()
        >>> net.simulate(100.0)
        >>> [len(steps) for steps in M.get("spike").values()]
        [0, 4]

    References:
        F. Zenke, S. Ganguli, Neural Computation 30, 2018, doi:10.1162/neco_a_01086.
    """

    def __init__(
        self,
        tau_m: float = 20.0,
        tau_syn: float = 5.0,
        v_thresh: float = 1.0,
        bias: float = 0.0,
        tau_refrac: float = 0.0,
        surrogate: str | Surrogate = OF_THRESHOLD,
    ) -> None:
        super().__init__(
            name="CubaLIF",
            description="Leaky integrate-and-fire neuron with a synaptic current that decays exponentially.",
            parameters=parameter_block(own_arguments(locals())),
            equations="""
                tau_m * dv/dt = bias - v + g_exc - g_inh : exponential
                tau_syn * dg_exc/dt = -g_exc : exponential
                tau_syn * dg_inh/dt = -g_inh : exponential
            """,
            spike="v > v_thresh",
            reset="v -= v_thresh",
            refractory="tau_refrac",
            surrogate=surrogate,
        )


class ALIF(Neuron):
    """The adaptive leaky integrate-and-fire neuron: each spike raises its threshold, which comes back slowly.

        tau_m dv/dt = bias - v, and v jumps by the weight of each spike that arrives
        tau_a da/dt = -a
        v > v_thresh + beta a: v = v - v_thresh, a = a + 1

    The threshold remembers spikes for tau_a, seconds rather than milliseconds, and gradients pass through `a` for as
    long: networks of such neurons keep what they have heard (long short-term memory in spiking networks). Spikes reach
    `a` in the reset, so here gradients flow through resets (`differentiable_reset`) unless you choose otherwise. While
    the neuron is refractory, v and a stand still.

    Args:
        tau_m: membrane time constant, ms.
        tau_a: time constant of the adaptation, ms; about as long as what is to be remembered.
        beta: by how much a spike raises the threshold, in units of v.
        v_thresh: threshold without adaptation, the unit of v.
        bias: what v tends to without input.
        tau_refrac: refractory period, ms, cut to whole steps.
        surrogate: derivative of a spike in gradients; see `LIF`.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=0)
        >>> P = net.create(1, snn.ALIF(bias=3.0, beta=0.2), name="P")
        >>> M = net.monitor(P, "spike")
        >>> _ = net.compile()
        >>> net.simulate(100.0)
        >>> spikes = M.get("spike")[0]
        >>> spikes[1] - spikes[0], spikes[-1] - spikes[-2]
        (10, 16)

    References:
        G. Bellec et al., "A solution to the learning dilemma for recurrent networks of spiking neurons", Nature
        Communications 11, 2020, doi:10.1038/s41467-020-17236-y.
    """

    def __init__(
        self,
        tau_m: float = 20.0,
        tau_a: float = 200.0,
        beta: float = 0.2,
        v_thresh: float = 1.0,
        bias: float = 0.0,
        tau_refrac: float = 0.0,
        surrogate: str | Surrogate = OF_THRESHOLD,
    ) -> None:
        super().__init__(
            name="ALIF",
            description="Leaky integrate-and-fire neuron whose threshold is raised by its spikes.",
            parameters=parameter_block(own_arguments(locals())),
            equations=f"""
                tau_a * da/dt = -a : exponential
                {DECAY_AND_JUMP}
            """,
            spike="v > v_thresh + beta * a",
            reset="v -= v_thresh ; a += 1.0",
            refractory="tau_refrac",
            surrogate=surrogate,
            differentiable_reset=True,
        )


class LI(Neuron):
    """The leaky integrator that never spikes: the readout of a spiking network.

        tau_m dv/dt = bias - v, and v jumps by the weight of each spike that arrives

    Record `v`, and read it by `losses.readout`, `losses.cross_entropy` and `losses.accuracy`.

    Args:
        tau_m: membrane time constant, ms.
        bias: what v tends to without input.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=0)
        >>> source = net.create(snn.inputs.SpikeSourceArray([2.0, 4.0]), name="source")
        >>> readout = net.create(1, snn.LI(tau_m=10.0), name="readout")
        >>> _ = net.connect(source, readout, target="exc").all_to_all(weights=-1.0)
        >>> M = net.monitor(readout, "v")
        >>> _ = net.compile()
        >>> net.simulate(7.0)
        >>> [round(float(v), 2) for v in M.get("v")[3:, 0]]
        [-1.0, -0.9, -1.82, -1.65]

    References:
        G. Bellec et al., Nature Communications 11, 2020, doi:10.1038/s41467-020-17236-y.
    """

    def __init__(self, tau_m: float = 20.0, bias: float = 0.0) -> None:
        super().__init__(
            name="LI",
            description="Leaky integrator of spikes, a readout without spikes of its own.",
            parameters=parameter_block(own_arguments(locals())),
            equations=DECAY_AND_JUMP,
            spike=NEVER,
        )
