"""Networks that many tests load into: compiled once, and as they were before when a test ends."""

import pytest

from . import networks

SHARED = {}


def shared(describe, seed):
    """Return a network of a description that has run a little; made when it is first needed."""
    if (describe, seed) not in SHARED:
        net = SHARED[describe, seed] = networks.started(describe, seed)
        net.simulate(20.0)
    return SHARED[describe, seed]


@pytest.fixture
def borrowed():
    """Return `borrow(describe, seed=1)`, whose networks are given back as they were."""
    taken = []

    def borrow(describe, seed=1):
        net = shared(describe, seed)
        core = net._core
        taken.append((core, core.mark()))
        [m.reset() for m in net.monitors()]
        return net

    yield borrow
    for core, before in reversed(taken):
        core.return_to(before)


@pytest.fixture
def net(borrowed):
    """Return a network with delays and noise."""
    return borrowed(networks.delays)


@pytest.fixture
def other(borrowed):
    """Return a network of the same description and another seed."""
    return borrowed(networks.delays, seed=2)
