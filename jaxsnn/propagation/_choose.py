"""Which kernel carries the spikes of a projection: pure functions, whose answer can be printed and overridden."""

from dataclasses import dataclass

from ..connectivity import DENSE, Side
from ..errors import ArgumentError, did_you_mean
from ._algorithm import EVENT, GATHER, KNOWN, PLAIN, PRODUCT, Algorithm, costs
from ._convolution import Convolution
from ._cost import Load

BATCH_FOR_PRODUCT = 32  # stimuli from which on a CPU multiplies a dense matrix faster than it walks their spikes
MOST_PATCH_BYTES = 64 * 2**20  # of all windows of a convolution, up to which they are copied for a product


@dataclass(frozen=True)
class KernelChoice:
    """The kernel of a projection.

    Args:
        algorithm: what carries its spikes.
        reason: why, for `summary()`.
    """

    algorithm: Algorithm
    reason: str


def choose(
    platform: str,
    load: Load,
    *,
    storage: str | None,
    by: Side | None = None,
    adds: bool = True,
    requested: str | None = None,
) -> KernelChoice:
    """Choose the kernel of a projection.

    Args:
        platform: `cpu`, `gpu` or `tpu`.
        load: its size, and how many stimuli share its weights in a call.
        storage: name of its storage form; None where the kernel decides how synapses are stored.
        by: whose neurons have the rows; None where the kernel decides.
        adds: whether the contributions of spikes add up.
        requested: name of a kernel to use whatever the rest says.

    Raises:
        ArgumentError: no kernel has the requested name.

    Example:
        >>> choose("cpu", Load((800, 1000)), storage="dense").algorithm.name
        'event'
        >>> choose("gpu", Load((800, 1000)), storage="dense").algorithm.name
        'product'
        >>> choose("gpu", Load((40_000, 40_000), width=80, depth=80), storage=None).reason
        'on a gpu, of product 3.2e+03, gather 28.8, scatter 4 us a step (estimates)'
    """
    if requested is not None:
        return _requested(requested, storage, by, adds)
    if platform != "cpu":
        return _on_accelerator(platform, load, storage, by, adds)
    if load.batch >= BATCH_FOR_PRODUCT and storage == DENSE and adds:
        return KernelChoice(PRODUCT, f"{load.batch} stimuli share {load.shape[0]} x {load.shape[1]} weights")
    return KernelChoice(EVENT, "on a CPU, synapses of neurons that spiked cost less than all of them")


def _requested(name: str, storage: str | None, by: Side | None, adds: bool) -> KernelChoice:
    """Return the kernel that was asked for, or the plain path where it cannot do this."""
    if name not in KNOWN:
        raise ArgumentError(f"unknown kernel `{name}`.{did_you_mean(str(name), KNOWN)}")
    algorithm = KNOWN[name]
    if algorithm.needs_sums and not adds:
        return KernelChoice(PLAIN, f"a {name} needs contributions that add up")
    if not algorithm.runs_on(storage, by):
        return KernelChoice(PLAIN, f"a {name} needs {algorithm.need}")
    return KernelChoice(algorithm, "asked for")


def _on_accelerator(platform: str, load: Load, storage: str | None, by: Side | None, adds: bool) -> KernelChoice:
    """Return the kernel that is estimated to be the fastest of those that are made for this; none of them walks."""
    if not adds:
        return KernelChoice(PLAIN, "arrivals that do not add up follow each other, by rank")
    found = costs(platform, load)
    able = [name for name in found if KNOWN[name].is_made_for(storage, by)]
    if not able:
        return KernelChoice(PLAIN, f"the only one on a {platform} for this form")
    said = ", ".join(f"{name} {cost / 1000.0:.3g}" for name, cost in found.items())
    return KernelChoice(KNOWN[min(able, key=found.__getitem__)], f"on a {platform}, of {said} us a step (estimates)")


def choose_storage_of_rates(platform: str, load: Load, requested: str | None) -> str | None:
    """Return the name of the storage form of a projection that sends rates at every step: all weights take part.

    Args:
        platform: `cpu`, `gpu` or `tpu`.
        load: its size.
        requested: name of a kernel, of which `product` asks for a matrix; None for no wish.

    Returns:
        That of a matrix product or of a gather on an accelerator; None on a CPU, where the share of pairs decides.
    """
    if platform == "cpu":
        return PRODUCT.storage if requested == PRODUCT.name else None
    found = costs(platform, load)
    return min((PRODUCT, GATHER), key=lambda algorithm: found[algorithm.name]).storage


def choose_correlation(
    platform: str, description: Convolution, itemsize: int, requested: str | None = None
) -> KernelChoice:
    """Choose how filters are applied: XLA's convolution, or a matrix product of all windows.

    Args:
        platform: `cpu`, `gpu` or `tpu`.
        description: of the convolution.
        itemsize: bytes of a number.
        requested: `product`, or the name of another kernel for XLA's convolution.
    """
    if requested is not None:
        return KernelChoice(PRODUCT if requested == PRODUCT.name else PLAIN, "asked for")
    windows, places = description.windows.shape
    small = windows * places * itemsize <= MOST_PATCH_BYTES
    if platform == "cpu" and itemsize < 8 and small:
        return KernelChoice(PRODUCT, "on a CPU, in single precision, a product of all windows is faster")
    return KernelChoice(PLAIN, "XLA's convolution")
