"""Runs a lesson, cell by cell, in a process of its own, as `python <script>` would, and keeps what each cell shows.

The process is this file, called with the script and a folder for its figures; it answers with JSON.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import types
from dataclasses import dataclass, field
from pathlib import Path

from _script import Cell, Lesson

LONGEST = 600  # s, after which a lesson hangs


class LessonError(Exception):
    """A lesson did not run to its end."""


@dataclass(frozen=True)
class Shown:
    """What a cell shows.

    Attributes:
        printed: what it printed.
        figures: the names of the figures that it saved.
    """

    printed: str = ""
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a lesson shows.

    Attributes:
        cells: what each cell shows, empty for text.
        pictures: figures as PNG, by name.
    """

    cells: tuple[Shown, ...]
    pictures: dict[str, bytes] = field(default_factory=dict)


def run(lesson: Lesson) -> Outcome:
    """Run a lesson, and return what it shows.

    Raises:
        LessonError: it raises, or takes longer than ten minutes. The message ends with its traceback.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = _in_a_process(lesson, folder)
        pictures = {path.stem: path.read_bytes() for path in sorted(Path(folder).glob("*.png"))}
    return Outcome(tuple(Shown(c["printed"], tuple(c["figures"])) for c in answer), pictures)


def _in_a_process(lesson: Lesson, folder: str) -> list[dict]:
    command = [sys.executable, __file__, str(lesson.path), folder]
    surroundings = os.environ | {"MPLBACKEND": "agg", "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(command, capture_output=True, env=surroundings, timeout=LONGEST, encoding="utf-8")  # noqa: S603
    except subprocess.TimeoutExpired:
        raise LessonError(f"The lesson {lesson.path.name} has not ended after {LONGEST} s.") from None
    if done.returncode != 0:
        raise LessonError(f"The lesson {lesson.path.name} does not run:\n{done.stderr[-4000:]}")
    return json.loads(done.stdout)


def _main(script: Path, folder: Path) -> None:
    sys.argv, sys.path[0] = [str(script)], str(script.parent)
    import gallery  # of the lesson's folder  # pyright: ignore[reportMissingImports]

    gallery.FOLDER = folder
    here = types.ModuleType("__main__")
    here.__file__ = str(script)
    sys.modules["__main__"] = here
    lesson = Lesson(script, script.read_text(encoding="utf-8"))
    json.dump([_shown_by(cell, vars(here), lesson, folder) for cell in lesson.cells], sys.stdout)


def _shown_by(cell: Cell, names: dict, lesson: Lesson, folder: Path) -> dict:
    before, printed = set(folder.glob("*.png")), io.StringIO()
    if cell.is_code:
        code = compile("\n" * cell.above + cell.text, str(lesson.path), "exec")  # a traceback has the script's lines
        with contextlib.redirect_stdout(printed):
            exec(code, names)  # noqa: S102
    return {"printed": printed.getvalue(), "figures": sorted(p.stem for p in set(folder.glob("*.png")) - before)}


if __name__ == "__main__":
    _main(Path(sys.argv[1]), Path(sys.argv[2]))
