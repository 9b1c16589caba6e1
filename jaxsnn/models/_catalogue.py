"""Lists of the built-in models."""

from ._adaptive_exponential import EIF_cond_alpha_isfa_ista, EIF_cond_exp_isfa_ista
from ._conductance import IF_cond_alpha, IF_cond_exp
from ._current import IF_curr_alpha, IF_curr_exp
from ._hodgkin_huxley import HH_cond_exp, HodgkinHuxley
from ._izhikevich import Izhikevich
from ._neuron import Neuron
from ._rate import LeakyIntegrator
from ._rate_plasticity import IBCM, Hebb, Oja
from ._spike_plasticity import STDP, STP
from ._synapse import Synapse
from ._threshold_units import ALIF, LI, LIF, CubaLIF

CONDUCTANCES = (IF_curr_exp, IF_cond_exp, IF_curr_alpha, IF_cond_alpha)
FOR_LEARNING = (LIF, CubaLIF, ALIF, LI)
ADAPTIVE = (EIF_cond_alpha_isfa_ista, EIF_cond_exp_isfa_ista)


class DefaultSpikingSynapse(Synapse):
    """The synapse at which a spike adds its weight: `g_target += w`."""

    def __init__(self) -> None:
        super().__init__(name="Default", pre_spike="g_target += w")


class DefaultRateCodedSynapse(Synapse):
    """The synapse at which a rate counts `w` times: `psp = w * pre.r`."""

    def __init__(self) -> None:
        super().__init__(name="Default", psp="w * pre.r")


def list_standard_neurons() -> list[type[Neuron]]:
    """Return the classes of the built-in neurons.

    Example:
        >>> [model.__name__ for model in list_standard_neurons()][:2]
        ['LeakyIntegrator', 'Izhikevich']
    """
    return [LeakyIntegrator, Izhikevich, *CONDUCTANCES, *ADAPTIVE, HH_cond_exp, HodgkinHuxley, *FOR_LEARNING]


def list_standard_synapses() -> list[type[Synapse]]:
    """Return the classes of the built-in synapses.

    Example:
        >>> [model.__name__ for model in list_standard_synapses()]
        ['STP', 'STDP', 'Hebb', 'Oja', 'IBCM']
    """
    return [STP, STDP, Hebb, Oja, IBCM]
