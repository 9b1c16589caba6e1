"""`gather`: every post-synaptic neuron reads the spikes of those that reach it. For accelerators.

All synapses are read at every step, but nothing is written twice: no atomic additions, and the same order of sums in
every run, so the same bits.
"""

from ..connectivity import KernelView, Side
from ..surrogates import Surrogate
from ._plain_kernel import reference, vectorised
from ._rule import Kernel, Rule


def gather(form: KernelView, side: Side, rule: Rule, surrogate: Surrogate) -> Kernel:
    """Return the sums along the synapses of each post-synaptic neuron; arguments and result as for `plain`.

    Args:
        form: how synapses are stored. With rows of post-synaptic neurons the plain path gathers, too; where weights are
            added, which are 0 without a synapse, this need not ask which places are synapses. With another form this is
            the plain path.
        side: whose neurons spike.
        rule: what a spike does at a synapse.
        surrogate: derivative of a spike.
    """
    if rule.adds_weight and not form.is_dense and form.by is Side.POST and side is Side.PRE:
        return vectorised(form, side, rule, surrogate, form.weighted)
    return reference(form, side, rule, surrogate)
