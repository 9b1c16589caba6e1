"""Text to syntax tree: the only place where jaxsnn reads text.

    >>> from jaxsnn.equations import parse_definitions
    >>> [d.left for d in parse_definitions("tau * dv/dt + v = I : init=-65; I = 2 * g_exc")][1]
    Name(name='I')

The parser library is imported with the first model, not with the package.
"""

from ..errors import ArgumentError
from . import _nodes as n


def parse_definitions(text: str) -> tuple[n.Definition, ...]:
    """Parse the text of `parameters`, `equations` or `reset`.

    Args:
        text: definitions, one per line or separated by `;`, with `#` comments.

    Returns:
        The definitions in the order of the text.

    Raises:
        EquationError: the text is not in the language; the message shows the line with a caret.
    """
    from ._grammar import parse

    return parse(checked(text), "definitions") if checked(text).strip() else ()


def parse_expression(text: str) -> n.Expression:
    """Parse one expression, for example the `spike` condition `v > v_thresh`.

    Raises:
        EquationError: the text is not an expression.
    """
    from ._grammar import parse

    return parse(checked(text), "condition")


def parse_rule(text: str) -> n.Rule:
    """Parse a rule of structural plasticity, for example `pre.r * post.r > 1.0 : proba=0.1, w=0.01`.

    Raises:
        EquationError: the text is not a condition with flags.
    """
    from ._grammar import parse

    return parse(checked(text), "rule")


def checked(text: object, name: str = "this") -> str:
    """Return what is a text.

    Raises:
        ArgumentError: it is something else.
    """
    if not isinstance(text, str):
        raise ArgumentError(f"`{name}` is a text in the equation language, not {text!r}")
    return text
