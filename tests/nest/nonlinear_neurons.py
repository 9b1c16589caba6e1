"""Neurons of NEST with equations that its adaptive solver and `rk4` approximate."""

import jaxsnn as snn

from .inputs import BETA, BETA_FACTOR, CONDUCTANCE, COUNTED, CURRENT, REVERSALS, SYN, alpha, exponential


def conducting(inputs: str, times: str = SYN, **others: str) -> snn.Neuron:
    """Return a neuron of the family `iaf_cond`."""
    texts = {"parameters": "", "current": "", "traces": "", "reset": "", "functions": "", **others}
    return snn.Neuron(
        parameters=f"""
            C_m = 1.0 ; g_L = 1.0 ; E_L = 0.0 ; V_th = 0.0 ; V_reset = 0.0 ; I_e = 0.0 ; t_ref = 0.0
            {times} ; {REVERSALS}
            {texts["parameters"]}
        """,
        equations=f"""
            C_m * dV_m/dt = -g_L * (V_m - E_L) {CONDUCTANCE} + I_e {texts["current"]} : rk4
            {inputs}
            {texts["traces"]}
        """,
        spike="V_m >= V_th",
        reset=f"V_m = V_reset\n{texts['reset']}",
        refractory="t_ref",
        functions=texts["functions"],
    )


def adaptive(current: str, inputs: str, parameters: str = "", jumping: bool = False) -> snn.Neuron:
    """Return a neuron of the family `aeif`: as in NEST its slopes see no potential above V_peak."""
    state, potential = ("free", "free + jumps") if jumping else ("V_m", "V_m")
    v = f"Min({potential}, V_peak)"
    jump = "jumps += moves * (g_ex + g_in)\nV_m = free + jumps" if jumping else ""
    return snn.Neuron(
        parameters=f"""
            C_m = 1.0 ; g_L = 1.0 ; E_L = 0.0 ; V_th = 0.0 ; V_reset = 0.0 ; V_peak = 0.0 ; I_e = 0.0 ; t_ref = 0.0
            Delta_T = 1.0 ; a = 0.0 ; b = 0.0 ; tau_w = 1.0
            {parameters}
        """,
        equations=f"""
            moves = if left > 0.0: 0.0 else: 1.0
            {COUNTED}
            rise = g_L * Delta_T
            C_m * d{state}/dt = moves * (rise * exp(({v} - V_th) / Delta_T) - g_L * ({v} - E_L)
                - w + I_e {current.replace("V_m", v)}) : rk4
            tau_w * dw/dt = a * ({v} - E_L) - w : rk4
            {inputs}
            {jump}
        """,
        spike="V_m >= V_peak",
        reset=f"V_m = V_reset ; w += b ; left = round(t_ref / dt)\n{'free = V_reset - jumps' if jumping else ''}",
    )


HH_PSC_ALPHA = snn.Neuron(
    parameters=f"""
        C_m = 1.0 ; g_Na = 0.0 ; g_K = 0.0 ; g_L = 0.0 ; E_Na = 0.0 ; E_K = 0.0 ; E_L = 0.0 ; I_e = 0.0
        t_ref = 0.0 ; {SYN}
    """,
    equations=f"""
        before = V_m
        C_m * dV_m/dt = -g_Na * Act_m**3 * Inact_h * (V_m - E_Na) - g_K * Act_n**4 * (V_m - E_K)
            - g_L * (V_m - E_L) + {CURRENT} + I_e : rk4
        dAct_m/dt = 0.1 * (V_m + 40) / (1 - exp(-(V_m + 40) / 10)) * (1 - Act_m)
            - 4 * exp(-(V_m + 65) / 18) * Act_m : rk4
        dInact_h/dt = 0.07 * exp(-(V_m + 65) / 20) * (1 - Inact_h) - Inact_h / (1 + exp(-(V_m + 35) / 10)) : rk4
        dAct_n/dt = 0.01 * (V_m + 55) / (1 - exp(-(V_m + 55) / 10)) * (1 - Act_n)
            - 0.125 * exp(-(V_m + 65) / 80) * Act_n : rk4
        {alpha("rk4")}
        {COUNTED}
    """,
    spike="left == 0.0 and V_m >= 0.0 and before > V_m",
    reset="left = round(t_ref / dt) + 1.0",
)
SFA_RR = {
    "parameters": "E_sfa = 0.0 ; E_rr = 0.0 ; q_sfa = 0.0 ; q_rr = 0.0 ; tau_sfa = 1.0 ; tau_rr = 1.0",
    "current": "- g_sfa * (V_m - E_sfa) - g_rr * (V_m - E_rr)",
    "traces": "tau_sfa * dg_sfa/dt = -g_sfa : rk4\ntau_rr * dg_rr/dt = -g_rr : rk4",
    "reset": "g_sfa += q_sfa ; g_rr += q_rr",
}
BETA_TIMES = "tau_rise_ex = 1.0 ; tau_decay_ex = 2.0 ; tau_rise_in = 1.0 ; tau_decay_in = 2.0"
CONDUCTING = {
    "iaf_cond_exp": conducting(exponential("rk4")),
    "iaf_cond_alpha": conducting(alpha("rk4")),
    "iaf_cond_beta": conducting(BETA, BETA_TIMES, functions=BETA_FACTOR),
    "iaf_cond_exp_sfa_rr": conducting(exponential("rk4"), **SFA_RR),
}
ADAPTIVE = {
    "aeif_cond_exp": adaptive(CONDUCTANCE, exponential("rk4"), f"{SYN} ; {REVERSALS}"),
    "aeif_cond_alpha": adaptive(CONDUCTANCE, alpha("rk4"), f"{SYN} ; {REVERSALS}"),
    "aeif_psc_exp": adaptive(f"+ {CURRENT}", exponential("rk4"), SYN),
    "aeif_psc_alpha": adaptive(f"+ {CURRENT}", alpha("rk4"), SYN),
    "aeif_psc_delta": adaptive("", "", jumping=True),
}
