"""The models in the pages for users of other simulators run as they stand."""

from pathlib import Path

import pytest

from tests.pages import python_blocks

PAGES = Path(__file__).parents[1] / "docs" / "coming-from"


@pytest.mark.parametrize("page", ["annarchy", "brian2", "nest", "snntorch"])
def test_models(page, capsys):
    """Oracle: what the last line of each model says of it is true."""
    (block,) = python_blocks(PAGES / f"{page}.md")
    exec(block, {})
    assert capsys.readouterr().out == "True\n"
