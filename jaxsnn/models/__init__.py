"""What a neuron and a synapse are: the description types and the built-in catalogue."""

from ._adaptive_exponential import EIF_cond_alpha_isfa_ista as EIF_cond_alpha_isfa_ista
from ._adaptive_exponential import EIF_cond_exp_isfa_ista as EIF_cond_exp_isfa_ista
from ._building_blocks import parameter_block as parameter_block
from ._conductance import IF_cond_alpha as IF_cond_alpha
from ._conductance import IF_cond_exp as IF_cond_exp
from ._current import IF_curr_alpha as IF_curr_alpha
from ._current import IF_curr_exp as IF_curr_exp
from ._hodgkin_huxley import HH_cond_exp as HH_cond_exp
from ._hodgkin_huxley import HodgkinHuxley as HodgkinHuxley
from ._izhikevich import Izhikevich as Izhikevich
from ._neuron import Neuron as Neuron
from ._rate import LeakyIntegrator as LeakyIntegrator
from ._rate_plasticity import IBCM as IBCM
from ._rate_plasticity import Hebb as Hebb
from ._rate_plasticity import Oja as Oja
from ._spike_plasticity import STDP as STDP
from ._spike_plasticity import STP as STP
from ._synapse import Synapse as Synapse
