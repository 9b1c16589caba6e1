"""The pages of the language say what the package knows: each word once, no word that does not exist."""

import re
from pathlib import Path

import pytest

from jaxsnn import integrators
from jaxsnn.equations import _vocabulary as vocabulary
from tests.pages import check_outputs

from . import error_page

PAGE = Path(__file__).parents[2] / "docs" / "language.md"


def section(title: str) -> str:
    """Return the text below a heading."""
    return re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:][titles().index(title)]


def titles() -> list[str]:
    return re.findall(r"^## (.*)$", PAGE.read_text(), flags=re.MULTILINE)


def words(title: str, column: int = 0) -> set[str]:
    """Return the names in backquotes in a column of the tables of a section, without arguments and values."""
    rows = [line.split(" | ") for line in section(title).splitlines() if line.startswith("| `")]
    quoted = (name for row in rows for name in re.findall(r"`([^`]*)`", row[column]))
    return {re.split(r"[(= ]", name)[0] for name in quoted}


def test_functions():
    """Oracle: the functions that the evaluation knows."""
    assert words("Functions") == set(vocabulary.FUNCTIONS)


def test_methods():
    """Oracle: the methods of `jaxsnn.integrators`."""
    assert words("Methods") == {method.name for method in integrators.METHODS}


def test_flags():
    """Oracle: the flags of both kinds of model and of structural rules."""
    own = {"postsynaptic", "projection", "unless_post", "proba", "w", "d"}
    assert words("Flags") == {*vocabulary.FLAGS, *own}


def test_reserved_words():
    """Oracle: the words that the language refuses as names; `g_target` and the two neurons are those of synapses."""
    keywords = {"if", "else", "and", "or", "not", "is", "True", "False"}
    known = {*vocabulary.RESERVED, *vocabulary.LANGUAGE_NAMES, *keywords, "pre", "post", "g_target"}
    assert words("Parameters and variables") == known - {"sum()"}


@pytest.mark.parametrize(
    ("title", "names"), [("Random numbers", "DISTRIBUTIONS"), ("The population as a whole", "REDUCTIONS")]
)
def test_words_of_a_paragraph(title, names):
    """Oracle: the tables of distributions and reductions."""
    assert set(getattr(vocabulary, names)) <= set(re.findall(r"`(\w+)\(", section(title)))


def test_blocks():
    """Oracle: what the page says that its blocks print."""
    check_outputs(PAGE)


def test_mistakes():
    """Oracle: the table of mistakes; `python -m tests.equations.error_page` writes the page again."""
    assert error_page.PAGE.read_text() == error_page.page()
