"""Lessons become pages: scripts are taken apart, run cell by cell, and put into the navigation and the gallery."""

import importlib
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]
FIRST = """# %% [markdown]
# # A pulse, and its echo
#
# A pulse of J. Doe et al. decays by 1/8 (J. Doe, "Pulses (short ones)", 2001,
# doi:10.1/2). It comes back.
#
# Source: none.

# %%
from gallery import save
from helper import three

print(f"three: {three()}")

# %% [markdown]
# ## The echo

# %%
save(None, "echo")
save(None, "pulse" + "_quick" * 0)
"""
GALLERY = """FOLDER = None


def save(figure, name):
    (FOLDER / f"{name}.png").write_bytes(b"picture")
"""
HELPER = '"""Counts."""\n\n\ndef three():\n    return 3\n'


@pytest.fixture(scope="module")
def site():
    """Return the modules that make pages of lessons, by name without an underscore."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "docs" / "lessons")
        names = ("_script", "_run", "_markdown")
        yield SimpleNamespace(**{name.strip("_"): importlib.import_module(name) for name in names})
        for name in names:
            del sys.modules[name]


@pytest.fixture
def pulse(site, tmp_path):
    """Return a lesson in a folder with the modules that it imports, and a module that is no lesson."""
    for name, text in (("pulse", FIRST), ("gallery", GALLERY), ("helper", HELPER)):
        (tmp_path / f"{name}.py").write_text(text)
    [lesson] = site.script.read_lessons(tmp_path)
    return lesson


def test_a_script_is_taken_apart(pulse):
    """Oracle: the script: its cells with the lines above them, heading, and sentence without source or initials."""
    assert [(c.is_code, c.above, c.text.splitlines()[0]) for c in pulse.cells] == [
        (False, 1, "# A pulse, and its echo"),
        (True, 9, "from gallery import save"),
        (False, 15, "## The echo"),
        (True, 18, 'save(None, "echo")'),
    ]
    assert (pulse.name, pulse.title) == ("pulse", "A pulse, and its echo")
    assert pulse.summary == "A pulse of J. Doe et al. decays by 1/8."
    assert [path.name for path in pulse.modules] == ["helper.py"]


def test_a_script_without_heading_is_refused(site, tmp_path):
    """Oracle: the message names the script, what it begins with, and what is expected."""
    lesson = site.script.Lesson(tmp_path / "bare.py", "# %% [markdown]\n# No heading here.\n")
    with pytest.raises(ValueError, match=r"bare.py begins with 'No heading here.'; a lesson begins with '# # Heading'"):
        lesson.title  # noqa: B018


def test_every_lesson_has_a_heading_a_sentence_and_its_picture(site):
    """Oracle: the folder `notebooks/`: a picture beside each script has the script's name and is saved by it."""
    lessons = site.script.read_lessons(ROOT / "notebooks")
    assert len(lessons) >= 14
    for lesson in lessons:
        outcome = site.markdown.outcome_without_running(lesson)
        assert site.markdown.picture_of(lesson, outcome) == lesson.name
        assert 20 < len(lesson.summary) < 320 and lesson.summary.endswith("."), lesson.summary
        assert lesson.title and "\n" not in lesson.title


def test_a_lesson_runs_cell_by_cell(site, pulse):
    """Oracle: what the script prints and saves, in the cell that does so; files beside the script stay as they are."""
    before = sorted(pulse.path.parent.iterdir())
    outcome = site.run.run(pulse)
    assert [(shown.printed, shown.figures) for shown in outcome.cells] == [
        ("", ()),
        ("three: 3\n", ()),
        ("", ()),
        ("", ("echo", "pulse")),
    ]
    assert outcome.pictures == {"echo": b"picture", "pulse": b"picture"}
    assert [p for p in sorted(pulse.path.parent.iterdir()) if p.name != "__pycache__"] == before
    assert site.markdown.picture_of(pulse, outcome) == "pulse"


def test_without_running_the_figures_beside_it_are_shown(site, pulse):
    """Oracle: the files in `figures/`: what the script saves and is there."""
    folder = pulse.path.parent / "figures"
    folder.mkdir()
    (folder / "pulse.png").write_bytes(b"older picture")
    outcome = site.markdown.outcome_without_running(pulse)
    assert [shown.figures for shown in outcome.cells] == [(), (), (), ("pulse",)]
    assert outcome.pictures == {"pulse": b"older picture"}


def test_a_page_shows_text_code_output_figures_and_modules_in_order(site, pulse):
    """Oracle: the script and what it prints; each piece stands once, in the order of the cells."""
    page = site.markdown.page_of(pulse, site.run.run(pulse))
    pieces = [
        "# A pulse, and its echo\n",
        "`python notebooks/pulse.py`",
        "A pulse of J. Doe",
        "`````python\nfrom gallery import save",
        "````` { .text .printed .no-copy }\nthree: 3\n`````",
        "## The echo",
        "[![Figure echo](figures/echo.png)](figures/echo.png)",
        "[![Figure pulse](figures/pulse.png)](figures/pulse.png)",
        '??? note "helper.py"\n\n    `````python\n    """Counts."""',
    ]
    assert [page.count(piece) for piece in pieces] == [1] * len(pieces)
    assert [page.index(piece) for piece in pieces] == sorted(page.index(piece) for piece in pieces)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("1 / 0", r"The lesson pulse.py does not run:\n(.|\n)*line 20(.|\n)*ZeroDivisionError"),
        ("raise SystemExit('no data')", r"The lesson pulse.py does not run:\nno data"),
    ],
)
def test_a_lesson_that_fails_says_where(site, pulse, wrong, message):
    """Oracle: the traceback has the line of the script, and its source."""
    lesson = site.script.Lesson(pulse.path, FIRST.replace('save(None, "pulse" + "_quick" * 0)', wrong))
    pulse.path.write_text(lesson.text)
    with pytest.raises(site.run.LessonError, match=message):
        site.run.run(lesson)


def test_a_lesson_that_hangs_is_ended(site, pulse, monkeypatch):
    """Oracle: the message names the limit."""
    monkeypatch.setattr(site.run, "LONGEST", 0.01)
    with pytest.raises(site.run.LessonError, match=r"The lesson pulse.py has not ended after 0.01 s"):
        site.run.run(pulse)


def test_figures_are_found_in_calls_that_save_them(site):
    """Oracle: the code: what is given to `save`, by either import, and to the picture of a classifier; no other."""
    code = 'save(f, "a")\ngallery.save(f, "b")\npictures.figure("c" + "_quick" * 0, d)\nprint("g")\nother.save("h")'
    assert site.script.figures_named_in(code) == ["a", "b", "c", "_quick"]


@pytest.fixture
def hook(site, pulse, monkeypatch):
    """Return the module that MkDocs calls, with a folder that has one lesson."""
    pytest.importorskip("mkdocs", reason="needs the extra `docs`")
    hook = importlib.import_module("_hook")
    monkeypatch.setattr(hook, "SCRIPTS", pulse.path.parent)
    yield hook
    del sys.modules["_hook"]


def test_a_new_lesson_stands_in_the_navigation(hook):
    """Oracle: a last group has the lesson, unless `mkdocs.yml` names it, with a title or without."""
    for named, expected in (
        ([], [{"More": ["lessons/pulse.md"]}]),
        ([{"Neurons": ["lessons/pulse.md"]}], [{"Neurons": ["lessons/pulse.md"]}]),
        ([{"Neurons": [{"Pulse": "lessons/pulse.md"}]}], [{"Neurons": [{"Pulse": "lessons/pulse.md"}]}]),
    ):
        config = SimpleNamespace(nav=[{"Start": "index.md"}, {"Lessons": ["lessons/index.md", *named]}])
        hook.on_config(config)
        assert config.nav[1]["Lessons"] == ["lessons/index.md", *expected]


@pytest.fixture
def build(hook, pulse, tmp_path, monkeypatch):
    """Return a function that builds a site with the index of lessons and one lesson, and returns its folder."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    (tmp_path / "docs" / "lessons").mkdir(parents=True)
    (tmp_path / "docs" / "index.md").write_text("# Start\n")
    (tmp_path / "docs" / "lessons" / "index.md").write_text("# Lessons\n\n<!-- cards -->\n")
    config = tmp_path / "mkdocs.yml"
    config.write_text(
        f"site_name: test\nnav: [index.md, Lessons: [lessons/index.md]]\nextra: {{execute_lessons: true}}\n"
        f"hooks: [{ROOT / 'docs' / 'lessons' / '_hook.py'}]\nplugins: []\n"
        "markdown_extensions: [attr_list, md_in_html, pymdownx.superfences, pymdownx.details]\n"
    )

    def run():
        loaded = load_config(str(config), strict=True)
        for module in loaded.hooks.values():
            monkeypatch.setattr(module, "SCRIPTS", pulse.path.parent)
        build(loaded)
        return tmp_path / "site"

    return run


def test_a_site_shows_the_lesson(build):
    """Oracle: the lesson: its output on its page, its card in the gallery, links that a strict build accepts."""
    site = build()
    assert "three: 3" in (site / "lessons" / "pulse" / "index.html").read_text()
    assert (site / "lessons" / "figures" / "echo.png").read_bytes() == b"picture"
    gallery = (site / "lessons" / "index.html").read_text()
    assert 'src="figures/pulse.png"' in gallery and '<a href="pulse/">A pulse, and its echo</a>' in gallery
    assert "A pulse of J. Doe et al. decays by 1/8." in gallery


def test_a_lesson_that_fails_fails_the_build(build, pulse, caplog):
    """Oracle: the build ends, and its last words are those of the lesson."""
    from mkdocs.exceptions import Abort

    pulse.path.write_text(FIRST + "\n# %%\nraise RuntimeError('no echo')\n")
    with pytest.raises(Abort):
        build()
    assert "The lesson pulse.py does not run" in caplog.text and "RuntimeError: no echo" in caplog.text
