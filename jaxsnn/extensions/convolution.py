"""Projections with shared weights: `from jaxsnn.extensions.convolution import Convolution`.

Example:
    >>> import jaxsnn
    >>> from jaxsnn.extensions.convolution import Pooling
    >>> Pooling is jaxsnn.Pooling
    True
"""

from ..frontend._borrowed_synapses import Copy as Copy
from ..frontend._borrowed_synapses import Transpose as Transpose
from ..frontend._convolution_handles import Convolution as Convolution
from ..frontend._convolution_handles import Pooling as Pooling
