"""The scripts in `notebooks/` run as they stand, and recurrent spiking networks learn by surrogate gradients."""

import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
pytestmark = pytest.mark.filterwarnings("ignore:tqdm", "ignore:IProgress")


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Return a function that runs a script and returns what it defined; its figure goes elsewhere."""
    monkeypatch.syspath_prepend(NOTEBOOKS)
    import gallery

    monkeypatch.setattr(gallery, "FOLDER", tmp_path)

    def run(name, *options):
        monkeypatch.setattr(sys, "argv", [f"{name}.py", *options])
        defined = runpy.run_path(str(NOTEBOOKS / f"{name}.py"), run_name="__main__")
        assert [x.stat().st_size > 10_000 for x in tmp_path.glob("*.png")] == [True]
        return defined

    return run


def unseen(defined):
    """Return the test samples whose latencies, in whole steps, are those of no training sample."""
    seen = {tuple(x) for x in defined["data"][0].tolist()}
    new = np.array([tuple(x) not in seen for x in defined["test"][0].tolist()])
    return tuple(x[new] for x in defined["test"])


@pytest.mark.slow
def test_the_loss_falls(run):
    """Oracle: descent; the mean loss of the last fifth is below half of that before the first update."""
    history = run("yin_yang", "--quick")["result"].history
    assert history[-20:].mean() < 0.5 * history[0]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), [("yin_yang", 0.93), ("randman", 0.90), ("digits", 0.93)])
def test_accuracy(run, name, least):
    """Oracle: the labels of a test set on which nothing was chosen; a linear classifier falls short of the first two.

    Latencies are whole steps, so a point of the plane may repeat one of the training set: those that do not count too.
    """
    if name == "digits":
        pytest.importorskip("sklearn")
    defined = run(name)
    assert len(defined["test"][1]) >= 350
    assert defined["accuracy"] >= least
    new = unseen(defined)
    share = 1.0 - float(defined["classifier"].error(defined["result"].params, new))
    print(f"\n{name}: {defined['accuracy']:.3f} of the test set, {share:.3f} of its {len(new[1])} new samples")
    assert len(new[1]) >= 100 and share >= least
