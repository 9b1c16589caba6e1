"""The Python of a page of the documentation, which tests run as it stands."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path


def python_blocks(page: Path) -> list[str]:
    """Return the blocks of Python of a page, in order."""
    return re.findall(r"```python\n(.*?)```", page.read_text(), flags=re.DOTALL)


def check_outputs(page: Path) -> dict:
    """Run the blocks of a page in order; what each prints stands in the block below it. Return what they made."""
    here: dict = {}
    blocks = re.findall(r"```python\n(.*?)```(?:\n+```text\n(.*?)```)?", page.read_text(), flags=re.DOTALL)
    for code, expected in blocks:
        with redirect_stdout(io.StringIO()) as printed:
            exec(code, here)
        assert printed.getvalue() == expected, code
    return here
