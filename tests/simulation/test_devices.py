"""Several devices, several hosts: the same results as one device."""

import os
import socket
import subprocess
import sys
import warnings

import jax
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, FitWarning
from jaxsnn.fitting._data_parallel import check_mean
from jaxsnn.simulation import Team, team_of
from tests.simulation.shared_work import of_one_device

WORK = [sys.executable, "-m", "tests.simulation.shared_work"]
ROUNDED = ("fit.", "regression")  # averages of averages; everything else has the same bits


def finished(*processes: subprocess.Popen) -> None:
    """Wait for processes; none is left behind."""
    try:
        for process in processes:
            _, err = process.communicate(timeout=600)
            assert process.returncode == 0, err
    finally:
        for process in processes:
            process.kill()


def begun(arguments, **variables: str) -> subprocess.Popen:
    command = [*WORK, *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **variables}
    )


def check_against_one_device(file, part: str) -> None:
    expected = of_one_device(part)
    with np.load(file) as found:
        assert set(found) == set(expected)
        for name, x in expected.items():
            if name.startswith(ROUNDED):
                np.testing.assert_allclose(found[name], x, rtol=1e-5, atol=1e-7, err_msg=name)
            else:
                np.testing.assert_array_equal(found[name], x, err_msg=name)


@pytest.mark.parametrize("part", [pytest.param(part, marks=pytest.mark.slow) for part in ("light", "heavy")])
def test_several_devices_of_a_host(part, tmp_path):
    """Oracle: one device, bit for bit; fits but for rounding. Four devices are made of this CPU."""
    forced = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count=4"
    finished(begun((tmp_path / "found.npz", part, 4), XLA_FLAGS=forced))
    check_against_one_device(tmp_path / "found.npz", part)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["light", "heavy"])
def test_several_hosts(part, tmp_path):
    """Oracle: one device, in both of two processes that meet by `jax.distributed` on this host."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    files = [tmp_path / f"{rank}.npz" for rank in range(2)]
    finished(*(begun((file, part, port, rank, 2)) for rank, file in enumerate(files)))
    for file in files:
        check_against_one_device(file, part)


@pytest.mark.parametrize("axes", [("x",), ("x", "y"), None])
def test_a_mesh_or_a_list_of_one_device(axes):
    """Oracle: the square, by hand."""
    one, points = np.array(jax.devices()[:1]), {"a": np.arange(3.0)}
    devices = list(one) if axes is None else jax.sharding.Mesh(one.reshape((1,) * len(axes)), axes)
    np.testing.assert_array_equal(snn.evaluate(square, {"a": 0.0}, points, devices=devices), [0.0, 1.0, 4.0])


def square(params):
    return params["a"] ** 2


@pytest.mark.parametrize(
    ("devices", "message"),
    [
        ([], r"a jax.sharding.Mesh or a list of devices, such as jax.devices\(\), not \[\]"),
        (2, "a list of devices, such as .* not 2"),
        ("cpu", "a list of devices, such as .* not 'cpu'"),
        (["cpu"], "a list of devices, such as"),
        (lambda: jax.devices()[:1] * 2, "`devices` names a device twice"),
    ],
)
def test_no_devices(devices, message):
    devices = devices() if callable(devices) else devices
    with pytest.raises(ArgumentError, match=message):
        snn.evaluate(square, {"a": 0.0}, {"a": np.ones(2)}, devices=devices)


class Device:
    """A device of another platform or process."""

    def __init__(self, process_index: int) -> None:
        self.process_index = process_index


def test_devices_of_others(monkeypatch):
    """Oracle: the messages; devices that do not exist here are pretended."""
    mine, other = Device(0), Device(1)
    monkeypatch.setattr(jax, "Device", Device)
    with pytest.raises(ArgumentError, match="`devices` has .*, but this runs on cpu"):
        team_of([other])
    monkeypatch.setattr(jax, "devices", lambda *_: [mine, other])
    with pytest.raises(ArgumentError, match="`devices` has none of this process, 0: every process that calls takes"):
        team_of([other])
    monkeypatch.setattr(jax, "process_count", lambda: 3)
    with pytest.raises(ArgumentError, match="equally many of all 3 processes, not 1 of process 0, 1 of process 1"):
        team_of([mine, other])
    assert team_of([mine]).local == (mine,)


def mean_of(params, batch):
    return ((params["a"] - batch) ** 2).mean()


def sum_of(params, batch):
    return ((params["a"] - batch) ** 2).sum()


def test_what_a_fit_shares_out(monkeypatch):
    """Oracle: the messages. Batches must be there, and divisible; a sum over samples is no mean."""
    one, start = jax.devices()[:1], {"a": 0.0}
    with pytest.raises(ArgumentError, match="`devices` share out a batch of `data`"):
        snn.fit(square, start, optax.sgd(0.1), 1, devices=one)
    monkeypatch.setattr("jaxsnn.fitting._data_parallel.team_of", lambda _: Team(tuple(one * 4), (0,), 0))
    with pytest.raises(ArgumentError, match="the data have 6 samples, which 4 devices .* equally: take 4 or 8"):
        snn.fit(mean_of, start, optax.sgd(0.1), 1, data=np.ones(6), devices=one)
    with pytest.raises(ArgumentError, match="`batch_size` is 3 samples, which 4 devices .* equally: take 4"):
        snn.fit(mean_of, start, optax.sgd(0.1), 1, data=np.ones(6), batch_size=3, devices=one)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_mean(mean_of, start, np.arange(6.0), 2)
    with pytest.warns(FitWarning, match="the loss of a batch is 55, the mean of its 2 parts 27.5"):
        check_mean(sum_of, start, np.arange(6.0), 2)


def test_a_fit_on_a_mesh_goes_on_from_its_file(tmp_path):
    """Oracle: the fit without a mesh, and without an interruption: on one device an average is the loss itself."""
    options = {"data": np.arange(6.0), "batch_size": 3, "key": 2}
    on_mesh = options | {"devices": jax.devices()[:1], "save_to": tmp_path / "fit.npz"}
    expected = snn.fit(mean_of, {"a": 0.0}, optax.adam(0.1), 8, **options)
    snn.fit(mean_of, {"a": 0.0}, optax.adam(0.1), 5, **on_mesh)
    found = snn.fit(mean_of, {"a": 0.0}, optax.adam(0.1), 8, **on_mesh)
    np.testing.assert_array_equal(found.history, expected.history)
    assert found.params["a"] == expected.params["a"]
