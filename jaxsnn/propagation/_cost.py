"""What a step through the synapses of a projection takes on an accelerator: estimates, by which a kernel is chosen.

They count bytes, random accesses and operations, at the speeds below. These are data sheets and orders of magnitude,
not measurements: no accelerator was at hand. `kernel=` overrides what follows from them, and `docs/performance.md` says
how to measure.
"""

from dataclasses import dataclass

from ._scatter_kernel import capacity_of


@dataclass(frozen=True)
class Speeds:
    """How fast an accelerator is; all per nanosecond.

    Args:
        bytes: read from memory in order.
        reads: of single numbers at random places of a small array.
        additions: of single numbers to random places of a small array (atomic on a GPU, in sequence on a TPU).
        products: multiplications with an addition, in a matrix product of full single precision.
        tests: instructions of a parallel loop that finds nothing to do.
        launch: ns below which no kernel gets.
        branch: ns that a branch takes whose predicate is computed.
    """

    bytes: float
    reads: float
    additions: float
    products: float
    tests: float
    launch: float = 4_000.0
    branch: float = 0.0


SPEEDS = {
    # An A100 or H100: 2 to 3 TB/s, 20 to 60 TFLOP/s; a branch waits for the host.
    "gpu": Speeds(2000.0, 200.0, 200.0, 10_000.0, 1000.0, branch=20_000.0),
    # A TPU v5e: 0.8 TB/s, 197 TFLOP/s of bfloat16, of which full single precision takes six passes. No atomics.
    "tpu": Speeds(800.0, 1.0, 0.2, 15_000.0, 0.2),
}
ACTIVE = 0.02  # assumed share of the neurons that spike in a step: 20 Hz at dt = 1 ms


@dataclass(frozen=True)
class Load:
    """What there is to move in a step.

    Args:
        shape: numbers of pre- and post-synaptic neurons.
        width: the most synapses of a pre-synaptic neuron; None for one to each post-synaptic neuron.
        depth: the most synapses of a post-synaptic neuron; None for one from each pre-synaptic neuron.
        batch: how many stimuli share the weights.
        itemsize: bytes of a number.
    """

    shape: tuple[int, int]
    width: int | None = None
    depth: int | None = None
    batch: int = 1
    itemsize: int = 4

    @property
    def by_pre(self) -> tuple[int, int]:
        """Numbers of rows of pre-synaptic neurons, and of places in each."""
        return self.shape[0], self.shape[1] if self.width is None else self.width

    @property
    def by_post(self) -> tuple[int, int]:
        """Numbers of rows of post-synaptic neurons, and of places in each."""
        return self.shape[1], self.shape[0] if self.depth is None else self.depth


def product_cost(load: Load, at: Speeds) -> float:
    """Return the ns of a matrix product: all weights once, an operation for each of them and each stimulus."""
    cells = load.shape[0] * load.shape[1]
    return max(at.launch, cells * load.itemsize / at.bytes, cells * load.batch / at.products)


def gather_cost(load: Load, at: Speeds) -> float:
    """Return the ns of a gather: weights and ranks once, a random read of a spike for each and each stimulus."""
    places = load.by_post[0] * load.by_post[1]
    return max(at.launch, places * ((load.itemsize + 4) / at.bytes + load.batch / at.reads))


def scatter_cost(load: Load, at: Speeds) -> float:
    """Return the ns of a scatter: a test of every synapse, or a list, then memory and additions for active ones."""
    size, width = load.by_pre
    listed = capacity_of(load.by_pre)
    search = listed * width * load.batch / at.tests
    if listed < size:
        search += at.branch + size * load.batch / at.additions
    active = ACTIVE * size * width * load.batch
    return max(at.launch, search + active * ((load.itemsize + 4) / at.bytes + 1.0 / at.additions))
