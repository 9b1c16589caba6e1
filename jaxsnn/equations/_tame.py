"""Which expressions can have a value or a slope that is not finite, though what they read is finite.

Where none can, as in sums, products and comparisons, a branch that is not taken adds nothing to a gradient by itself.
"""

from functools import lru_cache

from . import _nodes as n
from ._vocabulary import FUNCTIONS

SMALL_POWERS = 32  # computed as products


@lru_cache(maxsize=4096)
def is_tame(node: n.Expression | None, divisors: frozenset[str] = frozenset()) -> bool:
    """Tell whether value and slope are finite wherever what the expression reads is.

    Args:
        node: None for an expression that is not there.
        divisors: names that are taken not to be 0, such as a time constant by which the equations of all are divided.
    """
    if node is None:
        return True
    return _is_tame_itself(node, divisors) and all(is_tame(below, divisors) for below in n.children(node))


def _is_tame_itself(node: n.Expression, divisors: frozenset[str]) -> bool:
    match node:
        case n.Binary("/", _, divisor):
            return all(_is_safe_divisor(x, divisors) for x in n.walk(divisor))
        case n.Binary("**", _, exponent):
            return isinstance(exponent, n.Number) and exponent.value in range(SMALL_POWERS + 1)
        case n.Call(function, _):
            return FUNCTIONS[function].is_tame
        case n.Apply(_, _, body, _):
            return is_tame(body)
    return True


def _is_safe_divisor(factor: n.Expression, divisors: frozenset[str]) -> bool:
    """Tell whether a part of a product is not 0."""
    match factor:
        case n.Number(value):
            return value != 0.0
        case n.Name(name):
            return name in divisors
        case n.Unary() | n.Binary("*"):
            return True  # its operands are looked at as well
    return False
