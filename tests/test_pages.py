"""The Python of the first pages of the documentation runs as it stands, in order."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.html_reader import read
from tests.pages import check_outputs, python_blocks

DOCS = Path(__file__).parents[1] / "docs"


def run(page: str) -> dict:
    """Run the blocks of a page in order; return what they have made."""
    here: dict = {}
    for block in python_blocks(DOCS / page):
        exec(block, here)
    return here


@pytest.mark.slow
def test_getting_started(tmp_path, monkeypatch):
    """Oracle: a picture exists, inhibition lowers rates and input raises them, a fit reaches the rate it was given."""
    monkeypatch.chdir(tmp_path)
    here = run("getting-started.md")
    assert (tmp_path / "cells.png").stat().st_size > 10_000
    rates = here["rates"]
    assert rates.shape == (3, 4)
    assert rates[0, -1] > rates[-1, -1] and rates[0, -1] > rates[0, 0]
    result = here["result"]
    assert result.loss < 4.0 < 20.0 < result.history[0]
    plt.close("all")


def test_three_ways():
    """Oracle: one surface against the other: the same spikes for the same seed; a gradient that reaches the weights."""
    here = run("three-ways.md")
    script, network = ([tuple(p) for p in np.stack(here[k]).T] for k in ("of_the_script", "of_the_object"))
    functions = list(zip(here["times"], here["ranks"], strict=True))
    assert len(script) > 50
    assert script == network and sorted(script) == sorted(functions)
    assert np.abs(here["gradient"].projections["exc"]["w"]).max() > 0.0
    plt.close("all")


def test_start():
    """Oracle: nothing raises, and neurons spike."""
    here = run("index.md")
    assert here["net"].get_time() == 1000.0
    assert len(plt.gca().collections or plt.gca().lines) > 0
    plt.close("all")


def test_concepts():
    """Oracle: what the page says that each block prints."""
    check_outputs(DOCS / "concepts.md")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_own_loops():
    """Oracle: what the page says that each block prints: three libraries learn the same task."""
    pytest.importorskip("equinox")
    pytest.importorskip("flax")
    check_outputs(DOCS / "own-loops.md")


@pytest.mark.slow
def test_nir(tmp_path, monkeypatch):
    """Oracle: what the page says that each block prints."""
    pytest.importorskip("nir")
    monkeypatch.chdir(tmp_path)
    check_outputs(DOCS / "nir.md")


@pytest.mark.slow
def test_results(tmp_path, monkeypatch):
    """Oracle: what the page says that each block prints."""
    for package in ("zarr", "xarray", "neo", "pynwb", "pandas"):
        pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    check_outputs(DOCS / "results.md")
    plt.close("all")


@pytest.mark.slow
def test_notebooks(tmp_path, monkeypatch):
    """Oracle: the description on the page, read back from what a notebook would show; a picture exists."""
    monkeypatch.chdir(tmp_path)
    here = run("notebooks.md")
    found = read(here["net"]._repr_html_())
    assert [name for name, *_ in found.tables["projections"]] == ["E_to_I", "E_to_E", "I_to_E"]
    assert read(here["M"]._repr_html_()).pictures == ["spike, every spike", "v, 5 of 400 neurons"]
    assert (tmp_path / "diagram.png").stat().st_size > 5_000
    plt.close("all")


@pytest.mark.slow
def test_precise():
    """Oracle: what the page says that each block prints."""
    check_outputs(DOCS / "precise.md")


@pytest.mark.slow
def test_online():
    """Oracle: what the page says that each block prints."""
    check_outputs(DOCS / "online.md")
