"""A damaged file of an exported network, as a process reads it that has NumPy and JAX only."""

from io import BytesIO

import numpy as np
import pytest

import jaxsnn as snn
from tests.cases import some
from tests.simulation.export_networks import DURATION, small_started

SEEDS = range(10)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    sim, params, state = small_started()
    path = tmp_path_factory.mktemp("export") / "network.npz"
    snn.export(sim, params, state, DURATION).save(path)
    return path.read_bytes()


def arrays(content):
    with np.load(BytesIO(content), allow_pickle=False) as file:
        return {name: x.tobytes() for name, x in file.items()}


@pytest.mark.parametrize("seed", some(SEEDS, every=10))
def test_no_damaged_byte_changes_a_number(seed, whole):
    """Oracle: the file as it was written. What is read at all is right; an array that is lost is missed by its name."""
    rng, good, refused = np.random.default_rng(seed), arrays(whole), 0
    for at in rng.integers(len(whole), size=300):
        damaged = bytearray(whole)
        damaged[at] ^= rng.integers(1, 256, dtype=np.uint8)
        try:
            found = arrays(bytes(damaged))
        except Exception:  # noqa: BLE001 - zipfile raises what it likes
            refused += 1
            continue
        assert found.items() <= good.items()
    assert refused > 200
