"""Files that are damaged, foreign, or left by processes that were killed: an error of the package, and nothing lost."""

import gzip
import os
import platform
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import random as random_matrix

import jaxsnn as snn
from jaxsnn import io
from jaxsnn.errors import ArgumentError, FileFormatError
from jaxsnn.files import replaced
from tests.io import networks
from tests.io.conftest import shared
from tests.io.networks import altered, document, unchanged

from .kills import campaign as kill
from .mutations import Campaign


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    return Campaign(tmp_path_factory.mktemp("files"), (networks.pending, networks.stp), lambda d: shared(d, 1))


@pytest.fixture
def net():
    """Return a network with a delay for each synapse, as it is before each test."""
    net = shared(networks.pending, 1)
    before = net._core.mark()
    yield net
    net._core.return_to(before)


KINDS = ("bytes_npz", "bytes_mat", "values", "headers", "connectivity", "market", "json", "fits", "exports")


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_mutations(kind, campaign):
    """Oracle: the file before it was damaged: a network is as it was, or as the file says."""
    found = campaign.run(kind, 25 if kind not in ("values", "headers") else 12)
    assert set(found) <= {"refused", "loaded"} and found["refused"], found


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_mutations(kind, tmp_path):
    """Oracle: as above, with all networks of the tests of files: 10,000 mutations."""
    many = Campaign(tmp_path, networks.ALL, lambda d: shared(d, 1))
    found = many.run(kind, 1200, seed=1)
    assert set(found) <= {"refused", "loaded"}, found


# Delays, steps, values


def rewritten(net, path, **arrays):
    altered(net, path, arrays={f"projections/exc/{name.replace('_', '-')}": x for name, x in arrays.items()})


def test_delays_without_a_past(net, tmp_path):
    """Oracle: the rings in the file, which are as long as its longest delay; memory, for a file that has none."""
    path = tmp_path / "net.npz"
    steps = document(net).arrays["projections/exc/delay-steps"]
    for delay, message in (
        (
            2**31 - 1,
            r"has a delay of 2147483647 steps, (which would take \d+ GiB|but nothing in the file reaches so far)",
        ),
        (500, "has a delay of 500 steps, but nothing in the file reaches so far"),
    ):
        rewritten(net, path, delay_steps=np.full_like(steps, delay))
        with unchanged(net), pytest.raises(FileFormatError, match=message):
            net.load(path)
    for ms in (1e10, 1e300):
        with unchanged(net), pytest.raises(ArgumentError, match=r"a delay of .* is longer than a network can run"):
            net.projection("exc").delay = ms
    with unchanged(net), pytest.raises(ArgumentError, match=r"a delay of 2e\+09 ms .* would take \d+ GiB"):
        net.projection("exc").delay = 2e9


def test_what_has_not_happened_yet(tmp_path):
    net = shared(networks.stp, 1)
    key = "projections/stp/last-event-step"
    altered(net, tmp_path / "net.npz", arrays={key: document(net).arrays[key] + 100_000})
    with unchanged(net), pytest.raises(FileFormatError, match=r"`last-event-step` of .* but the file is of step 20"):
        net.load(tmp_path / "net.npz")
    altered(net, tmp_path / "net.npz", arrays={"populations/pre/given-times": np.zeros(())})
    with unchanged(net), pytest.raises(FileFormatError, match="what drives population `pre` makes no sense"):
        net.load(tmp_path / "net.npz")


def test_numbers_that_are_not_finite(net, tmp_path):
    """Oracle: the names of the values; a network that has diverged can be saved and loaded, with a warning."""
    v = document(net).arrays["populations/P/v"].copy()
    v[:2] = np.nan, np.inf
    altered(net, tmp_path / "net.npz", arrays={"populations/P/v": v})
    with pytest.warns(UserWarning, match=r"`v` of population `P` \(2 of 20\) are not finite"):
        net.load(tmp_path / "net.npz")
    np.testing.assert_array_equal(net.population("P").v, v)
    exc, path = net.projection("exc"), tmp_path / "exc.npz"
    exc.save_connectivity(path)
    found = io.read(path)
    for name, value in (("w", np.nan), ("delay", -1.0)):
        damaged = found.arrays[name].copy()
        damaged[0] = value
        io.write(path, io.Document(found.header, {**found.arrays, name: damaged}))
        with pytest.raises(FileFormatError, match=f"`{name}` holds values that no synapse has"):
            io.read_connectivity(path)
    for text in ("NaN", "1e999", "-Infinity", "1" + "0" * 400):
        (tmp_path / "p.json").write_text('{"constants": {"tau": ' + text + "}}")
        with pytest.raises(FileFormatError, match="`tau` in `constants` is a finite number, not"):
            net.load_parameters(tmp_path / "p.json")


# MatrixMarket

HEAD = "%%MatrixMarket matrix "


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("root:x:0:0\n" * 30, "it begins with 'root:x:0:0'"),
        ("", "it begins with ''"),
        (HEAD + "coordinate real\n1 1 1\n", "it begins with"),
        (HEAD + "list real general\n1 1 1\n", "`list` is none of coordinate, array"),
        (HEAD + "coordinate complex general\n1 1 1\n1 1 1.0 2.0\n", "weights are real numbers"),
        (HEAD + "coordinate real general\n", "'' gives no sizes"),
        (HEAD + "coordinate real general\n3 -3 1\n1 1 1.0\n", "'3 -3 1' gives no sizes"),
        (HEAD + "coordinate real general\n3 3 100000000000\n1 1 1.0\n", "100000000000 entries do not fit in 3 rows"),
        (HEAD + "array real general\n1000000000 100000\n1.0\n", "1 lines of 1 numbers follow, not 100000000000000"),
        (
            HEAD + "coordinate real symmetric\n2 3 1\n1 1 1.0\n",
            "a matrix of 2 rows and 3 columns of this kind cannot be",
        ),
        (HEAD + "coordinate real general\n3 3 2\n1 1 1.0\n", "1 lines of 3 numbers follow, not 2 of 3"),
        (HEAD + "coordinate real general\n3 3 1\n4 1 1.0\n", "an entry does not stand in 3 rows and 3 columns"),
        (HEAD + "coordinate real general\n3 3 1\n1.5 1 1.0\n", "an entry does not stand in"),
        (HEAD + "coordinate real general\n3 3 1\n3 1 nan\n", r"the entry at \(3, 1\) is nan, not a finite number"),
        (HEAD + "coordinate real general\n3 3 1\n1 1 x\n", "could not convert string 'x'"),
        (HEAD + "coordinate real general\n3 3 1\n1 1 1.0 2.0\n", "1 lines of 4 numbers follow"),
    ],
)
def test_files_that_are_no_matrix(text, message, tmp_path):
    """Oracle: the message; SciPy's reader ends the process at the first of them."""
    for content in (text.encode(), gzip.compress(text.encode())):
        (tmp_path / "bad.mtx").write_bytes(content)
        with pytest.raises(FileFormatError, match=message):
            io.read_matrix_market(tmp_path / "bad.mtx")


@pytest.mark.parametrize("symmetry", ["general", "symmetric", "skew-symmetric"])
@pytest.mark.parametrize("field", ["real", "integer", "pattern"])
def test_matrices_that_scipy_has_written(symmetry, field, tmp_path):
    """Oracle: SciPy's writer and reader."""
    from scipy.io import mmread, mmwrite

    dense = np.round(10.0 * random_matrix(7, 7, 0.4, random_state=1).toarray())
    dense += {"general": 0.0, "symmetric": dense.T, "skew-symmetric": -dense.T - 0.0}[symmetry]
    matrix = type(random_matrix(1, 1))(dense.astype(int if field == "integer" else float))
    mmwrite(tmp_path / "sparse.mtx", matrix, comment="mine", field=field, symmetry=symmetry)
    names = ["sparse.mtx"]
    if field != "pattern":
        mmwrite(tmp_path / "dense.mtx", dense, field=field, symmetry=symmetry)
        names.append("dense.mtx")
    for name in names:
        expected = mmread(tmp_path / name)
        expected = expected if isinstance(expected, np.ndarray) else expected.toarray()
        np.testing.assert_array_equal(io.read_matrix_market(tmp_path / name).toarray(), expected)


# Endings and leftovers


def test_endings(net, tmp_path):
    """Oracle: the table of formats by their ending; what has none is free."""
    P, exc = net.population("P"), net.projection("exc")
    writers = {
        "net": (net.save, "`net.npz`"),
        "P": (P.save, "`P.npz`"),
        "exc": (exc.save, "`exc.npz`"),
        "synapses": (exc.save_connectivity, "`synapses.npz`"),
        "parameters": (net.save_parameters, "`parameters.json`"),
        "fit": (lambda path: snn.fit(lambda p: p["a"] ** 2, {"a": 1.0}, None, 1, save_to=path), ""),
    }
    for name, (write, advice) in writers.items():
        for ending in (".h5", ".HDF5", ".pkl", ".csv"):
            if name == "fit":
                continue
            with pytest.raises(FileFormatError, match=f"by its ending it is .* call it {advice}"):
                write(tmp_path / f"{name}{ending}")
        if name != "fit":
            write(tmp_path / f"{name}.mine")
    assert all(p.suffix == ".mine" for p in tmp_path.iterdir())


def test_leftovers_of_killed_writes(tmp_path):
    """Oracle: what a process has left that is no more; those of processes and threads that live, and others', stay."""
    here = platform.node() or "here"
    with subprocess.Popen([sys.executable, "-c", "pass"]) as dead:
        pass
    mine, living = os.getpid(), threading.get_ident()
    gone = [f"a.npz.{here}-{dead.pid}-1.part", f"a.npz.{here}-{mine}-1.part"]
    stay = [f"a.npz.{here}-{os.getppid()}-1.part", f"a.npz.else-{dead.pid}-1.part", "a.npz.part", "b.npz.x.part"]
    for name in (*gone, *stay):
        (tmp_path / name).write_text("half")
    with replaced(tmp_path / "a.npz") as file:
        assert Path(file.name).name == f"a.npz.{here}-{mine}-{living}.part"
        file.write(b"whole")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["a.npz", *stay])
    assert (tmp_path / "a.npz").read_bytes() == b"whole"


@pytest.mark.slow
def test_processes_that_are_killed_while_they_write():
    """Oracle: the files can be read, and nothing else is left: 100 kills of saves, records and fits."""
    whole, _, stayed = kill(100)
    assert (whole, stayed) == (100, 0)
