"""The neurons of hidden layers and of the last one: they integrate their input without a leak."""

from collections.abc import Callable

from ...models import Neuron
from ._input_encodings import MARK, MASK

THRESHOLD = 1.0
COUNT = "\nsc += 0.0 : init = 0.0"

Model = Callable[[bool], Neuron]  # from whether a layer has a bias to its neurons


def integrate_and_fire(has_bias: bool = False, counts: bool = False) -> Neuron:
    """Return neurons that integrate, spike above `vt` and go back to `vr` (Diehl et al. 2015).

    Args:
        has_bias: whether they have the parameter `bias`, an input in each step.
        counts: whether they have the variable `sc`, the number of their spikes.
    """
    return Neuron(
        name="IaF",
        description="Integrate-and-fire neuron without a leak.",
        parameters=_parameters(f"vt = {THRESHOLD} ; vr = 0.0 ; mask_tau = 20.0", has_bias),
        equations=f"{_membrane(has_bias)} : init = 0.0, min = -2.0\n{MASK}{COUNT if counts else ''}",
        spike="v > vt",
        reset=f"v = vr ; {MARK}{' ; sc += 1.0' if counts else ''}",
    )


def integrate_and_subtract(has_bias: bool = False, counts: bool = False) -> Neuron:
    """Return neurons that integrate, spike above `vt` and lose `vt`: what they got beyond it is kept.

    So their rate is proportional to their input (Rueckauer et al. 2017, section 2.1), and inhibition that comes before
    excitation is not forgotten.

    Args:
        has_bias, counts: as for `integrate_and_fire`.
    """
    return Neuron(
        name="IaF_subtract",
        description="Integrate-and-fire neuron without a leak, reset by subtraction.",
        parameters=_parameters(f"vt = {THRESHOLD} ; mask_tau = 20.0", has_bias),
        equations=f"{_membrane(has_bias)} : init = 0.0\n{MASK}{COUNT if counts else ''}",
        spike="v > vt",
        reset=f"v -= vt ; {MARK}{' ; sc += 1.0' if counts else ''}",
    )


def accumulate(has_bias: bool = False) -> Neuron:
    """Return neurons that integrate and never spike."""
    return Neuron(
        name="IaF_Acc",
        description="Neuron that integrates its input.",
        parameters=_parameters("", has_bias),
        equations=f"{_membrane(has_bias)} : init = 0.0",
        spike="v > 1e30",
    )


def _parameters(text: str, has_bias: bool) -> str:
    return f"{text}\nbias = 0.0" if has_bias else text


def _membrane(has_bias: bool) -> str:
    return "dv/dt = g_exc + bias" if has_bias else "dv/dt = g_exc"
