"""The kernels by name: what each needs of the synapses, what may be made of it, and what it costs."""

from collections.abc import Callable
from dataclasses import dataclass

from ..connectivity import DENSE, ROWS, KernelView, Side
from ..surrogates import Surrogate
from ._cost import SPEEDS, Load, Speeds, gather_cost, product_cost, scatter_cost
from ._event_kernel import event
from ._gather_kernel import gather
from ._plain_kernel import product, reference
from ._rule import Kernel, Rule
from ._scatter_kernel import scatter


@dataclass(frozen=True, kw_only=True)
class Algorithm:
    """A way to let spikes happen at synapses. Everything that others must know of a kernel is a field of it.

    Args:
        name: what `kernel=` accepts.
        build: returns the kernel for synapses as kernels see them, the side that spikes, a rule and a surrogate.
        storage: name of the storage form that it is made for; None where any will do.
        rows_by: the side whose neurons must have the rows of places; None where either will do.
        runs_on_any_storage: whether it also runs on another form than its own, if it is asked for by name.
        needs_sums: whether contributions of spikes must add up.
        walks_spikes: whether it reads spikes as packed words, not as flags.
        hides_values: whether on every platform, not on a CPU alone, it needs the counter of the calling loop, which
            hides values from the compiler so that they are computed once.
        is_matrix_product: whether on a matrix of weights it is one product, which may leave the loop over time.
        has_sparse_gradient: whether its backward pass can visit only neurons that spiked or could have.
        uses_one_core: whether replicas may share out the cores of a CPU among them.
        cost: estimates the ns of a step on an accelerator; None where it is never the choice there.
    """

    name: str
    build: Callable[[KernelView, Side, Rule, Surrogate], Kernel]
    storage: str | None = None
    rows_by: Side | None = None
    runs_on_any_storage: bool = False
    needs_sums: bool = False
    walks_spikes: bool = False
    hides_values: bool = False
    is_matrix_product: bool = False
    has_sparse_gradient: bool = False
    uses_one_core: bool = True
    cost: Callable[[Load, Speeds], float] | None = None

    @property
    def need(self) -> str:
        """What it needs of the storage of synapses, in words."""
        return f"a {self.storage} matrix" if self.rows_by is None else f"rows of {self.rows_by.value}-synaptic neurons"

    def is_made_for(self, storage: str | None, by: Side | None) -> bool:
        """Tell whether synapses are stored as this kernel wants them, or can become so while that is not decided.

        Args:
            storage: name of the storage form; None where it is not decided.
            by: whose neurons have the rows; None where it is not decided.
        """
        return (self.storage is None or storage in (None, self.storage)) and self._finds_rows(by)

    def runs_on(self, storage: str | None, by: Side | None) -> bool:
        """Tell whether this kernel can use synapses that are stored so; arguments as for `is_made_for`."""
        return self._finds_rows(by) if self.runs_on_any_storage else self.is_made_for(storage, by)

    def _finds_rows(self, by: Side | None) -> bool:
        return self.rows_by is None or by in (None, self.rows_by)


EVENT = Algorithm(name="event", build=event, walks_spikes=True, hides_values=True, has_sparse_gradient=True)
PLAIN = Algorithm(name="plain", build=reference)
PRODUCT = Algorithm(
    name="product",
    build=product,
    storage=DENSE,
    needs_sums=True,
    is_matrix_product=True,
    uses_one_core=False,  # XLA computes matrix products on all cores
    cost=product_cost,
)
GATHER = Algorithm(name="gather", build=gather, storage=ROWS, rows_by=Side.POST, needs_sums=True, cost=gather_cost)
SCATTER = Algorithm(
    name="scatter",
    build=scatter,
    storage=ROWS,
    rows_by=Side.PRE,
    runs_on_any_storage=True,
    needs_sums=True,
    cost=scatter_cost,
)
KNOWN = {a.name: a for a in (EVENT, PLAIN, PRODUCT, GATHER, SCATTER)}


def costs(platform: str, load: Load) -> dict[str, float]:
    """Return what a step takes on an accelerator, ns, by the name of the kernel.

    Args:
        platform: `gpu` or `tpu`; another one is taken for a GPU.
        load: what there is to move.

    Example:
        >>> found = costs("gpu", Load((20_000, 20_000), width=100, depth=100))
        >>> min(found, key=found.get)
        'scatter'
    """
    at = SPEEDS.get(platform, SPEEDS["gpu"])
    return {a.name: a.cost(load, at) for a in KNOWN.values() if a.cost is not None}
