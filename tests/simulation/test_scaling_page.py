"""The Python of docs/scaling.md runs as it stands, in order."""

from pathlib import Path

import numpy as np
import pytest

from tests.pages import python_blocks

PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:tqdm")
def test_examples_run():
    """Oracle: the assert of the page; rates rise with noise; the line y = 2 x + 1; the loss at its slope is least."""
    blocks = python_blocks(PAGE)
    assert len(blocks) == 4
    here: dict = {}
    for block in blocks:
        exec(block, here)
    assert here["rates"].shape == here["paired"].shape == (200,) and here["given"].shape == (20,)
    assert here["rates"][0] == 0.0 < here["rates"][-1] and here["means"][0] == 0.0 < here["means"][-1]
    np.testing.assert_allclose([here["fitted"].params[name] for name in "ab"], [2.0, 1.0], atol=1e-2)
    assert np.argmin(here["losses"]) == np.argmin(np.abs(np.linspace(0.0, 4.0, 32) - 2.0))
