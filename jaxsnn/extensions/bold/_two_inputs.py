"""The balloon model with two inputs: one drives blood flow, the other the consumption of oxygen."""

from ...models import own_arguments, parameter_block
from ._balloon import NON_LINEAR, REVISED
from ._bold_model import BoldModel

EQUATIONS = f"""
    I_CBF = sum(I_CBF)                                                                    : init=0
    ds_CBF/dt = (phi_CBF * I_CBF - kappa_CBF * s_CBF - gamma_CBF * (f_in - 1)) / second    : init=0
    df_in/dt = s_CBF / second                                                             : init=1, min=0.01

    I_CMRO2 = sum(I_CMRO2)                                                                : init=0
    ds_CMRO2/dt = (phi_CMRO2 * I_CMRO2 * gamma_CMRO2 / gamma_CBF
                   - kappa_CMRO2 * s_CMRO2 - gamma_CMRO2 * (r - 1)) / second              : init=0
    dr/dt = s_CMRO2 / second                                                              : init=1, min=0.01

    dv = f_in - v**(1 / alpha)
    tau_out = if dv > 0: tau_out1 else: tau_out2
    f_out = v**(1 / alpha) + tau_out * dv / (tau + tau_out)                               : init=1, min=0.01
    dq/dt = (r - (q / v) * f_out) / (second * tau)                                        : init=1, min=0.01
    dv/dt = dv / (tau + tau_out) / second                                                 : init=1, min=0.01
    {REVISED}
    {NON_LINEAR}
"""


class balloon_two_inputs(BoldModel):
    """The balloon model in which blood flow and the metabolic rate of oxygen have inputs of their own.

        ds_CBF/dt = phi_CBF I_CBF - kappa_CBF s_CBF - gamma_CBF (f_in - 1)
        df_in/dt = s_CBF
        ds_CMRO2/dt = phi_CMRO2 I_CMRO2 gamma_CMRO2 / gamma_CBF - kappa_CMRO2 s_CMRO2 - gamma_CMRO2 (r - 1)
        dr/dt = s_CMRO2
        f_out = v^(1 / alpha) + tau_out (f_in - v^(1 / alpha)) / (tau + tau_out)
        tau dq/dt = r - (q / v) f_out
        (tau + tau_out) dv/dt = f_in - v^(1 / alpha)

    tau_out is tau_out1 while the balloon inflates, tau_out2 while it deflates. The signal is that of `balloon_RN`. Here
    r is the metabolic rate of oxygen (CMRO2), relative to rest.

    Args:
        kappa_CBF, kappa_CMRO2: decay of the two signals, 1/s.
        gamma_CBF, gamma_CMRO2: feedback of flow and metabolic rate on them, 1/s^2.
        phi_CBF, phi_CMRO2: gains of the inputs.
        E_0, tau, alpha, V_0, v_0, TE, epsilon, r_0: see `balloon_RN`.
        tau_out1, tau_out2: viscoelastic time constants of the inflating and of the deflating balloon, s.

    References:
        O. Maith, H. U. Dinkelbach, J. Baladron, J. Vitay, F. H. Hamker, "BOLD monitoring in the neural simulator
        ANNarchy", Frontiers in Neuroinformatics 16, 2022, doi:10.3389/fninf.2022.790966.

        R. B. Buxton, K. Uludag, D. J. Dubowitz, T. T. Liu, "Modeling the hemodynamic response to brain activation",
        NeuroImage 23, S220-S233, 2004, doi:10.1016/j.neuroimage.2004.07.013.
    """

    def __init__(  # noqa: PLR0913 - the parameters of the model
        self,
        kappa_CBF: float = 0.7650920556760059,
        gamma_CBF: float = 1 / 2.46,
        kappa_CMRO2: float = 4.032389192727559,
        gamma_CMRO2: float = 10 / 2.46,
        phi_CBF: float = 1.0,
        phi_CMRO2: float = 1.0,
        E_0: float = 0.34,
        tau: float = 0.98,
        alpha: float = 0.33,
        V_0: float = 0.02,
        v_0: float = 40.3,
        TE: float = 40 / 1000.0,
        epsilon: float = 1.0,
        r_0: float = 25.0,
        tau_out1: float = 0.0,
        tau_out2: float = 20.0,
        second: float = 1000.0,
    ) -> None:
        values = own_arguments(locals())
        description = "BOLD by a balloon model with inputs to blood flow and to the consumption of oxygen."
        super().__init__(
            parameter_block(values), EQUATIONS, ("I_CBF", "I_CMRO2"), "BOLD", "balloon_two_inputs", description
        )
