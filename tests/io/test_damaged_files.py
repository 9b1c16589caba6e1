"""Files that are damaged, foreign or of another kind: each message says what was found and what to do."""

import gzip
import json
import pickle
import zipfile

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import io
from jaxsnn.errors import FileFormatError, JaxsnnError, StateError

from .networks import altered, document, unchanged


class Harmful:
    """What a pickle may hold: a call of any function."""

    def __reduce__(self):
        return (print, ("this must never run",))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty. Save it again"),
        (b"hello", "this is neither .npz nor .mat, which is what `save` writes, whatever the name of the file"),
        (pickle.dumps(Harmful()), "this is a pickle, and jaxsnn neither writes nor reads pickles"),
        (gzip.compress(pickle.dumps(Harmful())), "this is gzip, which for ANNarchy means a pickle, and jaxsnn neither"),
        (b"\x89HDF\r\n\x1a\n", "this is HDF5 (MATLAB 7.3 writes it too). Save as .npz or .mat with jaxsnn"),
    ],
    ids=["empty", "text", "pickle", "gzip", "hdf5"],
)
def test_other_formats(content, message, net, tmp_path, capsys):
    (tmp_path / "net.npz").write_bytes(content)
    with unchanged(net), pytest.raises(FileFormatError) as caught:
        net.load(tmp_path / "net.npz")
    assert f"`{tmp_path / 'net.npz'}`: {message}" in str(caught.value)
    assert capsys.readouterr().out == ""


def test_other_zips(net, tmp_path, capsys):
    """A file as ANNarchy writes it, with pickled objects, is not even looked into."""
    objects = np.array(Harmful(), dtype=object)
    np.savez(tmp_path / "annarchy.npz", time_step=100, P=objects)
    np.savez(tmp_path / "hidden.npz", header=json.dumps(dict(document(net).header)), P=objects)
    with zipfile.ZipFile(tmp_path / "empty.npz", "w"):
        pass
    for name, message in (
        (
            "annarchy",
            "jaxsnn has not written this file: it holds `time_step`, `P` and no `header`. An .npz of ANNarchy",
        ),
        ("hidden", "the file is damaged (ValueError: `P` holds pickled objects)"),
        ("empty", "jaxsnn has not written this file: it holds nothing and no `header`"),
    ):
        with unchanged(net), pytest.raises(FileFormatError) as caught:
            net.load(tmp_path / f"{name}.npz")
        assert message in str(caught.value)
    assert capsys.readouterr().out == ""


def test_other_matlab_files(net, tmp_path):
    from scipy.io import savemat

    savemat(tmp_path / "other.mat", {"A": np.eye(3)})
    with (
        unchanged(net),
        pytest.raises(FileFormatError, match="has not written this file: it holds `A` and no `header`"),
    ):
        net.load(tmp_path / "other.mat")


@pytest.mark.parametrize("name", ["net.npz", "net.mat"])
def test_cut_off_and_flipped(name, net, tmp_path):
    """Fuzzing: a file that was cut off or in which a byte was changed either raises, or says the same as before."""
    net.save(tmp_path / name)
    whole, before = (tmp_path / name).read_bytes(), document(net)
    draw = np.random.default_rng(0)
    broken = [whole[:n] for n in (1, 3, 100, len(whole) // 2, len(whole) - 30, len(whole) - 1)]
    for place in draw.integers(0, len(whole), 150):
        broken.append(whole[:place] + bytes([whole[place] ^ int(draw.integers(1, 256))]) + whole[place + 1 :])
    raised = 0
    for content in broken:
        (tmp_path / name).write_bytes(content)
        try:
            found = io.read(tmp_path / name)
        except FileFormatError:
            raised += 1
            continue
        same = found.arrays.keys() == before.arrays.keys() and dict(found.header) == json.loads(
            json.dumps(before.header)
        )
        changed = [
            k for k in before.arrays if same and not np.array_equal(found.arrays[k], before.arrays[k], equal_nan=True)
        ]
        assert (same and not changed) or name.endswith(".mat")  # MATLAB's format has no checksum outside its streams
    assert raised > 60
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with unchanged(net), pytest.raises(FileFormatError, match="the file is damaged .* perhaps cut off: save it again"):
        net.load(tmp_path / name)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"format": "other"}, "jaxsnn has not written this file: its `header` is of another program"),
        ({"kind": "picture"}, "jaxsnn has not written this file: its `header` is of another program"),
        ({"version": 2}, "the file is of version 2, this jaxsnn reads version 1: update jaxsnn"),
        ({"dt": None}, "the header of the file is damaged: it gives no 'dt' of the file. Save it again"),
        ({"step": True}, "the header of the file is damaged: it gives no 'step' of the file"),
        ({"step": -1}, "-1 is no number of steps: the header of the file is damaged"),
        ({"counts": {"resets": 1}}, "the header of the file is damaged: it gives no 'assignments' of `counts`"),
        ({"populations": {"P": 3}}, "the header of the file is damaged: it says nothing of `P`"),
        ({"projections": {"exc": {}}}, "the header of the file is damaged: it gives no 'pre' of `exc`"),
    ],
)
def test_headers(header, message, net, tmp_path):
    altered(net, tmp_path / "net.npz", header)
    with unchanged(net), pytest.raises(FileFormatError) as caught:
        net.load(tmp_path / "net.npz")
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["{", "[" * 100_000])
def test_headers_that_are_no_json(text, net, tmp_path):
    np.savez(tmp_path / "net.npz", header=text)
    with unchanged(net), pytest.raises(FileFormatError, match="the header of the file cannot be read"):
        net.load(tmp_path / "net.npz")


EXC = "projections/exc/"


def test_arrays(net, tmp_path):
    """Every array that makes no sense is found, before anything changes."""
    now = document(net).arrays
    pre, delays = now[f"{EXC}pre-ranks"], now[f"{EXC}delay-steps"]
    twice = np.array([pre[0], pre[0], *pre[2:]], np.int32)
    wrong = [
        (
            {"populations/P/v": np.zeros(3, np.float32)},
            r"`v` of population `P` is float32 (3,), float32 (20,) is expected",
        ),
        ({"populations/P/v": np.zeros(20)}, r"`v` of population `P` is float64 (20,), float32 (20,) is expected"),
        (
            {"populations/P/a": np.zeros(3, np.float32)},
            "float32 () or (20,) is expected: load it into a network of the same",
        ),
        ({"populations/P/train-distance": np.zeros((0, 20), np.float32)}, "float32 (any, 20) is expected"),
        ({f"{EXC}w": now[f"{EXC}w"][1:]}, "`w` of projection `exc` is float32"),
        ({f"{EXC}post-ranks": now[f"{EXC}post-ranks"][1:]}, "`post-ranks` of projection `exc` is int32"),
        (
            {f"{EXC}pre-side": np.arange(12, dtype=np.int32)},
            "exc` has other neurons on its pre-synaptic side than in the net",
        ),
        (
            {f"{EXC}pre-ranks": pre + np.int32(10)},
            "`exc` has a synapse whose neuron is not on its side: the file is damaged",
        ),
        ({f"{EXC}pre-ranks": twice}, "the synapses of projection `exc` are not in order, or one stands twice"),
        ({f"{EXC}delay-steps": delays * 0}, "`exc` has a delay of less than one step: the file is damaged"),
        ({f"{EXC}delay-steps": np.full(len(pre), 2, np.int32)}, "`delay-steps` of projection `exc` is int32"),
        ({f"{EXC}switch-update": np.array(1)}, "`switch-update` of projection `exc` is int64 (), bool () is expected"),
        ({"random/key": np.zeros(3, np.uint32)}, "`random/key` of the network is uint32 (3,), uint32 (2,) is expected"),
    ]
    for arrays, message in wrong:
        altered(net, tmp_path / "net.npz", arrays=arrays)
        with unchanged(net), pytest.raises(FileFormatError) as caught:
            net.load(tmp_path / "net.npz")
        assert message in str(caught.value), str(caught.value)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("populations/P/v", "`v` of `P` is missing: the file is damaged"),
        (f"{EXC}w", "`w` of `exc` is missing: the file is damaged"),
        (f"{EXC}pre-ranks", "`pre-ranks` of projection `exc` is missing: the file is damaged"),
        (f"{EXC}delay-steps", "`delay-steps` of projection `exc` is missing: the file is damaged"),
        ("random/key", "`random/key` is missing: the file is damaged"),
    ],
)
def test_missing_arrays(key, message, net, tmp_path):
    altered(net, tmp_path / "net.npz", drop=(key,))
    with unchanged(net), pytest.raises(FileFormatError) as caught:
        net.load(tmp_path / "net.npz")
    assert message in str(caught.value)


def test_an_error_after_room_was_made(net, tmp_path):
    """A file with longer delays and a mistake elsewhere: the description does not grow either."""
    arrays = {f"{EXC}delay-steps": np.array(20, np.int32), f"{EXC}pre-side": np.arange(12, dtype=np.int32)}
    past = {key: x for key, x in document(net).arrays.items() if key.startswith("populations/P/train-")}
    arrays |= {key: np.zeros((20, *x.shape[1:]), x.dtype) for key, x in past.items()}
    altered(net, tmp_path / "net.npz", arrays=arrays)
    with unchanged(net), pytest.raises(FileFormatError, match="other neurons on its pre-synaptic side"):
        net.load(tmp_path / "net.npz")
    assert net._core.draft.projections["exc"].longest_delay == 0.0
    net.simulate(5.0)


def test_rows_of_a_wrong_width(tmp_path):
    """The width of rows in a file is checked: it would decide how much memory is taken."""
    from .networks import pending, started

    net = started(pending)
    record = {**document(net).header["projections"]["exc"], "width": 10**9}
    altered(net, tmp_path / "net.npz", {"projections": {"exc": record}})
    with (
        unchanged(net),
        pytest.raises(FileFormatError, match="rows of 1000000000 synapses do not fit projection `exc`"),
    ):
        net.load(tmp_path / "net.npz")


def test_no_file(net, tmp_path):
    with unchanged(net), pytest.raises(FileNotFoundError, match="nowhere"):
        net.load(tmp_path / "nowhere.npz")
    with unchanged(net), pytest.raises(IsADirectoryError):
        net.load(tmp_path)


def test_no_pickles_are_written(net, tmp_path):
    for save in (
        net.save,
        net.population("P").save,
        net.projection("exc").save,
        net.projection("exc").save_connectivity,
    ):
        with pytest.raises(FileFormatError, match=r"a .gz of ANNarchy is a pickle, and .* Save as .npz or .mat"):
            save(tmp_path / "net.gz")
    assert list(tmp_path.iterdir()) == []


def test_a_save_that_fails_keeps_the_file(net, tmp_path, monkeypatch):
    """What was there before stays, and nothing else remains."""
    net.save(tmp_path / "net.npz")
    before = (tmp_path / "net.npz").read_bytes()

    def fails(*_, **__):
        raise OSError("no space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", fails)
    with pytest.raises(OSError, match="no space left"):
        net.save(tmp_path / "net.npz")
    assert [p.name for p in tmp_path.iterdir()] == ["net.npz"]
    assert (tmp_path / "net.npz").read_bytes() == before


def test_before_compile(tmp_path):
    net = snn.Network()
    P = net.create(2, snn.Izhikevich, name="P")
    exc = net.connect(P, P, "exc", name="exc").all_to_all(weights=1.0)
    for call in (net.save, net.load, P.save, P.load, exc.save, exc.load):
        with pytest.raises(StateError, match=r"(save|load)\(\) before compile\(\)"):
            call(tmp_path / "net.npz")
    with pytest.raises(StateError, match="the synapses of projection `exc` are drawn when the network starts"):
        exc.save_connectivity(tmp_path / "net.npz")


def test_in_a_replica(tmp_path):
    """Oracle: the message; who is connected to whom can be written from a replica, each its own."""
    net = snn.Network(seed=1)
    P = net.create(5, snn.Izhikevich, name="P")
    exc = net.connect(P, P, "exc", name="exc").fixed_probability(0.5, weights=1.0)

    def method(net, i):
        for call in (net.save, net.load, net.get(P).save, net.get(exc).load, net.load_parameters):
            with pytest.raises(StateError, match=r"\(\) in a replica: .* cannot be saved or loaded \(yet\)"):
                call(tmp_path / "net.npz")
        net.get(exc).save_connectivity(tmp_path / f"{i}.npz")
        return net.get(exc).connectivity_matrix(np.nan)

    for i, matrix in enumerate(net.parallel_run(method, number=2, i=range(2))):
        assert io.read_connectivity(tmp_path / f"{i}.npz").counts.sum() == (~np.isnan(matrix)).sum()


def test_family():
    assert issubclass(FileFormatError, JaxsnnError)
    assert issubclass(FileFormatError, ValueError)
