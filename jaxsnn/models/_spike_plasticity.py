"""Plasticity of spiking synapses: short-term, and by the timing of spikes."""

from ..errors import ArgumentError
from ._building_blocks import number, parameter_block
from ._synapse import Synapse


class STP(Synapse):
    """Short-term plasticity: resources x are used up by spikes, their use u is facilitated.

        dx/dt = (1 - x) / tau_rec, du/dt = (U - u) / tau_facil, both solved at spikes
        spike: g_target += w u x; x *= 1 - u; u += U (1 - u)

    Args:
        tau_rec: time constant of the recovery of x, ms; one value per projection.
        tau_facil: time constant of the decay of u, ms, greater than 0 (0.01 for hardly any facilitation); one value
            per projection.
        U: u at rest, and how much a spike adds to it; one value per synapse.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=0.1)
        >>> pre = net.create(snn.inputs.SpikeSourceArray([20.0, 45.0, 70.0]), name="pre")
        >>> post = net.create(1, snn.IF_curr_exp(), name="post")
        >>> proj = net.connect(pre, post, target="exc", synapse=snn.STP(tau_rec=800.0)).one_to_one(weights=1.0)
        >>> M = net.monitor(post, "g_exc")
        >>> _ = net.compile()
        >>> net.simulate(100.0)
        >>> [round(float(g), 3) for g in M.get("g_exc")[[201, 451, 701], 0]]
        [0.5, 0.261, 0.142]

    References:
        M. Tsodyks, A. Uziel, H. Markram, "Synchrony generation in recurrent networks with frequency-dependent
        synapses", Journal of Neuroscience 20, 2000, doi:10.1523/JNEUROSCI.20-01-j0003.2000.
    """

    def __init__(self, tau_rec: float = 100.0, tau_facil: float = 0.01, U: float = 0.5) -> None:
        if not number("tau_facil", tau_facil) > 0:
            raise ArgumentError(f"`tau_facil` is a time constant in ms, greater than 0, not {tau_facil}")
        values = {"tau_rec": tau_rec, "tau_facil": tau_facil, "U": U}
        super().__init__(
            name="STP",
            description="Short-term plasticity.",
            parameters=parameter_block(values, shared=["tau_rec", "tau_facil"], flag="projection"),
            equations="""
                dx/dt = (1.0 - x) / tau_rec : init = 1.0, event-driven
                du/dt = (U - u) / tau_facil : init = U, event-driven
            """,
            pre_spike="""
                g_target += w * u * x
                x *= 1.0 - u
                u += U * (1.0 - u)
            """,
        )


class STDP(Synapse):
    """Plasticity by pairs of spikes: pre before post strengthens, post before pre weakens.

        dx/dt = -x / tau_plus, dy/dt = -y / tau_minus, both solved at spikes
        pre spike:  g_target += w; x += A_plus w_max; w = clip(w + y, w_min, w_max)
        post spike: y -= A_minus w_max; w = clip(w + x, w_min, w_max)

    A spike arrives one step after it is emitted, a post-synaptic spike acts in its own step. So a pair with the post
    spike d ms after the pre spike changes w by A_plus w_max exp(-(d - dt) / tau_plus), one with the pre spike d >= 0 ms
    after the post spike by -A_minus w_max exp(-d / tau_minus): two spikes at the same time weaken.

    Args:
        tau_plus, tau_minus: time constants of the traces x of pre and y of post spikes, ms.
        A_plus, A_minus: change by a pair of spikes without delay, as a share of w_max.
        w_min, w_max: bounds of the weight. All parameters have one value per projection.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0)
        >>> pre = net.create(snn.inputs.SpikeSourceArray([10.0]), name="pre")
        >>> post = net.create(snn.inputs.SpikeSourceArray([15.0]), name="post")
        >>> proj = net.connect(pre, post, target="exc", synapse=snn.STDP()).one_to_one(weights=0.5)
        >>> _ = net.compile()
        >>> net.simulate(30.0)
        >>> round(proj.w[0][0], 6)
        0.508187

    References:
        S. Song, K. D. Miller, L. F. Abbott, "Competitive Hebbian learning through spike-timing-dependent synaptic
        plasticity", Nature Neuroscience 3, 2000, doi:10.1038/78829.
    """

    def __init__(
        self,
        tau_plus: float = 20.0,
        tau_minus: float = 20.0,
        A_plus: float = 0.01,
        A_minus: float = 0.01,
        w_min: float = 0.0,
        w_max: float = 1.0,
    ) -> None:
        values = {"tau_plus": tau_plus, "tau_minus": tau_minus, "A_plus": A_plus, "A_minus": A_minus}
        values |= {"w_min": w_min, "w_max": w_max}
        super().__init__(
            name="STDP",
            description="Plasticity by the timing of pairs of spikes.",
            parameters=parameter_block(values, shared=values, flag="projection"),
            equations="""
                tau_plus * dx/dt = -x : event-driven
                tau_minus * dy/dt = -y : event-driven
            """,
            pre_spike="""
                g_target += w
                x += A_plus * w_max
                w = clip(w + y, w_min, w_max)
            """,
            post_spike="""
                y -= A_minus * w_max
                w = clip(w + x, w_min, w_max)
            """,
        )
