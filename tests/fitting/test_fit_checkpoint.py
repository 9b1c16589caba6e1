"""A fit that was interrupted goes on with the same bits."""

import json
import os

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, FileFormatError, FitError
from tests.fitting.test_fit_loop import FLAT, START, line, samples, valley

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too

OPTIMIZER = optax.chain(optax.adam(0.05), optax.contrib.reduce_on_plateau(patience=3))


def noisy(key):
    """Return an optimizer whose state holds a random key."""
    return optax.chain(optax.add_noise(0.01, 0.5, key), optax.sgd(0.01))


def assert_same(a, b):
    for field in ("history", "gradient_norm", "validation"):
        np.testing.assert_array_equal(getattr(a, field), getattr(b, field))
    assert (a.loss, a.steps, a.stopped) == (b.loss, b.steps, b.stopped)
    for name in a.trained:
        np.testing.assert_array_equal(a.trained[name], b.trained[name])


CASES = {
    "plateau, bounds": (valley, START, OPTIMIZER, {"bounds": {"x": (0.0, None)}, "tied": None}),
    "noise": (valley, START, noisy(jax.random.key(3)), {}),
    "minibatches": (line, FLAT, optax.adam(0.1), {"data": samples(10), "batch_size": 3, "key": 7}),
    "validation": (valley, START, optax.adam(0.05), {"validate": valley, "validate_every": 4, "patience": 50}),
}


@pytest.mark.parametrize(("loss", "start", "optimizer", "options"), CASES.values(), ids=CASES)
def test_a_resumed_fit_has_the_same_bits(tmp_path, loss, start, optimizer, options):
    """Oracle: the same fit without an interruption."""
    path = tmp_path / "folder" / "fit.npz"
    snn.fit(loss, start, optimizer, 7, save_to=path, **options)
    resumed = snn.fit(loss, start, optimizer, 16, save_to=path, chunk=5, **options)
    assert_same(resumed, snn.fit(loss, start, optimizer, 16, **options))
    assert os.listdir(path.parent) == ["fit.npz"]


def test_interrupted_between_two_calls(tmp_path):
    """Oracle: the same fit without an interruption; the file is as old as the last multiple of `save_every`."""
    path, calls = tmp_path / "fit.npz", []

    class Stop(Exception):
        pass

    def failing(*arguments):
        calls.append(arguments)
        if len(calls) == 4:
            raise Stop
        return write(*arguments)

    from jaxsnn.fitting._checkpoint import Checkpoint

    write = Checkpoint.write
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Stop):
        patch.setattr(Checkpoint, "write", failing)
        snn.fit(valley, START, OPTIMIZER, 20, save_to=path, save_every=4)
    with np.load(path, allow_pickle=False) as file:
        assert file["step/0"] == 12 and len(file["logs/loss"]) == 12
        assert {"free/x", "free/y", "best_free/x", "optimizer/0", "header"} < set(file.files)
    assert_same(snn.fit(valley, START, OPTIMIZER, 20, save_to=path), snn.fit(valley, START, OPTIMIZER, 20))


def test_an_interrupt_from_the_keyboard_is_kept(tmp_path, monkeypatch):
    """Oracle: the number of steps until the interrupt."""
    path, lengths = tmp_path / "fit.npz", []

    def measure(chunks, number):
        lengths.append(number)
        if len(lengths) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("jaxsnn.fitting._progress.ChunkLength.measure", measure)
    with pytest.raises(KeyboardInterrupt):
        snn.fit(valley, START, optax.adam(0.05), 20, save_to=path)
    with np.load(path) as file:
        assert file["step/0"] == sum(lengths) == 3


def test_what_stopped_stays_stopped(tmp_path):
    """Oracle: the result of the first call; with more patience, that of a fit which had it from the start."""
    path = tmp_path / "fit.npz"
    fit = lambda patience, **kept: snn.fit(  # noqa: E731
        lambda p: jnp.abs(p["x"]), {"x": 1.2}, optax.sgd(0.5), 30, patience=patience, **kept
    )
    first = fit(3, save_to=path)
    assert first.stopped == "patience"
    assert_same(fit(3, save_to=path), first)
    assert_same(fit(6, save_to=path), fit(6))


def test_a_failed_fit_keeps_its_file(tmp_path):
    """Oracle: the same error at the same step."""
    path = tmp_path / "fit.npz"
    for _ in range(2):
        with pytest.raises(FitError, match="at step 2"):
            snn.fit(lambda p: jnp.log(p["x"]), {"x": 1.0}, optax.sgd(0.4), 9, save_to=path)


OTHERS = {
    "parameters": (START | {"z": 0.0}, {}, "it trains .* here .*z"),
    "values": (START | {"x": np.float32(2.0)}, {}, "the digest of its parameters is"),
    "bounds": (START, {"bounds": {"x": (0.0, 3.0)}}, r"its bounds are .* here .*\[0.0, 3.0\]"),
    "ties": (START, {"trainable": "x", "tied": ["x"]}, "it trains"),
    "optimizer": (START, {"optimizer": optax.sgd(0.1)}, "the state of its optimizer is"),
    "steps": (START, {"steps": 2}, "`steps` is 2, but `save_to` has 5 already: ask for as many or more"),
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("fit") / "fit.npz"
    snn.fit(valley, START, optax.adam(0.05), 5, save_to=path)
    return path


@pytest.mark.parametrize(("start", "options", "message"), OTHERS.values(), ids=OTHERS)
def test_a_file_of_another_fit_is_refused(saved, start, options, message):
    before = saved.read_bytes()
    arguments = {"optimizer": optax.adam(0.05), "steps": 9, **options}
    with pytest.raises((FileFormatError, ArgumentError), match=message):
        snn.fit(valley, start, save_to=saved, **arguments)
    assert saved.read_bytes() == before


def test_files_that_are_no_checkpoint(saved, tmp_path):
    def attempt(message):
        with pytest.raises(FileFormatError, match=message):
            snn.fit(valley, START, optax.adam(0.05), 9, save_to=path)

    path = tmp_path / "fit.npz"
    path.write_bytes(b"no archive")
    attempt("is no checkpoint of a fit, or damaged .* Give `save_to` another name, or remove the file")
    np.savez(path, w=np.zeros(3))
    attempt("is no checkpoint of a fit. Give")
    np.savez(path, header=np.array([None]), allow_pickle=True)
    attempt("or damaged .ValueError: `header` holds pickled objects")
    with np.load(saved) as file:
        entries = dict(file)
    header = json.loads(str(entries.pop("header")))
    np.savez(path, header=np.array(json.dumps(header | {"version": 3})), **entries)
    attempt("no checkpoint of a fit that this jaxsnn can read")
    np.savez(path, header=np.array(json.dumps(header)), **{k: x for k, x in entries.items() if k != "free/x"})
    attempt("is damaged: an array is missing")
    np.savez(path, header=np.array(json.dumps(header)), **entries | {"free/x": np.zeros(3, np.float32)})
    attempt(r"is damaged: `free/x` is float32 \(3,\), not float32 \(\)")
