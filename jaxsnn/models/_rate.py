"""Rate-coded neurons."""

from ..arguments import text
from ._building_blocks import parameter_block
from ._neuron import Neuron


class LeakyIntegrator(Neuron):
    """The rate-coded neuron that integrates its inputs and rectifies.

        tau dv/dt + v = sum + B + noise
        r = max(v - T, 0)

    Integrated by the exponential method: exact while the input is constant during a step.

    Args:
        tau: time constant, ms; one value per population.
        B: baseline, added to the inputs.
        T: threshold of the firing rate r; one value per population.
        sum: how inputs enter, an expression of `sum(target)`.
        noise: expression that is added to the inputs, such as `"Uniform(-0.1, 0.1)"`; None for no noise.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.models import LeakyIntegrator
        >>> net = snn.Network(dt=1.0, seed=0)
        >>> P = net.create(3, LeakyIntegrator(tau=20.0, T=0.2), name="P")
        >>> P.B = [0.1, 0.5, 1.0]
        >>> M = net.monitor(P, "r")
        >>> _ = net.compile()
        >>> net.simulate(100.0)
        >>> axes = M.plot("r")
        >>> [round(float(r), 2) for r in M.get("r")[-1]]
        [0.0, 0.3, 0.79]

    References:
        J. Vitay, H. U. Dinkelbach, F. H. Hamker, "ANNarchy: a code generation approach to neural simulations on
        parallel hardware", Frontiers in Neuroinformatics 9, 2015, doi:10.3389/fninf.2015.00019.
    """

    def __init__(
        self,
        tau: float = 10.0,
        B: float = 0.0,
        T: float = 0.0,
        sum: str = "sum(exc) - sum(inh)",
        noise: str | None = None,
    ) -> None:
        sum, noise = text(sum, "sum"), None if noise is None else text(noise, "noise")
        drive = f"{sum} + B" if noise is None else f"{sum} + B + {noise}"
        super().__init__(
            name="LeakyIntegrator",
            description="Rate-coded neuron that integrates its inputs, with a linear rectifier.",
            parameters=parameter_block({"tau": tau, "B": B, "T": T}, shared=["tau", "T"]),
            equations=f"""
                tau * dv/dt + v = {drive} : exponential
                r = pos(v - T)
            """,
        )
