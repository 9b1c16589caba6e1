"""Synapses of NEST as texts, with NEST's names of parameters."""

import jaxsnn as snn

# Of the time after a spike has arrived, event-driven variables miss one step, as in ANNarchy (docs/differences.md). The
# last statements of `pre_spike` add it.
STDP = snn.Synapse(
    parameters="""
        tau_plus = 1.0 : projection ; tau_minus = 1.0 : projection ; lambda_ = 0.0 : projection
        alpha = 1.0 : projection ; mu_plus = 1.0 : projection ; mu_minus = 1.0 : projection ; Wmax = 1.0 : projection
    """,
    equations="""
        tau_plus * dplus/dt = -plus : event-driven
        tau_minus * dminus/dt = -minus : event-driven
    """,
    pre_spike="""
        w = Max(w - alpha * lambda_ * Wmax * (w / Wmax) ** mu_minus * minus, 0.0)
        plus = (plus + 1.0) * exp(-dt / tau_plus)
        minus *= exp(-dt / tau_minus)
    """,
    post_spike="""
        w = Min(w + lambda_ * Wmax * (1.0 - w / Wmax) ** mu_plus * plus, Wmax)
        minus += 1.0
    """,
)

TSODYKS2 = snn.Synapse(
    parameters="U = 0.0 ; tau_rec = 1.0 : projection ; tau_fac = 1.0 : projection",
    equations="""
        dx/dt = (1.0 - x) / tau_rec : event-driven, init=1.0
        du/dt = -u / tau_fac : event-driven
    """,
    pre_spike="""
        g_target += w * (u + U * (1.0 - u)) * x
        u += U * (1.0 - u)
        x = 1.0 - (1.0 - x + u * x) * exp(-dt / tau_rec)
        u *= exp(-dt / tau_fac)
    """,
)

# Resources x recover from the inactive ones, 1 - x - y. Events solve equations that are not coupled: instead of x they
# follow free = x - c y, where c = tau_psc / (tau_rec - tau_psc), and a spike moves u x from x to y.
TSODYKS = snn.Synapse(
    parameters="U = 0.0 ; tau_rec = 1.0 : projection ; tau_fac = 1.0 : projection ; tau_psc = 1.0 : projection",
    equations="""
        dfree/dt = (1.0 - free) / tau_rec : event-driven, init=1.0
        dy/dt = -y / tau_psc : event-driven
        du/dt = -u / tau_fac : event-driven
    """,
    pre_spike="""
        g_target += w * (u + U * (1.0 - u)) * (free + c(tau_psc, tau_rec) * y)
        u += U * (1.0 - u)
        released = u * (free + c(tau_psc, tau_rec) * y)
        free = 1.0 - (1.0 - free + released * (1.0 + c(tau_psc, tau_rec))) * exp(-dt / tau_rec)
        y = (y + released) * exp(-dt / tau_psc)
        u *= exp(-dt / tau_fac)
    """,
    functions="c(tau_psc, tau_rec) = tau_psc / (tau_rec - tau_psc)",
)
