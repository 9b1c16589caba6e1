"""What the tests of all formats share."""

import pytest

from . import recorded


@pytest.fixture(scope="session")
def net():
    """Return a network that has recorded."""
    return recorded.network()


@pytest.fixture(scope="session")
def million():
    """Return a source of a million spikes."""
    return recorded.Million()
