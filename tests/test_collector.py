"""The garbage collector leaves alone what is imported, and a user's objects never."""

import subprocess
import sys

import pytest

NAME = "import jaxsnn, gc; {before}; jaxsnn.Network; print(gc.get_freeze_count() > 100_000, gc.isenabled())"


@pytest.mark.parametrize(
    ("before", "frozen", "enabled"),
    [("pass", "True", "True"), ("import jax", "False", "True"), ("gc.disable()", "False", "False")],
)
def test_only_modules_are_spared(before, frozen, enabled):
    """Oracle: the collector's own counts. With JAX there may be arrays and networks, which must be found later."""
    code = NAME.format(before=before)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [frozen, enabled]


def test_a_failed_import_leaves_the_collector_as_it_was():
    code = """
import gc
from jaxsnn.collector import imported_for_good
try:
    with imported_for_good():
        raise ImportError
except ImportError:
    print(gc.isenabled(), gc.get_freeze_count())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "0"]
