"""Neurons of NEST with linear equations, and `izhikevich`, which NEST solves by the steps of Euler."""

import jaxsnn as snn

from .inputs import COUNTED, CURRENT, SYN, alpha, exponential


def linear(inputs: str, **others: str) -> snn.Neuron:
    """Return a neuron of the family `iaf_psc`, which the matrix exponential solves."""
    texts = {"spike": "V_m >= V_th", "reset": "V_m = V_reset", "refractory": "t_ref", **others}
    extra = texts.pop("parameters", "")
    after = texts.pop("after", "")
    return snn.Neuron(
        parameters=f"C_m = 1.0 ; tau_m = 1.0 ; E_L = 0.0 ; V_th = 0.0 ; V_reset = 0.0 ; I_e = 0.0 ; {SYN}\n"
        + (extra or "t_ref = 0.0"),
        equations=f"""
            dV_m/dt = (E_L - V_m) / tau_m + ({CURRENT} + I_e) / C_m : exact
            {inputs}
            {after}
        """,
        **texts,
    )


# What a refractory neuron receives is lost: with equations of their own the inputs do not wait until it is over.
IAF_PSC_DELTA = snn.Neuron(
    parameters="C_m = 1.0 ; tau_m = 1.0 ; E_L = 0.0 ; V_th = 0.0 ; V_reset = 0.0 ; I_e = 0.0 ; t_ref = 0.0",
    equations="""
        dfree/dt = (E_L - free - jumps) / tau_m + I_e / C_m : exact
        jumps += g_ex + g_in
        V_m = free + jumps
        dg_ex/dt = -g_ex / dt
        dg_in/dt = -g_in / dt
    """,
    spike="V_m >= V_th",
    reset="V_m = V_reset ; free = V_reset - jumps",
    refractory="t_ref",
)

IZHIKEVICH = snn.Neuron(
    parameters="a = 0.0 ; b = 0.0 ; c = 0.0 ; d = 0.0 ; V_th = 0.0 ; I_e = 0.0",
    equations="""
        dfree/dt = 0.04 * V_m**2 + 5.0 * V_m + 140.0 - U_m + I_e
        dU_m/dt = a * (b * V_m - U_m)
        jumps += g_ex + g_in
        V_m = free + jumps
    """,
    spike="V_m >= V_th",
    reset="V_m = c ; free = c - jumps ; U_m += d",
)

# The spike-triggered current and the threshold are held during a step, at their values when it begins.
GIF_PSC_EXP = snn.Neuron(
    parameters=f"""
        C_m = 1.0 ; g_L = 1.0 ; E_L = 0.0 ; V_reset = 0.0 ; V_T_star = 0.0 ; I_e = 0.0 ; t_ref = 0.0
        tau_stc = 1.0 ; q_stc = 0.0 ; tau_sfa = 1.0 ; q_sfa = 0.0 ; {SYN}
    """,
    equations=f"""
        C_m * dV_m/dt = -g_L * (V_m - E_L) + {CURRENT} + I_e - g_stc : exact
        {exponential("exact")}
        threshold = V_T_star + g_sfa
        tau_stc * dg_stc/dt = -g_stc : exact
        tau_sfa * dg_sfa/dt = -g_sfa : exact
    """,
    spike="V_m >= threshold",
    reset="V_m = V_reset ; g_stc += q_stc ; g_sfa += q_sfa",
    refractory="t_ref",
)

MAT2_PSC_EXP = snn.Neuron(
    parameters=f"""
        C_m = 1.0 ; tau_m = 1.0 ; E_L = 0.0 ; I_e = 0.0 ; t_ref = 0.0
        tau_1 = 1.0 ; tau_2 = 1.0 ; alpha_1 = 0.0 ; alpha_2 = 0.0 ; omega = 0.0 ; {SYN}
    """,
    equations=f"""
        dV_m/dt = (E_L - V_m) / tau_m + ({CURRENT} + I_e) / C_m : exact
        {exponential("exact")}
        tau_1 * dfast/dt = -fast : exact
        tau_2 * dslow/dt = -slow : exact
        {COUNTED}
        V_th = omega + fast + slow
    """,
    spike="left == 0.0 and V_m >= V_th",
    reset="fast += alpha_1 ; slow += alpha_2 ; V_th = omega + fast + slow ; left = round(t_ref / dt) + 1.0",
)
IAF_PSC_EXP = linear(exponential("exact"))
# A neuron that cannot spike for longer than its potential stands still.
IAF_PSC_EXP_HTUM = linear(
    exponential("exact"),
    parameters="t_ref_abs = 0.0 ; t_ref_tot = 0.0",
    after=COUNTED,
    spike="left == 0.0 and V_m >= V_th",
    reset="V_m = V_reset ; left = round(t_ref_tot / dt) - round(t_ref_abs / dt) + 1.0",
    refractory="t_ref_abs",
)
IAF_PSC_ALPHA = linear(alpha("exact"))
