"""Neurons of NEST as texts. Parameters and variables have NEST's names; `g_ex` and `g_in` are its I_syn or g.

Equations of `g_...` go on in a refractory neuron, and so do NEST's currents, conductances and spike-triggered traces:
they bear such names. Where other variables go on as well, `left` counts the steps for which a neuron is refractory.
A potential that spikes raise at the end of a step is `free + jumps`.
"""

from . import linear_neurons as linear
from . import nonlinear_neurons as nonlinear

NEURONS = {
    "iaf_psc_delta": linear.IAF_PSC_DELTA,
    "iaf_psc_exp": linear.IAF_PSC_EXP,
    "iaf_psc_alpha": linear.IAF_PSC_ALPHA,
    "gif_psc_exp": linear.GIF_PSC_EXP,
    "mat2_psc_exp": linear.MAT2_PSC_EXP,
    "iaf_psc_exp_htum": linear.IAF_PSC_EXP_HTUM,
    "iaf_tum_2000": linear.IAF_PSC_EXP,
    "izhikevich": linear.IZHIKEVICH,
    **nonlinear.CONDUCTING,
    **nonlinear.ADAPTIVE,
    "hh_psc_alpha": nonlinear.HH_PSC_ALPHA,
}
