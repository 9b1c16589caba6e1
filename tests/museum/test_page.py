"""The page `docs/museum.md` lists the reports that the tests of this folder name, each once."""

import re
from pathlib import Path

REPORT = re.compile(r"[\w.-]+/[\w.-]+#\d+(?:, #\d+)*")
HERE = Path(__file__).parent


def reports(text: str) -> set[str]:
    """Return the reports that a text names; those of one repository may follow each other, `a/b#1, #2`."""
    found = set()
    for match in REPORT.findall(text):
        repository, *numbers = re.split(r"(?:, )?#", match)
        found |= {f"{repository}#{number}" for number in numbers}
    return found


def test_the_page_lists_the_tests():
    """Oracle: the texts of both."""
    page = (HERE.parent.parent / "docs" / "museum.md").read_text()
    tests = "".join(p.read_text() for p in HERE.glob("test_*.py") if p.name != "test_page.py")
    assert reports(page) == reports(tests)
    assert len(reports(page)) >= 40
