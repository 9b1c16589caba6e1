"""Lessons as pages of the site: MkDocs calls these functions while it builds.

Each script of `notebooks/` becomes a page in `lessons/`; `index.md` beside this file gets a card for each. Order and
groups are those of the section "Lessons" in `mkdocs.yml`; a lesson that it does not name stands in a last group.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from _markdown import gallery_of, outcome_without_running, page_of
from _run import LessonError, Outcome, run
from _script import Lesson, read_lessons
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

SCRIPTS = Path(__file__).parents[2] / "notebooks"
SECTION, INDEX, PLACE, OTHERS = "Lessons", "lessons/index.md", "<!-- cards -->", "More"
_known: dict[str, Outcome] = {}  # by the text of a script, so that `mkdocs serve` runs again what has changed


def on_config(config: MkDocsConfig) -> None:
    """Give each lesson that `mkdocs.yml` does not name a place in the navigation."""
    section = _section(config)
    named = {name for names in _groups(section).values() for name in names}
    missing = [f"lessons/{lesson.name}.md" for lesson in read_lessons(SCRIPTS) if lesson.name not in named]
    if missing:
        section.append({OTHERS: missing})


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Run the lessons, unless `execute_lessons` is false, and add their pages and figures."""
    lessons = read_lessons(SCRIPTS)
    outcomes = _outcomes(lessons, bool(config.extra["execute_lessons"]))
    for lesson in lessons:
        page = page_of(lesson, outcomes[lesson.name])
        files.append(File.generated(config, f"lessons/{lesson.name}.md", content=page))
        for name, content in outcomes[lesson.name].pictures.items():
            files.append(File.generated(config, f"lessons/figures/{name}.png", content=content))
    index = files.src_uris[INDEX]
    cards = gallery_of(_groups(_section(config)), {lesson.name: lesson for lesson in lessons}, outcomes)
    files.remove(index)
    files.append(File.generated(config, INDEX, content=index.content_string.replace(PLACE, cards)))


def _section(config: MkDocsConfig) -> list[Any]:
    """Return the entries of the section of lessons in the navigation."""
    return next(item[SECTION] for item in config.nav or [] if SECTION in item)


def _groups(section: list[Any]) -> dict[str, list[str]]:
    """Return the names of lessons by group."""
    groups = {heading: pages for entry in section if isinstance(entry, dict) for heading, pages in entry.items()}
    return {heading: [_name(page) for page in pages] for heading, pages in groups.items()}


def _name(page: str | dict[str, str]) -> str:
    """Return the name of a lesson from its page in the navigation, with or without a title."""
    return Path(page if isinstance(page, str) else next(iter(page.values()))).stem


def _outcomes(lessons: list[Lesson], execute: bool) -> dict[str, Outcome]:
    """Return what lessons show by name; each keeps two cores busy."""
    if not execute:
        return {lesson.name: outcome_without_running(lesson) for lesson in lessons}
    with ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2)) as pool:
        return dict(zip((lesson.name for lesson in lessons), pool.map(_outcome, lessons), strict=True))


def _outcome(lesson: Lesson) -> Outcome:
    if lesson.text not in _known:
        try:
            _known[lesson.text] = run(lesson)
        except LessonError as error:
            raise PluginError(str(error)) from None
    return _known[lesson.text]
