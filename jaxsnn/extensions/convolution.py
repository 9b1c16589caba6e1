"""Projections with shared weights: `from jaxsnn.extensions.convolution import Convolution`.

Example:
    >>> import jaxsnn
    >>> from jaxsnn.extensions.convolution import Pooling
    >>> Pooling is jaxsnn.Pooling
    True
"""

from ..frontend._classic_projections import Convolution as Convolution
from ..frontend._classic_projections import Copy as Copy
from ..frontend._classic_projections import Pooling as Pooling
from ..frontend._classic_projections import Transpose as Transpose
