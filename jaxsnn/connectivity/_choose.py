"""Which form stores a projection: one pure function, whose answer can be printed and overridden."""

from dataclasses import dataclass

from ..errors import ArgumentError, did_you_mean
from ._bounds import usual_most
from ._connector import Connector
from ._dense import DenseForm
from ._edges import Side
from ._ends import Ends
from ._form import Form
from ._rows import RowsForm

DENSE, ROWS = "dense", "rows"  # names that `storage=` accepts
FORMS = (DENSE, ROWS)


@dataclass(frozen=True)
class FormChoice:
    """The storage form of a projection.

    Args:
        form: how its synapses are stored.
        reason: why, for `summary()`.
    """

    form: Form
    reason: str


# What one synapse costs, ns, when it is reached: a cell of a dense row in a cache and beyond, a place of a sparse row.
DENSE_NEAR, DENSE_FAR, SPARSE = 0.1, 0.4, 2.5
# The same where an event changes variables of the synapse (STP, STDP): mostly arithmetic, done for empty cells too.
DENSE_CHANGED, SPARSE_CHANGED = 3.0, 6.5
NEAR_BYTES = 8 * 2**20  # a matrix of so many bytes is taken to stay in a cache
SEVERAL = "this connector may give several synapses to a pair of neurons"
MOST_PLACES = 2**31 - 1  # columns name places by 32-bit numbers


def choose_form(
    connector: Connector,
    ends: Ends,
    *,
    by: Side,
    has_columns: bool = False,
    all_pairs: bool = False,
    is_changed: bool = False,
    itemsize: int = 4,
    requested: str | None = None,
) -> FormChoice:
    """Choose the storage form of a projection.

    Args:
        connector: of the projection.
        ends: its two sides.
        by: the side whose neurons have the rows of a sparse form.
        has_columns: whether the synapses of one neuron of the other side must be found.
        all_pairs: whether any pair may become a synapse.
        is_changed: whether an event changes variables of the synapses that it reaches, one by one.
        itemsize: bytes of a number.
        requested: name of a form to use whatever the rest says.

    Raises:
        ArgumentError: no form has the requested name, or it cannot hold this projection.

    Example:
        >>> from jaxsnn.connectivity import Drawn, FixedProbability, everything
        >>> ends = Ends(everything(4000), everything(4000), True)
        >>> choose_form(FixedProbability(Drawn(0.6), 0.02), ends, by=Side.PRE).reason
        '2 % of the pairs are synapses'
    """
    if requested is not None and requested not in FORMS:
        raise ArgumentError(f"unknown storage `{requested}`.{did_you_mean(str(requested), FORMS)}")
    dense = DenseForm(ends)
    if connector.multapses and (all_pairs or requested == DENSE):
        raise ArgumentError(f'{SEVERAL}, and a matrix has one place for each pair: use `storage="{ROWS}"`')
    if all_pairs:
        if requested not in (None, DENSE):
            raise ArgumentError("synapses that come and go need a place for every pair: leave `storage` out")
        return FormChoice(dense, "any pair may become a synapse")
    (width, depth), (usual_width, usual_depth) = connector.most(ends), _usual(connector, ends)
    if by is Side.POST:
        width, depth, usual_width, usual_depth = depth, width, usual_depth, usual_width
    rows = _checked(RowsForm(ends, by, width, depth, has_columns, connector.multapses, (usual_width, usual_depth)))
    if connector.multapses:
        return FormChoice(rows, "a pair may have several synapses")
    if requested is not None:
        return FormChoice({DENSE: dense, ROWS: rows}[requested], "asked for")
    share = connector.expected(ends) / max(1, ends.shape[0] * ends.shape[1])
    far = ends.shape[0] * ends.shape[1] * itemsize > NEAR_BYTES
    cell, place = (DENSE_CHANGED, SPARSE_CHANGED) if is_changed else (DENSE_FAR if far else DENSE_NEAR, SPARSE)
    return FormChoice(dense if cell < share * place else rows, f"{100.0 * share:.3g} % of the pairs are synapses")


def _usual(connector: Connector, ends: Ends) -> tuple[int, int]:
    """Return the most synapses of a pre- and of a post-synaptic neuron in almost all draws, 0 if none are drawn."""
    if not connector.is_random(ends):
        return 0, 0
    (pre, post), expected = ends.shape, connector.expected(ends)
    return usual_most(post, expected, pre), usual_most(pre, expected, post)


def _checked(rows: RowsForm) -> RowsForm:
    """Return the form, if a table can name all of its places."""
    n, width = rows.shape
    if rows.has_columns and n * width > MOST_PLACES:
        message = f"this projection has {n} x {width} places, and 32-bit numbers name {MOST_PLACES}"
        raise ArgumentError(f"{message}: connect parts of the {rows.by.value}-synaptic population, one by one")
    return rows
