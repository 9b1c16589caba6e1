"""The Markdown of a lesson's page, and of the gallery."""

from textwrap import indent

from _run import Outcome, Shown
from _script import Cell, Lesson, figures_named_in

FENCE = "`" * 5


def page_of(lesson: Lesson, outcome: Outcome) -> str:
    """Return the page of a lesson: text, code, what it printed, figures, and how to run it."""
    first, *others = zip(lesson.cells, outcome.cells, strict=True)
    heading, _, rest = first[0].text.partition("\n")
    script = f"A script of the repository: `python notebooks/{lesson.path.name}`\n{{: .script }}"
    return "\n\n".join([heading, script, rest.strip(), *(_shown(*cell) for cell in others), *_modules(lesson)]) + "\n"


def outcome_without_running(lesson: Lesson) -> Outcome:
    """Return the figures that stand beside a lesson, where it saves them; nothing printed."""
    files = {path.stem: path for path in (lesson.path.parent / "figures").glob("*.png")}
    named = [figures_named_in(c.text) if c.is_code else [] for c in lesson.cells]
    shown = tuple(Shown(figures=tuple(n for n in names if n in files)) for names in named)
    return Outcome(shown, {n: files[n].read_bytes() for cell in shown for n in cell.figures})


def picture_of(lesson: Lesson, outcome: Outcome) -> str | None:
    """Return the name of the figure that stands for a lesson: that of its own name, or its first one."""
    names = list(outcome.pictures)
    return lesson.name if lesson.name in names else next(iter(names), None)


def gallery_of(groups: dict[str, list[str]], lessons: dict[str, Lesson], outcomes: dict[str, Outcome]) -> str:
    """Return the gallery: a heading for each group, a card with picture, title and sentence for each lesson.

    Args:
        groups: names of lessons by heading.
        lessons: by name.
        outcomes: what each lesson shows, by name.
    """
    found = []
    for heading, names in groups.items():
        cards = "\n".join(_card(lessons[name], picture_of(lessons[name], outcomes[name])) for name in names)
        found.append(f'## {heading}\n\n<div class="grid cards lessons" markdown>\n\n{cards}\n</div>\n')
    return "\n".join(found)


def _card(lesson: Lesson, picture: str | None) -> str:
    image = "" if picture is None else f"[![](figures/{picture}.png){{ loading=lazy }}]({lesson.name}.md)\n\n    "
    return f"-   {image}**[{lesson.title}]({lesson.name}.md)**\n\n    {lesson.summary}\n"


def _modules(lesson: Lesson) -> list[str]:
    """Return the modules that a lesson imports, folded."""
    texts = [(path.name, path.read_text(encoding="utf-8").strip()) for path in lesson.modules]
    return [f'??? note "{name}"\n\n' + indent(f"{FENCE}python\n{text}\n{FENCE}", "    ") for name, text in texts]


def _shown(cell: Cell, shown: Shown) -> str:
    if not cell.is_code:
        return cell.text
    printed = shown.printed.strip("\n")
    code = f"{FENCE}python\n{cell.text}\n{FENCE}"
    output = [f"{FENCE} {{ .text .printed .no-copy }}\n{printed}\n{FENCE}"] if printed else []
    return "\n\n".join([code, *output, *(_figure(name) for name in shown.figures)])


def _figure(name: str) -> str:
    """Return a figure that leads to itself in full size."""
    return f"[![Figure {name}](figures/{name}.png)](figures/{name}.png)"
