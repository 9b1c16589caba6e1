"""Each recipe of docs/recipes runs by itself and prints what its page says."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import jax
import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.cases import some

PAGES = Path(__file__).parents[1] / "docs" / "recipes"
RECIPE = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(r"```python\n(.*?)```(?:\n+```text\n(.*?)```)?", re.DOTALL)


def recipes():
    """Return (page, question, text) of all pages, in the order of their names."""
    pages = sorted(PAGES.glob("[a-z]*.md"))
    return [(page.name, *found) for page in pages for found in RECIPE.findall(page.read_text())]


CASES = [pytest.param(text, id=f"{page}: {question}") for page, question, text in recipes()]


@pytest.fixture
def settings_kept():
    """Undo what a recipe sets for the whole process: the precision, the folder of the compilation cache."""
    names = ["jax_enable_x64", "jax_compilation_cache_dir", "jax_persistent_cache_min_compile_time_secs"]
    before = {name: getattr(jax.config, name) for name in names}
    yield
    for name, value in before.items():
        jax.config.update(name, value)
    plt.close("all")


@pytest.mark.usefixtures("settings_kept")
@pytest.mark.parametrize("text", some(CASES, 11))
def test_recipe(text, tmp_path, monkeypatch):
    """Oracle: the page. One block, which imports what it needs and prints what stands below it."""
    ((code, printed),) = BLOCK.findall(text)
    monkeypatch.chdir(tmp_path)
    np.random.seed(0)
    with redirect_stdout(io.StringIO()) as output:
        exec(compile(code, "recipe", "exec"), {"__name__": "__main__"})
    if printed:
        assert output.getvalue() == printed


def test_index():
    """Oracle: the pages. The index asks every question once, under the page that answers it."""
    index = (PAGES / "README.md").read_text()
    asked = re.findall(r"^- (.+\?)$", index, flags=re.MULTILINE)
    linked = [page.name for page in sorted(PAGES.glob("[a-z]*.md")) if f"]({page.name})" in index]
    assert sorted(asked) == sorted(question for _, question, _ in recipes())
    assert linked == sorted({page for page, _, _ in recipes()})
