"""The README's Python runs as it stands, in order."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import optax
import pytest

from tests.pages import python_blocks

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.filterwarnings("ignore:tqdm")
def test_examples_run(tmp_path, monkeypatch):
    """Oracle: nothing raises; pictures exist, weights learn, rates rise with the gain, the fit lowers its loss."""
    blocks = python_blocks(README)
    first, inputs, neuron, synapse, replicas, fit = blocks
    monkeypatch.chdir(tmp_path)
    here: dict = {"optax": optax}
    np.random.seed(0)
    exec(first, here)
    assert (tmp_path / "raster.png").stat().st_size > 10_000
    exec(inputs, here)
    assert here["trace"].get("v").shape == (1000, 3) and len(plt.get_fignums()) >= 4
    exec(neuron, here)
    assert here["LIF"].analysed.targets == ("exc",)
    exec(synapse, here)
    assert (tmp_path / "proj.npz").exists()
    begin, end = (np.concatenate(row) for row in here["weights"].get("w")[[0, -1]])
    assert (begin != end).mean() > 0.5
    exec(replicas.replace("number=64", "number=4").replace("10, 64", "10, 4"), here)
    assert here["rates"][0] < here["rates"][-1]
    here["loss"] = lambda params: (here["rate"](params) - 0.01) ** 2
    exec(fit.replace("steps=300", "steps=3"), here)
    assert here["result"].loss <= here["result"].history[0]
    plt.close("all")
