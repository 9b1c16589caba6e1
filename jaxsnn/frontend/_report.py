"""A report of a network in a file."""

from datetime import date as today
from pathlib import Path as File
from typing import Any

from .. import arguments
from ..distributions import Distribution
from ..errors import ArgumentError
from ..io import Filename
from ..network import Patched, Path
from ..reports import Document, latex, markdown, sections_of
from . import _draft_values as draft_values
from ._core import Core, HasCore

MARKDOWN = (".md", ".qmd")


def report(
    network: HasCore,
    filename: Filename = "./report.tex",
    standalone: bool = True,
    gather_subprojections: bool = False,
    title: str | None = None,
    author: str | None = None,
    date: str | None = None,
) -> None:
    """Write a description of the network into a file, as tables for a paper, with its equations typeset.

    Args:
        filename: `.tex` for LaTeX, `.md` or `.qmd` for Markdown with formulas. Missing folders are created.
        standalone: whether a LaTeX file is a whole document, or a part to be read by `input`.
        gather_subprojections: let several projections between the same populations, to the same target, be one row.
        title, author, date: of the document; None for "Network description", nobody, today.

    Raises:
        ArgumentError: another kind of file.
        StateError: replicas of the network run.

    Example:
        >>> import pathlib, tempfile, jaxsnn as snn
        >>> net = snn.Network()
        >>> P = net.create(10, snn.LeakyIntegrator, name="P")
        >>> filename = pathlib.Path(tempfile.mkdtemp()) / "model.md"
        >>> net.report(filename)
        >>> "| P | LeakyIntegrator | 10 |" in filename.read_text()
        True

    References:
        E. Nordlie, M.-O. Gewaltig, H. E. Plesser, "Towards reproducible descriptions of neuronal network models", PLoS
        Computational Biology 5(8), e1000456, 2009, doi:10.1371/journal.pcbi.1000456.
    """
    core, kind = network._core, arguments.path(filename).suffix.lower()
    if kind not in (".tex", *MARKDOWN):
        raise ArgumentError(f"a report is a `.tex`, `.md` or `.qmd` file, not {str(filename)!r}")
    core.check_free()
    standalone = arguments.flag(standalone, "standalone")
    gather = arguments.flag(gather_subprojections, "gather_subprojections")
    for given, what in ((title, "title"), (author, "author"), (date, "date")):
        if given is not None:
            arguments.text(given, what)
    sections = sections_of(core.spec, lambda path: _value(core, path), gather)
    when = f"{today.today():%d %B %Y}" if date is None else date
    document = Document(title or "Network description", author or "", when, sections)
    text = markdown(document) if kind in MARKDOWN else latex(document, standalone)
    File(filename).parent.mkdir(parents=True, exist_ok=True)
    File(filename).write_text(text, encoding="utf-8")


def _value(core: Core, path: Path) -> Any:
    """Return the value of a parameter: as it was declared where that is a distribution, else that of the moment."""
    kind, owner, name = path
    if kind == "constants":
        return core.draft.constants[name] if not core.is_compiled else core.arrays.read(path)
    spec: Any = core.population(owner) if kind == "populations" else core.projection(owner)
    declared = spec.values.get(name)
    if isinstance(declared, Distribution) or (isinstance(declared, Patched) and not core.is_compiled):
        return declared
    if core.is_compiled:
        return core.arrays.read(path)
    return draft_values.declared(core.draft, path)
