"""`from jaxsnn.extensions.diagonal import DiagonalProjection`: the name alone."""

from typing import Any

from ..errors import UnsupportedError


class DiagonalProjection:
    """A projection with one weight for each diagonal of a grid, which ANNarchy 4.8 cannot compile.

    Raises:
        UnsupportedError: always; says what to do.

    Example:
        >>> from jaxsnn.extensions.diagonal import DiagonalProjection
        >>> DiagonalProjection(None, None, target="exc")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        jaxsnn.errors.UnsupportedError: a DiagonalProjection does not exist here: ...
    """

    def __init__(self, pre: Any, post: Any, target: str, name: str | None = None, copied: bool = False) -> None:
        message = "a DiagonalProjection does not exist here: describe its synapses by `connect_with_func`"
        raise UnsupportedError(f"{message}, or shared weights by a `Convolution`")
