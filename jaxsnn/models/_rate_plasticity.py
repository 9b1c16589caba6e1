"""Plasticity of rate-coded synapses: Hebb, Oja, Bienenstock-Cooper-Munro."""

from ._building_blocks import parameter_block
from ._synapse import Synapse


class Hebb(Synapse):
    """The Hebbian rule: what fires together wires together, without a limit.

        dw/dt = eta * pre.r * post.r, w >= 0

    Args:
        eta: learning rate, per ms and unit of the rates; one value per projection.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network()
        >>> pre = net.create(snn.inputs.InputArray(2), name="pre")
        >>> pre.r = [1.0, 0.1]
        >>> post = net.create(1, snn.Neuron(equations="r = sum(exc)"), name="post")
        >>> proj = net.connect(pre, post, target="exc", synapse=snn.Hebb(eta=0.001)).all_to_all(weights=0.5)
        >>> _ = net.compile()
        >>> net.simulate(100.0)
        >>> proj.w[0][0] > proj.w[0][1] > 0.5
        True

    References:
        D. O. Hebb, "The Organization of Behavior", Wiley, 1949; W. Gerstner, W. M. Kistler, "Mathematical formulations
        of Hebbian learning", Biological Cybernetics 87, 2002, doi:10.1007/s00422-002-0353-y.
    """

    def __init__(self, eta: float = 0.01) -> None:
        super().__init__(
            name="Hebb",
            description="Hebbian plasticity.",
            parameters=parameter_block({"eta": eta}, shared=["eta"], flag="projection"),
            equations="dw/dt = eta * pre.r * post.r : min = 0.0, explicit",
        )


class Oja(Synapse):
    """The rule of Oja: Hebbian learning whose decay keeps the sum of the squared weights of a neuron bounded.

        dw/dt = eta * (pre.r * post.r - alpha * post.r^2 * w), w >= 0

    Args:
        eta: learning rate; one value per projection.
        alpha: strength of the decay; one value per projection.

    Example:
        >>> import jaxsnn as snn
        >>> snn.Oja(alpha=2.0).analysed.is_plastic
        True

    References:
        E. Oja, "A simplified neuron model as a principal component analyzer", Journal of Mathematical Biology 15, 1982,
        doi:10.1007/BF00275687.
    """

    def __init__(self, eta: float = 0.01, alpha: float = 1.0) -> None:
        super().__init__(
            name="Oja",
            description="Hebbian plasticity with a regularisation.",
            parameters=parameter_block({"eta": eta, "alpha": alpha}, shared=["eta", "alpha"], flag="projection"),
            equations="dw/dt = eta * (pre.r * post.r - alpha * post.r^2 * w) : min = 0.0, explicit",
        )


class IBCM(Synapse):
    """The rule of Bienenstock, Cooper and Munro in the form of Intrator and Cooper, with a sliding threshold.

        tau dtheta/dt + theta = post.r^2, one theta per post-synaptic neuron
        dw/dt = eta * post.r * (post.r - theta) * pre.r, w >= 0

    Args:
        eta: learning rate; one value per projection.
        tau: time constant of the threshold theta, ms; one value per projection.

    Example:
        >>> import jaxsnn as snn
        >>> snn.IBCM().analysed.names
        ('eta', 'tau', 'theta', 'w')

    References:
        N. Intrator, L. N. Cooper, "Objective function formulation of the BCM theory of visual cortical plasticity",
        Neural Networks 5, 1992, doi:10.1016/S0893-6080(05)80003-6.
    """

    def __init__(self, eta: float = 0.01, tau: float = 2000.0) -> None:
        super().__init__(
            name="IBCM",
            description="Plasticity with a sliding threshold.",
            parameters=parameter_block({"eta": eta, "tau": tau}, shared=["eta", "tau"], flag="projection"),
            equations="""
                tau * dtheta/dt + theta = post.r^2 : postsynaptic, exponential
                dw/dt = eta * post.r * (post.r - theta) * pre.r : min = 0.0, explicit
            """,
        )
