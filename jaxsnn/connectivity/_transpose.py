"""The synapses of a projection seen from the other side."""

from dataclasses import replace

from ._dense import DenseForm
from ._ends import Ends
from ._form import Form
from ._rows import RowsForm


def transposed(form: Form) -> Form:
    """Return the form in which the same storage leads from the post-synaptic neurons to the pre-synaptic ones.

    Example:
        >>> from jaxsnn.connectivity import everything
        >>> back = transposed(DenseForm(Ends(everything(3), everything(2), False)))
        >>> back.ends.shape, back.shape
        ((2, 3), (3, 2))
    """
    ends = Ends(form.ends.post, form.ends.pre, form.ends.same_population)
    if not isinstance(form, DenseForm | RowsForm):
        raise TypeError(f"{form!r} is not seen from the other side")
    return replace(form, ends=ends, by=form.by.other)
