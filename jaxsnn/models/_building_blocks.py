"""What several neurons of the catalogue share: pieces of text, the surrogate of those in mV."""

from collections.abc import Collection, Mapping
from math import isfinite
from typing import Any

from ..arguments import as_number
from ..errors import ArgumentError
from ..surrogates import fast_sigmoid

# As wide as the last steps of v below a threshold in mV, and still 1/250 of its height at a rest 15 mV away.
PER_MILLIVOLT = fast_sigmoid(beta=1.0)

# For potentials in units of the threshold: gradients neither grow nor vanish over layers and steps (docs/gradients.md).
OF_THRESHOLD = fast_sigmoid(beta=10.0)

# Equations divide by these.
OF_NEURONS = ("tau", "tau_m", "tau_syn", "tau_syn_E", "tau_syn_I", "tau_w", "tau_a")
TIME_CONSTANTS = (*OF_NEURONS, "tau_plus", "tau_minus", "tau_rec", "tau_facil")
DIVISORS = (*TIME_CONSTANTS, "cm", "C")

# A spike adds its weight to g_exc or g_inh, which decay.
EXPONENTIAL_SYNAPSES = """
    tau_syn_E * dg_exc/dt = - g_exc : exponential
    tau_syn_I * dg_inh/dt = - g_inh : exponential
"""

# A spike lets alpha_exc or alpha_inh rise and fall; gmax_* is the slope that makes the weight its peak.
ALPHA_AMPLITUDES = """
    gmax_exc = exp((tau_syn_E - dt / 2.0) / tau_syn_E)
    gmax_inh = exp((tau_syn_I - dt / 2.0) / tau_syn_I)
"""
ALPHA_SYNAPSES = f"""
    {EXPONENTIAL_SYNAPSES}
    tau_syn_E * dalpha_exc/dt = gmax_exc * g_exc - alpha_exc : exponential
    tau_syn_I * dalpha_inh/dt = gmax_inh * g_inh - alpha_inh : exponential
"""


def reversing(exc: str, inh: str) -> str:
    """Return the current through two conductances with the reversal potentials e_rev_E and e_rev_I."""
    return f"{exc} * (e_rev_E - v) + {inh} * (e_rev_I - v)"


def parameter_block(values: Mapping[str, Any], shared: Collection[str] = (), flag: str = "population") -> str:
    """Return the definitions of parameters.

    Args:
        values: numbers by name.
        shared: names of those with one value in all.
        flag: that says so, `population` in neurons, `projection` in synapses.

    Raises:
        ArgumentError: a value is not a finite number.

    Example:
        >>> print(parameter_block({"tau": 10, "B": 0.5}, shared=["tau"]))
        tau = 10.0 : population
        B = 0.5
    """
    flags = dict.fromkeys(shared, f" : {flag}")
    return "\n".join(f"{name} = {number(name, x)!r}{flags.get(name, '')}" for name, x in values.items())


def own_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters among the `locals()` with which the `__init__` of a model begins."""
    others = ("self", "__class__", "annarchy_rates", "annarchy_units", "surrogate")
    return {name: value for name, value in arguments.items() if name not in others}


def number(name: str, value: Any) -> float:
    """Return the value of an argument as a float.

    Raises:
        ArgumentError: it is not a finite number; a time constant or a capacity of 0; a negative refractory period.
    """
    given = as_number(value)
    if given is None or not isfinite(given):
        others = "values per neuron and distributions are assigned to the population"
        raise ArgumentError(f"`{name}` is a number, not {value!r}: {others}")
    if name in DIVISORS and given == 0:
        raise ArgumentError(f"`{name}` is a number other than 0, by which equations divide")
    if name == "tau_refrac" and given < 0:
        raise ArgumentError(f"`{name}` is a duration in ms, at least 0, not {given:g}")
    return given
