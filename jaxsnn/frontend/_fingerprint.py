"""The fingerprint of a network: the same for the same bits, however they came about."""

from ..simulation import fingerprint_of
from ._core import Core, HasCore


def fingerprint(network: HasCore) -> str:
    """Return the fingerprint of this moment, a SHA-256 of 64 hexadecimal digits: equal for equal bits of everything.

    It covers the description, seed, precision, platform, versions of jaxsnn, JAX, jaxlib and NumPy, and all numbers of
    the network; see `jaxsnn.fingerprint`. Recordings do not count. Files of `save` hold it, and so do exports to other
    programs. That of a replica is the same alone and among others. A single network of its seed runs another program,
    whose numbers may differ in the last bit.

    Raises:
        StateError: the network is not compiled.

    Example:
        >>> import jaxsnn as snn
        >>> def described():
        ...     net = snn.Network(dt=1.0, seed=1)
        ...     _ = net.create(10, snn.Izhikevich(noise=5.0), name="P")
        ...     _ = net.compile()
        ...     return net
        >>> one, other = described(), described()
        >>> one.simulate(50.0)
        >>> other.simulate(20.0)
        >>> one.fingerprint() == other.fingerprint()
        False
        >>> other.simulate(30.0)
        >>> one.fingerprint() == other.fingerprint()
        True
    """
    network._core.check_compiled("fingerprint()")
    return of_core(network._core)


def of_core(core: Core) -> str:
    """Return the fingerprint of a compiled network."""
    moment = core.arrays.whole
    return fingerprint_of(core.compiled, moment.params, moment.state)
