"""Pieces of text that several neurons of NEST share: their inputs, and a count of refractory steps."""


def exponential(method: str) -> str:
    """Return inputs that decay exponentially."""
    return f"""
        tau_syn_ex * dg_ex/dt = -g_ex : {method}
        tau_syn_in * dg_in/dt = -g_in : {method}
    """


def alpha(method: str) -> str:
    """Return inputs that rise and fall as an alpha function; a spike adds its weight, their peak, to `rise`."""
    return f"""
        tau_syn_ex * dg_rise_ex/dt = -g_rise_ex : {method}
        tau_syn_in * dg_rise_in/dt = -g_rise_in : {method}
        tau_syn_ex * dg_ex/dt = E * g_rise_ex - g_ex : {method}
        tau_syn_in * dg_in/dt = E * g_rise_in - g_in : {method}
    """


BETA = """
    tau_decay_ex * dg_rise_ex/dt = -g_rise_ex : rk4
    tau_decay_in * dg_rise_in/dt = -g_rise_in : rk4
    dg_ex/dt = factor(tau_rise_ex, tau_decay_ex) * g_rise_ex - g_ex / tau_rise_ex : rk4
    dg_in/dt = factor(tau_rise_in, tau_decay_in) * g_rise_in - g_in / tau_rise_in : rk4
"""
BETA_FACTOR = """
    peak(r, d) = r * d * log(d / r) / (d - r)
    factor(r, d) = (1 / r - 1 / d) / (exp(-peak(r, d) / d) - exp(-peak(r, d) / r))
"""
CURRENT = "g_ex + g_in"
CONDUCTANCE = "-g_ex * (V_m - E_ex) - g_in * (V_m - E_in)"
SYN = "tau_syn_ex = 1.0 ; tau_syn_in = 1.0"
REVERSALS = "E_ex = 0.0 ; E_in = 0.0"
COUNTED = "left -= 1.0 : min=0.0"
