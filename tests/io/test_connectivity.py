"""Connectivity in files: `save_connectivity`, `connect_from_file`, MatrixMarket."""

import gzip

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import io
from jaxsnn.errors import ArgumentError, FileFormatError, ShapeError


def projection(connect, n_pre=6, n_post=4, seed=1):
    net = snn.Network(seed=seed, dt=0.5)
    P, Q = net.create(n_pre, snn.Izhikevich, name="P"), net.create(n_post, snn.Izhikevich, name="Q")
    made = net.connect(P, Q, "exc", name="exc")
    connect(made)
    net.compile()
    return made


@pytest.mark.parametrize("name", ["exc.npz", "exc.mat", "folder/exc.data"])
@pytest.mark.parametrize("delays", [1.5, snn.DiscreteUniform(1, 4)])
def test_from_file(name, delays, tmp_path):
    """Oracle: the projection that was saved: the same matrix and the same delays."""
    exc = projection(lambda p: p.fixed_probability(0.4, weights=snn.Uniform(0.0, 1.0), delays=delays))
    exc.save_connectivity(tmp_path / name)
    other = projection(lambda p: p.from_file(tmp_path / name), seed=2)
    np.testing.assert_array_equal(other.connectivity_matrix(np.nan), exc.connectivity_matrix(np.nan), strict=True)
    assert other.delay == exc.delay
    assert other.connector_name == "From File"


def test_keys(tmp_path):
    """Oracle: the names of ANNarchy 4.8, read by NumPy; weights and delays by hand."""
    matrix = [[None, 2.0, None], [0.5, 1.0, None]]
    exc = projection(lambda p: p.from_matrix(matrix, delays=1.0), 3, 2)
    exc.save_connectivity(tmp_path / "exc.npz")
    with np.load(tmp_path / "exc.npz", allow_pickle=False) as data:
        found = {name: data[name].tolist() for name in data.files if name != "header"}
    assert found == {
        "name": "exc",
        "post_ranks": [0, 1],
        "nb_synapses_per_dendrite": [1, 2],
        "pre_ranks": [1, 0, 1],
        "w": [2.0, 0.5, 1.0],
        "delay": [1.0, 1.0, 1.0],
        "max_delay": 1.0,
        "uniform_delay": 1.0,
        "size": 2,
        "nb_synapses": 3,
    }


def test_no_synapses(tmp_path):
    exc = projection(lambda p: p.from_matrix([[None, None], [None, None]]), 2, 2)
    exc.save_connectivity(tmp_path / "exc.npz")
    assert projection(lambda p: p.from_file(tmp_path / "exc.npz"), 2, 2).nb_synapses == 0


def test_wrong_files(tmp_path):
    exc = projection(lambda p: p.all_to_all(weights=1.0))
    exc.save(tmp_path / "state.npz")
    exc.save_connectivity(tmp_path / "exc.npz")
    document = io.read(tmp_path / "exc.npz")
    ranks = document.arrays["pre_ranks"]
    message = "the file is of a projection, not of a connectivity, which `save_connectivity` writes: use `load` after"
    with pytest.raises(FileFormatError, match=message):
        projection(lambda p: p.from_file(tmp_path / "state.npz"))
    for arrays, message in (
        ({"w": np.zeros(3)}, "its lists of synapses have different lengths: the file is damaged"),
        ({"w": np.zeros((24, 1))}, "the list `w` is missing or is none of numbers: the file is damaged"),
        ({"delay": np.array(["a"] * 24)}, "the list `delay` is missing or is none of numbers"),
    ):
        io.write(tmp_path / "wrong.npz", io.Document(document.header, document.arrays | arrays))
        with pytest.raises(FileFormatError, match=message):
            projection(lambda p: p.from_file(tmp_path / "wrong.npz"))
    io.write(tmp_path / "wrong.npz", io.Document(document.header, document.arrays | {"pre_ranks": ranks + 3}))
    with pytest.raises(ArgumentError, match="neuron 6 of a synapse is not on the pre-synaptic side"):
        projection(lambda p: p.from_file(tmp_path / "wrong.npz"))


MATRIX = """%%MatrixMarket matrix coordinate real general
% rows are post neurons
2 3 3
1 2 0.5
2 1 1.5
2 3 2.5
"""


@pytest.mark.parametrize("compressed", [False, True])
def test_matrix_market(compressed, tmp_path):
    """Oracle: the matrix by hand."""
    content = gzip.compress(MATRIX.encode()) if compressed else MATRIX.encode()
    (tmp_path / "W.mtx").write_bytes(content)
    expected = [[0.0, 0.5, 0.0], [1.5, 0.0, 2.5]]
    assert io.read_matrix_market(tmp_path / "W.mtx").toarray().tolist() == expected
    exc = projection(lambda p: p.from_matrix_market(tmp_path / "W.mtx"), 3, 2)
    assert exc.connectivity_matrix().tolist() == expected
    assert exc.nb_synapses == 3


def test_matrix_market_of_all_pairs(tmp_path):
    """Oracle: the matrix by hand, stored column by column."""
    (tmp_path / "W.mtx").write_text("%%MatrixMarket matrix array real general\n2 2\n1.0\n2.0\n3.0\n4.0\n")
    assert io.read_matrix_market(str(tmp_path / "W.mtx")).toarray().tolist() == [[1.0, 3.0], [2.0, 4.0]]


def test_other_matrices(tmp_path):
    (tmp_path / "W.mtx").write_text("1 2 3\n")
    with pytest.raises(
        FileFormatError, match=r"no matrix in the MatrixMarket format \(.*first line begins with `%%Matrix"
    ):
        io.read_matrix_market(tmp_path / "W.mtx")
    (tmp_path / "W.mtx").write_text(MATRIX[:80])
    with pytest.raises(FileFormatError, match="no matrix in the MatrixMarket format"):
        io.read_matrix_market(tmp_path / "W.mtx")
    (tmp_path / "W.mtx").write_text("%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 1.0 2.0\n")
    with pytest.raises(FileFormatError, match="the matrix is complex, but weights are real numbers"):
        io.read_matrix_market(tmp_path / "W.mtx")
    with pytest.raises(FileNotFoundError):
        io.read_matrix_market(tmp_path / "nowhere.mtx")
    (tmp_path / "W.mtx").write_text(MATRIX)
    with pytest.raises(ShapeError, match="needs a sparse matrix"):
        projection(lambda p: p.from_matrix_market(tmp_path / "W.mtx"), 4, 2)
