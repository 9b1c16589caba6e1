"""The quadratic neuron of Izhikevich."""

from ..arguments import text
from ..surrogates import Surrogate, fast_sigmoid
from ._building_blocks import number, parameter_block
from ._neuron import Neuron

SURROGATE = fast_sigmoid(beta=10.0)


class Izhikevich(Neuron):
    """The quadratic neuron of Izhikevich.

        dv/dt = 0.04 v^2 + 5 v + 140 - u + I
        du/dt = a (b v - u)
        I = g_exc - g_inh + i_offset + noise * N(0, 1)
        v > v_thresh: v = c, u = u + d

    Both equations advance together by the network's method, explicit Euler unless it says otherwise. Inputs are
    instantaneous: a spike moves `g_exc` by its weight for one step.

    Args:
        a: time scale of the recovery variable u, 1/ms.
        b: sensitivity of u to v.
        c: v after a spike, mV.
        d: increment of u at a spike.
        v_thresh: spike threshold, mV.
        i_offset: constant input current.
        noise: amplitude of a normal random current, drawn at each step and for each neuron.
        tau_refrac: refractory period, ms; can be changed at any time.
        conductance: how inputs enter, an expression of `g_<target>` and v.
        surrogate: derivative of a spike in gradients. The default is steep, `fast_sigmoid(beta=10)`: v crosses the
            threshold in steps of up to 100 mV and grows on the way, so a flat surrogate makes gradients explode.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=0.5, seed=0)
        >>> P = net.create(1, snn.Izhikevich(a=0.1, d=2.0, i_offset=10.0), name="P")
        >>> M = net.monitor(P, ["v", "spike"])
        >>> _ = net.compile()
        >>> net.simulate(100.0)
        >>> axes = M.plot("v")
        >>> len(M.get("spike")[0])
        12

    References:
        E. M. Izhikevich, "Simple model of spiking neurons", IEEE Transactions on Neural Networks 14, 2003,
        doi:10.1109/TNN.2003.820440.
    """

    def __init__(  # noqa: PLR0913 - the parameters of the model
        self,
        a: float = 0.02,
        b: float = 0.2,
        c: float = -65.0,
        d: float = 8.0,
        v_thresh: float = 30.0,
        i_offset: float = 0.0,
        noise: float = 0.0,
        tau_refrac: float = 0.0,
        conductance: str = "g_exc - g_inh",
        surrogate: str | Surrogate = SURROGATE,
    ) -> None:
        values = {"a": a, "b": b, "c": c, "d": d, "v_thresh": v_thresh}
        values |= {"i_offset": i_offset, "noise": noise, "tau_refrac": tau_refrac}
        conductance = text(conductance, "conductance")
        super().__init__(
            name="Izhikevich",
            description="Quadratic integrate-and-fire spiking neuron with adaptation.",
            parameters=parameter_block(values),
            equations=f"""
                I = {conductance} + noise * Normal(0.0, 1.0) + i_offset
                dv/dt = 0.04 * v^2 + 5.0 * v + 140.0 - u + I : init = {number("c", c)!r}
                du/dt = a * (b * v - u) : init = {number("b", b) * number("c", c)!r}
            """,
            spike="v > v_thresh",
            reset="v = c ; u += d",
            refractory="tau_refrac",
            surrogate=surrogate,
        )
