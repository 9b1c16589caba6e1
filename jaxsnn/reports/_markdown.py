"""A report as Markdown, with formulas as pandoc and most viewers read them: between dollar signs."""

from ._document import Cell, Document, Line, Math, Section, Table

SPECIAL = frozenset("\\`*_{}[]<>#|$~")


def markdown(document: Document) -> str:
    """Return the text of a report."""
    fields = {"title": document.title, "author": document.author, "date": document.date}
    head = [f'{name}: "{_quoted(x)}"' for name, x in fields.items() if x]
    parts = [f"# {escaped(document.title)}", *(_section(section) for section in document.sections)]
    return "\n".join(["---", *head, "---", "", "\n\n".join(parts), ""])


def _quoted(plain: str) -> str:
    return plain.replace("\\", "\\\\").replace('"', '\\"')


def _section(section: Section) -> str:
    return "\n\n".join([f"## {escaped(section.title)}", *(_table(table) for table in section.tables)])


def _table(table: Table) -> str:
    header, rows = [escaped(title) for title in table.header], [[_cell(cell) for cell in row] for row in table.rows]
    if not header:  # Markdown has no table without one: the first row, which names the model, is bold
        header, rows = [f"{title}" for title in rows[0]], rows[1:]
    rule = ["-" * max(3, round(width * 100)) for width in table.widths]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))


def _cell(cell: Cell) -> str:
    return "<br>".join(_line(line) for line in cell)


def _line(line: Line) -> str:
    return "".join(_formula(part.latex) if isinstance(part, Math) else escaped(part) for part in line)


def _formula(formula: str) -> str:
    return "$" + formula.replace("|", r"\vert ") + "$"  # a bar would end the cell


def escaped(plain: str) -> str:
    r"""Return plain text as Markdown.

    Example:
        >>> print(escaped("pop_0 [1]"))
        pop\_0 \[1\]
    """
    return "".join(f"\\{c}" if c in SPECIAL else c for c in plain)
