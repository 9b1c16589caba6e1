"""The Python of docs/fitting.md runs as it stands, in order."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.pages import python_blocks

PAGE = Path(__file__).parents[2] / "docs" / "fitting.md"


@pytest.mark.slow
def test_examples_run(tmp_path, monkeypatch):
    """Oracle: the asserts of the page; the values that made the trace are found again."""
    blocks = python_blocks(PAGE)
    assert len(blocks) == 5
    monkeypatch.chdir(tmp_path)
    here: dict = {}
    for block in blocks:
        exec(block, here)
    np.testing.assert_allclose(here["result"].trained["cells.tau"], 10.0, rtol=1e-2)
    np.testing.assert_allclose(here["result"].trained["cells.drive"], 0.8, rtol=1e-2)
    plt.close("all")


def test_every_loss_stands_in_the_table():
    """Oracle: the public names of `losses`."""
    from jaxsnn import losses

    text = PAGE.read_text()
    missing = [name for name in dir(losses) if not name.startswith("_") and f"{name}(" not in text]
    assert missing == ["isi_moments", "readout"]  # parts of `isi` and `cross_entropy`
