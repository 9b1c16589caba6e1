"""How the values of a sample become spikes: the neurons of the input population.

Each has a parameter `rates`, to which a sample times `max_f` is assigned, and a variable `mask`: its spikes, low-pass
filtered with the time constant `mask_tau`, so that the mask of a regular train is its rate in 1/ms.
"""

from dataclasses import dataclass

from ...models import Neuron

MASK = "dmask/dt = -mask / mask_tau : init = 0.0"
MARK = "mask += 1.0 / mask_tau"


@dataclass(frozen=True)
class Encoding:
    """How samples become spikes.

    Args:
        neuron: with the parameter `rates`, and the variable `mask` where a convolution or a pooling comes next.
        in_hertz: whether neurons spike at `rates`, Hz, so that biases can be scaled like the input.
    """

    neuron: Neuron
    in_hertz: bool


def poisson() -> Encoding:
    """Return neurons that spike at random, with the probability rates * dt / 1000 in each step."""
    neuron = Neuron(
        name="CPN",
        description="Poisson spike trains, whose rates are the values of a sample.",
        parameters="rates = 0.0 ; mask_tau = 20.0",
        equations=f"p = Uniform(0.0, 1.0) * 1000.0 / dt\n{MASK}",
        spike="p < rates",
        reset=MARK,
    )
    return Encoding(neuron, in_hertz=True)


def intrinsically_bursting() -> Encoding:
    """Return neurons that burst (Izhikevich 2003, doi:10.1109/TNN.2003.820440); `rates` are their currents."""
    neuron = Neuron(
        name="IB",
        description="Intrinsically bursting neurons, whose currents are the values of a sample.",
        parameters="a = 0.02 ; b = 0.2 ; c = -55.0 ; d = 4.0 ; v_thresh = 30.0 ; rates = 0.0 ; mask_tau = 20.0",
        equations=f"""
            dv/dt = 0.04 * v^2 + 5.0 * v + 140.0 - u + rates : init = -55.0
            du/dt = a * (b * v - u) : init = -13.0
            {MASK}
        """,
        spike="v >= v_thresh",
        reset=f"v = c ; u += d ; {MARK}",
    )
    return Encoding(neuron, in_hertz=False)


def phase_shift_oscillation() -> Encoding:
    """Return neurons whose potential is `rates`, below a threshold that oscillates: vt 2^(mod(t - 1, k) - 1).

    In each period of k ms it grows from vt / 2 to vt 2^(k - 2), so the number of spikes tells the logarithm of a value.

    S. Park, S. Kim, H. Choe and S. Yoon, "Fast and efficient information transmission with burst spikes in deep spiking
    neural networks", DAC 2019, doi:10.1145/3316781.3317822.
    """
    neuron = Neuron(
        name="PSO",
        description="Neurons with a threshold that oscillates, whose potentials are the values of a sample.",
        parameters="vt = 1.0 ; k = 8.0 ; rates = 0.0 ; mask_tau = 20.0",
        equations=f"""
            threshold = vt * 2.0^(modulo(t - 1.0, k) - 1.0)
            v = rates
            {MASK}
        """,
        spike="v > threshold",
        reset=MARK,
    )
    return Encoding(neuron, in_hertz=False)


def regular_spiking() -> Encoding:
    """Return neurons that spike regularly at `rates`, Hz: they add rates up, and spike at each whole number.

    So a constant input is transmitted without noise, as the current of Rueckauer et al. (2017, section 2.1) is.
    """
    neuron = Neuron(
        name="regular",
        description="Regular spike trains, whose rates are the values of a sample.",
        parameters="rates = 0.0 ; mask_tau = 20.0",
        equations=f"dv/dt = rates / 1000.0 : init = 0.5\n{MASK}",
        spike="v >= 1.0",
        reset=f"v -= 1.0 ; {MARK}",
    )
    return Encoding(neuron, in_hertz=True)
