"""The balloon model of Maith et al. (2021), with the constants of a study of the basal ganglia."""

from ...models import own_arguments
from ._balloon import NON_LINEAR, single_input
from ._bold_model import BoldModel

COEFFICIENTS = """
    k_1 = 7 * E_0
    k_2 = 2
    k_3 = 2 * E_0 - 0.2
"""


class balloon_maith2021(BoldModel):
    """The balloon model with the coefficients of Friston et al. (2000), as Maith et al. (2021) used it.

        k_1 = 7 E_0,  k_2 = 2,  k_3 = 2 E_0 - 0.2

    All else is as in `balloon_CN`.

    Args:
        phi, kappa, gamma, E_0, tau, alpha, V_0: see `balloon_CN`.

    Example:
        >>> from jaxsnn.extensions.bold import balloon_maith2021
        >>> balloon_maith2021()
        BOLD model `balloon_maith2021`: I_CBF -> BOLD

    References:
        O. Maith, F. Villagrasa Escudero, H. U. Dinkelbach, J. Baladron, A. Horn, F. Irmen, A. A. Kuehn, F. H. Hamker,
        "A computational model-based analysis of basal ganglia pathway changes in Parkinson's disease inferred from
        resting-state fMRI", European Journal of Neuroscience 53, 2278-2295, 2021, doi:10.1111/ejn.14868.

        K. J. Friston, A. Mechelli, R. Turner, C. J. Price, "Nonlinear responses in fMRI: the balloon model, Volterra
        kernels, and other hemodynamics", NeuroImage 12(4), 466-477, 2000, doi:10.1006/nimg.2000.0630.
    """

    def __init__(
        self,
        phi: float = 1.0,
        kappa: float = 0.665,
        gamma: float = 0.412,
        E_0: float = 0.3424,
        tau: float = 1.0368,
        alpha: float = 0.3215,
        V_0: float = 0.02,
    ) -> None:
        values = own_arguments(locals())
        description = "BOLD by a balloon model with the coefficients of Friston et al. (2000)."
        super().__init__(*single_input(values, COEFFICIENTS, NON_LINEAR, "balloon_maith2021", description))
