"""The models in the pages for users of other simulators run as they stand."""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[1] / "docs" / "coming-from"


@pytest.mark.parametrize("page", ["annarchy", "brian2", "nest", "snntorch"])
def test_models(page, capsys):
    """Oracle: what the last line of each model says of it is true."""
    (block,) = re.findall(r"```python\n(.*?)```", (PAGES / f"{page}.md").read_text(), flags=re.DOTALL)
    exec(block, {})
    assert capsys.readouterr().out == "True\n"
