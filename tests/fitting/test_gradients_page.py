"""The Python of docs/gradients.md runs as it stands, in order."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import jaxsnn as snn
from tests.pages import python_blocks

PAGE = Path(__file__).parents[2] / "docs" / "gradients.md"


@pytest.mark.slow
def test_examples_run():
    """Oracle: nothing raises, and the page shows the report that the example prints, but for the digits."""
    text = PAGE.read_text()
    here: dict = {"snn": snn}
    for block in python_blocks(PAGE):
        exec(block, here)
    plt.close("all")
    without_digits = lambda lines: [re.sub(r"-?\d[\d.]*(e[-+]?\d+)?", "", line).strip() for line in lines]  # noqa: E731
    shown = set(without_digits(text.splitlines()))
    assert [line for line in without_digits(str(here["diagnosis"]).splitlines()) if line not in shown] == []
