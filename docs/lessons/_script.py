"""A lesson as a script in the percent format, taken apart into cells; no line of it runs here."""

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SAVING = ("save", "gallery.save", "pictures.figure")
MARK = re.compile(r"^# %%(.*)\n", re.MULTILINE)
SOURCE = re.compile(r"\s\([^()]*(?:\([^()]*\)[^()]*)*(?:doi:|arXiv:)[^()]*\)")
# A full stop before a capital, but not that of an initial or of "al.", as in "G. Bi et al.".
SENTENCE = re.compile(r"^.*?(?<!\b[A-Z])(?<!\bal)[.!?](?=\s+[A-Z0-9`*(]|$)", re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """A cell: Markdown without its comment signs, or Python.

    Attributes:
        text: what stands in it.
        is_code: whether it is Python.
        above: the number of lines of the script that stand before it.
    """

    text: str
    is_code: bool
    above: int = 0


@dataclass(frozen=True)
class Lesson:
    """A script of the folder of lessons.

    Attributes:
        path: of the script.
        text: of the script.
    """

    path: Path
    text: str

    @property
    def name(self) -> str:
        """Return the name of the script without its ending."""
        return self.path.stem

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Return the cells that are not empty, in order."""
        marks = list(MARK.finditer(self.text))
        starts = [0, *(m.end() for m in marks)]
        ends = [*(m.start() for m in marks), len(self.text)]
        kinds = ["", *(m[1] for m in marks)]
        found = (_cell(self.text, *where) for where in zip(starts, ends, kinds, strict=True))
        return tuple(cell for cell in found if cell.text)

    @property
    def title(self) -> str:
        """Return the first heading."""
        return _parts_of(self.cells[0].text, self.path)[0]

    @property
    def summary(self) -> str:
        """Return the first sentence of the paragraph below the first heading, without a source in brackets."""
        paragraph = SOURCE.sub("", " ".join(_parts_of(self.cells[0].text, self.path)[1].split()))
        sentence = SENTENCE.match(paragraph)
        return sentence[0] if sentence else paragraph

    @property
    def modules(self) -> tuple[Path, ...]:
        """Return the modules beside the script that it imports and that are worth reading: not the look of figures."""
        names = re.findall(r"^(?:from|import) (\w+)", self.text, flags=re.MULTILINE)
        paths = (self.path.with_name(f"{name}.py") for name in names if name != "gallery")
        return tuple(path for path in paths if path.exists())


def read_lessons(folder: Path) -> list[Lesson]:
    """Return the lessons of a folder: its scripts that begin with a cell of text, not the modules that they import."""
    scripts = [Lesson(path, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.py"))]
    return [script for script in scripts if script.text.startswith("# %% [markdown]")]


def figures_named_in(code: str) -> list[str]:
    """Return the names of figures that Python saves by `save(figure, name)` or `pictures.figure(name, ...)`."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    given = [argument for call in calls if ast.unparse(call.func) in SAVING for argument in call.args]
    parts = [part for argument in given for part in ast.walk(argument) if isinstance(part, ast.Constant)]
    return [part.value for part in parts if isinstance(part.value, str)]


def _cell(script: str, start: int, end: int, kind: str) -> Cell:
    text, above = script[start:end], script.count("\n", 0, start)
    if "[markdown]" in kind:
        return Cell(re.sub(r"^# ?", "", text, flags=re.MULTILINE).strip(), is_code=False, above=above)
    return Cell(text.rstrip() if text.strip() else "", is_code=True, above=above)


def _parts_of(text: str, path: Path) -> tuple[str, str]:
    """Return the heading that a text begins with, and the paragraph after it."""
    parts = re.match(r"# (.+)\n\n(\S(?:.|\n(?!\n))*)", text)
    if parts is None:
        raise ValueError(f"{path.name} begins with {text[:60]!r}; a lesson begins with '# # Heading' and a paragraph.")
    return parts[1], parts[2]
