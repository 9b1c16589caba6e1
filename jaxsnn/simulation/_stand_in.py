"""What runs in the place of `Simulation.run` while somebody looks into a loss that calls it.

A loss of `fit` calls `sim.run` by itself, perhaps in a `vmap` over samples. To see what its gradient does on the way,
the gradient doctor lets another function stand in for that call.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Runs = Callable[..., Any]  # run(params, state, n_steps) -> (state, records)

_STAND_IN: ContextVar[tuple[object, Runs] | None] = ContextVar("stand-in for a run", default=None)


@contextmanager
def standing_in(simulation: object, run: Runs) -> Iterator[None]:
    """Let a function stand in for `simulation.run` within a `with` block, in this thread."""
    token = _STAND_IN.set((simulation, run))
    try:
        yield
    finally:
        _STAND_IN.reset(token)


def stand_in_for(simulation: object) -> Runs | None:
    """Return what stands in for the runs of a simulation, None for nothing."""
    present = _STAND_IN.get()
    return present[1] if present is not None and present[0] is simulation else None
