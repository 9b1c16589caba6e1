"""A sweep in a folder: the same results whoever computes them, in whatever order, and nothing else in their place."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, FileFormatError, JaxsnnWarning, NonFiniteError, StateError, StoreError
from jaxsnn.results import Claim, digest

from ..html_reader import read
from . import sweep_of_a_network as own

pytest.importorskip("zarr")
NUMBER = 12


@pytest.fixture(scope="module")
def sim():
    return own.simulation()


@pytest.fixture(scope="module")
def plain(sim):
    """The results without a folder."""
    return snn.sweep(sim, own.points(NUMBER), 50.0, measure=own.measure)


def kept(sim, folder, number=NUMBER, duration=50.0, measure=own.measure, part=4, **options):
    return snn.sweep(sim, own.points(number), duration, measure=measure, to=folder, part=part, **options)


@pytest.fixture
def full(sim, tmp_path):
    return kept(sim, tmp_path / "results")


def test_the_folder_has_the_results(full, plain):
    """Oracle: the bits of the sweep without a folder."""
    values = full.values()
    assert values.keys() == plain.keys()
    for name, x in plain.items():
        np.testing.assert_array_equal(values[name], x)
    assert full.missing().size == 0
    np.testing.assert_array_equal(full.points["exc.w"], own.points(NUMBER)["exc.w"])
    assert repr(full).endswith("12 of 12 runs, first, rate")


def test_shares_fill_the_folder(sim, plain, tmp_path):
    """Oracle: the runs of the second of two shares of three parts; the bits of the whole."""
    folder = tmp_path / "deep" / "results"
    part = kept(sim, folder, shard=(1, 2))
    assert part.missing().tolist() == [0, 1, 2, 3, 8, 9, 10, 11]
    with pytest.raises(StateError, match="8 of 12 runs are missing"):
        part.values()
    np.testing.assert_array_equal(part.values(incomplete=True)["rate"][4:8], plain["rate"][4:8])
    whole = kept(sim, folder, shard=(0, 2))
    np.testing.assert_array_equal(whole.values()["rate"], plain["rate"])
    assert digest(snn.open_sweep(folder).values()) == digest(plain)


def test_nothing_is_computed_twice(sim, full, monkeypatch):
    """Oracle: what is computed; the second call finds everything."""
    monkeypatch.setattr("jaxsnn.simulation._sweep_task.SweepTask.run", lambda *_: pytest.fail("computed again"))
    assert kept(sim, full.path).missing().size == 0


def test_a_grid_keeps_its_axes(sim, tmp_path):
    """Oracle: the sweep over the grid without a folder."""
    points = snn.grid({"cells.i_offset": [0.0, 10.0], "exc.w": [0.0, 0.5, 1.0]})
    results = snn.sweep(sim, points, 50.0, measure=own.measure, to=tmp_path / "results")
    wanted = snn.sweep(sim, points, 50.0, measure=own.measure)
    assert results.values()["first"].shape == (2, 3, 20)
    np.testing.assert_array_equal(results.values()["first"], wanted["first"])
    xarray = pytest.importorskip("xarray")
    data = results.to_xarray()
    assert isinstance(data, xarray.Dataset)
    found = data["rate"].sel({"cells.i_offset": 10.0, "exc.w": 0.5})
    np.testing.assert_array_equal(found, wanted["rate"][1, 1])


def test_points_in_a_list_as_xarray(full, plain):
    """Oracle: the arrays themselves."""
    pytest.importorskip("xarray")
    data = full.to_xarray()
    np.testing.assert_array_equal(data["rate"], plain["rate"])
    np.testing.assert_array_equal(data["cells.i_offset"], own.points(NUMBER)["cells.i_offset"])


def test_results_are_verified(sim, full, plain):
    """Oracle: a changed byte, found by its digest; a changed digest too, found by computing again; and repaired."""
    assert full.verify(share=0.5).size == 0
    flip(next((full.path / "values" / "rate" / "c").glob("1*")))
    assert full.verify(share=0.0).tolist() == [4, 5, 6, 7]
    assert full.verify(share=0.0, repair=True).tolist() == [4, 5, 6, 7]
    assert full.missing().tolist() == [4, 5, 6, 7]
    again = kept(sim, full.path)
    np.testing.assert_array_equal(again.values()["rate"], plain["rate"])


def test_wrong_numbers_with_a_right_digest_are_found_by_computing_again(full):
    """Oracle: the part whose numbers were replaced, with the digest of the new ones."""
    store = full._store
    values = store.values(2)
    wrong = values | {"rate": values["rate"] + 1}
    store._group["values/rate"][8:12] = wrong["rate"]
    record = store.claims.record(2) | {"sha256": digest(wrong)}
    (full.path / "parts" / "done" / "000002.json").write_text(json.dumps(record))
    assert full.verify(share=1.0).tolist() == [8, 9, 10, 11]
    with pytest.raises(StateError, match="opened without what computes it"):
        snn.open_sweep(full.path).verify(share=1.0)


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


OTHERS = {
    "duration": ({"duration": 60.0}, "duration: 50.0 there, 60.0 here"),
    "points": ({"number": 13}, "points"),
    "measure": ({"measure": lambda r: {"rate": r["cells"]["spike"].mean(), "first": 0}}, "measure"),
    "key": ({"key": 3}, "seeds"),
    "redraw": ({"redraw": False}, "shared values"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_results_of_something_else_are_refused(sim, full, case):
    """Oracle: what differs, by name; the folder is as before."""
    options, what = OTHERS[case]
    with pytest.raises(StoreError, match=f"holds results of something else. What differs: .*{what}"):
        kept(sim, full.path, **options)
    assert full.missing().size == 0


def test_another_network_is_refused(full):
    net = snn.Network(dt=1.0, seed=1)
    cells = net.create(20, snn.Izhikevich(noise=5.0, a=0.03), name="cells")
    net.connect(cells, cells, target="exc", name="exc").fixed_probability(0.2, weights=snn.Uniform(0.0, 1.0))
    net.monitor(cells, "spike")
    with pytest.raises(StoreError, match="network"):
        kept(net.compile(), full.path)


def test_another_version_is_refused_unless_it_is_ignored(sim, full, monkeypatch):
    monkeypatch.setattr("jaxsnn.results._description.version", lambda _: "0")
    with pytest.raises(StoreError, match="versions: .*ignore-version.* goes on all the same"):
        kept(sim, full.path)
    assert kept(sim, full.path, resume="ignore-version").missing().size == 0


@pytest.mark.slow
def test_the_same_network_in_another_process_is_accepted(tmp_path, plain):
    """Oracle: the bits; each process describes and compiles the network anew."""
    for shard in ("0", "1"):
        subprocess.run([sys.executable, own.__file__, str(tmp_path / "r"), str(NUMBER), "50", shard, "2"], check=True)
    assert digest(snn.open_sweep(tmp_path / "r").values()) == digest(plain)


WRONG = {
    "shard": ({"shard": (2, 2)}, "i of `shard`"),
    "shards": ({"shard": 3}, r"`shard` is \(i, n\)"),
    "part": ({"part": 0}, "`part` is an integer, at least 1"),
    "resume": ({"resume": "always"}, "`resume` is one of 'same', 'ignore-version'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_options(sim, tmp_path, case):
    options, message = WRONG[case]
    with pytest.raises(ArgumentError, match=message):
        kept(sim, tmp_path / "results", **options)
    assert not (tmp_path / "results").exists()


def test_what_is_no_folder_of_results(tmp_path, sim):
    with pytest.raises(FileFormatError, match="is no folder of results"):
        snn.open_sweep(tmp_path / "nowhere")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("mine")
    with pytest.raises(FileFormatError, match="is no folder of results"):
        kept(sim, tmp_path / "notes")
    assert (tmp_path / "notes" / "a.txt").read_text() == "mine"


def test_a_sweep_is_no_folder_of_records(full):
    with pytest.raises(FileFormatError, match="holds 'jaxsnn sweep', not 'jaxsnn records': `open_sweep` reads it"):
        snn.open_records(full.path)


def test_an_exception_leaves_the_part_free(sim, tmp_path, monkeypatch):
    """Oracle: the folder after the exception, and the results after a second call."""

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("jaxsnn.simulation._sweep_task.SweepTask.run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            kept(sim, tmp_path / "r")
    assert len(list((tmp_path / "r" / "parts" / "free").iterdir())) == 3
    assert kept(sim, tmp_path / "r").missing().size == 0


@pytest.mark.slow
def test_a_point_that_is_no_number(sim, tmp_path):
    """Oracle: the run that the warning and the error name; the others are kept, under axes that other programs read."""
    points = snn.grid({"cells.i_offset": [0.0, np.nan, 5.0]})
    with pytest.raises(NonFiniteError, match="in run 1") as caught:
        snn.sweep(sim, points, 50.0, measure=own.measure, to=tmp_path / "r", check_finite=True)
    assert "keeps the other runs; missing are 1, which" in caught.value.__notes__[0]
    assert snn.open_sweep(tmp_path / "r").missing().tolist() == [1]
    with pytest.warns(JaxsnnWarning, match="of 1 of 1 runs is not finite: 1"):
        found = snn.sweep(sim, points, 50.0, measure=own.measure, to=tmp_path / "r")
    assert found.values()["rate"].shape == (3,)
    assert "NaN" not in (tmp_path / "r" / "zarr.json").read_text()
    if pytest.importorskip("xarray"):
        np.testing.assert_array_equal(found.to_xarray()["cells.i_offset"], [0.0, np.nan, 5.0])


def test_an_empty_folder_is_filled(sim, tmp_path):
    assert kept(sim, tmp_path).missing().size == 0


def test_a_folder_that_cannot_be_written(sim, tmp_path, monkeypatch):
    """Oracle: the system's error for a file system that is read-only; reading goes on, and so does a later call."""
    results = kept(sim, tmp_path / "r", shard=(0, 3))

    def refused(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", refused)
        with pytest.raises(StoreError, match="cannot be written to: Read-only file system. What is there can be read"):
            kept(sim, tmp_path / "r")
        with pytest.raises(StoreError, match="cannot be written to"):
            kept(sim, tmp_path / "s")
        assert results.values(incomplete=True)["rate"].shape == (NUMBER,)
    assert os.listdir(tmp_path) == ["r"]
    assert kept(sim, tmp_path / "r").missing().size == 0
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written to"):
        kept(sim, tmp_path / "file" / "r")


def test_parts_of_other_hosts(sim, plain, tmp_path):
    """Oracle: the part of a host that was heard of is left alone, that of a silent one is computed."""
    folder = tmp_path / "r"
    kept(sim, folder, shard=(0, 3))
    for part, silent in ((1, 0.0), (2, 700.0)):
        place = folder / "parts" / "claimed" / Claim(part, 1, "elsewhere", 1).name
        os.rename(folder / "parts" / "free" / f"{part:06d}", place)
        os.utime(place, (1.0, place.stat().st_mtime - silent))
    found = kept(sim, folder)
    assert found.missing().tolist() == [4, 5, 6, 7]
    assert repr(found).endswith("8 of 12 runs, first, rate")
    os.utime(next((folder / "parts" / "claimed").iterdir()), (1.0, 1.0))
    assert digest(kept(sim, folder).values()) == digest(plain)


def cut(folder):
    file = next((folder / "values" / "first" / "c").glob("1*/*"))
    file.write_bytes(file.read_bytes()[:5])


def removed(folder):
    next((folder / "values" / "first" / "c").glob("1*/*")).unlink()


def record_cut(folder):
    (folder / "parts" / "done" / "000001.json").write_text("{")


def record_removed(folder):
    (folder / "parts" / "done" / "000001.json").unlink()


@pytest.mark.parametrize("harm", [cut, removed, record_cut, record_removed])
def test_harm_is_found_and_repaired(sim, full, plain, harm):
    """Oracle: the runs of the part that was harmed; the bits after the repair."""
    harm(full.path)
    if harm is cut:
        with pytest.raises(FileFormatError, match=r"cannot be read: .*repair=True\)` finds what is damaged"):
            full.values()
    assert full.verify(share=0.0, repair=True).tolist() == [4, 5, 6, 7]
    assert digest(kept(sim, full.path).values()) == digest(plain)


def test_a_measure_that_raises_and_one_of_another_shape(sim, tmp_path):
    """Oracle: the error of the measure, before anything is written; what differs, by name."""

    def raising(records):
        raise ValueError("not like this")

    with pytest.raises(ValueError, match="not like this"):
        kept(sim, tmp_path / "r", measure=raising)
    assert not (tmp_path / "r").exists()
    shape = [2]

    def of_shape(records):
        return records["cells"]["spike"][: shape[0], 0]

    kept(sim, tmp_path / "r", measure=of_shape, shard=(0, 3))
    shape[0] = 3
    with pytest.raises(StoreError, match="What differs: kept: .*2.* there, .*3.* here"):
        kept(own.simulation(), tmp_path / "r", measure=of_shape)


def test_options_without_a_folder(sim):
    with pytest.raises(ArgumentError, match="`shard` is for results in a folder: say which by `to`"):
        snn.sweep(sim, own.points(2), 50.0, measure=own.measure, shard=(0, 2))


@pytest.mark.slow
def test_damaged_descriptions_are_refused(full):
    """Oracle: the package's own error for each of 200 changed bytes, or the same results."""
    path = full.path / "zarr.json"
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    wanted = digest(full.values())
    for place in rng.integers(0, len(whole), 200):
        raw = bytearray(whole)
        raw[place] = int(rng.integers(0, 256))
        path.write_bytes(raw)
        try:
            results = snn.open_sweep(full.path)
            assert digest(results.values()) == wanted
            results.to_xarray()
        except (FileFormatError, StateError):
            pass
    path.write_bytes(whole)


def test_the_fingerprint_of_a_sweep(sim, full, tmp_path):
    """Oracle: the same sweep in other parts, by two shares; another one of fewer points."""
    folder = tmp_path / "shares"
    half = kept(sim, folder, part=2, shard=(0, 2))
    assert half.about["fingerprint"] == full.about["fingerprint"]
    with pytest.raises(StateError, match="6 of 12 runs are missing"):
        half.fingerprint()
    assert kept(sim, folder, part=2, shard=(1, 2)).fingerprint() == full.fingerprint() != full.about["fingerprint"]
    other = kept(sim, tmp_path / "other", number=8)
    assert other.about["fingerprint"] != full.about["fingerprint"]
    assert other.fingerprint() != full.fingerprint()


def test_a_notebook_shows_what_is_there(sim, tmp_path):
    """Oracle: the folder: how many runs of how many, what was swept, what is kept; after it is gone, that it is."""
    part = kept(sim, tmp_path / "<b>", shard=(1, 2))
    found = read(part._repr_html_())
    assert found.title == ("sweep", "<b>")
    assert (found.facts["runs"], found.facts["duration (ms)"]) == ("4 of 12 done", "50.0")
    assert [(name, number) for name, number, _ in found.tables["swept"]] == [
        (name, "12") for name in sorted(part.points)
    ]
    assert [name for name, *_ in found.tables["kept of each run"]] == ["first", "rate"]
    assert dict(found.tables["versions"])["jaxsnn"] == part.about["versions"]["jaxsnn"]
    shutil.rmtree(tmp_path / "<b>")
    assert read(part._repr_html_()).facts["runs"] == "0 of 12 done"
