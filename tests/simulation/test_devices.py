"""Several devices, several hosts: the same results as one device."""

import os
import socket
import subprocess
import sys

import numpy as np
import pytest

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


@pytest.mark.parametrize("part", ["light", pytest.param("heavy", marks=pytest.mark.slow)])
def test_several_devices_of_a_host(part, tmp_path):
    """Oracle: one device, bit for bit; fits but for rounding. Four devices are made of this CPU."""
    forced = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count=4"
    finished(begun((tmp_path / "found.npz", part, 4), XLA_FLAGS=forced))
    check_against_one_device(tmp_path / "found.npz", part)


@pytest.mark.parametrize("part", ["light", pytest.param("heavy", marks=pytest.mark.slow)])
def test_several_hosts(part, tmp_path):
    """Oracle: one device, in both of two processes that meet by `jax.distributed` on this host."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    files = [tmp_path / f"{rank}.npz" for rank in range(2)]
    finished(*(begun((file, part, port, rank, 2)) for rank, file in enumerate(files)))
    for file in files:
        check_against_one_device(file, part)
