"""The Python of docs/export.md runs as it stands; the receiver in a process that cannot import jaxsnn."""

import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

from tests.pages import python_blocks
from tests.simulation.test_export_without_jaxsnn import WITHOUT_JAXSNN

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too

PAGE = Path(__file__).parents[2] / "docs" / "export.md"
KEEP = "\nnp.savez('received.npz', first=records['cells']['spike'], more=more['cells']['spike'], **gradient)\n"


@pytest.mark.slow
def test_examples_run(tmp_path, monkeypatch):
    """Oracle: `sim.run`, bit for bit; its gradient, which XLA compiles as another program, up to rounding."""
    writing, running, gradient, batch = python_blocks(PAGE)
    monkeypatch.chdir(tmp_path)
    here: dict = {}
    exec(writing, here)
    command = [sys.executable, "-c", WITHOUT_JAXSNN + running + gradient + KEEP]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    check_received(here["sim"], here["params"], here["state"])
    exec(batch, here)
    assert here["states"].populations["cells"]["v"].shape == (4, 20)


def check_received(sim, params, state):
    received = np.load("received.npz")
    for part in ("first", "more"):
        state, records = sim.run(params, state, 100.0)
        np.testing.assert_array_equal(received[part], records["cells"]["spike"])
        assert received[part].sum() > 20
    assert int(np.load("state.npz")["step"]) == 200
    own = jax.grad(lambda params: sim.run(params, state, 100.0)[1]["cells"]["spike"].mean())(params)
    np.testing.assert_allclose(received["exc.w"], own.projections["exc"]["w"], rtol=1e-6, atol=1e-9)
    assert np.abs(own.projections["exc"]["w"]).max() > 0
