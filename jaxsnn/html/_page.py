"""A page of HTML from values: a title, facts, and parts that fold away. All text in it is escaped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import islice

MOST_ROWS = 20  # of a table
MOST_CHARACTERS = 4000  # of a text
LONGEST_CELL = 200  # characters of a value or name
# A notebook typesets dollar signs as formulas, unless a class says that there are none.
CLASSES = "jaxsnn-object mathjax_ignore tex2jax_ignore"
OURS = ".jaxsnn-object.jaxsnn-object"  # twice, to weigh more than the rules of notebooks
RULES = """
{font-size: 0.92em; line-height: 1.4; max-width: 64em; color: inherit}
.jaxsnn-title {padding-bottom: 0.2em; border-bottom: 1px solid rgba(128, 128, 128, 0.4)}
.jaxsnn-title b {margin-left: 0.3em}
.jaxsnn-quiet {opacity: 0.65}
dl {display: grid; grid-template-columns: max-content 1fr; gap: 0 1em; margin: 0.4em 0; padding: 0}
dt {opacity: 0.65; font-weight: normal; margin: 0; float: none; width: auto; grid-column: 1}
dd {margin: 0; float: none; width: auto; overflow-wrap: anywhere; grid-column: 2}
details {margin: 0.2em 0}
summary {cursor: pointer}
.jaxsnn-body {overflow-x: auto; margin: 0.1em 0 0.4em 1em}
table {border-collapse: collapse; border: none; margin: 0; font-size: 1em; table-layout: auto}
:is(table, thead, tbody, tr, th, td, pre) {color: inherit; background: none; border: none}
:is(th, td) {text-align: left; vertical-align: top; padding: 0.1em 1.2em 0.1em 0}
:is(th, td) {white-space: normal; max-width: 28em; overflow-wrap: break-word}
th {font-weight: normal; opacity: 0.65}
pre {margin: 0; padding: 0; white-space: pre}
svg {max-width: 100%; height: auto}
svg * {stroke-linejoin: round; stroke-linecap: butt}
svg text {fill: currentColor}
"""
STYLE = "\n".join(f"{OURS} {rule}" for rule in RULES.strip().splitlines())


@dataclass(frozen=True)
class Table:
    """Rows of cells under a title.

    Args:
        title: what they are.
        header: titles of the columns.
        rows: as many cells each; only the first ones are asked for.
        number: how many rows there are.
        is_open: whether it begins unfolded.
    """

    title: str
    header: tuple[str, ...]
    rows: Iterable[tuple[str, ...]]
    number: int
    is_open: bool = True

    def html(self) -> str:
        """Return it as HTML; nothing if there are no rows."""
        if not self.number:
            return ""
        rows = [_row(cells, "td") for cells in islice(self.rows, MOST_ROWS)]
        left = self.number - len(rows)
        more = f'<div class="jaxsnn-quiet">and {left} more</div>' if left > 0 else ""
        head = f"<thead>{_row(self.header, 'th')}</thead>"
        body = f"<table>{head}<tbody>{''.join(rows)}</tbody></table>{more}"
        return _folded(f'{escape(self.title)} <span class="jaxsnn-quiet">({self.number})</span>', body, self.is_open)


@dataclass(frozen=True)
class Text:
    """Lines as they were written, such as equations, under a title."""

    title: str
    text: str
    is_open: bool = False

    def html(self) -> str:
        """Return it as HTML; nothing if there is no text."""
        if not self.text.strip():
            return ""
        cut = self.text[:MOST_CHARACTERS].strip("\n") + (" ..." if len(self.text) > MOST_CHARACTERS else "")
        return _folded(escape(self.title), f"<pre>{escape(cut)}</pre>", self.is_open)


@dataclass(frozen=True)
class Picture:
    """A picture under a title.

    Args:
        title: what it shows.
        svg: the picture, as `drawn` returns it.
    """

    title: str
    svg: str

    def html(self) -> str:
        """Return it as HTML."""
        return _folded(escape(self.title), self.svg, True)


def page(kind: str, name: str, facts: Mapping[str, str], *parts: Table | Text | Picture) -> str:
    """Return what a notebook shows of an object.

    Args:
        kind: what it is, such as `population`.
        name: its own name; "" for none.
        facts: short values by their titles; empty ones are left out.
        *parts: what stands below, each of which folds away.

    Example:
        >>> shown = page("population", "<b>", {"neurons": "4"}, Text("equations", "dv/dt = -v"))
        >>> "<b>&lt;b&gt;</b>" in shown, "<dt>neurons</dt><dd>4</dd>" in shown, "<pre>dv/dt = -v</pre>" in shown
        (True, True, True)
    """
    own = f"<b>{escape(_cut(name))}</b>" if name else ""
    title = f'<div class="jaxsnn-title">{escape(kind)}{own}</div>'
    pairs = "".join(f"<dt>{escape(t)}</dt><dd>{escape(_cut(x))}</dd>" for t, x in facts.items() if x)
    body = "".join(part.html() for part in parts)
    return f'<div class="{CLASSES}"><style>{STYLE}</style>{title}<dl>{pairs}</dl>{body}</div>'


def _row(cells: Iterable[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(_cut(cell))}</{tag}>' for cell in cells)}</tr>"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]} ..."


def _folded(title: str, body: str, is_open: bool) -> str:
    begin = '<details open="">' if is_open else "<details>"
    return f'{begin}<summary>{title}</summary><div class="jaxsnn-body">{body}</div></details>'
