"""Which kernel carries the spikes of a projection: one pure function, whose answer can be printed and overridden."""

from collections.abc import Callable
from dataclasses import dataclass

from ..connectivity import KernelView, Side
from ..errors import ArgumentError, did_you_mean
from ..surrogates import Surrogate
from ._convolution import Convolution
from ._cost import Load, costs
from ._event_kernel import event
from ._gather_kernel import gather
from ._plain_kernel import product, reference
from ._rule import Kernel, Rule
from ._scatter_kernel import scatter


@dataclass(frozen=True)
class Algorithm:
    """A way to let spikes happen at synapses.

    Args:
        name: what `kernel=` accepts.
        build: returns the kernel for a storage form, the side that spikes, a rule and a surrogate.
        uses_one_core: whether replicas may share out the cores of a CPU among them.
    """

    name: str
    build: Callable[[KernelView, Side, Rule, Surrogate], Kernel]
    uses_one_core: bool


EVENT = Algorithm("event", event, uses_one_core=True)
PLAIN = Algorithm("plain", reference, uses_one_core=True)
PRODUCT = Algorithm("product", product, uses_one_core=False)
GATHER = Algorithm("gather", gather, uses_one_core=True)
SCATTER = Algorithm("scatter", scatter, uses_one_core=True)
KNOWN = {a.name: a for a in (EVENT, PLAIN, PRODUCT, GATHER, SCATTER)}


@dataclass(frozen=True)
class Choice:
    """An algorithm and why it was taken."""

    algorithm: Algorithm
    reason: str


def choose(
    platform: str,
    load: Load,
    *,
    is_dense: bool | None,
    by: Side | None = None,
    adds: bool = True,
    requested: str | None = None,
) -> Choice:
    """Choose the kernel of a projection.

    Args:
        platform: `cpu`, `gpu` or `tpu`.
        load: its size, and how many stimuli share its weights in a call.
        is_dense: whether there is a place for every pair; None where the kernel decides how synapses are stored.
        by: whose neurons have the rows, where this is decided.
        adds: whether the contributions of spikes add up.
        requested: a name to use whatever the rest says.

    Raises:
        ArgumentError: no kernel has the requested name.

    Example:
        >>> choose("cpu", Load((800, 1000)), is_dense=True).algorithm.name
        'event'
        >>> choose("gpu", Load((800, 1000)), is_dense=True).algorithm.name
        'product'
        >>> choose("gpu", Load((40_000, 40_000), width=80, depth=80), is_dense=None).reason
        'on a gpu, of product 3.2e+03, gather 28.8, scatter 4 us a step (estimates)'
    """
    if requested is not None:
        return _requested(requested, is_dense, by, adds)
    if platform != "cpu":
        return _on_accelerator(platform, load, is_dense, by, adds)
    if load.batch >= BATCH_FOR_PRODUCT and is_dense and adds:
        return Choice(PRODUCT, f"{load.batch} stimuli share {load.shape[0]} x {load.shape[1]} weights")
    return Choice(EVENT, "on a CPU, synapses of neurons that spiked cost less than all of them")


def _requested(name: str, is_dense: bool | None, by: Side | None, adds: bool) -> Choice:
    """Return the kernel that was asked for, or the plain path where it cannot do this."""
    if name not in KNOWN:
        raise ArgumentError(f"unknown kernel `{name}`.{did_you_mean(str(name), KNOWN)}")
    algorithm = KNOWN[name]
    if algorithm in NEEDS and not adds:
        return Choice(PLAIN, f"a {name} needs contributions that add up")
    if algorithm in NEEDS and not _fits(algorithm, is_dense, by):
        return Choice(PLAIN, f"a {name} needs {NEEDS[algorithm]}")
    return Choice(algorithm, "asked for")


def _on_accelerator(platform: str, load: Load, is_dense: bool | None, by: Side | None, adds: bool) -> Choice:
    """Return the kernel that is estimated to be the fastest of those that can do this; none of them walks."""
    if not adds:
        return Choice(PLAIN, "arrivals that do not add up follow each other, by rank")
    found = costs(platform, load)
    able = [name for name in found if _fits(KNOWN[name], is_dense, by) and not (is_dense and name == SCATTER.name)]
    if not able:
        return Choice(PLAIN, f"the only one on a {platform} for this form")
    said = ", ".join(f"{name} {cost / 1000.0:.3g}" for name, cost in found.items())
    return Choice(KNOWN[min(able, key=found.__getitem__)], f"on a {platform}, of {said} us a step (estimates)")


def _fits(algorithm: Algorithm, is_dense: bool | None, by: Side | None) -> bool:
    """Tell whether a kernel can use a form; one that is not decided can become what it needs."""
    if algorithm is PRODUCT:
        return is_dense is not False
    if algorithm is GATHER:
        return not is_dense and by is not Side.PRE
    return by is not Side.POST


NEEDS = {
    PRODUCT: "a dense matrix",
    GATHER: "rows of post-synaptic neurons",
    SCATTER: "rows of pre-synaptic neurons",
}


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
