"""The four balloon models of Stephan et al. (2007): coefficients classic or revised, signal linear or not."""

from ...models import own_arguments
from ._balloon import CLASSIC, LINEAR, NON_LINEAR, REVISED, single_input
from ._bold_model import BoldModel


class balloon_CN(BoldModel):
    """The balloon model with classic coefficients and a non-linear BOLD equation.

        ds/dt = phi I_CBF - kappa s - gamma (f_in - 1)
        df_in/dt = s
        E = 1 - (1 - E_0)^(1 / f_in)
        tau dq/dt = f_in E / E_0 - (q / v) f_out
        tau dv/dt = f_in - f_out
        f_out = v^(1 / alpha)
        BOLD = V_0 (k_1 (1 - q) + k_2 (1 - q / v) + k_3 (1 - v))
        k_1 = (1 - V_0) 4.3 v_0 E_0 TE,  k_2 = 2 E_0,  k_3 = 1 - epsilon

    All parameters can be assigned through the monitor, and fitted. The equations advance by explicit Euler.

    Args:
        phi: gain of the input.
        kappa: decay of the vasodilatory signal s, 1/s.
        gamma: feedback of the blood flow f_in on s, 1/s.
        E_0: fraction of oxygen that is extracted at rest.
        tau: time constant of the balloon, s.
        alpha: stiffness of the vessels (Grubb's exponent).
        V_0: volume fraction of blood at rest.
        v_0: frequency offset at the surface of magnetised vessels, 1/s.
        TE: echo time, s.
        epsilon: ratio of the signals inside and outside of vessels.

    References:
        K. E. Stephan, N. Weiskopf, P. M. Drysdale, P. A. Robinson, K. J. Friston, "Comparing hemodynamic models with
        DCM", NeuroImage 38(3), 387-401, 2007, doi:10.1016/j.neuroimage.2007.07.040.

        R. B. Buxton, E. C. Wong, L. R. Frank, "Dynamics of blood flow and oxygenation changes during brain activation:
        the balloon model", Magnetic Resonance in Medicine 39, 855-864, 1998, doi:10.1002/mrm.1910390602.
    """

    def __init__(  # noqa: PLR0913 - the parameters of the model
        self,
        phi: float = 1.0,
        kappa: float = 1 / 1.54,
        gamma: float = 1 / 2.46,
        E_0: float = 0.34,
        tau: float = 0.98,
        alpha: float = 0.33,
        V_0: float = 0.02,
        v_0: float = 40.3,
        TE: float = 40 / 1000.0,
        epsilon: float = 1.43,
    ) -> None:
        values = own_arguments(locals())
        description = "BOLD by a balloon model with classic coefficients and a non-linear signal."
        super().__init__(*single_input(values, CLASSIC, NON_LINEAR, "balloon_CN", description))


class balloon_CL(BoldModel):
    """The balloon model with classic coefficients and a linear BOLD equation.

        BOLD = V_0 ((k_1 + k_2) (1 - q) + (k_3 - k_2) (1 - v))

    All else is as in `balloon_CN`: equations, arguments, references.
    """

    def __init__(  # noqa: PLR0913 - the parameters of the model
        self,
        phi: float = 1.0,
        kappa: float = 1 / 1.54,
        gamma: float = 1 / 2.46,
        E_0: float = 0.34,
        tau: float = 0.98,
        alpha: float = 0.33,
        V_0: float = 0.02,
        v_0: float = 40.3,
        TE: float = 40 / 1000.0,
        epsilon: float = 1.43,
    ) -> None:
        values = own_arguments(locals())
        description = "BOLD by a balloon model with classic coefficients and a linear signal."
        super().__init__(*single_input(values, CLASSIC, LINEAR, "balloon_CL", description))


class balloon_RN(BoldModel):
    """The balloon model with revised coefficients and a non-linear BOLD equation, which monitors take by default.

        k_1 = 4.3 v_0 E_0 TE,  k_2 = epsilon r_0 E_0 TE,  k_3 = 1 - epsilon

    All else is as in `balloon_CN`: equations, arguments, references.

    Args:
        phi, kappa, gamma, E_0, tau, alpha, V_0, v_0, TE, epsilon: see `balloon_CN`.
        r_0: slope of the relaxation rate inside of vessels over oxygen saturation, 1/s.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.extensions.bold import BoldMonitor, balloon_RN
        >>> net = snn.Network()
        >>> P = net.create(snn.inputs.InputArray(5), name="P")
        >>> m = BoldMonitor(P, balloon_RN(kappa=0.7), start=True)
        >>> _ = net.compile()
        >>> P.r = 1.0
        >>> net.simulate(2000.0)
        >>> round(100.0 * float(m.get("BOLD").max()), 2)
        1.37
    """

    def __init__(  # noqa: PLR0913 - the parameters of the model
        self,
        phi: float = 1.0,
        kappa: float = 1 / 1.54,
        gamma: float = 1 / 2.46,
        E_0: float = 0.34,
        tau: float = 0.98,
        alpha: float = 0.33,
        V_0: float = 0.02,
        v_0: float = 40.3,
        TE: float = 40 / 1000.0,
        epsilon: float = 1.43,
        r_0: float = 25.0,
    ) -> None:
        values = own_arguments(locals())
        description = "BOLD by a balloon model with revised coefficients and a non-linear signal."
        super().__init__(*single_input(values, REVISED, NON_LINEAR, "balloon_RN", description))


class balloon_RL(BoldModel):
    """The balloon model with revised coefficients and a linear BOLD equation.

        BOLD = V_0 ((k_1 + k_2) (1 - q) + (k_3 - k_2) (1 - v))

    All else is as in `balloon_RN`: equations, arguments, references.

    Args:
        phi, kappa, gamma, E_0, tau, alpha, V_0, v_0, TE, epsilon, r_0: see `balloon_RN`.
        annarchy_units: take the time constant tau of the balloon in ms, as ANNarchy 4.8 does in this model alone. The
            balloon is then a thousand times faster than that of the paper.
    """

    def __init__(  # noqa: PLR0913 - the parameters of the model
        self,
        phi: float = 1.0,
        kappa: float = 1 / 1.54,
        gamma: float = 1 / 2.46,
        E_0: float = 0.34,
        tau: float = 0.98,
        alpha: float = 0.33,
        V_0: float = 0.02,
        v_0: float = 40.3,
        TE: float = 40 / 1000.0,
        epsilon: float = 1.43,
        r_0: float = 25.0,
        annarchy_units: bool = False,
    ) -> None:
        values = own_arguments(locals())
        description = "BOLD by a balloon model with revised coefficients and a linear signal."
        unit = "1.0" if annarchy_units else "second"
        super().__init__(*single_input(values, REVISED, LINEAR, "balloon_RL", description, unit))
