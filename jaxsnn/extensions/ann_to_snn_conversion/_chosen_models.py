"""The models that names stand for, and those that users bring."""

from collections.abc import Mapping
from numbers import Integral
from typing import Any

from ...errors import ArgumentError, did_you_mean
from ...models import Neuron
from ._input_encodings import Encoding, intrinsically_bursting, phase_shift_oscillation, poisson, regular_spiking
from ._integrating_neurons import Model, integrate_and_fire, integrate_and_subtract
from ._read_outs import ReadOut, membrane_potential, spike_count, time_to_first_spike, time_to_k_spikes

ENCODINGS = {
    "CPN": poisson,
    "poisson": poisson,
    "IB": intrinsically_bursting,
    "PSO": phase_shift_oscillation,
    "regular": regular_spiking,
}
HIDDEN: Mapping[str, Model] = {"IaF": integrate_and_fire, "IaF_subtract": integrate_and_subtract}
READ_OUTS = ("spike_count", "time_to_first_spike", "time_to_k_spikes", "membrane_potential")


def chosen_encoding(given: Any) -> Encoding:
    """Return the neurons of the input, by name or as a user gives them.

    Raises:
        ArgumentError: an unknown name, or a neuron without `rates`.
    """
    if not isinstance(given, Neuron):
        return _named("input_encoding", given, ENCODINGS)()
    if "rates" not in given.analysed.names:
        raise ArgumentError("a neuron for the input needs the parameter `rates`, to which samples are assigned")
    return Encoding(given, in_hertz=False)


def chosen_hidden(given: Any) -> Model:
    """Return the neurons of hidden layers, as a function of whether a layer has a bias.

    Raises:
        ArgumentError: an unknown name, or a neuron that does not read `g_exc`.
    """
    if not isinstance(given, Neuron):
        return _named("hidden_neuron", given, HIDDEN)
    if "exc" not in given.analysed.targets:
        raise ArgumentError("a neuron for hidden layers reads its input as `g_exc`")

    def own(has_bias: bool) -> Neuron:
        if has_bias and "bias" not in given.analysed.names:
            raise ArgumentError("the artificial network has biases: give your neuron the parameter `bias`")
        return given

    return own


def chosen_read_out(name: Any, hidden: Model, k: Any) -> ReadOut:
    """Return a read-out by its name.

    Args:
        name: one of `READ_OUTS`.
        hidden: neurons of hidden layers.
        k: number of spikes that are waited for.

    Raises:
        ArgumentError: an unknown name, or `k` is missing.
    """
    match _named("read_out", name, dict(zip(READ_OUTS, READ_OUTS, strict=True))):
        case "spike_count":
            return spike_count(hidden)
        case "time_to_first_spike":
            return time_to_first_spike(hidden)
        case "membrane_potential":
            return membrane_potential()
    if isinstance(k, bool) or not isinstance(k, Integral) or k < 1:
        raise ArgumentError(f"the read-out `time_to_k_spikes` needs `k`, a number of spikes of at least 1, not {k!r}")
    return time_to_k_spikes(int(k))


def _named(what: str, name: Any, known: Mapping[str, Any]) -> Any:
    if not isinstance(name, str) or name not in known:
        raise ArgumentError(f"`{what}` has no choice {name!r}.{did_you_mean(str(name), known)}")
    return known[name]
