"""Which kernel carries the spikes of a projection: one pure function, whose answer can be printed and overridden."""

from collections.abc import Callable
from dataclasses import dataclass

from ..connectivity import Form, Side
from ..errors import ArgumentError, did_you_mean
from ..surrogates import Surrogate
from ._convolution import Convolution
from ._event import event
from ._plain import ordered, plain, product
from ._rule import Kernel, Rule


@dataclass(frozen=True)
class Algorithm:
    """A way to let spikes happen at synapses.

    Args:
        name: what `kernel=` accepts.
        build: returns the kernel for a storage form, the side that spikes, a rule and a surrogate.
        uses_one_core: whether replicas may share out the cores of a CPU among them.
    """

    name: str
    build: Callable[[Form, Side, Rule, Surrogate], Kernel]
    uses_one_core: bool


def _plain(form: Form, side: Side, rule: Rule, surrogate: Surrogate) -> Kernel:
    return (plain if rule.adds else ordered)(form, side, rule, surrogate)


EVENT = Algorithm("event", event, uses_one_core=True)
PLAIN = Algorithm("plain", _plain, uses_one_core=True)
PRODUCT = Algorithm("product", product, uses_one_core=False)
KNOWN = {a.name: a for a in (EVENT, PLAIN, PRODUCT)}


@dataclass(frozen=True)
class Choice:
    """An algorithm and why it was taken."""

    algorithm: Algorithm
    reason: str


def choose(
    platform: str,
    shape: tuple[int, int],
    *,
    is_dense: bool,
    adds: bool = True,
    batch: int = 1,
    requested: str | None = None,
) -> Choice:
    """Choose the kernel of a projection.

    Args:
        platform: `cpu`, `gpu` or `tpu`.
        shape: numbers of pre- and post-synaptic neurons.
        is_dense: whether there is a place for every pair.
        adds: whether the contributions of spikes add up.
        batch: how many stimuli share one set of weights in a call.
        requested: a name to use whatever the rest says.

    Raises:
        ArgumentError: no kernel has the requested name, or it cannot do this.

    Example:
        >>> choose("cpu", (800, 1000), is_dense=True).algorithm.name
        'event'
        >>> choose("gpu", (800, 1000), is_dense=True).reason
        'a gpu runs one dense product faster than a loop over spikes'
    """
    as_product = is_dense and adds
    if requested is not None:
        if requested not in KNOWN:
            raise ArgumentError(f"unknown kernel `{requested}`.{did_you_mean(str(requested), KNOWN)}")
        if requested == PRODUCT.name and not as_product:
            why = "a dense matrix" if not is_dense else "contributions that add up"
            return Choice(PLAIN, f"a product needs {why}")
        return Choice(KNOWN[requested], "asked for")
    if platform != "cpu":
        if not as_product:
            return Choice(PLAIN, f"a {platform} runs all synapses at once faster than a loop over spikes")
        return Choice(PRODUCT, f"a {platform} runs one dense product faster than a loop over spikes")
    if batch >= BATCH_FOR_PRODUCT and as_product:
        return Choice(PRODUCT, f"{batch} stimuli share {shape[0]} x {shape[1]} weights")
    return Choice(EVENT, "on a CPU, synapses of neurons that spiked cost less than all of them")


def choose_correlation(platform: str, description: Convolution, itemsize: int, requested: str | None = None) -> Choice:
    """Choose how filters are applied: XLA's convolution, or a matrix product of all windows.

    Args:
        platform: `cpu`, `gpu` or `tpu`.
        description: of the convolution.
        itemsize: bytes of a number.
        requested: `product`, or the name of another kernel for XLA's convolution.
    """
    if requested is not None:
        return Choice(PRODUCT if requested == PRODUCT.name else PLAIN, "asked for")
    windows, places = description.windows.shape
    small = windows * places * itemsize <= MOST_PATCH_BYTES
    if platform == "cpu" and itemsize < 8 and small:
        return Choice(PRODUCT, "on a CPU, in single precision, a product of all windows is faster")
    return Choice(PLAIN, "XLA's convolution")


BATCH_FOR_PRODUCT = 32
MOST_PATCH_BYTES = 64 * 2**20
