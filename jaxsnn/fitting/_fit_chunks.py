"""The course of a fit: compiled calls one after the other, what they log, when it is written and when it ends."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..errors import ArgumentError, FitError
from ..network import replaced
from ..simulation import check_agreement, gathered
from ._checkpoint import Checkpoint
from ._data_parallel import brought_back, placed
from ._fit_checks import check_dependence
from ._loop import FOREVER, Carry, Logs, Problem, build_loop, first_carry
from ._progress import Bar, Pace
from ._result import FitResult

RARELY = 10.0  # s between two writes where nobody says how often


@dataclass(frozen=True, eq=False)
class Course:
    """What does not change while a fit runs.

    Args:
        problem: what is minimised.
        params, data, key: with which it began.
        dtype: of the loss.
        checkpoint: where it is kept, or None.
        pace: how long a call is.
    """

    problem: Problem
    params: Any
    data: Any
    key: Array
    dtype: Any
    checkpoint: Checkpoint | None
    pace: Pace

    @property
    def processes(self) -> list[int]:
        """Indices of the processes that make this fit together; the first of them writes."""
        mesh = self.problem.mesh
        return [jax.process_index()] if mesh is None else sorted({d.process_index for d in mesh.devices.flat})


@dataclass(eq=False)
class Journey:
    """What changes: the carry, the logs until now, and when they were written."""

    carry: Carry
    logs: Logs
    written: float = field(default_factory=time.monotonic)

    @property
    def step(self) -> int:
        """Number of updates so far."""
        return int(self.carry.step)

    def add(self, carry: Carry, logs: Logs) -> int:
        """Go on to another carry; return how many steps lie between."""
        number = int(carry.step) - self.step
        self.carry, self.logs = carry, _joined(self.logs, logs, number)
        return number


def run_course(course: Course, steps: int, patience: int | None, min_improvement: float, progress: bool) -> FitResult:
    """Make the steps of a fit, and return what it found.

    Raises:
        ArgumentError: the checkpoint has more steps already; no trained parameter reaches the loss.
        FitError: the loss or its gradient stopped being finite.
    """
    journey, loop = begin(course), build_loop(course.problem)
    if journey.step > steps:
        raise ArgumentError(f"`steps` is {steps}, but `save_to` has {journey.step} already: ask for as many or more")
    endless = FOREVER if patience is None else patience
    least, mesh = np.asarray(min_improvement, course.dtype), course.problem.mesh
    params, key = placed((course.params, course.key), mesh)
    data = placed(course.data, mesh, rows=course.problem.batches is None)
    journey.carry = placed(journey.carry, mesh)

    def advance(until: int) -> tuple[Carry, Logs]:
        now = _agreed(course, until)
        return loop(journey.carry, now, params, data, key, np.int32(endless), least)

    def goes_on() -> bool:
        return journey.step < steps and int(journey.carry.since) < endless

    with Bar(steps, journey.step, progress) as show:
        try:
            while goes_on():
                _call(course, journey, advance, steps, show)
        except KeyboardInterrupt:
            _save(course, journey)
            raise
        _save(course, journey)
        last = Journey(journey.carry, journey.logs)
        show(_take(course, last, *advance(steps + 1)), float(last.logs.loss[-1]))
    return result_of(course, last, journey.carry, "patience" if int(journey.carry.since) >= endless else "steps")


def begin(course: Course) -> Journey:
    """Return the start: that of the checkpoint, or of the parameters."""
    first = first_carry(course.problem, course.params, course.dtype)
    kept = course.checkpoint.read(first) if course.checkpoint else None
    if len(course.processes) > 1:
        check_agreement((course.params, course.data, jax.random.key_data(course.key), kept or first))
    return Journey(*kept) if kept else Journey(first, Logs(*(np.zeros(0) for _ in fields(Logs))))  # type: ignore[arg-type]


def _agreed(course: Course, until: int) -> np.int32:
    """Return the step at which all processes end their next call: each may have measured another pace."""
    return np.int32(until if len(course.processes) == 1 else gathered(np.int32(until)).min())


def _call(course: Course, journey: Journey, advance: Callable, steps: int, show: Callable[[int, float], None]) -> None:
    """Make one compiled call, and see to what it found."""
    is_first = journey.step == 0
    carry, logs = advance(course.pace.until(journey.step, steps))
    number = _take(course, journey, carry, logs)
    course.pace.took(number)
    show(number, float(journey.logs.loss[-1]))
    if is_first:
        flat = [name for name, peak in carry.peaks.items() if float(peak) == 0.0]
        check_dependence(course.problem, course.params, course.data, flat)
    if _is_due(course, journey):
        _save(course, journey)


def _take(course: Course, journey: Journey, carry: Carry, logs: Logs) -> int:
    """Enter what a call found; return its number of steps, or raise if the last of them was not finite."""
    number = journey.add(carry, logs)
    if bool(carry.is_finite):
        return number
    journey.carry = replace(carry, is_finite=jnp.asarray(True))  # whoever goes on from the file meets the same error
    _save(course, journey)
    what = "gradient" if np.isfinite(np.asarray(logs.loss)[number]) else "loss"
    names = [name for name, peak in carry.peaks.items() if not np.isfinite(peak)]
    found = result_of(course, journey, carry, "not finite") if journey.step else None
    raise FitError(journey.step, what, found, names)


def _is_due(course: Course, journey: Journey) -> bool:
    if (every := course.pace.save_every) is not None:
        return journey.step % every == 0
    return time.monotonic() - journey.written > RARELY


def _save(course: Course, journey: Journey) -> None:
    if course.checkpoint is not None and course.processes[0] == jax.process_index():
        course.checkpoint.write(journey.carry, journey.logs)
        journey.written = time.monotonic()


def result_of(course: Course, journey: Journey, carry: Carry, stopped: str) -> FitResult:
    """Return what was found; where nothing was scored yet, the values of `carry`, the last ones."""
    logs, scored = journey.logs, bool(np.isfinite(journey.carry.best))
    free = journey.carry.best_free if scored else carry.free
    trained = course.problem.space.values(brought_back(free, course.problem.mesh), course.params)
    return FitResult(
        params=replaced(course.params, trained),
        loss=float(journey.carry.best if scored else np.mean(logs.loss)),
        history=logs.loss,
        gradient_norm=logs.norm,
        trained={name: np.asarray(x) for name, x in trained.items()},
        steps=len(logs.loss) - 1,
        stopped=stopped,
        validation=None if course.problem.validate is None else logs.score,
    )


def _joined(before: Logs, after: Logs, number: int) -> Logs:
    return jax.tree.map(lambda x, y: np.concatenate([x, np.asarray(y[:number], np.float64)]), before, after)
