"""The catalogue of built-in neurons: each is a function from its parameters to a `Neuron`, written as equations."""

from ..surrogates import Surrogate, fast_sigmoid
from ._neuron import Neuron

IZHIKEVICH_SURROGATE = fast_sigmoid(beta=10.0)


def Izhikevich(  # noqa: PLR0913 - the parameters of the model
    a: float = 0.02,
    b: float = 0.2,
    c: float = -65.0,
    d: float = 8.0,
    v_thresh: float = 30.0,
    i_offset: float = 0.0,
    noise: float = 0.0,
    tau_refrac: float = 0.0,
    conductance: str = "g_exc - g_inh",
    surrogate: str | Surrogate = IZHIKEVICH_SURROGATE,
) -> Neuron:
    """Return the quadratic neuron of Izhikevich.

        dv/dt = 0.04 v^2 + 5 v + 140 - u + I
        du/dt = a (b v - u)
        I = g_exc - g_inh + i_offset + noise * N(0, 1)
        v > v_thresh: v = c, u = u + d

    Both equations advance together by the explicit Euler method. Inputs are instantaneous: a spike moves `g_exc` by
    its weight for one step.

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
        >>> Izhikevich(a=0.1, d=2.0).analysed.targets
        ('exc', 'inh')

    References:
        E. M. Izhikevich, "Simple model of spiking neurons", IEEE Transactions on Neural Networks 14, 2003,
        doi:10.1109/TNN.2003.820440.
    """
    return Neuron(
        name="Izhikevich",
        description="Quadratic integrate-and-fire spiking neuron with adaptation.",
        parameters=f"""
            noise = {float(noise)!r}
            a = {float(a)!r}
            b = {float(b)!r}
            c = {float(c)!r}
            d = {float(d)!r}
            v_thresh = {float(v_thresh)!r}
            i_offset = {float(i_offset)!r}
            tau_refrac = {float(tau_refrac)!r}
        """,
        equations=f"""
            I = {conductance} + noise * Normal(0.0, 1.0) + i_offset
            dv/dt = 0.04 * v^2 + 5.0 * v + 140.0 - u + I : init = {float(c)!r}
            du/dt = a * (b * v - u) : init = {float(b * c)!r}
        """,
        spike="v > v_thresh",
        reset="v = c ; u += d",
        refractory="tau_refrac",
        surrogate=surrogate,
    )
