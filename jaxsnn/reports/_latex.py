r"""A report as LaTeX, with the packages that every installation has: amsmath, array, geometry, longtable."""

from collections.abc import Iterable

from ._document import Document, Line, Math, Section, Table

PREAMBLE = r"""\documentclass[10pt]{article}
\usepackage[utf8]{inputenc}
\usepackage{amsmath}
\usepackage{array}
\usepackage[margin=2cm]{geometry}
\usepackage{longtable}
\setlength{\parindent}{0pt}
\renewcommand{\arraystretch}{1.3}
"""
SPECIAL = {
    "\\": r"\textbackslash{}",
    **{c: f"\\{c}" for c in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}
COLUMN = r">{{\raggedright\arraybackslash}}p{{\dimexpr {width:.4f}\linewidth-2\tabcolsep-2\arrayrulewidth\relax}}"
END, NEXT_LINE = r" \\ \hline", " \\\\\n"
TALL = (r"\frac", r"\begin{cases}")  # what a line of text would press flat
STRUT = r"\rule[-2.4ex]{0pt}{6ex}"  # keeps such lines apart


def latex(document: Document, standalone: bool) -> str:
    """Return the text of a report.

    Args:
        document: the report.
        standalone: whether it is a whole document, not a part to be read by `input`.
    """
    body = "\n".join(_section(section) for section in document.sections)
    if not standalone:
        return body
    head = [rf"\{part}{{{escaped(x)}}}" for part, x in (("title", document.title), ("author", document.author))]
    head += [rf"\date{{{escaped(document.date)}}}"]
    return "\n".join([PREAMBLE + "\n".join(head), r"\begin{document}", r"\maketitle", body, r"\end{document}", ""])


def _section(section: Section) -> str:
    return "\n".join([rf"\section*{{{escaped(section.title)}}}", *(_table(table) for table in section.tables)])


def _table(table: Table) -> str:
    columns = "|".join(COLUMN.format(width=width) for width in table.widths)
    header = [_row([rf"\textbf{{{escaped(title)}}}"] for title in table.header), r"\endhead"] if table.header else []
    rows = [_row(row) if table.header else _titled(*row) for row in _cells(table)]
    return "\n".join([rf"\begin{{longtable}}{{|{columns}|}}", r"\hline", *header, *rows, r"\end{longtable}"])


def _cells(table: Table) -> list[list[list[str]]]:
    """Return the lines of each cell of each row."""
    return [[[_line(line) for line in cell] for cell in row] for row in table.rows]


def _row(cells: Iterable[Iterable[str]]) -> str:
    return " & ".join(r" \newline ".join(lines) for lines in cells) + END


def _titled(title: list[str], lines: list[str]) -> str:
    """Return a row whose first cell is its title; a page can end between its lines."""
    first, *others = lines
    return NEXT_LINE.join([rf"\textbf{{{title[0]}}} & {first}", *(f"& {line}" for line in others)]) + END


def _line(line: Line) -> str:
    return "".join(_formula(part.latex) if isinstance(part, Math) else escaped(part) for part in line)


def _formula(formula: str) -> str:
    is_tall = any(tall in formula for tall in TALL)
    return f"{STRUT}$\\displaystyle {formula}$" if is_tall else f"${formula}$"


def escaped(plain: str) -> str:
    r"""Return plain text as LaTeX.

    Example:
        >>> print(escaped("50% of pop_0"))
        50\% of pop\_0
    """
    return "".join(SPECIAL.get(character, character) for character in plain)
