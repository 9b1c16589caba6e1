"""What a neuron is: the description type and the built-in catalogue."""

from ._adaptive_exponential import EIF_cond_alpha_isfa_ista as EIF_cond_alpha_isfa_ista
from ._adaptive_exponential import EIF_cond_exp_isfa_ista as EIF_cond_exp_isfa_ista
from ._conductance import IF_cond_alpha as IF_cond_alpha
from ._conductance import IF_cond_exp as IF_cond_exp
from ._current import IF_curr_alpha as IF_curr_alpha
from ._current import IF_curr_exp as IF_curr_exp
from ._hodgkin_huxley import HH_cond_exp as HH_cond_exp
from ._hodgkin_huxley import HodgkinHuxley as HodgkinHuxley
from ._izhikevich import Izhikevich as Izhikevich
from ._neuron import Neuron as Neuron
from ._rate import LeakyIntegrator as LeakyIntegrator
