"""The loop of a fit over chunks of steps, each a compiled call: what it logs, when it is saved and when it ends."""

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
from ._data_parallel import place, place_here
from ._loop import FOREVER, Carry, Logs, Problem, build_loop, first_carry
from ._progress import Bar, ChunkLength
from ._result import FitResult

RARELY = 10.0  # s between two writes where nobody says how often

Show = Callable[[int, float], None]  # moves the progress bar on by a number of steps, with the loss


@dataclass(frozen=True, eq=False)
class FitLoop:
    """What stays the same while a fit runs.

    Args:
        problem: what is minimised.
        params, data, key: with which the fit began.
        dtype: of the loss.
        checkpoint: the file that keeps the fit, or None.
        chunks: decides how many steps a compiled call makes.
        check: given those trained names whose first gradient is exactly 0; warns, or raises. None looks at none.
    """

    problem: Problem
    params: Any
    data: Any
    key: Array
    dtype: Any
    checkpoint: Checkpoint | None
    chunks: ChunkLength
    check: Callable[[list[str]], None] | None

    @property
    def processes(self) -> list[int]:
        """Indices of the processes that make this fit together; the first of them writes."""
        mesh = self.problem.mesh
        return [jax.process_index()] if mesh is None else sorted({d.process_index for d in mesh.devices.flat})


@dataclass(eq=False)
class Trajectory:
    """How far a fit has come: the carry, the logs of all steps before it, and when both were last saved.

    It changes in place, so that an interrupt from the keyboard finds all steps that were made.
    """

    carry: Carry
    logs: Logs
    saved: float = field(default_factory=time.monotonic)

    @property
    def step(self) -> int:
        """Number of updates so far."""
        return int(self.carry.step)

    def append(self, carry: Carry, logs: Logs) -> int:
        """Go on to the carry after a chunk, and return how many steps the chunk made."""
        number = int(carry.step) - self.step
        self.carry, self.logs = carry, _append(self.logs, logs, number)
        return number


Advance = Callable[[int], tuple[Carry, Logs]]  # to a step


def run_loop(loop: FitLoop, steps: int, patience: int | None, min_improvement: float, progress: bool) -> FitResult:
    """Make the steps of a fit, and return what it found.

    Raises:
        ArgumentError: the checkpoint has more steps already; no trained parameter reaches the loss.
        FitError: the loss or its gradient stopped being finite.
    """
    endless = FOREVER if patience is None else patience
    trajectory, advance = begin_loop(loop, steps, endless, min_improvement)
    with Bar(steps + 1, trajectory.step, progress) as show:
        make_steps(loop, trajectory, advance, steps, endless, show)
        # One evaluation more gives the loss after the last update. A fit that goes on from the file makes it again.
        last = Trajectory(trajectory.carry, trajectory.logs)
        show(_append_chunk(loop, last, *advance(steps + 1)), float(last.logs.loss[-1]))
    stopped = "patience" if int(trajectory.carry.since) >= endless else "steps"
    return result_of(loop, last, trajectory.carry, stopped)


def begin_loop(
    loop: FitLoop, steps: int, endless: int = FOREVER, min_improvement: float = 0.0
) -> tuple[Trajectory, Advance]:
    """Return how far the fit has come, and the compiled call that goes on.

    Raises:
        ArgumentError: the checkpoint has more steps already.
    """
    trajectory, advance_chunk = begin(loop), build_loop(loop.problem)
    if trajectory.step > steps:
        raise ArgumentError(f"`steps` is {steps}, but `save_to` has {trajectory.step} already: ask for as many or more")
    least, mesh = np.asarray(min_improvement, loop.dtype), loop.problem.mesh
    params, key = place((loop.params, loop.key), mesh)
    data = place(loop.data, mesh, by_rows=loop.problem.batches is None)
    trajectory.carry = place(trajectory.carry, mesh)

    def advance(until: int) -> tuple[Carry, Logs]:
        end = _agree_on_end(loop, until)
        return advance_chunk(trajectory.carry, end, params, data, key, np.int32(endless), least)

    return trajectory, advance


def make_steps(loop: FitLoop, trajectory: Trajectory, advance: Advance, steps: int, endless: int, show: Show) -> None:
    """Go on until there are so many steps, or there was no improvement for long; save, whatever ends it.

    Raises:
        ArgumentError: no trained parameter reaches the loss.
        FitError: the loss or its gradient stopped being finite.
    """
    try:
        while trajectory.step < steps and int(trajectory.carry.since) < endless:
            _run_chunk(loop, trajectory, advance, steps, show)
    except KeyboardInterrupt:
        _save(loop, trajectory)
        raise
    _save(loop, trajectory)


def begin(loop: FitLoop) -> Trajectory:
    """Return the start: that of the checkpoint, or of the parameters."""
    first = first_carry(loop.problem, loop.params, loop.dtype)
    kept = loop.checkpoint.read(first) if loop.checkpoint else None
    if len(loop.processes) > 1:
        check_agreement((loop.params, loop.data, jax.random.key_data(loop.key), kept or first))
    return Trajectory(*kept) if kept else Trajectory(first, Logs(*(np.zeros(0) for _ in fields(Logs))))  # type: ignore[arg-type]


def _agree_on_end(loop: FitLoop, until: int) -> np.int32:
    """Return the step at which all processes end their next chunk.

    Each may have measured another length of a step, but all must make the same calls, or their collectives would wait
    for each other.
    """
    return np.int32(until if len(loop.processes) == 1 else gathered(np.int32(until)).min())


def _run_chunk(loop: FitLoop, trajectory: Trajectory, advance: Advance, steps: int, show: Show) -> None:
    """Make one compiled call, and see to what it found."""
    is_first = trajectory.step == 0
    carry, logs = advance(loop.chunks.until(trajectory.step, steps))
    number = _append_chunk(loop, trajectory, carry, logs)
    loop.chunks.measure(number)
    show(number, float(trajectory.logs.loss[-1]))
    if is_first and loop.check is not None:
        flat = [name for name, peak in carry.peaks.items() if float(peak) == 0.0]
        loop.check(flat)
    if _is_due(loop, trajectory):
        _save(loop, trajectory)


def _append_chunk(loop: FitLoop, trajectory: Trajectory, carry: Carry, logs: Logs) -> int:
    """Enter what a chunk found; return its number of steps, or raise if the last of them was not finite."""
    number = trajectory.append(carry, logs)
    if bool(carry.is_finite):
        return number
    # Who goes on from the file makes this step again, and meets the same error.
    trajectory.carry = replace(carry, is_finite=jnp.asarray(True))
    _save(loop, trajectory)
    what = _not_finite(loop, logs, number)
    names = [name for name, peak in carry.peaks.items() if not np.isfinite(peak)]
    found = result_of(loop, trajectory, carry, "not finite") if trajectory.step else None
    raise FitError(trajectory.step, what, found, names, replaced(loop.params, _trained(loop, carry.free)))


def _not_finite(loop: FitLoop, logs: Logs, number: int) -> str:
    """Return what was not finite in the step after a number of them."""
    if not np.isfinite(np.asarray(logs.loss)[number]):
        return "loss"
    return "value of `validate`" if np.isfinite(np.asarray(logs.norm)[number]) else "gradient"


def _is_due(loop: FitLoop, trajectory: Trajectory) -> bool:
    """Tell whether the trajectory should be saved now."""
    if (every := loop.chunks.save_every) is not None:
        return trajectory.step % every == 0
    return time.monotonic() - trajectory.saved > RARELY


def _save(loop: FitLoop, trajectory: Trajectory) -> None:
    if loop.checkpoint is not None and loop.processes[0] == jax.process_index():
        loop.checkpoint.write(trajectory.carry, trajectory.logs)
        trajectory.saved = time.monotonic()


def result_of(loop: FitLoop, trajectory: Trajectory, carry: Carry, stopped: str) -> FitResult:
    """Return what was found; where nothing was scored yet, the values of `carry`, the last ones."""
    logs, is_scored = trajectory.logs, bool(np.isfinite(trajectory.carry.best))
    trained = _trained(loop, trajectory.carry.best_free if is_scored else carry.free)
    return FitResult(
        params=replaced(loop.params, trained),
        loss=float(trajectory.carry.best if is_scored else np.mean(logs.loss)),
        history=logs.loss,
        gradient_norm=logs.norm,
        trained={name: np.asarray(x) for name, x in trained.items()},
        steps=len(logs.loss) - 1,
        stopped=stopped,
        validation=None if loop.problem.validate is None else logs.score,
    )


def _trained(loop: FitLoop, free: Any) -> dict[str, Any]:
    """Return the values of the trained parameters by name."""
    return loop.problem.space.values(place_here(free, loop.problem.mesh), loop.params)


def _append(before: Logs, after: Logs, number: int) -> Logs:
    """Return the logs with those of a chunk behind them; a chunk logs into a longer buffer, of which `number` count."""
    return jax.tree.map(lambda x, y: np.concatenate([x, np.asarray(y[:number], np.float64)]), before, after)
