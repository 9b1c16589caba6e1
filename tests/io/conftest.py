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
        mine = {name: vars(net)[name] for name in ("_assignments", "_simulation")}
        mine |= {name: dict(vars(net)[name]) for name in ("schedules", "_recordings")}
        taken.append((net, dict(vars(net.values)), mine, net.draft.copied()))
        [m.reset() for m in net.monitors()]
        return net

    yield borrow
    for net, arrays, mine, draft in reversed(taken):
        vars(net.values).clear()
        vars(net.values).update(arrays)
        vars(net).update(mine)
        net.draft.restore(draft)
        net.values._show(net.simulation)


@pytest.fixture
def net(borrowed):
    """Return a network with delays and noise."""
    return borrowed(networks.delays)


@pytest.fixture
def other(borrowed):
    """Return a network of the same description and another seed."""
    return borrowed(networks.delays, seed=2)
