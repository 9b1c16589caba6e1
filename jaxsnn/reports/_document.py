"""A report as data: sections of tables, whose cells are lines of text and formulas. Writers make files of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Math:
    """A formula, as LaTeX in math mode."""

    latex: str


Line = tuple[str | Math, ...]
Cell = tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells.

    Args:
        header: titles of the columns; () for rows whose first cell is the title.
        rows: as many cells each.
        widths: of the columns, relative to the page.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Section:
    """Tables under a title."""

    title: str
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Document:
    """A whole report.

    Args:
        title, author, date: of the report; "" for none.
        sections: in order.
    """

    title: str
    author: str
    date: str
    sections: tuple[Section, ...]


def text(*lines: str) -> Cell:
    """Return a cell of plain text, a line each."""
    return tuple((line,) for line in lines)


def math(latex: str) -> Cell:
    """Return a cell with one formula."""
    return ((Math(latex),),)
