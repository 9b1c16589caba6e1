"""Where time ends: the last step that a network counts, and from when on single precision knows no single step."""

import numpy as np

from ..equations import Expression, reads_clock
from ..errors import Remark, StateError
from ..network import PopulationSpec
from ..simulation import check_last_step
from ._core import Core

DISTINCT = 2**23  # steps whose times in single precision differ from each other by a step of dt


def check_time(core: Core, n: int) -> None:
    """Raise if n more steps are too many; warn once if equations could not tell their times apart.

    Raises:
        StateError: says how to go on.
    """
    step = core.arrays.step
    if step + n > DISTINCT:
        check_last_step(step, n, core.dt)
        _judge_precision(core)


def _judge_precision(core: Core) -> None:
    readers = _readers(core) if core.compiled.dtype == np.float32 else []
    if not readers:
        return
    message = (
        f"the equations of {', '.join(readers)} read the time itself, which single precision rounds to more than a "
        f"step from step {DISTINCT} on ({DISTINCT * core.dt / 1000:g} s). Ask for a difference, such as `t - t_last`, "
        "which stays exact, use `setup(precision='double')` before the network is created, or set its clock back by "
        "`set_time`"
    )
    core.warn_once(Remark(StateError, (message,)))


def _readers(core: Core) -> list[str]:
    """Return populations and projections that read a time, not only differences, as messages name them."""
    spec = core.simulation.spec
    found = [f"population `{p.name}`" for p in spec.populations if reads_clock(_expressions(p))]
    return found + [f"projection `{q.name}`" for q in spec.projections if reads_clock(q.synapse.analysed.expressions())]


def _expressions(population: PopulationSpec) -> list[Expression]:
    stop = population.stop
    condition = [] if stop is None or stop.condition is None else [stop.condition]
    return [*population.neuron.analysed.expressions(), *condition]
