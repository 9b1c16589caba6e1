"""Each recipe of docs/recipes runs by itself and prints what its page says."""

import io
import re
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

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


@pytest.mark.parametrize("text", some(CASES, 11))
def test_recipe(text, tmp_path, monkeypatch):
    """Oracle: the page. One block, which imports what it needs and prints what stands below it."""
    ((code, printed),) = BLOCK.findall(text)
    monkeypatch.chdir(tmp_path)
    assert (output_of_process if "snn.setup(" in code else output_here)(code) == printed


def output_here(code):
    """Return what a program prints that leaves the settings of the process alone."""
    np.random.seed(0)
    with redirect_stdout(io.StringIO()) as output:
        exec(compile(code, "recipe", "exec"), {"__name__": "__main__"})
    plt.close("all")
    return output.getvalue()


def output_of_process(code):
    """Return what a program prints that sets the precision or the cache of its whole process."""
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_index():
    """Oracle: the pages. The index asks every question once, under the page that answers it."""
    index = (PAGES / "README.md").read_text()
    asked = re.findall(r"^- (.+\?)$", index, flags=re.MULTILINE)
    linked = [page.name for page in sorted(PAGES.glob("[a-z]*.md")) if f"]({page.name})" in index]
    assert sorted(asked) == sorted(question for _, question, _ in recipes())
    assert linked == sorted({page for page, _, _ in recipes()})
