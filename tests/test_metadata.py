"""What files beside the package say of it is what the package says of itself."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_citation_is_of_this_version():
    """Oracle: `pyproject.toml`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    cited = dict(re.findall(r"^(\w+): (\S+)$", (ROOT / "CITATION.cff").read_text(), flags=re.MULTILINE))
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
