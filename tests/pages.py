"""The Python of a page of the documentation, which tests run as it stands."""

import re
from pathlib import Path


def python_blocks(page: Path) -> list[str]:
    """Return the blocks of Python of a page, in order."""
    return re.findall(r"```python\n(.*?)```", page.read_text(), flags=re.DOTALL)
