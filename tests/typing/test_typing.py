"""The types of the package serve a user's script: pyright's strict mode finds nothing in it, and it runs."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

SCRIPT = Path(__file__).with_name("script.py")
pytestmark = pytest.mark.slow


def test_strict(tmp_path):
    """Oracle: pyright; what it says of JAX's own types would be an error here, too."""
    settings = {"typeCheckingMode": "strict", "include": [str(SCRIPT)]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "pyright", "--project", str(tmp_path), "--pythonpath", sys.executable]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "0 errors, 0 warnings" in found.stdout, found.stdout


def test_the_script_runs():
    """Oracle: nothing raises; the fit of three steps has lowered the loss."""
    with plt.rc_context({"backend": "agg"}):
        defined = runpy.run_path(str(SCRIPT))
    plt.close("all")
    assert defined["result"].loss < defined["result"].history[0]
