"""What is recorded in NEST: models, parameters and inputs. All that the tests set stands here."""

from dataclasses import dataclass, field

EXC = [5.0, 7.0, 12.0, 15.0, 26.3, 30.3, 36.1, 41.0, 41.1, 52.0, 55.0, 58.4]  # input spikes, ms
INH = [9.0, 13.0, 24.0, 33.7, 48.2, 56.0]
SWITCH, END, EVERY = 20.0, 60.0, 0.5  # ms: when the current changes, when all ends, between two samples
PRE = [3.0, 10.0, 12.0, 25.0, 26.0, 40.0, 58.0, 59.0]  # of the synapses
POST = [5.0, 8.6, 18.5, 20.0, 27.3, 33.0, 56.5]  # and a step later no two spikes meet at a synapse
COARSE, FINE = 0.1, 0.01  # ms: NEST solves linear neurons exactly; the others need small steps to be solved precisely


@dataclass(frozen=True)
class Neuron:
    """A model of NEST as it is recorded.

    Args:
        dt: resolution, ms.
        weights: of an excitatory and an inhibitory spike: pA, nS or mV.
        current: I_e until and after SWITCH, pA.
        record: recordables of NEST.
        parameters: that differ from the defaults.
        delay: of input spikes, in steps. A neuron whose potential jumps does so at the end of a step, one whose current
            or conductance jumps at the beginning of the next: with 2 steps for the former, the jump falls into the
            same step of jaxsnn.
    """

    dt: float
    weights: tuple[float, float]
    current: tuple[float, float]
    record: tuple[str, ...] = ("V_m",)
    parameters: dict[str, float] = field(default_factory=dict)
    delay: int = 1


CURRENTS = ("V_m", "I_syn_ex", "I_syn_in")
CONDUCTANCES = ("V_m", "g_ex", "g_in")
SLOW = {"tau_syn_ex": 1.5, "tau_syn_in": 4.0}
ADAPTIVE = {"t_ref": 2.0, "gsl_error_tol": 1e-12, "a": 2.0, "b": 40.0, "tau_w": 300.0}
# Where Delta_V, the width of the threshold of an escape noise, is next to nothing, nothing is left to chance.
GIF = {"Delta_V": 1e-9, "V_T_star": -50.0, "t_ref": 3.0}
GIF |= {"tau_sfa": [25.0], "q_sfa": [5.0], "tau_stc": [30.0], "q_stc": [20.0]}

TUM = {**SLOW, "tau_rec": 40.0, "tau_fac": 50.0, "U": 0.4, "x": 1.0}  # x = 1: it begins with all resources

NEURONS = {
    "iaf_psc_delta": Neuron(COARSE, (4.0, -3.0), (100.0, 420.0), delay=2),
    "iaf_psc_exp": Neuron(COARSE, (400.0, -300.0), (100.0, 500.0), CURRENTS, SLOW),
    "iaf_psc_alpha": Neuron(COARSE, (300.0, -200.0), (100.0, 420.0), CURRENTS, SLOW),
    "gif_psc_exp": Neuron(COARSE, (60.0, -40.0), (20.0, 120.0), CURRENTS, {**SLOW, **GIF}, delay=2),
    "mat2_psc_exp": Neuron(COARSE, (300.0, -200.0), (100.0, 500.0), ("V_m", "V_th"), SLOW),
    "iaf_psc_exp_htum": Neuron(
        COARSE, (400.0, -300.0), (100.0, 500.0), CURRENTS, {**SLOW, "t_ref_abs": 2.0, "t_ref_tot": 9.0}
    ),
    "iaf_tum_2000": Neuron(COARSE, (400.0, -300.0), (100.0, 500.0), CURRENTS, TUM),
    "izhikevich": Neuron(COARSE, (6.0, -4.0), (2.0, 12.0), ("V_m", "U_m"), delay=2),
    "iaf_cond_exp": Neuron(FINE, (20.0, -15.0), (50.0, 500.0), CONDUCTANCES, SLOW),
    "iaf_cond_alpha": Neuron(FINE, (10.0, -8.0), (50.0, 500.0), CONDUCTANCES, SLOW),
    "iaf_cond_beta": Neuron(
        FINE,
        (10.0, -8.0),
        (50.0, 500.0),
        CONDUCTANCES,
        {"tau_rise_ex": 0.5, "tau_decay_ex": 2.0, "tau_rise_in": 1.0, "tau_decay_in": 5.0},
    ),
    "iaf_cond_exp_sfa_rr": Neuron(FINE, (20.0, -15.0), (50.0, 900.0), (*CONDUCTANCES, "g_sfa", "g_rr"), SLOW),
    "aeif_cond_exp": Neuron(FINE, (20.0, -15.0), (100.0, 900.0), (*CONDUCTANCES, "w"), {**SLOW, **ADAPTIVE}),
    "aeif_cond_alpha": Neuron(FINE, (10.0, -8.0), (100.0, 900.0), (*CONDUCTANCES, "w"), {**SLOW, **ADAPTIVE}),
    "aeif_psc_exp": Neuron(FINE, (400.0, -300.0), (100.0, 900.0), (*CURRENTS, "w"), {**SLOW, **ADAPTIVE}),
    "aeif_psc_alpha": Neuron(FINE, (300.0, -200.0), (100.0, 900.0), (*CURRENTS, "w"), {**SLOW, **ADAPTIVE}),
    "aeif_psc_delta": Neuron(FINE, (3.0, -2.0), (100.0, 900.0), ("V_m", "w"), ADAPTIVE, delay=2),
    "hh_psc_alpha": Neuron(
        FINE, (300.0, -200.0), (0.0, 900.0), (*CURRENTS, "Act_m", "Inact_h", "Act_n"), {"tau_syn_ex": 1.0}
    ),
}

SYNAPSES = {
    "stdp_synapse": {"weight": 40.0, "lambda": 0.1, "alpha": 1.2, "mu_plus": 0.4, "mu_minus": 0.7, "Wmax": 100.0},
    "tsodyks2_synapse": {"weight": 40.0, "U": 0.4, "u": 0.4, "x": 1.0, "tau_rec": 30.0, "tau_fac": 50.0},
}
