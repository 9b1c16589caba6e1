"""Text to syntax tree: the only place where jaxsnn reads text.

    >>> from jaxsnn.equations import parse_definitions
    >>> [d.left for d in parse_definitions("tau * dv/dt + v = I : init=-65; I = 2 * g_exc")][1]
    Name(name='I')

The same text gives the same tree, which is kept: a model is parsed once, however often a network analyses it anew. The
parser library is imported with the first model, not with the package.
"""

from dataclasses import fields
from functools import lru_cache
from typing import Any

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
    return _parse(text, "definitions") if check_text(text).strip() else ()


def parse_expression(text: str) -> n.Expression:
    """Parse one expression, for example the `spike` condition `v > v_thresh`.

    Raises:
        EquationError: the text is not an expression.
    """
    return _parse(check_text(text), "condition")


def parse_rule(text: str) -> n.Rule:
    """Parse a rule of structural plasticity, for example `pre.r * post.r > 1.0 : proba=0.1, w=0.01`.

    Raises:
        EquationError: the text is not a condition with flags.
    """
    return _parse(check_text(text), "rule")


@lru_cache(maxsize=1024)  # trees are frozen, so models can share one; a text with a mistake is not kept
def _parse(text: str, start: str) -> Any:
    from ._grammar import parse

    return parse(text, start)


def check_text(text: object, name: str = "this") -> str:
    """Return what is a text.

    Raises:
        ArgumentError: it is something else.
    """
    if not isinstance(text, str):
        raise ArgumentError(f"`{name}` is a text in the equation language, not {text!r}")
    return text


def check_texts(texts: Any) -> None:
    """Raise unless all fields of a dataclass but `extra_values` are texts, or None.

    Raises:
        ArgumentError: one is something else.
    """
    for field in (f for f in fields(texts) if f.name != "extra_values"):
        value = getattr(texts, field.name)
        check_text("" if value is None else value, field.name)
