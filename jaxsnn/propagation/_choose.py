"""Which kernel a projection uses: one pure function, whose answer can be printed and overridden."""

from collections.abc import Callable
from dataclasses import dataclass

from ..connectivity import Ranks
from ..errors import ArgumentError, did_you_mean
from ..surrogates import Surrogate
from ._dense import Kernel, plain, product
from ._event import event


@dataclass(frozen=True)
class Algorithm:
    """A way to carry spikes through weights.

    Args:
        name: what `kernel=` accepts.
        build: returns the kernel for two sides and a surrogate.
        uses_one_core: whether replicas may share out the cores of a CPU among them.
    """

    name: str
    build: Callable[[Ranks, Ranks, Surrogate], Kernel]
    uses_one_core: bool


EVENT = Algorithm("event", event, uses_one_core=True)
PLAIN = Algorithm("plain", plain, uses_one_core=True)
PRODUCT = Algorithm("product", product, uses_one_core=False)
RATES = Algorithm("weighted sum", plain, uses_one_core=False)  # of a rate-coded projection; `build` is never asked
KNOWN = {a.name: a for a in (EVENT, PLAIN, PRODUCT)}


@dataclass(frozen=True)
class Choice:
    """An algorithm and why it was taken."""

    algorithm: Algorithm
    reason: str


def choose(platform: str, n_pre: int, n_post: int, batch: int = 1, requested: str | None = None) -> Choice:
    """Choose the kernel of a dense projection.

    Args:
        platform: `cpu`, `gpu` or `tpu`.
        n_pre, n_post: shape of the weights.
        batch: how many stimuli share one weight matrix in a call.
        requested: a name to use whatever the rest says.

    Raises:
        ArgumentError: no kernel has the requested name.

    Example:
        >>> choose("cpu", 800, 1000).algorithm.name
        'event'
        >>> choose("gpu", 800, 1000).reason
        'a gpu runs one dense product faster than a loop over spikes'
    """
    if requested is not None:
        if requested not in KNOWN:
            raise ArgumentError(f"unknown kernel `{requested}`.{did_you_mean(str(requested), KNOWN)}")
        return Choice(KNOWN[requested], "asked for")
    if platform != "cpu":
        return Choice(PRODUCT, f"a {platform} runs one dense product faster than a loop over spikes")
    if batch >= BATCH_FOR_PRODUCT:
        return Choice(PRODUCT, f"{batch} stimuli share {n_pre} x {n_post} weights")
    return Choice(EVENT, "on a CPU, rows of neurons that spiked cost less than the whole matrix")


BATCH_FOR_PRODUCT = 32
