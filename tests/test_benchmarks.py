"""Every benchmark at its tiny size, so that none rots. Nothing here is timed: ratios only have to be there.

What a benchmark compares must do the same work; where both begin alike, the numbers it tells are compared here.
"""

import importlib
import json
import math
import sys
from pathlib import Path

import jax
import numpy as np
import pytest
import scipy.stats

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
NAMES = sorted(path.stem for path in BENCHMARKS.glob("[!_]*.py") if path.stem != "run")


@pytest.fixture(scope="module", autouse=True)
def importable():
    """Find the benchmarks, which are scripts, as modules."""
    sys.path.insert(0, str(BENCHMARKS))
    jax.config.update("jax_numpy_rank_promotion", "allow")
    yield
    jax.config.update("jax_numpy_rank_promotion", "raise")
    sys.path.remove(str(BENCHMARKS))


def told(name: str, path: Path, *arguments: str) -> dict:
    """Run a benchmark in this process; return what it wrote."""
    importlib.import_module(name).main(["--tiny", "--json", str(path), *arguments])
    return json.loads(path.read_text())


def numbers(written: dict, what: str) -> dict[str, float]:
    """Return what all tasks of a benchmark told."""
    return next(section["told"][what] for section in written["sections"] if what in section["told"])


def sound(written: dict) -> bool:
    """Whether there are readings, some above the grain of the processor's clock, and every bar has a ratio."""
    readings = [x for section in written["sections"] for task in section["readings"].values() for x in task]
    ratios = [bar["ratio"] for bar in written["bars"]]
    return bool(readings and ratios) and min(readings) >= 0 < max(readings) and all(map(math.isfinite, ratios))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["coba", "cuba"])
def test_sparse_network_spikes_as_the_loop_by_hand(name, tmp_path):
    """Oracle: the independent loop by hand, with the same synapses and the same start."""
    written = told(name, tmp_path / "told.json")
    rates = numbers(written, "firing rates in the last run, Hz")
    assert sound(written)
    assert rates["jaxsnn"] == rates["hand-written loop"] > 0


def test_reservoir_has_the_rates_of_the_loop_by_hand(tmp_path):
    """Oracle: the independent loop by hand, from the same potentials, after 20 steps of a chaotic network."""
    written = told("reservoir", tmp_path / "told.json")
    assert sound(written)
    assert numbers(written, "rates of jaxsnn and by hand after 20 steps")["differ by"] < 2e-6


@pytest.mark.slow
def test_training_step_has_the_loss_of_the_loop_by_hand(tmp_path):
    """Oracle: the independent network by hand, with the same weights and data."""
    written = told("train", tmp_path / "told.json", "--only", "learning")
    losses = numbers(written, "first losses")
    assert sound(written)
    assert losses["jaxsnn"] == pytest.approx(losses["by hand, layer by layer"], abs=1e-5)


@pytest.mark.slow
def test_sparse_backward_pass_has_the_gradient_of_the_dense_one(tmp_path):
    """Oracle: the dense backward pass."""
    written = told("train", tmp_path / "told.json", "--only", "backward")
    assert sound(written)
    assert numbers(written, "difference of gradients, of the largest")["sparse and dense"] < 1e-6


def test_machine_has_ceilings_for_every_floor(tmp_path):
    """Oracle: with all ceilings there, no floor is left out."""
    ceilings = told("machine", tmp_path / "told.json")["ceilings"]
    assert all(math.isfinite(x) and x > 0 for x in ceilings.values())


# Every replica of the first, and every process of the second, compiles anew; the third makes millions of synapses, and
# the fourth compiles four projections that draw them.
LONG = ("parallel_run", "first_result", "large", "microcircuit")
WITHOUT_ORACLE = [n for n in NAMES if n not in ("coba", "cuba", "reservoir", "train", "machine")]


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow if n in LONG else ()) for n in WITHOUT_ORACLE])
def test_benchmark_runs(name, tmp_path):
    """Oracle: none, but readings and finite ratios: what is compared draws its own random numbers."""
    assert sound(told(name, tmp_path / "told.json"))


OUTCOMES = {  # what a script prints, and by how much it may differ; None where there is nothing to hold it to
    "bar_learning": None,
    "bcm": [(1.08315, 1e-3)],
    "coba": [(20.19, 4.4)],
    "cuba": [(5.70, 1.1)],
    "echo_state": None,
    "gap_junctions": [(136, 0)],
    "hodgkin_huxley": [(1, 0)],
    "hybrid": [(99.9, 4.0)],
    "miconi": None,
    "neural_field": [(0.0327, 0.01)],
    "ramp": [(55.63, 0.4), (35.25, 0.2)],
    "sorf": None,
    "stdp1": [(0.02, 1e-6)],
    "stdp2": [(14.99, 0.06), (26.86, 3.3), (0.004275, 1e-4)],
    "stp": [(4.66, 1.9), (16.8, 5.0)],
    "structural_plasticity": [(1.0, 0.02)],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", OUTCOMES)
def test_scripts_of_users(name, tmp_path):
    """Oracle: ANNarchy 4.8.2 with the same text (`bcm`, `gap_junctions`), or over several seeds with the same model.

    Bands are four standard deviations of its seeds.
    """
    scripts = importlib.import_module("scripts")
    _, line = scripts.ended(sys.executable, (scripts.FOLDER / f"{name}.py").read_text(), str(tmp_path))
    found = [float(x) for x in line.split(":")[1].split()]
    assert all(map(math.isfinite, found))
    for value, (expected, band) in zip(found, OUTCOMES[name] or [], strict=False):
        assert abs(value - expected) <= band, line


def test_the_microcircuit_has_the_numbers_of_its_paper():
    """Oracle: the paper, and its reference implementation, which counts 298,880,941 synapses at full scale."""
    numbers = importlib.import_module("_potjans_diesmann")
    full, tenth = numbers.Circuit(1.0), numbers.Circuit(0.1)
    assert sum(full.sizes.values()) == 77_169
    assert abs(numbers.synapse_count(full) / 298_880_941 - 1.0) < 1e-6
    assert abs(numbers.synapse_count(tenth) / numbers.synapse_count(full) - 0.01) < 1e-5
    weights = {(b.pre, b.post): b.weight for b in full.bundles}
    assert weights["L4E", "L23E"] == 2 * weights["L4E", "L4E"] == -0.5 * weights["L4I", "L4E"] == 2 * 87.8
    assert min(full.constant_input(True).values()) == max(full.constant_input(True).values()) == 0.0
    assert full.constant_input(False)["L23E"] == pytest.approx(1600 * 8.0 * 87.8 * 0.5e-3)


def test_distance_of_two_samples():
    """Oracle: SciPy, and the definition: 1 where samples do not overlap, 0 where they are one."""
    module, draw = importlib.import_module("microcircuit"), np.random.default_rng(0)
    one, other = draw.normal(0.0, 1.0, 40).round(1), draw.normal(0.5, 1.0, 70).round(1)
    assert module.distance(one, other) == pytest.approx(scipy.stats.ks_2samp(one, other)[0], abs=1e-12)
    assert module.distances([([1.0], [2.0]), ([1.0, 2.0], [1.0, 2.0])]) == (0.5, 1.0)
    assert module.distances([]) == (0.0, 0.0)


def test_every_script_has_an_outcome():
    """Oracle: the files of the folder."""
    assert sorted(OUTCOMES) == importlib.import_module("scripts").NAMES


def test_every_benchmark_is_in_the_plan():
    """Oracle: the files of the folder."""
    assert sorted(importlib.import_module("run").PLAN) == NAMES


def written_bars() -> dict:
    """Return what a benchmark would have written: a bar met, one missed, a limit."""
    module = importlib.import_module("_measure")
    report, Times = module.Report(), module.Times
    report.at_most("one network: jaxsnn / by hand", Times([0.02, 0.03]), Times([0.01, 0.03]), 1.25)
    report.faster("one network: jaxsnn over ANNarchy", Times([0.02]), Times([0.2]), 6.0)
    report.within("first raster, s", Times([1.0]), 1.5)
    return {"some": {"bars": [bar.as_json() for bar in report.bars]}}


def test_table_of_ratios():
    """Oracle: ratios of the minima by hand, 0.02 / 0.01 and 0.2 / 0.02."""
    rows = importlib.import_module("_tables").ratios(written_bars())[2:]
    assert rows == [
        "| one network: jaxsnn / by hand | 20 ms | 10 ms |  | 2 | at most 1.25 | **MISSED** |",
        "| one network: jaxsnn over ANNarchy | 20 ms |  | 200 ms | 10 | at least 6 | ok |",
        "| first raster, s | 1 s |  |  |  | at most 1.5 s | ok |",
    ]


def test_distance_from_the_floor():
    """Oracle: arithmetic: 1e10 numbers and bytes a second make 0.1 ms of normals, 3.6 ms of state, 3.6 ms of rows."""
    ceilings = {f"triad {level}, 1 threads, B/s": 1e10 for level in ("L2", "L3")}
    ceilings["normals, JAX, counter-based hash, a second"] = 1e10
    (row,) = importlib.import_module("_tables").distances(written_bars(), ceilings, cores=1)[2:]
    assert row.startswith("| one network | 20 ms | 7.3 ms | 2.7 |")


def test_tables_take_their_places_in_a_page():
    """Oracle: the page by hand."""
    page = "before\n<!-- ratios -->\nold\n<!-- end -->\nafter"
    changed = importlib.import_module("_tables").replaced(page, {"ratios": ["new"]})
    assert changed == "before\n<!-- ratios -->\nnew\n<!-- end -->\nafter"


def test_run_tells_what_failed(monkeypatch, capsys):
    """Oracle: a benchmark that was asked for when no time was left is told, and the exit status is 1."""
    run = importlib.import_module("run")
    assert run.main(["--only", "machine", "--minutes", "0"]) == 1
    assert "machine: no time" in capsys.readouterr().out
