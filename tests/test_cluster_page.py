"""The recipes of docs/cluster.md run as they stand, each with the programs that it is about."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "cluster.md"
SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
FILE = re.compile(r'^```\w+ title="(.+?)"\n(.*?)^```', re.DOTALL | re.MULTILINE)
COMMANDS = re.compile(r"^```bash\n(.*?)^```\n+```text\n(.*?)^```", re.DOTALL | re.MULTILINE)
NEEDED = {"The script": None, "A job array of Slurm": None, "joblib": "joblib", "Snakemake": "snakemake"}
NEEDED |= {"Optuna": "optuna", "submitit": "submitit"}
SECTIONS = dict(SECTION.findall(PAGE.read_text()))


def test_every_section_is_known():
    """Oracle: the headings of the page."""
    assert SECTIONS.keys() == NEEDED.keys()


@pytest.mark.slow
@pytest.mark.parametrize("section", [name for name in NEEDED if name != "The script"])
def test_recipe(section, tmp_path):
    """Oracle: what the page says that its commands print."""
    for package in ("zarr", "xarray", NEEDED[section]):
        package is None or pytest.importorskip(package)
    for name, text in FILE.findall(SECTIONS["The script"] + SECTIONS[section]):
        (tmp_path / name).write_text(text)
    here = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}
    for commands, printed in COMMANDS.findall(SECTIONS[section]):
        ran = subprocess.run(
            ["bash", "-ec", commands], cwd=tmp_path, env=os.environ | here, capture_output=True, text=True
        )
        assert (ran.returncode, ran.stdout) == (0, printed), ran.stderr
